"""Everything that could run, through the sanitizer and into pages, in Chromium and without a Content-Security-Policy.

The corpus is that of campaigns/hostile/pools.py. What runs calls ``hit()``, or asks a host with ``hit`` in its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from campaigns.hostile.pools import PAYLOADS
from feedpub.core import html
from support import browser
from support.site import SiteFolder

pytestmark = pytest.mark.campaign

BASE = {"base": "https://news.example.org/", "page": "https://example.com/a"}
# Every element and what may be done to it.
PROVOKE = """() => {
  for (const one of document.querySelectorAll('*')) {
    for (const name of ['click', 'focus', 'mouseover', 'pointerover', 'toggle', 'scroll', 'animationstart', 'load', 'error']) {
      const event = name === 'click' ? new MouseEvent(name, {bubbles: true, cancelable: true}) : new Event(name, {bubbles: true});
      // Where a link leads is looked at, not followed.
      event.preventDefault();
      one.dispatchEvent(event);
    }
  }
}"""
SCHEMES = """() => [...document.querySelectorAll('*')].flatMap(one => [...one.attributes].map(a => [a.name, a.value]))
  .filter(([name, value]) => /^on/.test(name) || (/href|src|action|data|cite|poster|background/.test(name)
    && /^(?!https?:|mailto:|tel:|data:,$)[a-z][a-z0-9+.-]*:/i.test(value.replace(/[\\x00-\\x20]/g, ''))))"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    browser.needed()
    with browser.chromium() as one:
        yield one


class Watched:
    """A page in which nothing may run."""

    def __init__(self, chromium: Any, **options: Any) -> None:
        self.hits: list[str] = []
        self.context = chromium.new_context(**options)
        self.context.expose_function("hit", lambda *_: self.hits.append("called"))
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.page.on("dialog", lambda dialog: (self.hits.append("dialog"), dialog.dismiss()))
        self.page.on("popup", lambda _: self.hits.append("popup"))
        self.local = ""

    def _answer(self, route: Any) -> None:
        url = route.request.url
        if self.local and url.startswith(self.local):
            route.continue_()
            return
        if re.match(r"https?://[^/]*hit", url) and route.request.resource_type != "image":
            self.hits.append(url)
        route.fulfill(status=404, body="")

    def check(self) -> list[Any]:
        """Return the scripts that ran, and those that a click would run."""
        self.page.evaluate(PROVOKE)
        self.page.wait_for_timeout(50)
        return [*self.hits, *self.page.evaluate(SCHEMES)]


def test_the_corpus_is_large_and_the_browser_would_be_hit(chromium: Any) -> None:
    assert len(set(PAYLOADS)) >= 150
    watched = Watched(chromium)
    raw = 0
    for payload in PAYLOADS[:60]:
        watched.hits.clear()
        watched.page.goto("about:blank")
        watched.page.set_content(f"<!doctype html><body>{payload}")
        raw += bool(watched.check())
    watched.context.close()
    assert raw > 30


RENDERERS: list[Callable[..., str]] = [html.render_body, html.render_excerpt, html.sanitize]


@pytest.mark.parametrize("render", RENDERERS)
def test_nothing_of_it_runs_as_a_document(chromium: Any, render: Callable[..., str]) -> None:
    watched = Watched(chromium)
    for start in range(0, len(PAYLOADS), 25):
        batch = PAYLOADS[start : start + 25]
        bodies = "\n".join(f"<section>{render(payload, **BASE)}</section>" for payload in batch)
        watched.page.set_content(f"<!doctype html><title>x</title><body>{bodies}")
        assert watched.check() == [], batch
    watched.context.close()


@pytest.mark.parametrize("render", RENDERERS)
def test_nor_as_inner_html_once_or_twice(chromium: Any, render: Callable[..., str]) -> None:
    # A program that reads what it has written: what mutates does so at the second reading.
    watched = Watched(chromium)
    watched.page.set_content("<!doctype html><body>")
    for payload in PAYLOADS:
        watched.page.evaluate(
            """text => { const one = document.createElement('div'); document.body.append(one); one.innerHTML = text;
                const two = document.createElement('div'); document.body.append(two); two.innerHTML = one.innerHTML; }""",
            render(payload, **BASE),
        )
    assert watched.check() == []
    watched.context.close()


def test_nor_on_the_pages_of_a_site(chromium: Any, site: SiteFolder) -> None:
    texts = [payload.encode("utf-8", "replace").decode() for payload in PAYLOADS]
    for number, text in enumerate(texts):
        site.add(
            f"a{number}",
            text,
            title=text,
            excerpt=text,
            type=text,
            topics=[text, f"t{number % 10}"],
            provider={"name": text, "authors": [{"name": text}]},
            images=[{"url": "https://img.example/" + text.replace("\n", ""), "title": text, "attribution": text}]
            if not re.search("[\x00-\x1f]", text)
            else None,
            enclosures=[{"url": "https://a.example/a.mp3", "type": "audio/mpeg", "title": text}],
            related=[{"sourceUrl": "https://r.example/", "title": text, "provider": {"name": text}}],
        )
    site.configure("output: {limit: 1000}\n")
    site.build()
    for page in site.output.rglob("*.html"):
        # Without what would stop it.
        text = page.read_text("utf-8")
        assert "Content-Security-Policy" in text
        page.write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text), "utf-8")
    with browser.served(site.output) as url:
        watched = Watched(chromium)
        watched.local = url
        for path in ("index.html", *(f"topics/t{number}/index.html" for number in range(10))):
            watched.page.goto(url + path, wait_until="load")
            assert watched.check() == [], path
        watched.context.close()
