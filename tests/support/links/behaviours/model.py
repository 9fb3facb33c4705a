"""The parts of a behaviour: pages, answers, and sites that give them.

In a body or a header, ``HOST`` is the behaviour's own host.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from support.links.hostile_answers import Exchange

ALIVE, DEAD, UNCLEAR = "alive", "dead", "cannot tell"
"""The word of a person who opens the link in a browser: what was linked is there, is not, or neither is sure."""
LINK = "/2019/some-story.html"
TEXT = "<p>" + "All the words of a story. " * 60
MENU = "<header><a href=/>Daily News</a> <a href=/world/>World</a> <a href=/sport/>Sport</a></header>"


class Reply(NamedTuple):
    """An answer that is proper HTTP."""

    status: int = 200
    body: str | bytes = ""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)


Site = Callable[[Exchange], Reply | None]
"""A site's answer to a request; None if it has sent one itself."""


class Behaviour(NamedTuple):
    """A site that behaves in some way, and what is said of links to it."""

    text: str
    """The behaviour in words, after “a site that …”."""
    person: str
    """The verdict of a person with a browser."""
    site: Site
    links: tuple[str, ...] = (LINK,)
    """Paths at the host, or URLs."""
    host: str | None = None
    """The host, where it matters."""
    kind: str = "source"
    scheme: str = "http"
    variant: str = ""
    """The difference from other behaviours with the same words."""

    @property
    def name(self) -> str:
        """The name of the behaviour alone."""
        return f"{self.text}: {self.variant}" if self.variant else self.text


B = Behaviour
"""Its name in the tables."""


def page(title: str | None, body: str = TEXT, head: str = "", attributes: str = "", heading: str | None = None) -> str:
    """Return a page of a site, with its menu; the heading is the title unless it is given."""
    named = "" if title is None else f"<title>{title}</title>"
    shown = heading if heading is not None else title
    over = f"<h1>{shown}</h1>" if shown else ""
    return f"<!doctype html><html><head>{named}{head}</head><body {attributes}>{MENU}{over}{body}</body></html>"


def html(body: str | bytes, status: int = 200, **headers: str) -> Reply:
    """Return an answer with a page; ``_`` in the name of a header is ``-``."""
    named = {"Content_Type": "text/html; charset=utf-8", **headers}
    return Reply(status, body, tuple((name.replace("_", "-"), value) for name, value in named.items()))


def to(location: str, status: int = 301, **headers: str) -> Reply:
    """Return a redirect."""
    return html("", status, Location=location, **headers)


ARTICLE = html(page("Some story | Daily News", heading="Some story"))
HOME = html(page("Daily News", "".join(f"<h2><a href=/2020/{n}>Headline {n}</a></h2>{TEXT}" for n in range(3))))
MISSING = html(page("Page not found | Daily News", "<p>Try the home page.", heading="Page not found"), 404)
SHELL = html("<!doctype html><title>News</title><div id=root></div><script src=/a.js></script>")


def always(reply: Reply) -> Site:
    """Return a site that answers every URL so."""
    return lambda _: reply


def at(pages: Mapping[str, Reply], other: Reply = MISSING) -> Site:
    """Return a site with these pages by path and query, or path, and ``other`` for all else."""
    return lambda exchange: pages.get(exchange.seen.path) or pages.get(exchange.seen.path.partition("?")[0], other)


def only(reply: Reply, link: str = LINK) -> Site:
    """Return a site that answers so for the link, has a home page, and answers 404 for all else."""
    return at({link: reply, "/": HOME})


def soft(reply: Reply) -> Site:
    """Return a site with a home page that answers so for all that does not exist."""
    return at({"/": HOME}, reply)


def moved(location: str, status: int = 301, link: str = LINK, target: Reply = ARTICLE) -> Site:
    """Return a site that redirects the link to a page of its own, and answers 404 for all else."""
    return at({link: to(location, status), location.partition("#")[0]: target})


def all_to(location: str, status: int = 302, target: Reply = HOME) -> Site:
    """Return a site that redirects all that does not exist to a page of its own."""
    return at({location.partition("?")[0].partition("#")[0]: target}, to(location, status))


def raw(data: bytes | str, *, ends: bool = True) -> Site:
    """Return a site that answers every URL with these bytes."""

    def respond(exchange: Exchange) -> None:
        exchange.ends = ends
        exchange.raw(data.encode() if isinstance(data, str) else data)

    return respond
