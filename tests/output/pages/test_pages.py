"""The pages as HTML: what they show, what they link to, and that no text of an article becomes markup."""

from __future__ import annotations

import gzip
import re
from functools import cache
from itertools import pairwise
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import html5lib
import msgspec
import pytest
from hypothesis import given

from feedpub import load_config
from feedpub.config import CustomFeed
from feedpub.config.model import Site
from feedpub.core.feed_models import NEVER_UPDATED
from feedpub.core.media_models import Attachment
from feedpub.core.models import ArticleBase, FeedKind, Image, Provider
from feedpub.core.text import one_line, repair
from feedpub.output.entry import make_entry
from feedpub.output.pages import ROOT, Pages
from support.making import ANY_TEXT, BASE_URL, article, configuration
from support.showing import (
    CORPUS,
    EVERYTHING,
    SEEDS,
    SITE,
    SITE_FEED,
    big_site,
    feed,
    parse,
    settings_of,
    site_files,
    text,
)

PAGES = Pages(settings_of(configuration()))
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;{{ 7*7 }}"


def fragment(data: bytes) -> Any:
    """The article of a fragment."""
    page = b"<!doctype html><title>t</title><body>" + data.replace(ROOT.encode(), b"../../")
    return parse(page).find(".//article")


@cache
def corpus() -> dict[str, bytes]:
    return site_files(load_config(CORPUS), archives=3)


def page_of(one: Any, **values: Any) -> Any:
    """The fragment of an article."""
    made = article(**values) if one is None else one
    return fragment(PAGES.entry(make_entry(made, SITE), EVERYTHING))


HTML = [path for path in corpus() if path.endswith(".html")]


@pytest.mark.parametrize("path", HTML)
def test_every_page_is_valid_and_complete(path: str) -> None:
    page = parse(corpus()[path])
    assert page.getroot().get("lang") == "en"
    assert len(page.findall(".//h1")) == len(page.findall(".//main")) == 1
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(page.xpath("//@aria-labelledby") + page.xpath("//label/@for")) <= set(ids)
    assert {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")} <= set(ids)


@pytest.mark.parametrize("path", HTML)
def test_links_within_the_site_lead_to_files(path: str) -> None:
    page = parse(corpus()[path])
    links = page.xpath("//a/@href | //script/@src | //link[@rel='stylesheet']/@href")
    within = [link for link in links if not urlsplit(link).scheme and not link.startswith("#")]
    assert within
    for link in within:
        target = unquote(urljoin("/" + quote(path), link).partition("#")[0])[1:]
        # The archives are the build's business.
        assert target in corpus() or "/archive/" in f"/{target}", link


@pytest.mark.parametrize("path", HTML)
def test_nothing_is_inline_and_the_policy_forbids_it(path: str) -> None:
    page = parse(corpus()[path])
    assert not page.xpath("//style | //*[@style] | //script[not(@src)] | //*[@*[starts-with(name(), 'on')]]")
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.split("; ") == [
        "default-src 'none'",
        "img-src https: http: data:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


@pytest.mark.parametrize("path", [path for path in HTML if path != "404.html"])
def test_a_feed_is_discovered_where_it_is_served(path: str) -> None:
    page, base = parse(corpus()[path]), BASE_URL + quote(path.removesuffix("index.html"))
    found = {link.get("type"): link.get("href") for link in page.xpath("//link[@rel='alternate']")}
    assert found == {
        "application/rss+xml": base + "rss.xml",
        "application/atom+xml": base + "atom.xml",
        "application/feed+json": base + "feed.json",
    }
    assert page.xpath("//link[@rel='canonical']/@href") == [base]
    assert page.xpath("//button/@data-copy") == list(found.values()) == [text(code) for code in page.iter("code")]


@pytest.mark.parametrize(("base", "root"), [("", "/"), ("n%C3%A9ws/a/", "/n%C3%A9ws/a/")])
def test_the_page_for_missing_ones_works_at_every_address_and_is_in_no_index(base: str, root: str) -> None:
    site = Site(title="A", base_url=f"https://a.example/{base}", language="de")
    made = Pages(settings_of(configuration(site=site))).not_found_page(SITE_FEED, {FeedKind.SITE, FeedKind.TOPIC})
    page = parse(made)
    assert text(page.find(".//h1")) == "Seite nicht gefunden"
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not page.xpath("//link[@rel='canonical']")
    links = page.xpath("//a/@href | //script/@src | //link[@rel='stylesheet']/@href")
    assert [link for link in links if not link.startswith((root, "#main"))] == []
    assert {root + name for name in ("index.html", "index.html#topics", "feeds.opml", "rss.xml")} < set(links)
    assert f"{root}index.html#providers" not in links


def test_only_the_formats_that_there_are_are_shown() -> None:
    pages = Pages(settings_of(configuration()))
    site_feed = msgspec.structs.replace(SITE_FEED, formats=("rss",))
    for data in (
        pages.index_page([site_feed, feed(formats=("rss",))], [], 0),
        pages.feed_page(feed(formats=("rss",)), [], 2),
    ):
        page = parse(data)
        assert set(page.xpath("//link[@rel='alternate']/@type")) == {"application/rss+xml"}
        assert not page.xpath("//a[contains(@href, 'atom.xml') or contains(@href, 'feed.json')]")


def test_the_overview_has_every_feed_with_what_there_is_to_know_of_it() -> None:
    own = CustomFeed(slug="hot", title="Hot", topics=("AI",), providers=("wsj.com",), min_heat=80, min_quality=50)
    pages = Pages(settings_of(configuration(feeds=(own, CustomFeed(slug="all", title="All")))))
    feeds = [
        SITE_FEED,
        feed(FeedKind.CUSTOM, "feeds/all", "All"),
        feed(FeedKind.CUSTOM, "feeds/hot", "Hot"),
        feed(FeedKind.PROVIDER, "providers/wsj.com", "WSJ", total=1),
        feed(FeedKind.TOPIC, "topics/ai", "AI"),
        feed(FeedKind.TOPIC, "topics/gone", "Gone", total=0, updated=NEVER_UPDATED),
    ]
    page = parse(pages.index_page(feeds, [], 0))
    rows = {
        section.findtext("h2"): [text(row) for row in section.iter("li")]
        for section in page.xpath("//section[@class='feeds']")
    }
    assert rows == {
        "Collections": [
            "All 3 articles · All articles 2024-05-01 RSS Atom JSON",
            "Hot 3 articles · Topics: AI · Sources: wsj.com · Heat from 80 · Quality from 50 2024-05-01 RSS Atom JSON",
        ],
        "Topics": ["AI 3 articles on AI 2024-05-01 RSS Atom JSON", "Gone No articles at present RSS Atom JSON"],
        "Sources": ["WSJ 1 article from WSJ 2024-05-01 RSS Atom JSON"],
    }
    assert text(page.find(".//header")).startswith("AI News 3 articles · Updated 2024-05-01")
    assert page.xpath("//section[@class='feeds'][1]//li[2]//a/@href") == [
        "feeds/hot/index.html",
        "feeds/hot/rss.xml",
        "feeds/hot/atom.xml",
        "feeds/hot/feed.json",
    ]
    assert set(page.xpath("//a[contains(@href, '.opml')]/@href")) == {"feeds.opml", "topics.opml", "providers.opml"}


def test_a_page_names_its_archives_and_not_thousands_of_them() -> None:
    page = parse(PAGES.feed_page(feed(), [], 3))
    links = page.xpath("//ul[@class='archives']//a[. = 'Atom']/@href")
    assert links == [f"../../topics/ai/archive/{number}/atom.xml" for number in (3, 2, 1)]
    many = parse(PAGES.index_page([SITE_FEED], [], 2000))
    numbers = [int(text(row).split()[0]) for row in many.xpath("//ul[@class='archives']/li")]
    assert numbers == [*range(2000, 1900, -1), 1]
    assert not parse(PAGES.feed_page(feed(), [], 0)).xpath("//details")


def test_an_article_shows_what_is_known_of_it() -> None:
    story = article(
        topics=("AI", "Chips"),
        provider=Provider(name="Journal", domain="wsj.com", images=(Image(url="https://wsj.com/icon.png"),)),
        excerpt="H&#038;M <b>says</b>",
        images=(Image(url="https://example.com/a.jpg?b=1&c=2", width=700, height=393, title="A chart"),),
        type="video",
        duration=615.0,
        language="de",
        attachments=(Attachment(url="https://example.com/a%20b.pdf", length=1_400_000),),
        related=(
            ArticleBase(url="https://example.com/r", title="R", provider=Provider(name="Times"), language="fr"),
            ArticleBase(url="https://example.com/s"),
        ),
    )
    one = page_of(story)
    (heading,) = one.iter("h3")
    assert (heading.get("lang"), heading.get("dir"), heading[0].get("href")) == ("de", "auto", story.url)
    (lead, icon) = one.iter("img")
    assert dict(lead.attrib) == {
        "class": "lead",
        "src": "https://example.com/a.jpg?b=1&c=2",
        "alt": "A chart",
        "width": "700",
        "height": "393",
        "lang": "de",
        "loading": "lazy",
        "decoding": "async",
        "referrerpolicy": "no-referrer",
    }
    assert (icon.get("src"), icon.get("alt"), icon.get("width")) == ("https://wsj.com/icon.png", "", "18")
    assert text(one.xpath(".//p[@class='meta']")[0]) == "Journal 2024-05-01 Video 10:15"
    assert one.xpath(".//time/@datetime") == ["2024-05-01T12:00:00Z", "PT615S"]
    assert text(one.xpath(".//p[@class='excerpt']")[0]) == "H&M says"
    assert text(one.xpath(".//ul[@class='attachments']")[0]) == "a b.pdf PDF, 1.4 MB"
    assert one.xpath(".//ul[@class='topics']//a/@href") == ["../../topics/ai/index.html"]
    assert one.xpath(".//p[@class='meta']/a/@href") == ["../../providers/wsj.com/index.html"]
    assert [text(topic) for topic in one.xpath(".//ul[@class='topics']/li")] == ["AI", "Chips"]
    assert [text(row) for row in one.xpath(".//details//li")] == ["R Times", "https://example.com/s"]
    assert one.xpath(".//details//a/@lang") == ["fr"]


@pytest.mark.parametrize(("number", "is_open"), [(3, True), (4, False)])
def test_many_related_articles_are_folded(number: int, is_open: bool) -> None:
    stories = tuple(ArticleBase(url=f"https://example.com/{n}", title=str(n)) for n in range(number))
    details = page_of(None, related=stories).find(".//details")
    assert (details.get("open") is not None) is is_open
    assert text(details.find("summary")) == f"Related {number}"


def test_a_bare_article_shows_no_empty_places() -> None:
    one = page_of(None)
    assert [element.tag for element in one.iter()] == ["article", "div", "h3", "a", "p", "time"]


def test_a_picture_that_is_called_like_the_article_is_not_read_out_twice() -> None:
    pictures = (Image(url="https://example.com/a.jpg", title="Same"),)
    assert page_of(None, title="Same", images=pictures).find("img").get("alt") == ""


@pytest.mark.parametrize(
    ("excerpt", "body", "shown"),
    [
        ("word " * 100, "", "word " * 59 + "word…"),
        ("x" * 400, "", "x" * 300 + "…"),
        (None, "Some **body**,\nand more.", "Some body, and more."),
        ("A,  b\nc", "body", "A, b c"),
    ],
)
def test_an_excerpt_is_short_and_plain(excerpt: str | None, body: str, shown: str) -> None:
    one = page_of(None, excerpt=excerpt, body=body)
    assert "".join(one.xpath(".//p[@class='excerpt']")[0].itertext()) == shown


@pytest.mark.parametrize(
    ("length", "shown"),
    [(0, "ZIP"), (999, "ZIP, 999 B"), (1500, "ZIP, 1.5 kB"), (999_700, "ZIP, 1.0 MB"), (12_400_000, "ZIP, 12 MB")],
)
def test_the_size_of_a_download_is_readable(length: int, shown: str) -> None:
    one = page_of(None, attachments=(Attachment(url="https://example.com/a.zip", length=length),))
    assert text(one.find(".//ul/li/span")).replace("\u00a0", " ") == shown


def test_hostile_text_stays_text() -> None:
    story = article(
        title=HOSTILE,
        excerpt=HOSTILE.replace("<", "&lt;"),
        topics=(HOSTILE,),
        provider=Provider(name=HOSTILE),
        type=HOSTILE,
        images=(Image(url='https://example.com/"><script>', title=HOSTILE[1:]),),
        attachments=(Attachment(url="https://example.com/a", title=HOSTILE),),
        related=(ArticleBase(url="https://example.com/r", title=HOSTILE, provider=Provider(name=HOSTILE)),),
    )
    hostile = feed(FeedKind.TOPIC, "topics/x", HOSTILE, title=HOSTILE)
    entry = PAGES.entry(make_entry(story, SITE), EVERYTHING)
    for data in (PAGES.feed_page(hostile, [entry], 0), PAGES.index_page([SITE_FEED, hostile], [entry], 0)):
        page = parse(data)
        assert [script.get("src") for script in page.iter("script")] in (["feedpub.js"], ["../../feedpub.js"])
        assert not page.xpath("//img[@onerror]")
        assert text(page.find(".//h3")) == HOSTILE
        assert "49" not in text(page.find(".//main"))
        assert HOSTILE in text(page.find(".//main"))


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_is_shown_as_it_is(title: str, label: str) -> None:
    title, label = one_line(repair(title)), one_line(repair(label))
    story = article(title=title, topics=(label,), provider=Provider(name=label or None), excerpt=title)
    data = PAGES.feed_page(feed(label=label, title=title), [PAGES.entry(make_entry(story, SITE), EVERYTHING)], 0)
    assert b"\0" not in data
    page = html5lib.parse(data, "lxml", namespaceHTMLElements=False, transport_encoding="utf-8")
    assert len(list(page.iter("script"))) == 1
    assert "".join(page.find(".//h3").itertext()) == title


def test_an_article_is_spliced_in_with_the_way_to_the_top() -> None:
    entry = PAGES.entry(make_entry(article(topics=("AI",)), SITE), EVERYTHING)
    assert entry.count(ROOT.encode()) == 1
    for data, href in (
        (PAGES.index_page([SITE_FEED], [entry], 0), "topics/ai/index.html"),
        (PAGES.feed_page(feed(), [entry], 0), "../../topics/ai/index.html"),
    ):
        assert parse(data).xpath("//ul[@class='topics']//a/@href") == [href]


def test_the_logo_and_the_icon_of_the_site_are_shown() -> None:
    site = msgspec.structs.replace(SITE, logo=BASE_URL + "logo.png", icon=BASE_URL + "icon.png")
    pages = Pages(msgspec.structs.replace(settings_of(configuration()), site=site))
    page = parse(pages.index_page([SITE_FEED], [], 0))
    assert page.xpath("//img/@src") == [site.logo]
    assert page.xpath("//link[@rel='icon']/@href") == [site.icon]
    # Without one, a browser would ask for /favicon.ico.
    assert parse(PAGES.index_page([SITE_FEED], [], 0)).xpath("//link[@rel='icon']/@href") == ["data:,"]


def test_the_same_values_give_the_same_bytes() -> None:
    first, again = site_files(load_config(SEEDS)), site_files(load_config(SEEDS))
    assert first == again
    assert "topics/ai/index.html" in first


@pytest.mark.slow
def test_the_overview_of_a_thousand_feeds_is_small(tmp_path: Any) -> None:
    files = site_files(big_site(tmp_path / "site", topics=500, providers=500, articles=700))
    index = files["index.html"]
    assert len(parse(index).xpath("//section[@class='feeds']//li")) == 1001
    assert len(index) <= 500_000
    assert len(gzip.compress(index)) <= 40_000


def test_style_and_script_are_small_and_load_nothing() -> None:
    assets = PAGES.assets()
    assert sorted(assets) == ["feedpub.css", "feedpub.js"]
    assert len(assets["feedpub.css"]) < 10_240
    assert len(assets["feedpub.js"]) < 4_000
    assert not re.search(rb"url\((?!\")|@import|@font-face", assets["feedpub.css"])
    # The one address in it is a namespace's name.
    assert re.findall(rb"https?://[^\" ]+", assets["feedpub.css"]) == [b"http://www.w3.org/2005/Atom"]
    assert b"http" not in assets["feedpub.js"]
