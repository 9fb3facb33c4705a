"""Eleventy: permalinks that are templates or functions, data files of folders, and what is a topic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedpub.content.generators import facts_of
from feedpub.content.generators.eleventy_data import values_in
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.core.eleventy_slugs import newer_slug, older_slug
from support.generator_programs import write
from support.generators import article_of, paths_of, reading_of, topics_of

DAY = "title: Some Título & more\ndate: 2024-05-06\n"


def facts(root: Path, **files: str) -> SiteFacts:
    """Return what is read of a site with ``files``."""
    write(root, files)
    found = facts_of(root)
    assert found is not None
    return found


def permalink_of(root: Path, text: str) -> Any:
    """Return the permalink that a data file with ``text`` gives."""
    write(root, {"posts/posts.11tydata.js": text})
    return values_in(SiteFiles(root), "posts/posts.11tydata.js").get("permalink")


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/b/{{ title | slugify }}/", "/b/some-titulo-and-more/"),
        ("/b/{{ title | slug }}/", "/b/some-titulo-and-more/"),
        ("/b/{{ page.fileSlug | upcase }}/index.html", "/b/MY-POST/"),
        ("/{{ page.filePathStem }}.html", "/x/my-post.html"),
        ("{{ page.filePathStem | replace: '/x/', '/y/' }}/", "/y/my-post/"),
        ("{{ page.filePathStem | replace('/x/', '/z/') }}/", "/z/my-post/"),
        ("/{{ page.date | date: '%Y/%m/%d' }}/{{ slug or page.fileSlug }}/", "/2024/05/06/my-post/"),
        ("/{{ date | date('YYYY/MM') }}/x/", "/2024/05/x/"),
        ("/{{ page.date | dateFormat('yyyy') }}/x/", "/2024/x/"),
        ("/{{ slug | default: page.fileSlug }}/", "/my-post/"),
        ("/{{ (slug or title) | slugify }}/", "/some-titulo-and-more/"),
        ("/{% if slug %}{{ slug }}{% else %}{{ page.fileSlug }}{% endif %}/", "/my-post/"),
        ("/{% if page.lang == 'de' %}de{% elsif title %}en{% endif %}/x/", "/en/x/"),
        ("/a/b/index/", "/a/b/"),
    ],
)
def test_a_permalink_is_a_template(template: str, path: str) -> None:
    below = "x/2024-01-01-my-post.md"
    assert paths_of("eleventy", {below: f'{DAY}permalink: "{template}"'}) == {below: path}


@pytest.mark.parametrize(
    "template",
    [
        "/{{ site.x }}/",
        "/{{ title | unheardOf }}/",
        "/{{ page.date | date: dateFormat }}/",
        "/{% for x in y %}a{% endfor %}/",
        "/{% if a %}x",
        "/{{ title",
        "/{{ }}/",
        "/{% endif %}/",
        "/{% if a b %}x{% endif %}/",
        "/{{ (a }}/",
        "/{{ a | f( }}/" + "x" * 5000,
        "/{{ a + b }}/",
    ],
)
def test_a_permalink_that_is_not_understood_is_told_and_never_guessed(template: str) -> None:
    reading = reading_of("eleventy", "a.md", f'---\n{DAY}permalink: "{template}"\n---\n')
    assert template == "/{{ title" or [problem.key for problem in reading.problems] == ["permalink"]
    assert reading.article is None or "{" not in reading.article.url


def test_the_url_of_a_file_is_its_path_and_slug_means_nothing() -> None:
    files = {"posts/one/one.md": DAY, "posts/two/index.md": DAY, "posts/three.md": DAY + "slug: other"}
    assert list(paths_of("eleventy", files).values()) == ["/posts/one/", "/posts/two/", "/posts/three/"]


@pytest.mark.parametrize(
    ("text", "permalink"),
    [
        ("export default {permalink: '/x/{{ page.fileSlug }}/'}", "/x/{{ page.fileSlug }}/"),
        ("module.exports = {permalink: false}", "false"),
        ("module.exports = {permalink: data => `/x/${data.page.fileSlug}/`}", "/x/{{ page.fileSlug }}/"),
        ("module.exports = {permalink: ({page}) => '/x/' + page.fileSlug + '/'}", "/x/{{ page.fileSlug }}/"),
        (
            "export default {eleventyComputed: {permalink(d) { return `b/${this.slug(slug || data.title)}/` }}}",
            "b/{{ (slug or title) | slug }}/",
        ),
        (
            "export default {permalink: (data) => { if (data.draft) return false; return `/${slugify(data.title)}/` }}",
            "/{{ title | slugify }}/",
        ),
        (
            "export default {permalink: (data) => { const s = data.slug || 'x'; let t = s; return `/${t}/` }}",
            "/{{ (slug or 'x') }}/",
        ),
        (
            "export default {permalink: (data) => { const slug = data.page.url.split('_')[1]; return `/${slug}/` }}",
            "{{ FILL IN }}",
        ),
        (
            "export default {permalink: (d) => d.draft ? false : `/${data.page.date.getFullYear()}/x/`}",
            '/{{ page.date | date: "%Y" }}/x/',
        ),
        (
            "export default {permalink: data => data.slug ? `/${data.slug}/` : `/p/${data.page.fileSlug}/`}",
            "{% if slug %}/{{ slug }}/{% else %}/p/{{ page.fileSlug }}/{% endif %}",
        ),
        (
            "export default {permalink: x => x.live ? `/${x.slug}/` : false}",
            "{% if live %}/{{ slug }}/{% else %}false{% endif %}",
        ),
        ("export default {permalink: d => !d.live ? false : '/x/'}", "{% if live %}/x/{% else %}false{% endif %}"),
        (
            "export default {permalink: (p) => { if (p.kind === 'idea') { return false; } return `/${p.slug}/` }}",
            "{% if kind == 'idea' %}false{% else %}/{{ slug }}/{% endif %}",
        ),
        (
            "export default {permalink(data) { if (!data.live) return false; return '/x/' }}",
            "{% if live %}/x/{% else %}false{% endif %}",
        ),
        ("export default {permalink: d => d.draft && process.env.CI ? false : '/x/'}", "/x/"),
        ("export default {permalink: d => process.env.CI ? false : '/x/'}", "{{ FILL IN }}"),
        ("export default {permalink: d => d.a ? f(d) : '/x/'}", "{{ FILL IN }}"),
        ("export default {permalink: d => d.slug.toLowerCase() + '/'}", "{{ slug | downcase }}/"),
        ("export default {permalink: d => isLive(d) ? '/x/' : false}", "{{ FILL IN }}"),
        ("export default {permalink: d => { if (d.a && d.b) return false; return '/x/' }}", "{{ FILL IN }}"),
    ],
)
def test_a_permalink_of_a_data_file_is_a_template(tmp_path: Path, text: str, permalink: str) -> None:
    assert permalink_of(tmp_path, text) == permalink


def test_a_permalink_that_is_a_program_is_told(tmp_path: Path) -> None:
    text = "export default {permalink: data => { let x = 1; for (;;) { if (y) return a(x); return b(x) } }}"
    found = facts(tmp_path, **{"eleventy.config.js": "", "posts/posts.11tydata.js": text})
    assert found.content["defaults"] == [{"path": "posts/**", "values": {"permalink": "{{ FILL IN }}"}}]
    assert found.notes == [
        "set permalink in content.defaults for posts/**: that in posts/posts.11tydata.js is a program"
    ]


def test_the_folders_of_articles_are_those_whose_data_file_has_the_tag_of_a_collection(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        **{
            "eleventy.config.mjs": "export const config = {dir: {input: 'content', data: '../_data'}, pathPrefix: 's'}",
            "_data/site.json": '{"language": "de"}',
            "_data/metadata.js": "export default {title: 'T', url: 'https://a.example', author: {name: 'Ada'}}",
            "content/content.11tydata.js": "export default {lang: 'de', author: 'Ada'}",
            "content/blog/blog.11tydata.json": '{"tags": ["posts"], "author": "Bob"}',
            "content/other/x.json": '{"tags": "posts"}',
            "content/programs/programs.js": "export default {tags: 'posts'}",
        },
    )
    assert (found.title, found.base_url, found.author) == ("T", "https://a.example/s/", "Ada")
    assert (found.language, found.paths, found.pattern) == ("de", ("content",), "{blog,_}/**/*.md")
    assert found.content == {}  # a build reads data files itself


def test_an_address_that_is_no_address_is_not_taken(tmp_path: Path) -> None:
    found = facts(tmp_path, **{".eleventy.js": "", "_data/site.json": '{"url": "/", "title": "T"}'})
    assert (found.title, found.base_url) == ("T", "")


def test_collections_are_no_topics() -> None:
    article = article_of("eleventy", "a.md", DAY + "tags: [posts, _posts_en, nav, css]")
    assert topics_of(article) == ["css"]


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ('permalink: "{% if draft %}false{% else %}/x/{% endif %}"\ndraft: true', "draft: true, permalink: false"),
        ("eleventyExcludeFromCollections: [posts]", "eleventyExcludeFromCollections: true"),
    ],
)
def test_what_is_not_in_the_feed_is_withheld(front: str, reason: str) -> None:
    assert set((article_of("eleventy", "a.md", DAY + front).withheld or "").split(", ")) == set(reason.split(", "))


@pytest.mark.parametrize("date", ["Created", "Last Modified", "git Created", "git Last Modified"])
def test_a_date_that_only_eleventy_knows_is_told(date: str) -> None:
    reading = reading_of("eleventy", "a.md", f"---\ntitle: T\ndate: {date}\n---\n")
    assert reading.article is None
    assert "only Eleventy knows" in reading.problems[0].message


def test_a_title_is_the_heading_that_begins_the_body() -> None:
    assert article_of("eleventy", "a.md", "date: 2024-05-01", "\n# The Title\n\nText").title == "The Title"
    assert reading_of("eleventy", "a.md", "---\ndate: 2024-05-01\n---\nText\n\n# No title\n").article is None


@pytest.mark.parametrize(
    ("text", "slug", "older"),
    [
        ("It\u2019s «quoted» \u2013 C++ & C#", "it-s-quoted-c-and-c", "it's-quoted-c++-and-c"),
        ("Größe Ærø Łódź Ñandú", "groesse-aero-lodz-nandu", "grosse-aero-lodz-nandu"),
        ("Съешь ещё Цех", "syesh-eschyo-tsekh", "suesh-eshyo-ceh"),
        ("Καλημέρα Θεός", "kalimera-theos", "kalhmera-8eos"),
        ("сайт їжак", "sayt-yizhak", "sajt-yizhak"),
        ("100% $5 it's", "100-5-its", "100percent-dollar5-it's"),
        ("日本語 a", "a", "a"),
    ],
)
def test_slugs_are_those_of_the_two_filters(text: str, slug: str, older: str) -> None:
    assert (newer_slug(text), older_slug(text)) == (slug, older)
