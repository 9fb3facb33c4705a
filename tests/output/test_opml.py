"""The subscription lists: what is in them, that the W3C validator is content, and that newsboat imports them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from feedpub.core.feed_models import NEVER_UPDATED, FeedListing
from feedpub.core.models import FeedKind
from feedpub.output.opml import opml_files, opml_paths
from feedpub.output.site import site_of
from support.making import BASE_URL, configuration

SITE = site_of(configuration())
FORMATS = ("rss", "atom", "json")
CHECKOUT = os.environ.get("FEEDVALIDATOR")


def listed(kind: FeedKind, folder: str, label: str, **values: Any) -> FeedListing:
    made = {"title": f"AI News: {label}", "total": 3, "updated": datetime(2024, 5, 1, tzinfo=UTC)}
    made |= {"formats": FORMATS, **values}
    return FeedListing(kind=kind, folder=folder, label=label, **made)


FEEDS = (
    listed(FeedKind.SITE, "", "", title="AI News"),
    listed(FeedKind.CUSTOM, "feeds/hot", "Hot in AI", title="Hot in AI"),
    listed(FeedKind.PROVIDER, "providers/wsj.com", 'The <b>"Journal"</b> & Co'),
    listed(FeedKind.TOPIC, "topics/ai", "AI"),
    listed(FeedKind.TOPIC, "topics/x--1a2b3c4d", "機械学習 🤖"),
)
FILES = opml_files(SITE, FEEDS)


def outlines(data: bytes) -> list[Any]:
    """The list as nested pairs of a text and an address or a list."""

    def walk(parent: Any) -> list[Any]:
        return [(one.get("text"), one.get("xmlUrl") or walk(one)) for one in parent]

    return walk(etree.fromstring(data).find("body"))


def test_all_feeds_are_listed_by_what_they_gather() -> None:
    assert outlines(FILES["feeds.opml"]) == [
        ("AI News", BASE_URL + "rss.xml"),
        ("Collections", [("Hot in AI", BASE_URL + "feeds/hot/rss.xml")]),
        (
            "Topics",
            [
                ("AI", BASE_URL + "topics/ai/rss.xml"),
                ("機械学習 🤖", BASE_URL + "topics/x--1a2b3c4d/rss.xml"),
            ],
        ),
        ("Sources", [('The <b>"Journal"</b> & Co', BASE_URL + "providers/wsj.com/rss.xml")]),
    ]


def test_topics_and_providers_have_lists_of_their_own() -> None:
    assert sorted(FILES) == [".well-known/feeds", "feeds.opml", "providers.opml", "topics.opml"]
    assert [text for text, _ in outlines(FILES["topics.opml"])] == ["AI", "機械学習 🤖"]
    assert [text for text, _ in outlines(FILES["providers.opml"])] == ['The <b>"Journal"</b> & Co']
    assert list(opml_files(SITE, FEEDS[:2])) == ["feeds.opml", ".well-known/feeds"]


@pytest.mark.parametrize(
    ("base_url", "has_it"),
    [("https://news.example.org/", True), ("https://news.example.org:8443/", True), ("https://a.example/news/", False)],
)
def test_the_root_of_a_host_has_the_list_at_its_well_known_uri(base_url: str, *, has_it: bool) -> None:
    site = msgspec.structs.replace(SITE, base_url=base_url)
    files = opml_files(site, FEEDS)
    assert files.get(".well-known/feeds") == (files["feeds.opml"] if has_it else None)
    assert opml_paths(site, FEEDS) == tuple(files)


def test_a_list_says_whose_it_is_and_where_the_pages_are() -> None:
    root = etree.fromstring(FILES["topics.opml"])
    assert root.get("version") == "2.0"
    assert root.findtext("head/title") == "AI News: Topics"
    assert root.findtext("head/ownerName") == SITE.author.name
    (one, _) = root.iter("outline")
    assert (one.get("type"), one.get("title"), one.get("htmlUrl")) == ("rss", "AI News: AI", BASE_URL + "topics/ai/")
    without = etree.fromstring(opml_files(SITE, FEEDS, pages=False)["topics.opml"])
    assert {one.get("htmlUrl") for one in without.iter("outline")} == {BASE_URL}


@pytest.mark.parametrize(
    ("formats", "file"),
    [(("atom", "rss"), "atom.xml"), (("json", "atom"), "atom.xml"), (("json",), "feed.json"), (("rss",), "rss.xml")],
)
def test_a_feed_is_listed_once_in_the_format_that_most_can_read(formats: tuple[str, ...], file: str) -> None:
    feeds = [msgspec.structs.replace(FEEDS[0], formats=formats), *FEEDS[1:]]
    assert outlines(opml_files(SITE, feeds)["feeds.opml"])[0] == ("AI News", BASE_URL + file)


def test_a_list_changes_only_when_subscriptions_do() -> None:
    later = [msgspec.structs.replace(feed, total=0, updated=NEVER_UPDATED) for feed in FEEDS]
    assert opml_files(SITE, later) == FILES
    renamed = [*FEEDS[:-1], msgspec.structs.replace(FEEDS[-1], label="ML")]
    assert opml_files(SITE, renamed) != FILES


def test_the_lists_are_named_in_the_language_of_the_site() -> None:
    german = opml_files(msgspec.structs.replace(SITE, language="de-CH"), FEEDS)
    assert [text for text, _ in outlines(german["feeds.opml"])] == ["AI News", "Sammlungen", "Themen", "Quellen"]


@pytest.fixture
def validator(monkeypatch: pytest.MonkeyPatch) -> Any:
    if not CHECKOUT:
        pytest.skip("FEEDVALIDATOR does not name a checkout of https://github.com/w3c/feedvalidator")
    monkeypatch.syspath_prepend(str(Path(CHECKOUT) / "src"))
    import feedvalidator
    import feedvalidator.compatibility

    return feedvalidator


def complaints(validator: Any, data: bytes) -> list[Any]:
    answer = validator.validateStream(BytesIO(data), contentType="text/x-opml; charset=utf-8", base=BASE_URL)
    return [(type(event).__name__, event.params) for event in validator.compatibility.AA(answer["loggedEvents"])]


@pytest.mark.campaign
@pytest.mark.parametrize("name", FILES)
def test_the_validator_finds_neither_error_nor_warning(validator: Any, name: str) -> None:
    assert complaints(validator, FILES[name]) == []


@pytest.mark.campaign
def test_the_validator_sees_what_is_wrong(validator: Any) -> None:
    found = complaints(validator, FILES["feeds.opml"].replace(b'xmlUrl="', b'xmlUrls="', 1))
    assert "MissingXmlURL" in {name for name, _ in found}


@pytest.mark.campaign
@pytest.mark.skipif(shutil.which("newsboat") is None, reason="newsboat is not installed")
def test_newsboat_imports_every_feed(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_bytes(FILES["feeds.opml"])
    (tmp_path / "urls").touch()
    command = ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "/dev/null", "-i", "feeds.opml"]
    environment = {**os.environ, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=60)
    imported = (tmp_path / "urls").read_text(encoding="utf-8").splitlines()
    assert [line.split()[0].strip('"') for line in imported] == [
        one.get("xmlUrl") for one in etree.fromstring(FILES["feeds.opml"]).iter("outline") if one.get("xmlUrl")
    ]


@pytest.mark.slow
def test_the_lists_need_no_template_engine() -> None:
    code = "import sys, feedpub.output.opml; sys.exit('jinja2' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
