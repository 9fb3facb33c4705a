"""The pages in Chromium: accessible, quiet, of one host, with and without a script, in any width and light."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feedpub import load_config
from feedpub.config.model import Site
from feedpub.output.pages import Pages
from support import browser
from support.browser import Visit
from support.making import configuration
from support.showing import CORPUS, SEEDS, SITE_FEED, big_site, feed, settings_of, site_files

pytestmark = pytest.mark.campaign

SITES = ("seeds", "corpus", "big")
LOOKS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
FEEDS = {"seeds": "topics/ai", "corpus": "topics/ai", "big": "feeds/hot"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    browser.needed()
    with browser.chromium() as one:
        yield one


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """All sites, each in a folder of its own, their feeds as the build will write them."""
    folder = tmp_path_factory.mktemp("sites")
    configs = {
        "seeds": load_config(SEEDS),
        "corpus": load_config(CORPUS),
        "big": big_site(folder / "made"),
    }
    for name, config in configs.items():
        files = site_files(config)
        # Its links begin at the root of the host.
        files["404.html"] = files["404.html"].replace(b'="/', f'="/{name}/'.encode())
        write(folder / name, files)
    write(folder / "rtl", in_arabic())
    with browser.served(folder) as url:
        yield url


def write(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".xml":
            top = "../" * path.count("/")
            styled = f'?>\n<?xml-stylesheet type="text/css" href="{top}feedpub.css"?>\n'
            file.write_bytes(data.replace(b"?>\n", styled.encode(), 1))
        else:
            file.write_bytes(data)


def in_arabic() -> dict[str, bytes]:
    site = Site(title="أخبار", base_url="https://news.example.org/", language="ar")
    pages = Pages(settings_of(configuration(site=site)))
    return {**pages.assets(), "index.html": pages.index_page([SITE_FEED, feed(label="ذكاء")], [], 0)}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("name", SITES)
@pytest.mark.parametrize("kind", ["index", "feed", "404"])
def test_the_audit_finds_nothing_and_the_console_is_quiet(
    chromium: Any, base: str, name: str, kind: str, width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    with Visit(chromium, base, width=width, scheme=scheme) as visit:
        page = visit.go(f"{name}/{FEEDS[name]}/index.html" if kind == "feed" else f"{name}/{kind}.html")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = axe.Axe().run(page).response
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        assert len(found["passes"]) > 20
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.errors == visit.elsewhere == []


def test_the_audit_sees_what_is_wrong(chromium: Any, base: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    with Visit(chromium, base) as visit:
        page = visit.go("seeds/index.html")
        page.evaluate("document.querySelector('.filter label').remove()")
        assert "label" in {one["id"] for one in axe.Axe().run(page).response["violations"]}


@pytest.mark.parametrize("name", SITES)
def test_the_narrowest_screen_needs_no_scrolling_sideways(chromium: Any, base: str, name: str) -> None:
    with Visit(chromium, base, width=320) as visit:
        for path in (f"{name}/index.html", f"{name}/{FEEDS[name]}/index.html", f"{name}/rss.xml"):
            assert visit.go(path).evaluate("document.documentElement.scrollWidth") <= 320, path


def test_a_policy_stops_a_script_that_is_not_ours(chromium: Any, base: str) -> None:
    with Visit(chromium, base) as visit:
        page = visit.go("seeds/index.html")
        page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.bad = 1'}))")
        assert page.evaluate("window.bad") is None
        assert "Content Security Policy" in visit.errors[0]


def rows(page: Any) -> list[str]:
    """The feeds that are seen."""
    texts: list[str] = page.locator(".feeds li:visible > a").all_text_contents()
    return texts


def test_the_filter_finds_feeds_while_one_types(chromium: Any, base: str) -> None:
    with Visit(chromium, base) as visit:
        page = visit.go("corpus/index.html")
        every = rows(page)
        found = page.get_by_role("status").filter(has_text=re.compile("feed", re.IGNORECASE))
        page.keyboard.press("/")
        page.keyboard.type("UNICO")
        # Marks and case do not matter.
        assert rows(page) == [row for row in every if row.startswith("Ünïcödé")] != []
        assert page.locator("h2:visible").all_text_contents()[-1] == "Topics"
        assert found.text_content() == "1 feed"
        page.keyboard.press("Control+A")
        page.keyboard.type("example article")
        assert 1 < len(rows(page)) < len(every)
        assert found.text_content() == f"{len(rows(page))} feeds"
        page.keyboard.type(" nothing like it /")
        assert rows(page) == []
        assert page.locator("output").text_content() == "No feed found"
        # Chromium clears such a field by itself where the key is a real one; others leave that to the page.
        page.locator("#filter").dispatch_event("keydown", {"key": "Escape", "bubbles": True})
        assert page.locator("#filter").input_value() == ""
        assert rows(page) == every
        assert visit.errors == []


def test_the_filter_stays_where_it_is(chromium: Any, base: str) -> None:
    with Visit(chromium, base) as visit:
        page = visit.go("big/index.html")
        page.locator("#providers").scroll_into_view_if_needed()
        before = page.locator("#filter").bounding_box()
        page.locator("#filter").focus()
        page.keyboard.type("zan")
        assert page.locator("#filter").bounding_box() == before
        assert 10 < len(rows(page)) < 500


def test_nothing_jumps_while_the_page_loads(chromium: Any, base: str) -> None:
    with Visit(chromium, base) as visit:
        visit.page.add_init_script(
            "window.shift = 0;"
            "new PerformanceObserver(list => list.getEntries().forEach(one => window.shift += one.value))"
            ".observe({type: 'layout-shift', buffered: true})"
        )
        page = visit.go("seeds/index.html")
        page.wait_for_timeout(300)
        assert page.evaluate("window.shift") == 0


@pytest.mark.parametrize(
    ("format_", "file", "has_clipboard"), [("Atom", "atom.xml", True), ("JSON", "feed.json", False)]
)
def test_a_button_copies_the_address(chromium: Any, base: str, format_: str, file: str, *, has_clipboard: bool) -> None:
    address = f"https://news.example.org/topics/ai/{file}"
    with Visit(chromium, base, permissions=["clipboard-read", "clipboard-write"]) as visit:
        if not has_clipboard:
            visit.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        page = visit.go("seeds/topics/ai/index.html")
        button = page.get_by_role("button", name=f"Copy {format_}")
        button.focus()
        page.keyboard.press("Enter")
        page.get_by_role("status").filter(has_text="Copied").wait_for(state="attached")
        assert page.evaluate("document.activeElement.dataset.copy") == address
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<textarea id=here></textarea>')")
        page.locator("#here").focus()
        page.keyboard.press("Control+V")
        assert page.locator("#here").input_value() == address
        button.wait_for()
        assert visit.errors == []


def test_where_nothing_can_be_copied_the_address_is_selected(chromium: Any, base: str) -> None:
    with Visit(chromium, base) as visit:
        visit.page.add_init_script(
            "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false"
        )
        page = visit.go("seeds/index.html")
        page.get_by_role("button", name="Copy RSS").click()
        assert page.evaluate("getSelection().toString()") == "https://news.example.org/rss.xml"
        assert page.get_by_role("button", name="Copied").count() == 0


def test_everything_can_be_reached_with_the_keyboard(chromium: Any, base: str) -> None:
    with Visit(chromium, base) as visit:
        page = visit.go("seeds/index.html")
        page.keyboard.press("Tab")
        assert page.locator(":focus").text_content() == "Skip to content"
        assert page.locator(":focus").bounding_box()["x"] >= 0
        reached = []
        while page.evaluate("document.activeElement !== document.body"):
            reached.append(page.evaluate("document.activeElement.outerHTML"))
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", reached[-1]
            page.keyboard.press("Tab")
        assert len(reached) == page.locator("a, button, input, summary").count()


def test_without_a_script_everything_is_there_but_what_needs_one(chromium: Any, base: str) -> None:
    with Visit(chromium, base, java_script_enabled=False) as visit:
        page = visit.go("seeds/index.html")
        assert page.get_by_role("button").count() == 0
        assert not page.locator(".filter").is_visible()
        assert len(rows(page)) == 4
        assert visit.errors == []


def test_pages_work_from_a_disk(chromium: Any, tmp_path: Path) -> None:
    write(tmp_path, site_files(load_config(SEEDS)))
    with Visit(chromium, tmp_path.as_uri() + "/") as visit:
        page = visit.go("index.html")
        page.locator("#filter").fill("wall")
        assert rows(page) == ["Wall Street Journal"]
        page.get_by_role("link", name="Wall Street Journal", exact=True).last.click()
        assert page.locator("h1").text_content() == "Wall Street Journal"
        assert page.evaluate("getComputedStyle(document.querySelector('.lead')).aspectRatio") == "16 / 9"
        page.locator(".crumbs a").click()
        assert page.locator("h1").text_content() == "AI News"
        assert visit.errors == []


@pytest.mark.parametrize(("kind", "link"), [("rss", "channel > link"), ("atom", "feed > link[rel=alternate]")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_feed_in_a_browser_is_readable_and_shows_its_page(
    chromium: Any, base: str, kind: str, link: str, scheme: str
) -> None:
    with Visit(chromium, base, width=360, scheme=scheme) as visit:
        page = visit.go(f"corpus/topics/ai/{kind}.xml")
        root = "getComputedStyle(document.documentElement"
        assert "This is a feed." in page.evaluate(f"{root}, '::before').content")
        assert page.evaluate(f"{root}).display") == {"rss": "block", "atom": "flex"}[kind]
        assert page.evaluate(f"{root}).fontFamily") == "system-ui, sans-serif"
        seen = page.evaluate(
            "[...document.querySelectorAll('*')].filter(one => one.checkVisibility()).map(one => one.nodeName)"
        )
        wanted = {
            "rss": {"rss", "channel", "title", "description", "link", "item", "pubDate"},
            "atom": {"feed", "title", "subtitle", "link", "entry", "published"},
        }
        assert set(seen) == wanted[kind]
        shown = page.evaluate(
            f"(one => one.textContent || getComputedStyle(one, '::after').content)(document.querySelector('{link}'))"
        )
        # The build gives it the page's address; here it has what the format has by itself.
        assert "https://news.example.org/" in shown
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert visit.elsewhere == []


def test_right_to_left_pages_are_mirrored(chromium: Any, base: str) -> None:
    with Visit(chromium, base, width=1280) as visit:
        page = visit.go("rtl/index.html")
        box = page.locator("h1").bounding_box()
        words = page.locator("h1").evaluate(
            "h => { const r = document.createRange(); r.selectNodeContents(h); return r.getBoundingClientRect().right }"
        )
        assert words > box["x"] + box["width"] - 5
        # English words keep their own order.
        assert page.locator("header .updated").text_content().startswith("3 articles · Updated")
        numbers = "e => { const r = document.createRange(); r.setStart(e.firstChild, 0); r.setEnd(e.firstChild, 1);"
        first = page.locator("header .updated").evaluate(numbers + "return r.getBoundingClientRect().left }")
        assert first < page.locator("header time").bounding_box()["x"]
        copy, code = (page.locator(what).first.bounding_box()["x"] for what in ("button", "code"))
        assert copy < code
        assert visit.errors == []


def test_pictures_that_are_missing_leave_their_places_and_nothing_ugly(chromium: Any, base: str) -> None:
    with Visit(chromium, base, has_pictures=False) as visit:
        page = visit.go("seeds/topics/ai/index.html")
        for picture, ratio in ((".lead", 16 / 9), (".meta img", 1)):
            one = page.locator(picture)
            assert one.evaluate("one => one.complete && one.naturalWidth") == 0
            box = one.bounding_box()
            assert box["width"] / box["height"] == pytest.approx(ratio, 0.01)
            # No broken picture is drawn in it: every point within, but for the corners, has one colour.
            within = {"x": box["x"] + 3, "y": box["y"] + 3, "width": box["width"] - 6, "height": box["height"] - 6}
            assert colours(page, page.screenshot(clip=within)) == 1


def colours(page: Any, picture: bytes) -> int:
    """Return the number of colours in ``picture``."""
    number: int = page.evaluate(
        """async bytes => {
            const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]))
            const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")
            canvas.drawImage(bitmap, 0, 0)
            return new Set(new Uint32Array(canvas.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size
        }""",
        list(picture),
    )
    return number
