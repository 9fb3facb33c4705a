"""Feeds that move to another folder: topics and providers that count for others."""

from __future__ import annotations

import json

import pytest

from feedpub import load_config
from feedpub.delivery.hosting.site_target import target_of
from support.site import SiteFolder

ALIASES = """\
topics: {aliases: {ML: Machine learning}}
providers: {aliases: {old.example: new.example}}
feeds: [{slug: mine, title: Mine, topics: [ML]}]
"""
OLD = {"name": "Old Times", "domain": "old.example"}
NEW = {"name": "New Times", "domain": "new.example"}


@pytest.fixture
def moved(site: SiteFolder) -> SiteFolder:
    """A site whose old feeds are published, and that has aliases since."""
    site.add("a", topics=["ML", "Go"], provider=OLD)
    site.add("b", topics=["machine-learning", "ml"], provider=OLD)
    site.add("c", topics=["Machine learning"], provider=NEW)
    site.build()
    site.configure(ALIASES)
    return site


def items(site: SiteFolder, folder: str) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(site.files()[f"{folder}/feed.json".lstrip("/")])["items"]
    return listed


def test_articles_count_for_the_new_one(moved: SiteFolder) -> None:
    before = {item["id"] for item in items(moved, "")}
    moved.build()
    for folder in ("topics/machine-learning", "providers/new.example"):
        assert {item["id"] for item in items(moved, folder)} == before
    tags = {str(item["url"]): item["tags"] for item in items(moved, "feeds/mine")}
    assert tags == {
        "https://example.com/a": ["Machine learning", "Go"],
        "https://example.com/b": ["machine-learning"],
        "https://example.com/c": ["Machine learning"],
    }


def test_the_old_folders_go_and_nothing_names_them(moved: SiteFolder) -> None:
    assert {"topics/ml/rss.xml", "providers/old.example/index.html"} <= moved.files().keys()
    assert "2 removed" in moved.build().stdout
    files = moved.files()
    for folder in ("topics/ml", "providers/old.example"):
        assert not (moved.output / folder).exists()
        assert not [path for path, data in files.items() if f"/{folder}/".encode() in data]
    state = json.loads((moved.state / "published.json").read_text(encoding="utf-8"))["outputs"]["output"]
    assert not {"topics/ml", "providers/old.example"} & state["feeds"].keys()
    # The name of the former domain names no feed, though it is the more frequent one.
    assert b"<title>AI News: New Times</title>" in files["providers/new.example/rss.xml"]


def test_explain_and_list_know_the_new_one_only(moved: SiteFolder) -> None:
    moved.build()
    explained = moved.run("explain", "content/a.md").stdout
    assert "topics/machine-learning" in explained
    assert "topics/ml" not in explained
    assert "old.example" not in explained
    listed = moved.run("list", "topics").stdout + moved.run("list", "providers").stdout
    assert "topics/machine-learning" in listed
    assert "topics/ml" not in listed
    assert "old.example" not in listed


def test_a_folder_that_an_alias_had_is_given_to_no_other(site: SiteFolder) -> None:
    site.configure("topics: {aliases: {ML: AI}, slugs: {Go: ml}}\n")
    site.add("a", topics=["Go"])
    for command in (["build"], ["validate"], ["list", "topics"]):
        done = site.run(*command)
        assert done.returncode == 2
        expected = "feedpub: topics: 'go' has the folder of an alias, topics/ml; choose it in topics.slugs\n"
        assert done.stderr.endswith(expected)


def test_the_slug_of_an_alias_is_its_old_folder(site: SiteFolder) -> None:
    site.add("a", topics=["C++"])
    slugs = 'topics: {slugs: {"C++": cpp}'
    site.configure(f"{slugs}}}\n")
    site.build()
    site.configure(f'{slugs}, aliases: {{"C++": C plus plus}}}}\n')
    site.build()
    assert (site.output / "topics/c-plus-plus/rss.xml").exists()
    assert not (site.output / "topics/cpp").exists()


def test_the_feeds_of_a_family_move_with_their_topics_and_providers(moved: SiteFolder) -> None:
    family = "feeds: [{slug: all, title: All, combine: [topics, providers]}]\n"
    moved.configure(family)
    moved.build()
    assert (moved.output / "feeds/all~ml~old.example/rss.xml").exists()
    moved.configure(ALIASES.partition("feeds:")[0] + family)
    moved.build()
    folders = {path.rpartition("/")[0] for path in moved.files() if path.startswith("feeds/")}
    assert folders == {"feeds/all~machine-learning~new.example", "feeds/all~go~new.example"}
    assert {str(item["url"])[-1] for item in items(moved, "feeds/all~machine-learning~new.example")} == set("abc")
    moves = {move.folder: move.path for move in target_of(load_config(moved.root / "config.yaml")).moves}
    for old in ("all~ml~old.example", "all~machine-learning~old.example", "all~ml~new.example"):
        assert moves[f"feeds/{old}"] == "feeds/all~machine-learning~new.example/"
    assert moves["feeds/all~go~old.example"] == "feeds/all~go~new.example/"
    assert "feeds/all~machine-learning~new.example" not in moves
    nginx = moved.run("hosting", "nginx").stdout
    assert "feeds/all~machine-learning~new.example/$" in nginx


def test_a_feed_of_a_family_can_be_retired(site: SiteFolder) -> None:
    family = "feeds: [{slug: all, title: All, combine: [topics, providers]}]\n"
    site.configure(family + "retired: [feeds/all~go~old.example/]\n")
    site.add("a", topics=["Go", "AI"], provider=OLD)
    site.build()
    folders = {path.rpartition("/")[0] for path in site.files() if path.startswith("feeds/")}
    assert folders == {"feeds/all~ai~old.example"}


def test_a_retired_feed_goes_and_is_not_made_again(site: SiteFolder) -> None:
    mine = "feeds: [{slug: mine, title: Mine}]\n"
    site.configure(mine)
    site.add("a", topics=["Go"], provider=OLD)
    site.build()
    gone = {"topics/go", "providers/old.example", "feeds/mine"}
    assert all((site.output / folder / "rss.xml").exists() for folder in gone)
    site.configure("retired: [topics/go, providers/old.example, feeds/mine]\n")
    assert "3 removed" in site.build().stdout
    site.add("b", topics=["Go"], provider=OLD)
    site.build()
    assert not [folder for folder in gone if (site.output / folder).exists()]
    state = json.loads((site.state / "published.json").read_text(encoding="utf-8"))["outputs"]["output"]
    assert state["feeds"].keys() == {""}
    assert "the feed is retired" in site.run("explain", "content/b.md").stdout
    assert "(no feed: the feed is retired)" in site.run("list", "topics").stdout
