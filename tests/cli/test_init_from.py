"""``feedpub init --from``: a small site of each generator, its configuration, and what is shown of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from feedpub.config import load_config
from feedpub.core.generators import GENERATORS
from support.commands import run_here

POST = "---\ntitle: The Title\ndate: 2024-05-01\n---\n"
SITES: dict[str, dict[str, str]] = {
    "jekyll": {
        "_config.yml": "title: Notes\nurl: https://x.example.org\nbaseurl: /sub\npermalink: pretty\n"
        "author: {name: Ada}\ntimezone: Europe/Berlin\n"
        "defaults:\n- {scope: {path: '', type: posts}, values: {author: ada, layout: post}}\n"
        "- {scope: {path: news}, values: {published: false}}\n",
        "_data/authors.yml": "ada: {name: Ada L., url: 'https://ada.example/'}\n",
        "Tech/_posts/2024-5-1-Hello-You.markdown": "---\n---\n",
        "news/_posts/2024-05-01-n.md": POST,
        "_drafts/d.md": POST,
        "_site/x/_posts/2024-05-01-made.md": POST,
        "about.md": POST,
    },
    "hugo": {
        "hugo.toml": 'baseURL = "https://x.example.org/sub/"\ntitle = "Notes"\ndefaultContentLanguage = "en"\n'
        '[languages.en]\n[languages.fr]\n[permalinks]\nposts = "/:year/:slug/"\n[params.author]\nname = "Ada"\n',
        "content/posts/a.md": POST,
        "content/posts/_index.md": POST,
        "content/posts/b/index.fr.md": POST,
        "content/posts/b/part.md": POST,
        "content/posts/d.md": "---\nTitle: D\nDate: 2024-05-01\nDraft: true\n---\n",
    },
    "zola": {
        "config.toml": 'base_url = "https://x.example.org/sub"\ntitle = "Notes"\n[slugify]\npaths = "safe"\n',
        "content/blog/A b.md": POST,
    },
    "eleventy": {
        "eleventy.config.js": "export default () => ({ dir: { input: 'src' } });\n",
        "src/_data/site.json": '{"title": "Notes", "url": "https://x.example.org/sub"}',
        "src/blog/blog.json": '{"tags": "posts", "permalink": "/w/{{ page.fileSlug }}/"}',
        "src/blog/2024-05-01-a.md": "---\ntitle: The Title\ntags: [x]\n---\n",
        "src/about.md": POST,
    },
    "astro": {
        "astro.config.mjs": "export default defineConfig({ site: 'https://x.example.org', base: '/sub' });\n",
        "src/consts.ts": "export const SITE_TITLE = 'Notes';\n",
        "src/content/blog/A b.md": "---\ntitle: The Title\npubDate: 'May 1 2024'\n---\n",
        "src/pages/writing/[...slug].astro": "---\nconst posts = await getCollection('blog');\n"
        "const { Content } = await render(posts[0]);\n---\n<Content />\n",
    },
    "docusaurus": {
        "docusaurus.config.ts": "const config = { title: 'Notes', url: 'https://x.example.org', baseUrl: '/sub/',\n"
        "  presets: [['classic', { blog: { routeBasePath: 'news' } }]] };\n",
        "blog/authors.yml": "ada: {name: Ada L.}\n",
        "blog/2024-05-01-a.md": "---\nauthors: [ada]\n---\n# The Title\n",
        "blog/_part.md": POST,
    },
    "hexo": {
        "_config.yml": "title: Notes\nurl: https://x.example.org/sub\npermalink: :year/:title.html\n",
        "source/_posts/a.md": POST,
    },
    "pelican": {
        "pelicanconf.py": "import os\nSITENAME = 'Notes'\nSITEURL = ''\nPATH = 'content'\nX = os.system('false')\n"
        "ARTICLE_URL = 'posts/{date:%Y}/{date:%m}/{slug}/'\n",
        "publishconf.py": "from pelicanconf import *\nSITEURL = 'https://x.example.org/sub'\n",
        "content/a.md": "Title: The Title\nDate: 2024-05-01\n\nText\n",
        "content/pages/p.md": "Title: P\nDate: 2024-05-01\n\nText\n",
    },
    "mkdocs": {
        "mkdocs.yml": "site_name: Notes\nsite_url: https://x.example.org/sub/\nplugins:\n- search\n- blog:\n"
        "    post_url_format: '{date}-{slug}'\n    post_url_date_format: yyyy-MM\n"
        "markdown_extensions:\n- x: !!python/name:a.b\n",
        "docs/blog/posts/a.md": "---\ndate: 2024-05-01\n---\n# The Title\n",
    },
    "vitepress": {
        ".vitepress/config.mts": "export default defineConfig({ title: 'Notes', base: '/sub/', cleanUrls: true,\n"
        "  sitemap: { hostname: 'https://x.example.org' } });\n",
        "posts/a.md": "---\ndate: 2024-05-01\n---\n# The Title\n",
        "guide.md": POST,
    },
}
PUBLISHED = {
    "jekyll": ["tech/2024/05/01/Hello-You/"],
    "hugo": ["2024/the-title/", "fr/2024/the-title/"],
    "zola": ["blog/A%20b/"],
    "eleventy": ["w/a/"],
    "astro": ["writing/a-b/"],
    "docusaurus": ["news/2024/05/01/a"],
    "hexo": ["2024/a.html"],
    "pelican": ["posts/2024/05/the-title/"],
    "mkdocs": ["blog/2024-05-the-title/"],
    "vitepress": ["posts/a"],
}
AUTHORS = {"jekyll": "Ada L.", "docusaurus": "Ada L."}


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def init(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return run_here(root, ("init", *args), "")


def items(folder: Path) -> list[dict[str, Any]]:
    done = run_here(folder, ("build",), "")
    assert (done.returncode, done.stderr) == (0, "")
    found: list[dict[str, Any]] = json.loads((folder / "output" / "feed.json").read_bytes())["items"]
    return found


def test_every_generator_has_a_site_here() -> None:
    assert SITES.keys() == PUBLISHED.keys() == {*GENERATORS}


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_site_is_configured_and_built_without_an_edit(tmp_path: Path, generator: str) -> None:
    write(tmp_path / "site", SITES[generator])
    done = init(tmp_path, "--from", "site", "feeds")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"wrote feeds/config.yaml from {generator}'s ")
    assert {"  title: Notes", lines[-1]} <= {*lines, "next: cd feeds && feedpub build"}
    urls = [f"https://x.example.org/sub/{path}" for path in PUBLISHED[generator]]
    assert {line.split()[0] for line in lines if line.startswith("  https://")} == set(urls)
    config = load_config(tmp_path / "feeds" / "config.yaml")
    assert (config.content.generator, config.site.title) == (generator, "Notes")
    built = items(tmp_path / "feeds")
    assert sorted(item["url"] for item in built) == sorted(urls)
    if generator in AUTHORS:
        assert built[0]["authors"][0]["name"] == AUTHORS[generator]


def test_what_is_left_out_is_counted_with_its_reasons(tmp_path: Path) -> None:
    more = {f"_posts/2024-01-0{day}-a.md": "---\ndate: soon\n---\n" for day in (1, 2)}
    write(tmp_path / "site", SITES["jekyll"] | more)
    lines = init(tmp_path, "--from", "site", "feeds").stdout.splitlines()
    assert "4 articles, 1 published, 3 left out" in lines
    assert next(line for line in lines if " because: " in line).startswith("  2 because: date: … has no form of a date")
    assert "  1 because: published: false" in lines


def test_what_the_site_does_not_say_is_to_be_filled_in(tmp_path: Path) -> None:
    write(tmp_path / "site", {"astro.config.mjs": "export default {};", "src/content/blog/a.md": POST})
    done = init(tmp_path, "--from", "site", "feeds")
    assert "fill in site.title in config.yaml: astro.config.mjs does not say it" in done.stdout
    assert "fill in site.base_url in config.yaml: astro.config.mjs does not say it" in done.stdout
    assert "# FILL IN" in (tmp_path / "feeds" / "config.yaml").read_text(encoding="utf-8")


def test_an_existing_configuration_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {**{f"site/{name}": text for name, text in SITES["hexo"].items()}, "config.yaml": "mine"})
    done = init(tmp_path, "--from", "site")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "feedpub: config.yaml: exists; nothing was written\n"
    assert (tmp_path / "config.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "there is no such folder; nothing was written"),
        ({"site/README.md": "x"}, f"holds no configuration of {', '.join(GENERATORS)}; nothing was written"),
        ({"site/_config.yml": "a: [", "site/_posts/x.md": POST}, "not valid YAML"),
        ({"site/hugo.toml": "a = ", "site/content/x.md": POST}, "cannot be read: Invalid value"),
    ],
)
def test_a_site_that_is_not_known_is_one_line_and_status_2(
    tmp_path: Path, files: Mapping[str, str], message: str
) -> None:
    write(tmp_path, files)
    done = init(tmp_path, "--from", "site", "feeds")
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "feeds").exists()


def test_a_resource_of_a_bundle_is_no_article(tmp_path: Path) -> None:
    write(tmp_path / "site", SITES["hugo"])
    init(tmp_path, "-q", "--from", "site", "feeds")
    done = run_here(tmp_path / "feeds", ("list", "articles", "--json"), "")
    names = {Path(row["path"]).name: row["status"] for row in json.loads(done.stdout)}
    assert names == {"a.md": "published", "index.fr.md": "published", "d.md": "unpublished"}


def test_keys_of_a_generator_need_one(tmp_path: Path) -> None:
    write(tmp_path, {"config.yaml": "site: {title: T, base_url: 'https://x.org/'}\ncontent:\n  ugly_urls: true\n"})
    done = run_here(tmp_path, ("validate",), "")
    assert (done.returncode, done.stderr) == (
        2,
        "config.yaml:3: content.ugly_urls: has no effect without content.generator; set that, too\n",
    )


def test_a_part_that_no_permalink_has_is_named(tmp_path: Path) -> None:
    config = (
        "site: {title: T, base_url: 'https://x.org/'}\ncontent:\n  generator: hugo\n  permalinks: {posts: /:yeer/}\n"
    )
    write(tmp_path, {"config.yaml": config})
    done = run_here(tmp_path, ("validate",), "")
    assert done.returncode == 2
    assert "content.permalinks.posts: 'yeer' is no part of an article's URL" in done.stderr


def test_bodies_are_rendered_as_the_generator_does(tmp_path: Path) -> None:
    shortcode = POST + '{{< figure src="/a.png" alt="A" >}} {{% unknown %}}text{{% /unknown %}}\n'
    write(tmp_path / "site", {"hugo.toml": SITES["hugo"]["hugo.toml"], "content/posts/a.md": shortcode})
    init(tmp_path, "-q", "--from", "site", "feeds")
    done = run_here(tmp_path / "feeds", ("build",), "")
    assert done.stderr == "../site/content/posts/a.md:5: body: {{% unknown %}} is left out; feedpub runs no templates\n"
    html = items(tmp_path / "feeds")[0]["content_html"]
    assert "<img" in html
    assert "{{" not in html
    assert "text" in html
