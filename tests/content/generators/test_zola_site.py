"""A whole site of Zola: its configuration, its sections, and the articles that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from feedpub.config import Config, load_config
from feedpub.content.fingerprint import reading_fingerprint
from feedpub.content.generators import facts_of
from feedpub.content.loading import load_articles
from feedpub.core.errors import UsageError

CONFIG = """\
base_url = "https://x.example.org/sub"
title = "Notes"
description = "On things"
author = "ada@example.org (Ada L.)"
default_language = "en"
ignored_content = ["*.part.md", "**/private/*"]
taxonomies = [{name = "tags"}, {name = "series"}]
[languages.fr]
title = "Carnet"
[slugify]
paths_keep_dates = false
"""
PAGES = {
    "_index.md": "",
    "blog/_index.md": "transparent = true\npage_template = 'post.html'",
    "blog/2024-05-01-Große Reise.md": "title = 'Trip'\n[taxonomies]\ntags = ['Far away']\nseries = ['One']",
    "blog/Été/index.md": "title = 'Summer'\ndate = 2024-05-02T10:00:00+02:00\n[extra]\nimage = 'sea.jpg'",
    "blog/Été/index.fr.md": "title = 'Été'\ndate = 2024-05-02",
    "blog/日本.md": "title = 'Japan'\ndate = 2024-05-03\nauthors = ['Bo', 'Cy']",
    "blog/a.part.md": "title = 'Part'\ndate = 2024-05-04",
    "blog/private/b.md": "title = 'Private'\ndate = 2024-05-04",
    "blog/draft.md": "title = 'Draft'\ndate = 2024-05-04\ndraft = true",
    "blog/about.md": "title = 'Undated'",
    "plans/_index.fr.md": "draft = true",
    "plans/deep/c.md": "title = 'Plan'\ndate = 2024-05-04",
    "un.fr.md": "title = 'Un'\ndate = 2024-05-05\npath = 'elsewhere/un'",
}


def site(root: Path, pages: Mapping[str, str] = PAGES) -> Config:
    (root / "config.toml").write_text(CONFIG, encoding="utf-8")
    for name, front in pages.items():
        file = root / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"+++\n{front}\n+++\nFirst\n\n<!-- more -->\n\nRest\n", encoding="utf-8")
    facts = facts_of(root)
    assert facts is not None
    lines = [f"site: {{title: '{facts.title}', base_url: '{facts.base_url}'}}"]
    lines += [f"content: {{path: content, generator: zola, exclude: {[*facts.exclude]}, languages: [en, fr]}}"]
    (root / "config.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert (facts.content, facts.author, facts.email) == ({"languages": ["en", "fr"]}, "Ada L.", "ada@example.org")
    return load_config(root / "config.yaml")


def test_its_articles_are_those_that_zola_publishes(tmp_path: Path) -> None:
    loaded = load_articles(site(tmp_path))
    found = {
        article.url.removeprefix("https://x.example.org/sub"): (
            article.title,
            f"{article.published_at:%dT%H}",
            [topic.label for topic in article.topics],
            [author.name for author in article.authors],
            [image.url for image in article.images],
            article.language,
        )
        for article in loaded.articles
        if article.withheld is None
    }
    assert found == {
        "/blog/grosse-reise/": ("Trip", "01T00", ["Far away", "One"], [], [], None),
        "/blog/ete/": ("Summer", "02T08", [], [], ["https://x.example.org/sub/blog/ete/sea.jpg"], None),
        "/fr/blog/ete/": ("Été", "02T00", [], [], [], "fr"),
        "/blog/ri-ben/": ("Japan", "03T00", [], ["Bo", "Cy"], [], None),
        "/elsewhere/un/": ("Un", "05T00", [], [], [], "fr"),
    }
    withheld = {article.path: article.withheld for article in loaded.articles if article.withheld}
    assert withheld == {"content/blog/draft.md": "draft: true", "content/plans/deep/c.md": "draft of a section"}
    assert [problem.path for problem in loaded.problems] == ["content/blog/about.md"]


def test_the_fingerprint_of_reading_changes_with_the_drafts_of_sections(tmp_path: Path) -> None:
    config = site(tmp_path)
    before = reading_fingerprint(config)
    (tmp_path / "content/plans/_index.fr.md").write_text("+++\ndraft = false\n+++\n", encoding="utf-8")
    assert reading_fingerprint(config) != before
    assert all(article.withheld != "draft of a section" for article in load_articles(config).articles)


def test_a_section_that_cannot_be_parsed_may_be_a_draft(tmp_path: Path) -> None:
    config = site(tmp_path, {"blog/a.md": "title = 'A'\ndate = 2024-05-01"})
    (tmp_path / "content/blog/_index.md").write_bytes(b"+++\ntitle = \xff\n+++\n")
    assert [article.withheld for article in load_articles(config).articles] == [None]
    (tmp_path / "content/blog/_index.md").write_bytes(b"+++\ndraft = \xff\n+++\n")
    assert [article.withheld for article in load_articles(config).articles] == ["draft of a section"]


def test_the_root_section_and_one_with_windows_line_ends_are_read(tmp_path: Path) -> None:
    config = site(tmp_path, {"blog/a.md": "title = 'A'\ndate = 2024-05-01"})
    section = tmp_path / "content/_index.md"
    section.write_bytes(b"+++\r\ndraft = false\r\n+++\r\n")
    assert [article.withheld for article in load_articles(config).articles] == [None]
    section.write_bytes(b"+++\r\ndraft = true\r\n+++\r\n")
    assert [article.withheld for article in load_articles(config).articles] == ["draft of a section"]


def test_a_section_in_a_folder_that_a_link_leads_to_is_read(tmp_path: Path) -> None:
    config = site(tmp_path, {".shared/a.md": "title = 'A'\ndate = 2024-05-01"})
    (tmp_path / "content/blog").symlink_to(".shared")
    (tmp_path / "content/.shared/_index.md").write_text("+++\ndraft = true\n+++\n", encoding="utf-8")
    withheld = {article.path: article.withheld for article in load_articles(config).articles}
    assert withheld == {"content/blog/a.md": "draft of a section"}


@pytest.mark.parametrize("generator", ["zola", "hugo"])
def test_a_section_outside_of_the_content_stops_the_build(tmp_path: Path, generator: str) -> None:
    site(tmp_path, {"blog/a.md": "title = 'A'\ndate = 2024-05-01"})
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("zola", generator), encoding="utf-8")
    outside = tmp_path / "outside.md"
    outside.write_text("+++\ndraft = true\n+++\n", encoding="utf-8")
    (tmp_path / "content/blog/_index.md").symlink_to(outside)
    with pytest.raises(UsageError, match=r"content/blog/_index\.md: leads outside the content folder"):
        load_articles(load_config(config))
