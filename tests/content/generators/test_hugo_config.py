"""The configuration of a Hugo site as ``init --from`` reads it. ``test_real_hugo.py`` compares with Hugo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.hugo_config import hugo_facts
from support.generator_programs import write


def facts_of(root: Path, files: dict[str, str]) -> SiteFacts:
    write(root, files)
    facts = hugo_facts(SiteFiles(root))
    assert facts is not None
    return facts


def content_of(root: Path, config: str) -> dict[str, Any]:
    return facts_of(root, {"hugo.yaml": config}).content


def test_the_configuration_folder_is_merged_and_production_wins(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        {
            "hugo.toml": 'title = "Root"\ntimeZone = "Europe/Berlin"\n',
            "config/_default/hugo.toml": 'title = "Default"\nbaseURL = "/"\n',
            "config/_default/params.yaml": "params: {author: {name: Ada, email: ada@example.org}}\n",
            "config/_default/params.en.yaml": "description: About\n",
            "config/_default/menus.en.toml": "title = 'no'\n",
            "config/_default/sub/permalinks.yaml": "posts: /:slug/\n",
            "config/production/config.json": '{"baseURL": "https://x.example.org/"}',
            "config/staging/hugo.toml": 'title = "Staging"\n',
        },
    )
    found = (facts.title, facts.base_url, facts.timezone, facts.author, facts.email, facts.description)
    assert found == ("Default", "https://x.example.org/", "Europe/Berlin", "Ada", "ada@example.org", "About")
    assert facts.content["permalinks"] == {"posts": "/:slug/"}


@pytest.mark.parametrize(
    ("files", "base_url"),
    [
        ({"hugo.toml": 'baseURL = "//x.example.org/a/"'}, "https://x.example.org/a/"),
        ({"hugo.toml": 'baseURL = "/"', "static/CNAME": "x.example.org\n"}, "https://x.example.org/"),
        ({"hugo.toml": 'baseURL = "/"', "static/CNAME": "no host"}, ""),
        ({"hugo.toml": "title = 'T'"}, ""),
    ],
)
def test_the_address_is_a_whole_url_or_left_to_fill_in(tmp_path: Path, files: dict[str, str], base_url: str) -> None:
    assert facts_of(tmp_path, files).base_url == base_url


def test_languages_have_folders_addresses_and_permalinks(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        {
            "config.yaml": """\
defaultContentLanguage: de
defaultContentLanguageInSubdir: true
disableLanguages: [it]
languages:
  en: {contentDir: content/english, baseURL: "https://en.example.org/", permalinks: {blog: /:slug/}}
  de: {contentDir: content/deutsch, title: Titel, baseURL: "https://de.example.org/"}
  fr: {disabled: true, contentDir: content/french}
  it: {contentDir: content/it}
"""
        },
    )
    assert (facts.title, facts.language, facts.paths) == ("Titel", "de", ("content/deutsch", "content/english"))
    assert facts.content == {
        "permalinks": {"en:blog": "/:slug/"},
        "languages": ["de", "en"],
        "prefix_default_language": True,
        "language_urls": {"de": "https://de.example.org/", "en": "https://en.example.org/"},
        "mounts": [{"path": "content/deutsch", "language": "de"}, {"path": "content/english", "language": "en"}],
    }
    assert {"*.fr.md", "*.it.md"} <= {*facts.exclude}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("permalinks: {posts: /:slug/, page: {notes: /n/}, section: {x: /x/}}", {"posts": "/:slug/", "notes": "/n/"}),
        (
            "permalinks: {/: /:slug/, ' a/b ': /:sectionslug/:sectionslugs/}",
            {"/": "/:slug/", "a/b": "/:section/:sections/"},
        ),
        ("permalinks: {a: '/:2006/:Jan/:02/:title/'}", {"a": "/:year/:short_month/:day/:title/"}),
        ("permalinks: [{pattern: /p/, target: {path: '/{a,a/**}'}}]", {"a": "/p/"}),
        ("permalinks: [{pattern: /p/, target: {path: '{/a,/a/**}'}}]", {"a": "/p/"}),
        ("permalinks: [{pattern: /p/, target: {path: '/a/**', kind: page, lang: fr}}]", {"fr:a": "/p/"}),
        ("permalinks: [{pattern: /s/, target: {path: '/a', kind: section}}]", None),
    ],
)
def test_permalinks_of_pages(tmp_path: Path, config: str, expected: dict[str, str] | None) -> None:
    assert content_of(tmp_path, config).get("permalinks") == expected


def test_a_permalink_without_a_target_is_that_of_all(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path, {"hugo.yaml": "permalinks: [{pattern: /p/, target: {path: '/a*/b'}}, {pattern: '/:slug/'}]"}
    )
    assert facts.content["permalink"] == "/:slug/"
    assert ["/a*/b" in note for note in facts.notes] == [True]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("uglyURLs: true", {"ugly_urls": True}),
        ("uglyURLs: {Posts: true, films: false}", {"ugly_urls": ["posts"]}),
        ("disablePathToLower: true\nremovePathAccents: true", {"slugify": "hugo-case"}),
        ("removePathAccents: true", {"slugify": "hugo-ascii"}),
        (
            "frontmatter: {date: [':filename', ':default']}",
            {"date_keys": [":filename", *"date publishdate pubdate published lastmod modified".split()]},
        ),
        ("frontmatter: {date: [date], lastmod: [':git', lastmod]}", {"date_keys": ["date"]}),
        (
            "frontmatter: {date: [written, date], lastmod: [changed, ':default'], expiryDate: ends}",
            {
                "date_keys": ["written", "date"],
                "fields": {
                    "published_at": ["publishdate", "pubdate", "published", "date", "written"],
                    "updated_at": ["changed", "lastmod", "modified", "date", "publishdate", "pubdate", "published"],
                    "expires_at": ["ends"],
                },
            },
        ),
        (
            "taxonomies: {tag: tags, genre: Genres, author: authors}",
            {"fields": {"topics": ["categories + tags + genres"]}},
        ),
        ("taxonomies: {contributor: contributors}", {"fields": {"authors": ["authors", "author", "contributors"]}}),
        (
            "cascade: {draft: true, toc: true, build: {list: never}, tags: [a, b], target: {path: /X/**, lang: fr}}",
            {
                "cascade": [
                    {
                        "path": "/x/**",
                        "languages": ["fr"],
                        "values": {"draft": "true", "build.list": "never", "tags": "a, b"},
                    }
                ]
            },
        ),
        ("cascade: [{showToc: true}, {draft: true, target: {kind: section}}]", {}),
        (
            "module: {mounts: [{source: ./a, target: content}, {source: b, target: content/x}, {source: c}]}",
            {"mounts": [{"path": "b", "target": "x"}]},
        ),
    ],
)
def test_settings_become_keys_of_content(tmp_path: Path, config: str, expected: dict[str, Any]) -> None:
    assert content_of(tmp_path, config) == {"languages": ["en"], **expected}


def test_ignored_files_are_excluded_where_a_pattern_can_say_so(tmp_path: Path) -> None:
    config = "ignoreFiles: ['\\.Rmd$', '_files$', README.md, '^.*\\.draft\\.md$', content/old/, skip/, /x, '[a]+$']"
    facts = facts_of(tmp_path, {"hugo.yaml": config})
    assert facts.exclude == (
        *("**/*_files", "**/*_files/**", "**/*README.md*", "**/*README.md*/**"),
        *("**/*.draft.md", "**/*.draft.md/**", "old/**", "**/*skip/**", "**/x*", "**/x*/**"),
    )
    assert len(facts.notes) == 1


def test_other_suffixes_of_markdown_are_read_where_there_are_such_files(tmp_path: Path) -> None:
    assert facts_of(tmp_path, {"hugo.yaml": "title: T", "content/a.md": ""}).pattern == "**/*.md"
    write(tmp_path, {"content/b/c.markdown": ""})
    assert facts_of(tmp_path, {}).pattern == "**/*.{md,markdown}"


def test_pages_of_content_adapters_are_told(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, {"hugo.yaml": "title: T", "content/x/_content.gotmpl": "", "content/a.md": ""})
    assert "adapters" in "".join(facts.notes)


def test_drafts_that_the_site_builds_are_told(tmp_path: Path) -> None:
    assert len(facts_of(tmp_path, {"hugo.yaml": "title: T\nbuildDrafts: true"}).notes) == 1
