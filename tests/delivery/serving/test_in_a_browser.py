"""``feedpub serve`` in Chromium: feeds that are opened by themselves, on nginx as well, and pages that reload."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest

from support import browser
from support.asking import running
from support.browser import Visit
from support.site import SiteFolder
from support.web_servers import serving, with_sbin

pytestmark = pytest.mark.campaign

__all__ = ["with_sbin"]

NAMES = [f"Title of {name}" for name in ("c", "b", "a")]
HOME = "https://news.example.org/"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    browser.needed()
    with browser.chromium() as one:
        yield one


@contextlib.contextmanager
def on_feedpub(site: SiteFolder, _folder: Path, more: str = "") -> Iterator[tuple[str, str]]:
    site.configure(more)
    site.build()
    with running(site) as (_, asked, _):
        yield f"http://127.0.0.1:{asked.port}/", HOME


@contextlib.contextmanager
def on_nginx(site: SiteFolder, folder: Path, more: str = "") -> Iterator[tuple[str, str]]:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")
    with serving("nginx", site, folder / "server", more=more) as served:
        base = f"http://127.0.0.1:{served.port}/"
        yield base, base


Start = Callable[..., contextlib.AbstractContextManager[tuple[str, str]]]
SERVERS = pytest.mark.parametrize("start", [on_feedpub, on_nginx], ids=["feedpub", "nginx"])


@pytest.fixture
def full(site: SiteFolder) -> SiteFolder:
    for day, name in enumerate("abc", 1):
        site.add(name, topics=["AI"], publishedDateTime=f"2024-05-0{day}T10:00:00Z")
    return site


@SERVERS
@pytest.mark.parametrize(("name", "entry"), [("rss.xml", "item"), ("atom.xml", "entry")])
def test_a_feed_that_is_opened_is_styled_and_shows_its_page(
    chromium: Any, full: SiteFolder, tmp_path: Path, start: Start, name: str, entry: str
) -> None:
    with start(full, tmp_path) as (base, home), Visit(chromium, base) as visit:
        for folder in ("", "topics/ai/"):
            page = visit.go(folder + name)
            sheets = page.evaluate("[...document.styleSheets].map(one => [one.href, one.cssRules.length > 50])")
            assert sheets == [[f"{base}feedpub.css", True]]
            titles = page.locator(f"{entry} > title:visible")
            assert titles.all_text_contents() == NAMES
            tops = [one.bounding_box()["y"] for one in titles.all()]
            assert tops == sorted(set(tops))
            link = page.locator("channel > link:visible, feed > link:visible")
            # Atom has the address in an attribute.
            shown = link.evaluate("one => one.textContent || getComputedStyle(one, '::after').content")
            assert shown.strip('"') == home + folder
            box = link.bounding_box()
            assert 10 < box["height"] < 100
            assert 0 < box["y"] < tops[0]
        assert visit.errors == visit.elsewhere == []


@SERVERS
def test_without_pages_there_is_nothing_to_style_a_feed_with(
    chromium: Any, full: SiteFolder, tmp_path: Path, start: Start
) -> None:
    with start(full, tmp_path, "output: {pages: false}\n") as (base, _), Visit(chromium, base) as visit:
        page = visit.go("rss.xml")
        # What Chromium shows a text with.
        assert page.locator("pre").text_content().startswith("<?xml")


@SERVERS
def test_a_browser_keeps_what_scripts_get_apart_from_what_it_opens(
    chromium: Any, full: SiteFolder, tmp_path: Path, start: Start
) -> None:
    asked = "fetch('/rss.xml').then(async one => [one.headers.get('Content-Type'), (await one.text()).length])"
    # No Visit: what looks at requests turns the cache off.
    with start(full, tmp_path) as (base, _), contextlib.closing(chromium.new_context()) as context:
        page = context.new_page()
        page.goto(base)
        size = (full.output / "rss.xml").stat().st_size
        for _ in range(2):
            assert page.evaluate(asked) == ["application/rss+xml", size]
            with page.expect_navigation():
                page.evaluate("location.href = '/rss.xml'")
            assert page.evaluate("[document.contentType, document.styleSheets.length]") == ["application/xml", 1]
            page.go_back()


@SERVERS
def test_a_reader_program_gets_feeds_as_what_they_are(full: SiteFolder, tmp_path: Path, start: Start) -> None:
    with start(full, tmp_path) as (base, _):
        for name, kind in (("rss.xml", "application/rss+xml"), ("atom.xml", "application/atom+xml")):
            found = feedparser.parse(base + name)
            assert (found.status, found.bozo) == (200, False)
            assert found.headers["content-type"] == kind
            assert [one.title for one in found.entries] == NAMES


@pytest.mark.parametrize("path", ["index.html", "topics/ai/index.html"])
def test_an_open_page_reloads_itself_after_an_edit(chromium: Any, full: SiteFolder, path: str) -> None:
    with (
        running(full, "--watch") as (_, asked, _),
        Visit(chromium, f"http://127.0.0.1:{asked.port}/") as visit,
    ):
        page = visit.page
        # It is never idle: it asks for its revision.
        page.goto(visit.base + path, wait_until="load")
        page.get_by_role("link", name=NAMES[0]).wait_for()
        for title in ("Edited once", "Edited twice"):
            page.evaluate("window.isAsItWas = true")
            full.add("c", topics=["AI"], title=title, publishedDateTime="2024-05-03T10:00:00Z")
            page.get_by_role("link", name=title).wait_for(timeout=60_000)
            assert page.evaluate("window.isAsItWas") is None
        assert visit.errors == visit.elsewhere == []
