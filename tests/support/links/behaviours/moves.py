"""Redirects that lead to the page."""

from __future__ import annotations

from support.links.behaviours.model import (
    ALIVE,
    ARTICLE,
    DEAD,
    HOME,
    LINK,
    MISSING,
    UNCLEAR,
    B,
    Site,
    all_to,
    always,
    at,
    html,
    moved,
    raw,
    to,
)
from support.links.hostile_answers import Exchange

REST = {"/": HOME}


def to_host(host: str, status: int = 301) -> Site:
    """Return a site that redirects every path to the same path at another host, which has it."""
    return lambda exchange: (
        ARTICLE if exchange.seen.host == host.replace("HOST", "") else to(f"http://{host}{exchange.seen.path}", status)
    )


def at_host(prefix: str, status: int = 301) -> Site:
    """Return a site that redirects every path of its own host to a host below it."""
    return lambda exchange: (
        ARTICLE if exchange.seen.host.startswith(prefix) else to(f"http://{prefix}HOST{exchange.seen.path}", status)
    )


def https(status: int) -> Site:
    """Return a site that redirects every URL to https."""

    def respond(exchange: Exchange) -> object:
        return ARTICLE if exchange.is_tls else to(f"https://HOST{exchange.seen.path}", status)

    return respond


def chain(length: int) -> Site:
    """Return a site with a chain of redirects to the page."""
    return at(
        {LINK: to("/hop/1"), **{f"/hop/{n}": to(f"/hop/{n + 1}") for n in range(1, length)}, f"/hop/{length}": ARTICLE}
    )


def cookie(to_page: str) -> Site:
    """Return a site that redirects to ``to_page`` until it gets its cookie."""

    def respond(exchange: Exchange) -> object:
        if "seen=1" in exchange.seen.headers.get("cookie", ""):
            return to(LINK, 302) if exchange.seen.path == to_page != LINK else ARTICLE
        return to(to_page, 302, Set_Cookie="seen=1; Path=/")

    return respond


def pair(old: str, new: str) -> B:
    """Return a site that has moved one URL for good, and answers 404 for all else."""
    return B("has moved a page for good", ALIVE, moved(new, 301, old), (old,), variant=f"{old} → {new}")


BEHAVIOURS = (
    *(
        B("redirects the page to its new slug", ALIVE, moved("/2019/the-story.html", status), variant=str(status))
        for status in (301, 302, 303, 307, 308)
    ),
    *(
        pair(old, new)
        for old, new in (
            ("/2019/05/some-story", "/2019/05/some-story/"),
            ("/2019/05/some-story/", "/2019/05/some-story"),
            ("/Some-Story", "/some-story"),
            ("/some-story.html", "/some-story"),
            ("/some-story/index.html", "/some-story/"),
            ("/2019/05/some-story/", "/some-story/"),
            ("/blog/2019/05/some-story", "/blog/some-story"),
            ("/some-story", "/news/some-story"),
            ("/world/some-story", "/politics/some-story"),
            ("/some-story/amp/", "/some-story/"),
            ("/amp/some-story", "/some-story"),
            ("/some-story?amp=1", "/some-story"),
            ("/some-story/print", "/some-story"),
            ("/some-story/2", "/some-story"),
            ("/some-story/comments/", "/some-story/"),
            ("/some-story/some-story-photo/", "/some-story/"),
            ("/some-story?utm_source=feed", "/some-story"),
            ("/some-story/feed/", "/some-story/"),
            ("/some-story/embed/", "/some-story/"),
            ("/p/1234/some-story", "/p/1234"),
            ("/story/1234", "/story/1234-some-story"),
            ("/1234", "/some-story"),
            ("/?p=1234", "/some-story/"),
            ("/?p=1234", "/2019/05/some-story/"),
            ("/node/1234", "/some-story"),
            ("/article.php?id=1234", "/articles/some-story"),
            ("/index.php?id=1234", "/some-story"),
            ("/index.php/some-story", "/some-story"),
            ("/some-story", "/en/some-story"),
            ("/en/some-story", "/some-story"),
            ("/de/some-story", "/de-de/some-story"),
            ("//some-story", "/some-story"),
            ("/docs/intro", "/docs/en/latest/intro.html"),
            ("/docs/v1/intro/", "/docs/intro/"),
            ("/wiki/USA", "/wiki/United_States"),
            ("/some-story;jsessionid=12AB", "/some-story"),
            ("/some%2Dstory", "/some-story"),
            ("/caf%C3%A9", "/cafe"),
            ("/pdf/2301.00001", "/pdf/2301.00001v2"),
            ("/abs/2301.00001v1", "/abs/2301.00001"),
            ("/blog", "/blog/"),
            ("/latest", "/releases/v2.3"),
            ("/dp/B000123/ref=sr_1_1", "/dp/B000123"),
            ("/Some-product/dp/B000123", "/dp/B000123"),
            ("/questions/1234", "/questions/1234/some-question"),
            ("/a/5678", "/questions/1234/some-question/5678#5678"),
            ("/title/tt0000001/reviews", "/title/tt0000001/"),
            ("/user/status/1234/photo/1", "/user/status/1234"),
            ("/some-story/?replytocom=5", "/some-story/"),
            ("/news/2019/index.html", "/news/2019/"),
            ("/index.html", "/"),
            ("/org/repo/tree/master", "/org/repo"),
            ("/org/repo.git", "/org/repo"),
            ("/shop/item/55/reviews", "/shop/item/55"),
            ("/thread/77/page-9", "/thread/77/"),
            ("/thread/77/post-1234", "/thread/77/#post-1234"),
            ("/t/topic/123/4", "/t/topic/123"),
            ("/", "/home"),
            ("/", "/en/"),
            ("/", "/index.php"),
            ("/", "/blog/"),
            ("/home", "/"),
            ("/en/", "/"),
            ("/de/", "/en/"),
        )
    ),
    B("redirects every page to the same path of its www host", ALIVE, at_host("www.")),
    B("redirects every page to the same path of its mobile host", ALIVE, at_host("m.", 302)),
    B(
        "redirects every page from www to its bare host",
        ALIVE,
        lambda exchange: to(f"http://HOST{exchange.seen.path}") if exchange.seen.host.startswith("www.") else ARTICLE,
        ("http://www.HOST/2019/some-story",),
    ),
    B(
        "redirects every page to the same path of a new domain",
        ALIVE,
        lambda exchange: to(f"http://new.test{exchange.seen.path}"),
    ),
    B(
        "redirects every page to the same slug of a new domain",
        ALIVE,
        lambda exchange: to(f"http://new.test/archive/{exchange.seen.path.rpartition('/')[2]}"),
    ),
    B(
        "redirects /docs to the home page of docs.…",
        ALIVE,
        lambda exchange: (
            HOME
            if exchange.seen.host.startswith("docs.")
            else to("http://docs.HOST/")
            if exchange.seen.path == "/docs"
            else MISSING
        ),
        ("/docs",),
    ),
    B(
        "redirects /blog/some-story to blog.…/some-story",
        ALIVE,
        lambda exchange: (
            ARTICLE
            if exchange.seen.host.startswith("blog.")
            else to(f"http://blog.HOST{exchange.seen.path.removeprefix('/blog')}")
        ),
        ("/blog/some-story",),
    ),
    B("redirects its home page to a new domain", ALIVE, always(to("http://new.test/")), ("/",)),
    B("redirects its home page to www", ALIVE, at_host("www."), ("/",)),
    B(
        "redirects a project's page to the project's own domain",
        ALIVE,
        at({"/project/": to("http://new.test/")}),
        ("/project/",),
    ),
    B(
        "redirects a short URL to an article elsewhere",
        ALIVE,
        at({"/Ab3dE": to("http://new.test/2019/story")}),
        ("/Ab3dE",),
    ),
    B("redirects a short URL to a home page elsewhere", ALIVE, at({"/maps": to("http://new.test/", 302)}), ("/maps",)),
    B("redirects a short URL to its home page", DEAD, all_to("/"), ("/Ab3dE",)),
    B(
        "redirects a feed's URL of an item to the article elsewhere",
        ALIVE,
        at({"/~r/feed/~3/abc/": to("http://new.test/2019/story", 302)}),
        ("/~r/feed/~3/abc/",),
    ),
    *(B("redirects every URL to https", ALIVE, https(status), variant=str(status)) for status in (301, 302, 307, 308)),
    B(
        "redirects https to http",
        ALIVE,
        lambda exchange: to(f"http://HOST{exchange.seen.path}") if exchange.is_tls else ARTICLE,
        scheme="https",
    ),
    *(B("has a chain of redirects to the page", ALIVE, chain(length), variant=str(length)) for length in (3, 9, 19)),
    B("has a chain of 25 redirects", DEAD, chain(25)),
    B("redirects in a circle", DEAD, at({LINK: to("/b"), "/b": to(LINK)})),
    B("redirects to the same URL for ever", DEAD, always(to(LINK))),
    B("redirects to the same URL until it gets its cookie", ALIVE, cookie(LINK)),
    B("redirects to a test for cookies, and back", ALIVE, cookie("/cookietest?back=1")),
    B("redirects to a question for consent, and back with a cookie", ALIVE, cookie("/consent?back=1")),
    B("redirects with a relative URL", ALIVE, at({LINK: to("the-story.html"), "/2019/the-story.html": ARTICLE})),
    B(
        "redirects with ../ in a relative URL",
        ALIVE,
        at({LINK: to("../archive/the-story.html"), "/archive/the-story.html": ARTICLE}),
    ),
    B("redirects with a URL without a scheme", ALIVE, at({LINK: to("//HOST/the-story"), "/the-story": ARTICLE})),
    B("redirects with spaces in the URL", ALIVE, at({LINK: to("/the story"), "/the%20story": ARTICLE})),
    B("redirects with raw UTF-8 in the URL", ALIVE, at({LINK: to("/die-größte"), "/die-gr%C3%B6%C3%9Fte": ARTICLE})),
    B("redirects with a fragment", ALIVE, moved("/the-story#part")),
    B(
        "redirects with the header twice",
        ALIVE,
        lambda exchange: (
            ARTICLE
            if exchange.seen.path == "/the-story"
            else raw("HTTP/1.1 301 X\r\nLocation: /the-story\r\nLocation: /the-story\r\nContent-Length: 0\r\n\r\n")(
                exchange
            )
        ),
    ),
    B("redirects with an empty Location and a page", ALIVE, at({LINK: html(str(ARTICLE.body), 302, Location="")})),
    B("redirects without a Location, and comes with the page", ALIVE, at({LINK: html(str(ARTICLE.body), 301)})),
    B("redirects without a Location or a page", UNCLEAR, at({LINK: html("", 302)})),
    B("redirects with a page that takes long", ALIVE, at({LINK: to("/the-story", 302), "/the-story": ARTICLE})),
    *(
        B(f"redirects the page to one that answers {status}", person, at({LINK: to("/b"), "/b": html("", status)}))
        for status, person in ((404, DEAD), (410, DEAD), (403, UNCLEAR), (500, UNCLEAR))
    ),
    B("redirects to a name that does not exist", DEAD, always(to("http://missing.test/a"))),
    B("redirects to a host without a server", UNCLEAR, always(to("http://refused.test/a"))),
    *(
        B("redirects to what is not on the web", DEAD, always(to(url)), variant=what)
        for what, url in (
            ("a private address", "http://10.0.0.1/"),
            ("the address of metadata", "http://169.254.169.254/x"),
            ("a file", "file:///etc/hosts"),
            ("a script", "javascript:alert(1)"),
            ("mail", "mailto:a@b.example"),
            ("a URL without a host", "http:///"),
        )
    ),
    B(
        "sends on to the new URL as Jekyll does",
        ALIVE,
        at(
            {
                "/old": html(
                    '<title>Redirecting&hellip;</title><link rel="canonical" href="/new"><meta http-equiv="refresh" content="0; url=/new"><h1>Redirecting&hellip;</h1>'
                ),
                "/new": ARTICLE,
            }
        ),
        ("/old",),
    ),
    B("has moved its terms to /legal", ALIVE, moved("/legal", link="/terms-of-service"), ("/terms-of-service",)),
    B("has moved its feed", ALIVE, moved("/index.xml", link="/feed"), ("/feed",)),
    B("redirects to its home page and back, with a cookie", ALIVE, cookie("/")),
)
