"""Sites that look at the request: its method, its headers, its cookies."""

from __future__ import annotations

from collections.abc import Callable

from support.links.behaviours.model import (
    ALIVE,
    ARTICLE,
    DEAD,
    HOME,
    LINK,
    MISSING,
    UNCLEAR,
    B,
    Reply,
    Site,
    always,
    at,
    html,
    only,
    page,
    to,
)
from support.links.hostile_answers import Exchange

PICTURE = html(b"\x89PNG\r\n\x1a\n" + bytes(100), Content_Type="image/png")


def head(status: int, get: Reply = PICTURE) -> Site:
    """Return a site that answers HEAD in another way."""
    return lambda exchange: html("", status) if exchange.is_head else get


def hangs_up(exchange: Exchange) -> Reply | None:
    if exchange.is_head:
        exchange.ends = True
        return None
    return PICTURE


def resets(exchange: Exchange) -> Reply | None:
    if exchange.is_head:
        exchange.reset()
        return None
    return PICTURE


def wants(test: Callable[[dict[str, str]], bool], other: Reply) -> Site:
    """Return a site that has the article only if the headers pass a test."""
    return lambda exchange: (HOME if exchange.seen.path == "/" else ARTICLE) if test(exchange.seen.headers) else other


BEHAVIOURS = (
    *(
        B(
            "refuses HEAD, and has the picture for GET",
            ALIVE,
            head(status),
            ("/a.png",),
            kind="image",
            variant=str(status),
        )
        for status in (400, 401, 403, 404, 405, 406, 410, 429, 500, 501, 503)
    ),
    B("hangs up on HEAD, and has the picture for GET", ALIVE, hangs_up, ("/a.png",), kind="image"),
    B("resets HEAD, and has the picture for GET", ALIVE, resets, ("/a.png",), kind="image"),
    B(
        "redirects HEAD to its home page, and has the picture for GET",
        ALIVE,
        lambda exchange: HOME if exchange.seen.path == "/" else to("/") if exchange.is_head else PICTURE,
        ("/a.png",),
        kind="image",
    ),
    B("answers 404 to HEAD and GET for a picture", DEAD, always(MISSING), ("/a.png",), kind="image"),
    B("answers 200 to HEAD, and 404 to GET", DEAD, lambda exchange: ARTICLE if exchange.is_head else MISSING),
    B("answers a picture with a page", DEAD, always(html(page("Daily News"))), ("/a.png",), kind="image"),
    B("redirects a picture to its home page", DEAD, at({"/": HOME}, to("/", 302)), ("/a.png",), kind="image"),
    B(
        "redirects a picture to a server of pictures",
        ALIVE,
        at({"/a.png": to("/cdn/1.png", 302), "/cdn/1.png": PICTURE}),
        ("/a.png",),
        kind="image",
    ),
    B(
        "answers 403 to programs that do not call themselves Mozilla",
        ALIVE,
        wants(lambda headers: headers.get("user-agent", "").startswith("Mozilla/5.0"), html("", 403)),
    ),
    B(
        "answers 403 to programs that are no browser",
        UNCLEAR,
        wants(lambda headers: "Chrome" in headers.get("user-agent", ""), html("", 403)),
    ),
    B(
        "answers 404 to programs that are no browser",
        ALIVE,
        wants(lambda headers: "Chrome" in headers.get("user-agent", ""), MISSING),
    ),
    B("answers 403 without Accept-Language", ALIVE, wants(lambda headers: "accept-language" in headers, html("", 403))),
    B(
        "answers 406 if Accept has no text/html",
        ALIVE,
        wants(lambda headers: "text/html" in headers.get("accept", ""), html("", 406)),
    ),
    B("answers 400 without a User-Agent", ALIVE, wants(lambda headers: "user-agent" in headers, html("", 400))),
    B("answers 404 to requests with a Range", ALIVE, wants(lambda headers: "range" not in headers, MISSING)),
    B("answers 416 to requests with a Range", ALIVE, wants(lambda headers: "range" not in headers, html("", 416))),
    B(
        "answers 403 with a Referer of another site",
        ALIVE,
        wants(lambda headers: "referer" not in headers, html("", 403)),
    ),
    B("answers 417 to Expect", ALIVE, wants(lambda headers: "expect" not in headers, html("", 417))),
    B(
        "sends 300 cookies",
        ALIVE,
        only(Reply(200, ARTICLE.body, (*ARTICLE.headers, *(("Set-Cookie", f"c{n}={n}") for n in range(300))))),
    ),
    B(
        "forbids everything in its robots.txt",
        ALIVE,
        at({"/robots.txt": html("User-agent: *\nDisallow: /\n", Content_Type="text/plain"), LINK: ARTICLE}),
    ),
    B("has a link with a fragment", ALIVE, only(ARTICLE), (f"{LINK}#part",)),
    B("has a link with a fragment of text", ALIVE, only(ARTICLE), (f"{LINK}#:~:text=some%20words",)),
    *(
        B(
            "has a page with an odd URL",
            ALIVE,
            at({path: ARTICLE}),
            (path,),
            variant=path if len(path) < 50 else "2,000 characters",
        )
        for path in (
            "/a%20b",
            "/a+b",
            "/caf%C3%A9",
            "/caf%c3%a9",
            "/a%2Fb",
            "/a;b=c",
            "/a,b",
            "/a?b=c&d=e",
            "/a?",
            "/a//b",
            "/~user/",
            "/a(b)",
            "/a'b",
            "/a@b",
            "/a:b",
            "/a%25b",
            "/%E4%B8%AD%E6%96%87",
            "/a=b",
            "/a?q=http://x.example/",
            "/a.b.c/",
            "/" + "long-" * 400,
        )
    ),
)
