"""Properties of every build, for any text of an author: valid feeds, equal values, safe folders, the same bytes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from datetime import UTC
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import feedparser
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feedpub.config import Config, ConfigError, CustomFeed, load_config
from feedpub.config.model import Output
from feedpub.content import ArticleFile, ArticleReading, ReadSettings, read_article
from feedpub.core.errors import ProblemKind
from feedpub.core.models import Article, Provider
from feedpub.core.text import decoded, is_html, match_key, one_line, plain_text, repair
from feedpub.feeds.selection import select
from feedpub.feeds.status import group_by_status
from support.making import ANY_TEXT, BASE_URL, NOW, configuration, rendered
from support.site import SiteFolder

READ = ReadSettings(base_url=BASE_URL, zone=UTC)
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
ATOM = "{http://www.w3.org/2005/Atom}"
FOLDER = re.compile(r"(topics|providers)/[^/\\\s.:]{1,253}")

UNICODE = ANY_TEXT.map(lambda text: text.encode("utf-8", "ignore").decode())


class Feeds(NamedTuple):
    """One feed in the three formats."""

    rss: etree._Element
    atom: etree._Element
    json: dict[str, Any]


def read(front: dict[str, Any], body: str = "", name: str = "a") -> ArticleReading:
    """The article whose front matter is the JSON of ``front``."""
    front = {"title": "T", "date": "2024-05-01", "sourceUrl": f"https://example.com/{name}", **front}
    source = ArticleFile(f"content/{name}.md", f"{name}.md", f"/content/{name}.md")
    return read_article(source, f"{json.dumps(front)}\n\n{body}".encode(), READ)


def article(front: dict[str, Any], body: str = "", name: str = "a") -> Article:
    """The same, which is valid."""
    reading = read(front, body, name)
    assert reading.article is not None, reading.problems
    return reading.article


def publish(articles: Sequence[Article], config: Config | None = None) -> dict[str, bytes]:
    """Every file of every feed, by path."""
    config = config or configuration()
    return rendered(select(group_by_status(articles, NOW).published, config, {}, NOW), config)


def parsed(files: dict[str, bytes], folder: str = "") -> Feeds:
    """The feed of ``folder``, which every parser takes without a complaint."""
    rss, atom, feed = (files[folder + name] for name in ("rss.xml", "atom.xml", "feed.json"))
    for data in (rss, atom):
        assert not feedparser.parse(data).bozo
    return Feeds(etree.fromstring(rss).find("channel"), etree.fromstring(atom), json.loads(feed))


def texts(parent: etree._Element, path: str) -> list[str]:
    """The text of every element at ``path``."""
    return [element.text or "" for element in parent.findall(path)]


def line(text: str) -> str:
    """Return what is documented of names: on one line, with references replaced."""
    # A value of white space alone counts as absent.
    return "" if text.isspace() else one_line(decoded(one_line(repair(text))))


def atom_titles(parent: etree._Element, path: str) -> list[str]:
    """Return the titles at ``path`` as readers show them: markup is declared as HTML, and escaped."""
    return [
        unescape(title.text or "") if title.get("type") == "html" else title.text or ""
        for title in parent.findall(path)
    ]


# Text.


@given(ANY_TEXT.filter(line))
def test_a_title_reads_back_the_same_from_all_formats(text: str) -> None:
    feeds = parsed(publish([article({"title": text})]))
    assert texts(feeds.rss, "item/title") == [line(text)]
    assert atom_titles(feeds.atom, f"{ATOM}entry/{ATOM}title") == [line(text)]
    assert [item["title"] for item in feeds.json["items"]] == [line(text)]


@given(ANY_TEXT)
def test_a_title_of_which_nothing_is_left_is_a_problem_of_that_article(text: str) -> None:
    reading = read({"title": text})
    assert (reading.article is not None) is bool(line(text))
    assert reading.article or reading.problems[-1].key == "title"


@given(ANY_TEXT)
def test_an_excerpt_reads_back_as_plain_text(text: str) -> None:
    feeds = parsed(publish([article({"excerpt": text})]))
    expected = "" if text.isspace() else plain_text(repair(text).strip())
    assert feeds.json["items"][0].get("summary", "") == expected
    (summary,) = feeds.atom.findall(f"{ATOM}entry/{ATOM}summary")
    if summary.get("type", "text") == "text":
        assert summary.text == (expected or "T")
    else:
        assert is_html(text)


@given(st.lists(ANY_TEXT, max_size=4))
def test_topics_read_back_in_the_spelling_of_the_article(labels: list[str]) -> None:
    made = article({"topics": labels})
    feeds = parsed(publish([made]))
    expected: dict[str, str] = {}
    for label in map(line, labels):
        expected.setdefault(match_key(label), label)
    expected.pop("", None)
    assert [topic.label for topic in made.topics] == list(expected.values())
    assert texts(feeds.rss, "item/category") == list(expected.values())
    assert [term.get("term") for term in feeds.atom.findall(f".//{ATOM}category")] == list(expected.values())
    assert feeds.json["items"][0].get("tags", []) == list(expected.values())


@pytest.mark.slow
@settings(max_examples=min(50, settings.default.max_examples))
@given(ANY_TEXT)
def test_a_provider_name_reads_back_as_the_author(text: str) -> None:
    feeds = parsed(publish([article({"provider": {"name": text}})]))
    author = line(text) or "AI News"
    assert texts(feeds.rss, f"item/{DC}creator") == [author]
    assert texts(feeds.atom, f"{ATOM}entry/{ATOM}author/{ATOM}name") == [author]
    assert feeds.json["items"][0]["authors"] == [{"name": author}]


@given(ANY_TEXT, ANY_TEXT)
def test_texts_of_media_and_related_articles_read_back(text: str, other: str) -> None:
    front = {
        "type": other,
        "images": [{"url": "/a.png", "title": text, "attribution": other}],
        "attachments": [{"url": "/a.mp3", "title": other}],
        "related": [{"sourceUrl": "https://example.com/b", "title": text}],
    }
    feeds = parsed(publish([article(front)]))
    entry = feeds.atom.find(f"{ATOM}entry")
    titles = {link.get("rel"): link.get("title", "") for link in reversed(entry.findall(f"{ATOM}link"))}
    assert titles["enclosure"] == line(other)
    assert texts(feeds.rss, f".//{MEDIA}title") == [title for title in (line(other), line(text)) if title]
    assert texts(feeds.rss, f".//{MEDIA}credit") == [credit for credit in (line(other),) if credit]
    item = feeds.json["items"][0]
    assert item["attachments"][0].get("title", "") == line(other)
    assert item["_feedpub"].get("type", "") == ("" if other.isspace() else one_line(repair(other)))
    assert item["_feedpub"]["related"][0].get("title", "") == line(text)


@given(UNICODE)
def test_a_body_reads_back_the_same_from_all_formats(text: str) -> None:
    feeds = parsed(publish([article({"excerpt": "E"}, body=text)]))
    content = feeds.json["items"][0].get("content_html")
    assert texts(feeds.rss, f"item/{CONTENT}encoded") == ([content] if content else [])
    assert texts(feeds.atom, f"{ATOM}entry/{ATOM}content") == ([content] if content else [])
    assert content is None or content == repair(content)


@given(ANY_TEXT)
def test_an_id_is_the_same_in_all_formats(text: str) -> None:
    reading = read({"id": text})
    if reading.article is None:
        # Only a URL can be a wrong id.
        assert repair(text).strip().lower().startswith("http")
        return
    feeds = parsed(publish([reading.article]))
    ids = [*texts(feeds.rss, "item/guid"), *texts(feeds.atom, f"{ATOM}entry/{ATOM}id"), feeds.json["items"][0]["id"]]
    assert ids == [reading.article.id] * 3


@given(UNICODE.filter(line), UNICODE, st.booleans())
def test_yaml_brings_the_same_text_as_json(title: str, excerpt: str, allow_unicode: bool) -> None:
    front = {"title": title, "excerpt": excerpt, "date": "2024-05-01", "sourceUrl": "https://example.com/a"}
    # What cannot stand in a YAML file is escaped, as a careful program would.
    text = yaml.safe_dump(front, allow_unicode=allow_unicode, default_style='"')
    reading = read_article(ArticleFile("content/a.md", "a.md", "/content/a.md"), f"---\n{text}---\n".encode(), READ)
    assert reading.article == article(front)


@pytest.mark.slow
@settings(max_examples=min(50, settings.default.max_examples))
@given(UNICODE)
def test_the_site_may_be_called_anything(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("site") / "config.yaml"
    own = {"slug": "own", "title": text}
    author = {"name": text}
    site = {"title": text, "base_url": BASE_URL, "description": text, "author": author}
    file.write_text(yaml.safe_dump({"site": site, "feeds": [own]}), encoding="utf-8")
    title = repair(text).strip()
    if not title:
        with pytest.raises(ConfigError):
            load_config(file)
        return
    title = one_line(title) if "\n" in title else title
    files = publish([article({})], load_config(file))
    for folder in ("", "feeds/own/"):
        feeds = parsed(files, folder)
        assert texts(feeds.rss, "title") == atom_titles(feeds.atom, f"{ATOM}title") == [feeds.json["title"]] == [title]
    assert feeds.json["authors"] == [{"name": title}]
    assert texts(feeds.atom, f"{ATOM}entry/{ATOM}author/{ATOM}name") == [title]


# Whatever a file holds, the reader answers.


def read_bytes(data: bytes) -> ArticleReading:
    """Return the reading of a file with the bytes ``data``."""
    return read_article(ArticleFile("content/a.md", "a.md", "/content/a.md"), data, READ)


@pytest.mark.parametrize(
    "front",
    [
        '{"x": ' + "[" * 600 + "]" * 600 + "}",
        '{"x": ' + "[" * 100_000,
        '{"x": ' + '{"a": ' * 600 + "1" + "}" * 600 + "}",
        "+++\nx" + ".a" * 600 + " = 1\n+++",
        "+++\nx = " + "[" * 600 + "]" * 600 + "\n+++",
        "+++\nx = " + "1" * 5000 + "\n+++",
        "+++\nx = 0x" + "f" * 5000 + "\n+++",
        "---\nx: " + "[" * 60_000 + "\n---",
        "---\nprovider: " + "{<<: " * 1500 + "{}" + "}" * 1500 + "\n---",
        "---\n" + "{<<: " * 1500 + "{}" + "}" * 1500 + "\n---",
    ],
    ids=lambda front: front[:14],
)
def test_what_no_program_should_digest_is_a_problem_of_that_article(front: str) -> None:
    reading = read_bytes(front.encode())
    assert reading.article is None
    assert reading.problems


@given(
    st.sampled_from(["---\n", "+++\n", "{", ""]),
    st.lists(st.sampled_from(["title", "topics", "<<", "x", ": ", " = ", "[", "]", "{", "}", "- ", "&a ", "*a", "\n"])
    | ANY_TEXT, max_size=12).map("".join),
    st.sampled_from(["\n---\n", "\n+++\n", "}", ""]),
)  # fmt: skip
def test_no_file_is_left_out_silently(start: str, inside: str, end: str) -> None:
    reading = read_bytes((start + inside + end).encode("utf-8", "surrogatepass"))
    assert (reading.article is None) or reading.article.title
    assert reading.article or reading.problems


# Folders.


@pytest.mark.slow
@given(st.lists(ANY_TEXT, max_size=5), ANY_TEXT)
def test_any_topic_and_provider_has_a_safe_folder_of_its_own(labels: list[str], name: str) -> None:
    made = article({"topics": labels, "provider": {"name": name}})
    files = publish([made])
    folders = {path.rpartition("/")[0] for path in files} - {"", ".well-known"}
    assert all(FOLDER.fullmatch(folder) and ".." not in folder for folder in folders)
    assert len(folders) == len(made.topics) + (1 if line(name) else 0)
    for folder in folders:
        feeds = parsed(files, f"{folder}/")
        assert feeds.json["items"][0]["id"] == made.id
        assert feeds.json["feed_url"] == f"{BASE_URL}{quote(folder)}/feed.json"


@given(ANY_TEXT)
def test_any_domain_is_a_host_name_or_an_error(text: str) -> None:
    reading = read({"provider": {"domain": text}})
    assert reading.article is not None
    provider = reading.article.provider
    assert provider is not None
    if reading.problems and reading.problems[-1].kind is ProblemKind.IGNORED:
        assert reading.problems[-1].key == "provider.domain"
        assert provider.domain is None
    else:
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", provider.domain or "a.b")


@pytest.mark.parametrize(
    "domain", ["..", "../x", "a/b.c", "/etc", "a..b", ".a.b", "a b.c", "a.b:80", "a_b.c", "localhost"]
)
def test_a_domain_cannot_leave_its_folder(domain: str) -> None:
    reading = read({"provider": {"domain": domain}})
    assert reading.article is not None
    assert reading.article.provider == Provider()
    assert [problem.key for problem in reading.problems] == ["provider.domain"]


# The same bytes.

SPELLINGS = st.sampled_from(["AI", "ai", "Ai", "C++", "c++", "ML"])


@st.composite
def corpora(draw: st.DrawFn) -> list[Article]:
    """Articles that share dates, ids, topics and providers."""
    return [
        article(
            {
                "date": f"2024-05-{draw(st.integers(1, 3)):02}",
                "id": f"urn:x:{draw(st.integers(0, 5))}",
                "topics": draw(st.lists(SPELLINGS, max_size=3)),
                "provider": {"name": draw(SPELLINGS), "domain": draw(st.sampled_from(["a.example", "b.example"]))},
            },
            name=str(number),
        )
        for number in range(draw(st.integers(1, 7)))
    ]


@settings(max_examples=min(50, settings.default.max_examples))
@given(corpora(), st.randoms(use_true_random=False))
def test_the_same_articles_in_any_order_give_the_same_bytes(articles: list[Article], random: Any) -> None:
    config = configuration(output=Output(limit=3), feeds=(CustomFeed(slug="own", title="Own", topics=("AI",)),))
    shuffled = random.sample(articles, len(articles))
    assert list(publish(shuffled, config).items()) == list(publish(articles, config).items())


def fill(site: SiteFolder, numbers: Sequence[int]) -> None:
    """Write the articles of these numbers, in this order."""
    for number in numbers:
        site.add(
            f"{number % 3}/{number}",
            body=f"Body of **{number}** with <b>HTML</b>.",
            publishedDateTime=f"2024-05-{number % 4 + 1:02} 10:00",
            id=f"urn:x:{number % 10}",
            topics=[("AI", "ai", "Künstliche Intelligenz")[number % 3], "C++"],
            provider={"name": ("WSJ", "Wall Street Journal")[number % 2], "domain": "wsj.com"},
            heat=number,
        )


@pytest.mark.slow
def test_another_day_machine_folder_and_file_order_give_the_same_bytes(site: SiteFolder, tmp_path: Path) -> None:
    feeds = "feeds: [{slug: hot, title: Hot, min_heat: 3}]\n"
    here = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"}
    there = {**os.environ, "TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "2"}
    other = SiteFolder(tmp_path / "elsewhere" / "site")
    fill(site, range(12))
    fill(other, range(11, -1, -1))
    for folder, environment, now in ((site, here, "2024-06-01"), (other, there, "2034-06-01")):
        folder.configure(feeds)
        done = folder.run_process("build", "--now", f"{now}T00:00:00Z", env=environment)
        assert done.returncode == 0, done.stderr
    assert len(site.feed_files()) == 3 * len(("", "ai", "kunstliche", "c++", "wsj.com", "hot"))
    assert other.files() == site.files()

    again = site.run_process("build", "--full", "--output", "public", env=there)
    assert again.returncode == 0, again.stderr
    public = site.root / "public"
    rebuilt = {path.relative_to(public).as_posix(): path for path in public.rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in rebuilt.items()} == site.files()


@pytest.mark.parametrize(
    ("fronts", "dates"),
    [([{"topics": ["AI"]}], {b"2024-05-01", b"01 May 2024"}), ([], {b"2000-01-01"})],
    ids=["one article", "no article"],
)
def test_the_clock_never_reaches_the_output(fronts: list[dict[str, Any]], dates: set[bytes]) -> None:
    for data in publish([article(front) for front in fronts]).values():
        assert set(re.findall(rb"\d{4}-\d\d-\d\d|\d\d [A-Z][a-z]{2} \d{4}", data)) <= dates
