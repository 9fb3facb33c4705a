"""The folders of feeds through the commands: slugs of the owner's choice, any script, and no two keys in one folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

import pytest
from lxml import etree, html

from feedpub.config import load_config
from feedpub.core import slugs
from feedpub.core.models import FeedKind
from feedpub.delivery.websub.feed_urls import feed_url
from feedpub.feeds.history import PublishedFeed
from feedpub.state.published import OutputState, PublishedState
from support.making import BASE_URL, day
from support.site import SiteFolder

ATOM = "{http://www.w3.org/2005/Atom}"
SLUGS = 'topics: {slugs: {"C++": cpp, "C#": csharp}}\nproviders: {slugs: {wsj.com: wsj, The Éclair!: eclair}}\n'
SCRIPTS = {"机器学习": "机器学习", "Größe": "grösse", "עברית": "עברית", "नमस्ते": "नमस्ते"}
FEEDS = ("rss.xml", "atom.xml", "feed.json")
SHARED = "feedpub: topics: 'c++' and 'cpp' have the same folder, topics/cpp; choose it in topics.slugs\n"


def folders(site: SiteFolder) -> set[str]:
    return {path.rpartition("/")[0] for path in site.feed_files()}


def titles(site: SiteFolder, folder: str) -> list[str]:
    return [item["title"] for item in json.loads(site.files()[f"{folder}/feed.json"])["items"]]


def test_spellings_of_one_topic_share_a_feed(site: SiteFolder) -> None:
    spellings = ("Model-driven apps", "model driven apps", "model-driven-apps", "model_driven  apps")
    for number, spelling in enumerate(spellings):
        site.add(f"a{number}", topics=[spelling])
    site.build()
    assert folders(site) == {"", "topics/model-driven-apps"}
    assert len(titles(site, "topics/model-driven-apps")) == 4


def test_the_owner_chooses_folders_and_every_command_knows_them(site: SiteFolder) -> None:
    site.configure(SLUGS)
    site.add("a", topics=["c++", "C#"], provider={"name": "Journal", "domain": "wsj.com"})
    site.add("b", topics=["C"], provider={"name": "THE ÉCLAIR!"})
    site.build()
    chosen = {"topics/cpp", "topics/csharp", "topics/c", "providers/wsj", "providers/eclair"}
    assert folders(site) == chosen | {""}
    page = html.fromstring(site.files()["index.html"])
    assert {f"{folder}/index.html" for folder in chosen} <= set(page.xpath("//a/@href"))
    assert f"{BASE_URL}topics/cpp/rss.xml".encode() in site.files()["topics.opml"]
    rows = json.loads(site.run("list", "topics", "--json").stdout)
    assert {row["folder"] for row in rows} == {"topics/cpp", "topics/csharp", "topics/c"}
    explained = site.run("explain", "content/a.md").stdout
    assert all(folder in explained for folder in ("topics/cpp ", "topics/csharp ", "providers/wsj "))


def test_a_slug_that_changes_moves_the_feed_and_every_link_to_it(site: SiteFolder) -> None:
    site.add("a", topics=["C++", "C"])
    site.build()
    site.configure(SLUGS)
    site.build()
    links = html.fromstring(site.files()["topics/c/index.html"]).xpath("//ul[@class='topics']//a/@href")
    assert links == ["../../topics/cpp/index.html", "../../topics/c/index.html"]
    assert titles(site, "topics/cpp") == ["Title of a"]


def clash(site: SiteFolder) -> None:
    site.configure(SLUGS)
    site.add("a", topics=["C++"])
    site.add("b", topics=["AI"])
    site.add("c", topics=["cpp"])


@pytest.mark.parametrize(
    "command",
    ["build", "build --full", "build --dry-run", "build --jobs 1", "validate", "list topics", "list articles",
     "explain content/b.md"],
)  # fmt: skip
def test_two_keys_in_one_folder_are_an_error_that_names_both(site: SiteFolder, command: str) -> None:
    clash(site)
    done = site.run(*command.split())
    assert (done.returncode, done.stderr) == (2, SHARED)
    assert site.files() == {}


@pytest.mark.parametrize("is_full", [False, True])
def test_a_clash_that_an_edit_makes_stops_every_later_build_and_leaves_the_output(
    site: SiteFolder, is_full: bool
) -> None:
    clash(site)
    (site.content / "c.md").unlink()
    site.build()
    before = site.files()
    site.add("c", topics=["cpp"])
    for _ in range(3):
        done = site.run("build", *(["--full"] if is_full else []))
        assert (done.returncode, done.stderr) == (2, SHARED)
        assert site.files() == before
    site.add("c", topics=["Other"])
    site.build()
    assert "topics/other" in folders(site)


def test_two_new_keys_of_one_build_in_one_folder_are_an_error_too(site: SiteFolder) -> None:
    clash(site)
    for name in ("a", "c"):
        (site.content / f"{name}.md").unlink()
    site.build()
    clash(site)
    done = site.run("build")
    assert (done.returncode, done.stderr) == (2, SHARED)


def test_a_key_may_take_the_folder_that_another_leaves_in_the_same_build(site: SiteFolder) -> None:
    site.configure(SLUGS)
    site.add("a", topics=["cpp"])
    site.add("b", topics=["AI"])
    site.build()
    site.add("a", topics=["C++"])
    site.build()
    assert titles(site, "topics/cpp") == ["Title of a"]
    assert json.loads(site.files()["topics/cpp/feed.json"])["title"] == "AI News: C++"


def test_a_collision_of_hashes_is_an_error_in_full_and_incremental_builds(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hash is cut to nothing, since nobody can find two keys with 80 equal bits."""
    monkeypatch.setattr(slugs, "_HASH_DIGITS", 0)
    line = "feedpub: topics: '!a' and 'a!' have the same folder, topics/a--; choose it in topics.slugs\n"
    site.add("a", topics=["!A"])
    site.add("b", topics=["B"])
    site.build()
    site.add("c", topics=["A!"])
    for arguments in ((), ("--full",), ()):
        done = site.run("build", *arguments)
        assert (done.returncode, done.stderr) == (2, line)
    site.configure('topics: {slugs: {"A!": a}}\n')
    site.build()
    assert {"topics/a--", "topics/a"} < folders(site)


def test_a_name_and_a_domain_in_one_folder_are_told_apart_in_the_message(site: SiteFolder) -> None:
    site.configure("providers: {slugs: {wsj.com: wsj}}\n")
    site.add("a", provider={"domain": "wsj.com"})
    site.add("b", provider={"name": "WSJ.com"})
    done = site.run("build")
    assert done.returncode == 2
    assert done.stderr == (
        "feedpub: providers: the domain 'wsj.com' and the name 'wsj.com' have the same folder, providers/wsj; "
        "choose it in providers.slugs\n"
    )


def addresses(site: SiteFolder, folder: str) -> dict[str, str]:
    """The address of its own in each format of a feed, and in the lists of feeds."""
    files = site.files()
    rss, atom = (etree.fromstring(files[f"{folder}/{name}"]) for name in ("rss.xml", "atom.xml"))
    lists = etree.fromstring(files["topics.opml"]).findall(".//outline")
    (listed,) = (outline for outline in lists if unquote(outline.get("xmlUrl")) == f"{BASE_URL}{folder}/rss.xml")
    return {
        "rss.xml": rss.find(f"channel/{ATOM}link[@rel='self']").get("href"),
        "atom.xml": atom.find(f"{ATOM}link[@rel='self']").get("href"),
        "feed.json": json.loads(files[f"{folder}/feed.json"])["feed_url"],
        "listed": listed.get("xmlUrl"),
        "page": listed.get("htmlUrl"),
        "home": rss.findtext("channel/link"),
        "id": atom.findtext(f"{ATOM}id"),
    }


@pytest.mark.parametrize(("topic", "name"), SCRIPTS.items())
def test_any_script_is_a_folder_on_the_disk_and_percent_encoded_in_every_url(
    site: SiteFolder, topic: str, name: str
) -> None:
    site.configure("output: {archive: true, limit: 1}\nhub: https://hub.example.net/\n")
    for number in range(2):
        site.add(f"a{number}", topics=[topic])
    site.build()
    folder, encoded = f"topics/{name}", f"{BASE_URL}topics/{quote(name)}/"
    assert (site.output / folder / "rss.xml").is_file()
    found = addresses(site, folder)
    assert {key: found[key] for key in FEEDS} == {key: encoded + key for key in FEEDS}
    assert (found["listed"], found["id"]) == (f"{encoded}rss.xml", f"{encoded}atom.xml")
    assert (found["page"], found["home"]) == (encoded, encoded)
    archive = json.loads(site.files()[f"{folder}/feed.json"])["next_url"]
    assert archive == f"{encoded}archive/2/feed.json"
    for page in ("index.html", f"{folder}/index.html"):
        markup = html.fromstring(site.files()[page])
        links = [*markup.xpath("//@href"), *markup.xpath("//@data-copy")]
        assert all(link.isascii() for link in links)
        reached = {unquote(urljoin(BASE_URL + quote(page), link)) for link in links}
        assert {f"{BASE_URL}{folder}/{name}" for name in (*FEEDS, "index.html")} <= reached
    assert feed_url(f"{folder}/rss.xml", load_config(site.root / "config.yaml")) == found["rss.xml"]


def test_incremental_builds_of_any_script_equal_builds_from_nothing(site: SiteFolder, tmp_path: Path) -> None:
    for number, topic in enumerate(SCRIPTS):
        site.add(f"a{number}", topics=[topic, "C++"])
    site.build()
    site.add("a0", body="Edited", topics=[*SCRIPTS])
    site.build()
    twin = SiteFolder(tmp_path / "twin")
    shutil.copytree(site.content, twin.content, dirs_exist_ok=True)
    twin.build()
    assert site.files() == twin.files()


# A site that an earlier version published.


def published_as(site: SiteFolder, folder: str, key: str, label: str) -> None:
    """Have the site's history hold a feed in ``folder``, as it was when folders were named otherwise."""
    state = PublishedState(site.state)
    old = state.output_state("output")
    feed = PublishedFeed(kind=FeedKind.TOPIC, key=key, label=label, updated=day(3), total=1)
    state.save("output", OutputState(articles=old.articles, files=old.files, feeds={**old.feeds, folder: feed}))


@pytest.fixture
def upgraded(site: SiteFolder) -> SiteFolder:
    site.add("a", topics=["C++"])
    site.add("b", topics=["Power-Apps"])
    site.state.mkdir()
    published_as(site, "topics/c--cedb1bac", "c++", "C++")
    published_as(site, "topics/power-apps--0a1b2c3d", "power-apps", "Power-Apps")
    site.build()
    return site


def feed_of(site: SiteFolder, folder: str) -> tuple[str, list[str], str]:
    feed = json.loads(site.files()[f"{folder}/feed.json"])
    updated = etree.fromstring(site.files()[f"{folder}/atom.xml"]).findtext(f"{ATOM}updated")
    assert "expired" not in feed
    return feed["title"], titles(site, folder), updated


def nothing(_: SiteFolder) -> None:
    pass


def edit(site: SiteFolder) -> None:
    site.add("c", topics=["C++", "AI"])


@pytest.mark.parametrize("change", [nothing, edit])
def test_the_old_folder_of_a_published_feed_becomes_a_valid_empty_feed(
    upgraded: SiteFolder, change: Callable[[SiteFolder], None]
) -> None:
    change(upgraded)
    upgraded.build()
    assert feed_of(upgraded, "topics/c--cedb1bac") == ("AI News: C++", [], "2024-05-03T12:00:00+00:00")
    assert feed_of(upgraded, "topics/power-apps--0a1b2c3d") == ("AI News: Power-Apps", [], "2024-05-03T12:00:00+00:00")
    assert titles(upgraded, "topics/c--cedb1bac7efcd7db47e9")[:1] == ["Title of a"]
    assert titles(upgraded, "topics/power-apps") == ["Title of b"]
    listed = json.loads(upgraded.run("list", "feeds", "--json").stdout)
    assert {row["folder"] for row in listed} == folders(upgraded)


def test_prune_removes_the_old_folder(upgraded: SiteFolder) -> None:
    upgraded.build("--prune")
    assert not {"topics/c--cedb1bac", "topics/power-apps--0a1b2c3d"} & folders(upgraded)


@pytest.mark.parametrize(
    "folder", ["topics/../../evil", "topics/..", "../evil", "topics/a/b", "topics/", "feeds/x", ""]
)
def test_a_history_with_a_folder_that_is_no_feeds_writes_nothing_there(site: SiteFolder, folder: str) -> None:
    site.add("a", topics=["AI"])
    site.build()
    file = site.state / "published.json"
    kept = json.loads(file.read_text())
    del kept["checksum"]
    feeds = kept["outputs"]["output"]["feeds"]
    feeds[folder] = feeds["topics/ai"]
    file.write_text(json.dumps(kept))
    before = site.files()
    done = site.run("build", "--full")
    assert (done.returncode, "is damaged" in done.stderr) == (0, True)
    assert site.files() == before
    assert not list(site.root.rglob("evil"))
