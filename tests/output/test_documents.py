"""The documents of a build. A file with the same signature is not written, so other bytes need another signature."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from feedpub.config import Config, CustomFeed, Top
from feedpub.config.feed_model import Grouping, NamedFeed
from feedpub.config.model import Output
from feedpub.content.batches import encode_article
from feedpub.core.digests import content_digest
from feedpub.core.models import Article, Image, Provider, Topic
from feedpub.feeds.order import newest_first
from feedpub.feeds.selection import select
from feedpub.output.documents import Documents, InputDigests
from feedpub.output.pages import TemplateError
from support.making import NOW, article, configuration, day, made

WSJ = Provider(name="Wall Street Journal", domain="wsj.com")
ARTICLES = tuple(
    article(f"a{number}", ("AI",) if number % 2 else ("AI", "ML"), WSJ, published_at=day(number))
    for number in range(3, 9)
)
Signed = dict[str, tuple[bytes, bytes]]
"""Signature and bytes by path."""


def signed(
    articles: Sequence[Article], config: Config, *, program: bytes = b"program", pages: bytes = b"pages"
) -> Signed:
    """Everything that a build of ``articles`` may write."""
    feeds = select(newest_first(articles), config, {}, NOW)
    digests = {one.path: content_digest(encode_article(one)) for one in articles}
    documents = Documents(config, feeds, feeds, InputDigests(program=program, pages=pages, article=digests.__getitem__))
    written = made(documents, config)
    signatures = {path: document.signature for document in documents for path in document.paths}
    assert signatures.keys() == written.keys()
    return {path: (signatures[path], data) for path, data in written.items()}


def anew(before: Signed, after: Signed) -> set[str]:
    """Return the documents that existed before and have a new signature."""
    return {path for path in before.keys() & after.keys() if before[path][0] != after[path][0]}


def changed(number: int, **values: object) -> Callable[[tuple[Article, ...]], tuple[Article, ...]]:
    """The articles with other ``values`` in one."""
    return lambda articles: tuple(
        msgspec.structs.replace(one, **values) if at == number else one for at, one in enumerate(articles)
    )


@pytest.fixture(params=[True, False], ids=["archives", "no archives"])
def config(request: pytest.FixtureRequest) -> Config:
    """Few entries a feed, so that much lies beyond."""
    own = CustomFeed(slug="hot", title="Hot", min_heat=50)
    return configuration(output=Output(limit=2, archive=request.param), feeds=(own,))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(changed(5, title="Another"), id="title of the newest"),
        pytest.param(changed(0, title="Another"), id="title of the oldest"),
        pytest.param(changed(5, updated_at=day(20)), id="update of the newest"),
        pytest.param(changed(0, updated_at=day(20)), id="update of the oldest"),
        pytest.param(changed(5, heat=60), id="now in another feed"),
        pytest.param(changed(0, heat=60), id="the oldest now in another feed"),
        pytest.param(changed(0, topics=(Topic("new", "New"),)), id="a new topic"),
        pytest.param(changed(5, provider=None), id="no provider"),
        pytest.param(changed(0, provider=Provider(name="Journal", domain="wsj.com")), id="another name of a provider"),
        pytest.param(lambda articles: articles[1:], id="without the oldest"),
        pytest.param(lambda articles: articles[:-1], id="without the newest"),
        pytest.param(
            lambda articles: (*articles, article("old", ("AI",), WSJ, published_at=day(1))), id="an older one"
        ),
        pytest.param(lambda articles: (*articles, article("new", ("ML",), published_at=day(9))), id="a newer one"),
        pytest.param(
            lambda articles: (*articles, *(article(f"o{n}", ("ai",), published_at=day(1)) for n in range(9))),
            id="another spelling of a topic",
        ),
        pytest.param(changed(4, published_at=day(20)), id="another order"),
        pytest.param(lambda articles: (), id="no articles"),
    ],
)
def test_a_file_of_other_bytes_has_another_signature(
    config: Config, change: Callable[[tuple[Article, ...]], tuple[Article, ...]]
) -> None:
    before, after = signed(ARTICLES, config), signed(change(ARTICLES), config)
    differ = {path for path in before.keys() & after.keys() if before[path][1] != after[path][1]}
    assert differ <= anew(before, after)
    assert "feedpub.css" not in anew(before, after)


def test_what_is_made_of_the_same_has_the_same_signature(config: Config) -> None:
    before = signed(ARTICLES, config)
    assert not anew(before, signed(ARTICLES, config))
    assert anew(before, signed(ARTICLES, config, program=b"another")) == before.keys()
    shown = {path for path in before if path.endswith((".html", ".css", ".js"))}
    assert anew(before, signed(ARTICLES, config, pages=b"others")) == shown


def test_where_the_sites_feed_did_not_change_nothing_that_tells_of_all_feeds_is_written(config: Config) -> None:
    feeds = select(newest_first(ARTICLES), config, {}, NOW)
    input_digests = InputDigests(program=b"", pages=b"", article=lambda path: b"")
    changed = [feed for feed in feeds if feed.folder == "topics/ml"]
    paths = {path for document in Documents(config, changed, feeds, input_digests) for path in document.paths}
    assert {path for path in paths if "archive" not in path} == {
        f"topics/ml/{name}" for name in ("rss.xml", "atom.xml", "feed.json", "index.html")
    }


def test_pages_link_the_topics_and_providers_that_have_a_feed() -> None:
    config = configuration(topics=Grouping(min_articles=len(ARTICLES)))
    feeds = select(newest_first(ARTICLES), config, {}, NOW)
    documents = Documents(config, feeds, feeds, InputDigests(program=b"", pages=b"", article=lambda path: b""))
    assert [topic.key for topic in ARTICLES[1].topics] == ["ai", "ml"]
    assert documents.linked_folders(ARTICLES[1]) == ("topics/ai", "providers/wsj.com")


def test_the_page_of_an_owners_feed_tells_its_rule() -> None:
    own = CustomFeed(slug="hot", title="Hot", topics=("Robots",))
    page = signed(ARTICLES, configuration(feeds=(own,)))["feeds/hot/index.html"][1]
    assert b"Robots" in page


def test_a_page_shows_the_articles_of_its_feed(config: Config) -> None:
    page = signed(ARTICLES, config)["topics/ai/index.html"][1]
    assert [title in page for title in (b"Title of a8", b"Title of a7", b"Title of a6")] == [True, True, False]


def test_an_owners_templates_are_sought_beside_the_configuration(tmp_path: Path) -> None:
    config = configuration(root=tmp_path, output=Output(templates="mine"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/feed.html").write_text("MINE")
    assert signed(ARTICLES, config)["topics/ai/index.html"][1] == b"MINE"
    (tmp_path / "mine/feed.html").write_text("{% mine %}")
    with pytest.raises(TemplateError, match=r"^mine/feed\.html:1: "):
        signed(ARTICLES, config)


def json_feed(config: Config, folder: str, articles: Sequence[Article] = ARTICLES) -> tuple[bytes, dict[str, Any]]:
    data = signed(articles, config)[f"{folder}/feed.json"][1]
    return data, json.loads(data)


def test_a_digest_is_in_the_language_of_its_feed_and_lists_what_its_content_says() -> None:
    values = {"slug": "week", "title": "Week", "top": Top(digest=True), "language": "de"}
    shown = json_feed(configuration(feeds=(CustomFeed(**values),)), "feeds/week", [*ARTICLES])[1]
    assert shown["language"] == "de"
    assert all("language" not in item for item in shown["items"])
    assert "Title of a5" in shown["items"][-1]["content_html"]
    bare = json_feed(configuration(feeds=(CustomFeed(**values, content="none"),)), "feeds/week", [*ARTICLES])[1]
    assert all("content_html" not in item for item in bare["items"])


def test_the_icon_of_a_feed_comes_before_that_of_its_provider_and_of_the_site() -> None:
    icons = {"icon": "https://a.example/own.png"}
    providers = Grouping(feeds={"wsj.com": NamedFeed(**icons)})
    assert json_feed(configuration(providers=providers), "providers/wsj.com")[1]["icon"] == icons["icon"]
    pictured = Provider(name="WSJ", domain="wsj.com", images=(Image(url="https://a.example/wsj.png"),))
    articles = [msgspec.structs.replace(one, provider=pictured) for one in ARTICLES]
    assert json_feed(configuration(), "providers/wsj.com", articles)[1]["icon"] == "https://a.example/wsj.png"


def test_a_document_that_would_be_too_large_has_excerpts_from_the_oldest_entry_on() -> None:
    articles = [msgspec.structs.replace(one, body="word " * 200, excerpt="Short.") for one in ARTICLES]

    def bodies(max_bytes: str | None) -> tuple[int, list[bool]]:
        feed = CustomFeed(slug="all", title="All", formats=("json",), max_bytes=max_bytes)
        data, shown = json_feed(configuration(feeds=(feed,)), "feeds/all", articles)
        return len(data), ["word" in item.get("content_html", "") for item in shown["items"]]

    whole, complete = bodies(None)
    assert complete == [True] * 6
    size, shown = bodies(f"{whole - 1500} B")
    assert shown == [True] * 4 + [False] * 2
    assert size <= whole - 1500
