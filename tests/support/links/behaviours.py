"""Sites that answer, whether or not the page of a link is still there, and what a person with a browser would say."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from support.links.hostile_answers import Exchange

Answer = tuple[int, str]
"""A status, and a body; the Location for a redirect."""

TEXT = "<p>" + "All the words of a story. " * 60
MISSING = (404, "<title>Not Found</title><h1>Not Found</h1>")
SHELL = (
    "<!doctype html><title>News</title><noscript>Use scripts</noscript><div id=root></div><script src=/a.js></script>"
)
NOT_FOUND = f"<title>Page not found | News</title><h1>Sorry</h1>{TEXT}"
PARKED = '<title></title><script>window.LANDER_SYSTEM="PW"</script><div id=root></div>'
VIDEO = '<title>{}</title><script>var ytInitialPlayerResponse = {{"playabilityStatus":{{"status":"{}"}}}};</script>'


class Behaviour(NamedTuple):
    """A site that behaves in some way."""

    text: str
    """The behaviour in words, as docs/checking.md has it."""
    verdict: str
    answer: Callable[[str], Answer]
    """The answer to a path with its query."""
    links: tuple[str, ...] = ("/2019/some-story.html",)
    host: str | None = None
    """The host, where it matters."""


def all_but(
    path: str, other: Answer, own: Answer = (200, f"<title>A</title><script></script>{TEXT}")
) -> Callable[[str], Answer]:
    """A site whose page ``path`` is ``own``, and any other ``other``."""
    return lambda asked: own if asked.partition("?")[0] == path else other


def one(answer: Answer, link: str = "/2019/some-story.html", other: Answer = MISSING) -> Callable[[str], Answer]:
    """A site that answers ``answer`` for the link, 200 for the target of a redirect, and ``other`` else."""

    def respond(path: str) -> Answer:
        if path == link:
            return answer
        is_target = 300 <= answer[0] < 400 and path.partition("#")[0] == answer[1].partition("#")[0]
        return (200, f"<title>Home</title><script></script>{TEXT}") if is_target else other

    return respond


def every(*redirects: int, to: str) -> Callable[[str], Answer]:
    """A site that redirects every URL to the page ``to``."""
    return all_but(to.partition("?")[0], (redirects[0] if redirects else 302, to))


def section(path: str) -> Answer:
    """A site that redirects every page to the folder above."""
    folder = path.rpartition("/")[0] + "/"
    return (200, f"<title>All</title><script></script>{TEXT}") if path == folder else (301, folder)


def search(path: str) -> Answer:
    """A site that searches for what is not there."""
    return (
        (200, f"<title>Results</title><script></script>{TEXT}")
        if path.startswith("/search")
        else (302, f"/search?q={path[1:]}")
    )


BEHAVIOURS = (
    Behaviour("redirects the page, and all that does not exist, to its home page", "gone", every(301, to="/")),
    Behaviour("the same, with a temporary redirect", "gone", every(302, to="/index.html")),
    Behaviour("redirects the page, and all that does not exist, to the section above", "gone", section),
    Behaviour("redirects the page, and all that does not exist, to its search", "gone", search),
    Behaviour(
        "redirects the page, and all that does not exist, to an error page with status 200",
        "gone",
        every(to="/404.html"),
    ),
    Behaviour(
        "answers 200 with the title “Page not found”, in any of 30 languages, also for all that does not exist",
        "gone",
        lambda _: (200, NOT_FOUND),
    ),
    Behaviour("is a parked domain", "gone", lambda _: (200, PARKED)),
    Behaviour(
        "redirects to a seller of domains",
        "gone",
        lambda path: (302, "http://www.hugedomains.com/domain_profile.cfm?d=x"),
        links=("/", "/a"),
    ),
    Behaviour(
        "is a video host, whose player says that the video is gone",
        "gone",
        lambda _: (200, VIDEO.format(" - YouTube", "ERROR")),
        ("/watch?v=1",),
        "www.youtube.com",
    ),
    Behaviour(
        "redirects the page to its home page, and answers 404 for what does not exist", "suspect", one((301, "/"))
    ),
    Behaviour(
        "redirects the page to the section above, and answers 404 for what does not exist",
        "suspect",
        one((301, "/2019/")),
    ),
    Behaviour(
        "answers 200 with the title “Page not found”, and 404 for what does not exist", "suspect", one((200, NOT_FOUND))
    ),
    Behaviour(
        "the same with an empty page, which scripts fill, for every URL",
        "suspect",
        lambda _: (200, SHELL.replace("News", "404")),
    ),
    Behaviour(
        "redirects every URL to the home page of another domain", "suspect", lambda _: (301, "http://other.test/")
    ),
    Behaviour("redirects every URL to the home page of a language", "suspect", every(to="/de/")),
    Behaviour("redirects every URL to a login", "suspect", every(to="/account/login?next=x")),
    Behaviour("redirects every URL to a question for consent", "suspect", every(to="/consent")),
    Behaviour(
        "has the title “This domain is for sale”",
        "suspect",
        one((200, f"<title>This domain is for sale!</title>{TEXT}")),
    ),
    Behaviour(
        "redirects several links, and all that does not exist, to one page",
        "suspect",
        every(to="/notice/we-have-moved"),
        ("/a/b", "/c/d"),
    ),
    Behaviour(
        "answers several links, and all that does not exist, with one page without scripts",
        "suspect",
        lambda _: (200, f"<title>Closed</title>{TEXT}"),
        ("/a/b", "/c/d"),
    ),
    Behaviour("answers every URL with one page that scripts fill", "ok", lambda _: (200, SHELL), ("/a/b", "/c/d")),
    Behaviour("redirects the page to a login, and answers 404 for what does not exist", "ok", one((302, "/login"))),
    Behaviour("redirects to a page whose state is in the query or in the fragment", "ok", one((302, "/?p=17"))),
    Behaviour("redirects to the route of a page that scripts fill", "ok", one((302, "/#/some-story"))),
    Behaviour(
        "has an article with the title “How to fix 404 Not Found”",
        "ok",
        one((200, f"<title>How to fix 404 Not Found</title>{TEXT}")),
    ),
    Behaviour(
        "has an article about parked domains",
        "ok",
        one((200, f"<title>Parked</title>{TEXT}<pre>window.LANDER_SYSTEM=</pre>")),
    ),
    Behaviour(
        "is a video host, whose player wants a login",
        "ok",
        lambda _: (200, VIDEO.format(" - YouTube", "LOGIN_REQUIRED")),
        ("/watch?v=2",),
        "youtube.com",
    ),
    Behaviour("has a page that is a search or a login itself", "ok", every(to="/login"), ("/login?a", "/login?b")),
    Behaviour(
        "has moved every page to a new host, with its path", "redirected", lambda path: (301, f"http://new.test{path}")
    ),
    Behaviour(
        "has moved every page to a new path",
        "redirected",
        lambda path: (
            (200, f"<title>A</title><script></script>{TEXT}") if path.startswith("/story") else (301, f"/story{path}")
        ),
    ),
    Behaviour(
        "has moved the AMP page or page 2 of an article to the article",
        "redirected",
        one((301, "/2019/some-story"), "/2019/some-story/amp"),
        ("/2019/some-story/amp",),
    ),
    Behaviour("shortens the URL of a home page", "redirected", one((301, "http://new.test/"), "/Ab3dE"), ("/Ab3dE",)),
    Behaviour("redirects its German home page to one of another language", "ok", one((302, "/en/"), "/de/"), ("/de/",)),
    Behaviour("has moved its home page", "redirected", one((301, "/home/start"), "/"), ("/",)),
)


def serve(host: str, exchange: Exchange) -> None:
    """Answer as the site of ``host``; ``new.test`` and ``other.test`` have every page."""
    found = SITES.get(host)
    status, text = found.answer(exchange.seen.path) if found else (200, f"<title>A</title><script></script>{TEXT}")
    if 300 <= status < 400:
        exchange.send(
            status,
            Location=text.replace(".test/", f".test:{exchange.sock.getsockname()[1]}/").replace(
                ".com/", f".com:{exchange.sock.getsockname()[1]}/"
            ),
        )
    else:
        exchange.send(status, text.encode(), Content_Type="text/html; charset=utf-8")


def host_of(number: int) -> str:
    """The host of a behaviour."""
    return BEHAVIOURS[number].host or f"s{number}.test"


SITES = {host_of(number): behaviour for number, behaviour in enumerate(BEHAVIOURS)}
