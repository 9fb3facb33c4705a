"""The interface's language: the site's where it is spoken, else English that is marked as such."""

from __future__ import annotations

import re

import msgspec
import pytest

from feedpub.config.model import Site
from feedpub.core.feed_models import FeedListing
from feedpub.core.models import ArticleBase
from feedpub.output.entry import make_entry
from feedpub.output.pages import Pages
from feedpub.output.pages.languages import WORDS, words_for
from feedpub.output.pages.words import Count, Words, is_rtl
from support.making import article, configuration
from support.showing import SITE_FEED, feed, parse, settings_of, text


def pages_in(language: str) -> Pages:
    site = Site(title="Seite", base_url="https://news.example.org/", language=language)
    return Pages(settings_of(configuration(site=site)))


def texts(words: Words) -> dict[str, str]:
    """Every text by its name."""
    found = {}
    for name, value in msgspec.structs.asdict(words).items():
        if isinstance(value, str):
            found[name] = value
        else:
            parts = {"one": value.one, "many": value.many} if isinstance(value, Count) else value
            found |= {f"{name}.{part}": one for part, one in parts.items()}
    return found


@pytest.mark.parametrize("language", WORDS)
def test_every_text_is_there_with_its_places(language: str) -> None:
    english, spoken = texts(WORDS["en"]), texts(WORDS[language])
    assert spoken.keys() == english.keys()
    for name, one in spoken.items():
        assert one == one.strip() != ""
        assert re.findall(r"{\w*}", one) == re.findall(r"{\w*}", english[name]), name
    # It stands in a string of the style sheet.
    assert not re.search(r'["\\\n]', WORDS[language].feed_hint)


@pytest.mark.parametrize(
    ("language", "newest", "described"),
    [
        ("de-AT", "Neueste Artikel", "1 Artikel zu AI"),
        ("fr", "Derniers articles", "1 article sur AI"),
        ("es-MX", "Últimos artículos", "1 artículo sobre AI"),
        ("it", "Ultimi articoli", "1 articolo su AI"),
        ("pt-BR", "Artigos mais recentes", "1 artigo sobre AI"),
        ("nl", "Nieuwste artikelen", "1 artikel over AI"),
    ],
)
def test_the_interface_speaks_the_language_of_the_site(language: str, newest: str, described: str) -> None:
    pages = pages_in(language)
    page = parse(pages.index_page([SITE_FEED, feed(total=1)], [b"<article></article>"], 0))
    assert page.getroot().get("lang") == language
    assert text(page.find(".//h2[@id='newest']")) == newest
    assert described in text(page.find(".//main"))
    assert page.xpath("//body//@lang") == []
    assert f'--feed-hint: "{words_for(language)[1].feed_hint}"'.encode() in pages.assets()["feedpub.css"]


def test_in_another_language_english_words_are_marked() -> None:
    pages = pages_in("pl")
    site = settings_of(configuration()).site
    story = article(topics=("AI",), related=(ArticleBase(url="https://example.com/r"),), type="video")
    entry = pages.entry(make_entry(story, site), frozenset())
    page = parse(pages.index_page([SITE_FEED, feed()], [entry], 2))
    assert page.getroot().get("lang") == "pl"
    english = {value for name, value in texts(WORDS["en"]).items() if "{" not in value and name != "decimal"}
    found = [element for element in page.find("body").iter() if (element.text or "").strip() in english]
    assert len(found) >= 8
    for element in found:
        assert element.xpath("ancestor-or-self::*[@lang][1]")[0].get("lang") == "en", element.text
    # Topics are the site's own words.
    (topic,) = page.xpath("//ul[@class='topics']/li")
    assert topic.get("lang") == "pl"


def test_of_one_article_the_count_is_singular() -> None:
    words = WORDS["en"]
    assert [words.count.of(number) for number in (1, 2, 1201)] == ["1 article", "2 articles", "1201 articles"]


def test_a_name_is_not_taken_for_a_place() -> None:
    one: FeedListing = feed(label="{} {name}", total=2)
    page = parse(pages_in("en").feed_page(one, [], 0))
    assert text(page.xpath("//p[@class='lede']/span")[0]) == "2 articles on {} {name}"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", True),
        ("he-IL", True),
        ("fa", True),
        ("ckb", True),
        ("az-Arab", True),
        ("ar-Latn", False),
        ("de-1996", False),
        ("en", False),
    ],
)
def test_the_direction_is_that_of_the_language(language: str, *, expected: bool) -> None:
    assert is_rtl(language) is expected
    page = parse(pages_in(language).feed_page(feed(), [], 0))
    assert page.getroot().get("dir") == ("rtl" if expected else None)
