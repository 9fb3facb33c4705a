"""Pages that scripts fill, and redirects that pages make."""

from __future__ import annotations

from support.links.behaviours.model import (
    ALIVE,
    ARTICLE,
    DEAD,
    LINK,
    SHELL,
    TEXT,
    UNCLEAR,
    B,
    always,
    at,
    html,
    only,
    page,
    soft,
    to,
)


def refresh(url: str, seconds: int = 0) -> str:
    """Return a page that sends on by a meta element."""
    return f'<html><head><meta http-equiv="refresh" content="{seconds}; url={url}"><title>Moved</title></head><body></body></html>'


def script(code: str) -> str:
    """Return a page whose script runs ``code``."""
    return f"<html><head><title></title><script>{code}</script></head><body></body></html>"


BEHAVIOURS = (
    B("answers every URL with one page that scripts fill", UNCLEAR, always(SHELL)),
    B("the same, two links", UNCLEAR, always(SHELL), ("/a/b", "/c/d")),
    B(
        "the same, three links",
        UNCLEAR,
        always(html("<title>App</title><app-root></app-root><script type=module src=/main.js></script>")),
        ("/a/b", "/c/d", "/e/f"),
    ),
    B(
        "the same, with a title “404” in the page",
        UNCLEAR,
        always(html("<title>404</title><div id=root></div><script src=/a.js></script>")),
    ),
    B("has an article that a script fills, and 404 for all else", ALIVE, only(SHELL)),
    B(
        "sends the state of an article in its page, and 404 for all else",
        ALIVE,
        only(
            html(
                '<title>Some story</title><div id=__next></div><script id=__NEXT_DATA__>{"props":{"title":"Some story"}}</script>'
            )
        ),
    ),
    B(
        "sends the state “statusCode: 404” in a page that scripts fill",
        DEAD,
        soft(
            html(
                '<title>News</title><div id=__next></div><script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"statusCode":404}},"page":"/_error"}</script>'
            )
        ),
    ),
    B("redirects to the route of a page that scripts fill", ALIVE, at({LINK: to("/#/some-story", 302), "/": SHELL})),
    B(
        "redirects to the route of a page that scripts fill (#!)",
        ALIVE,
        at({LINK: to("/#!/some-story", 302), "/": SHELL}),
    ),
    B("has a link with a route in its fragment", ALIVE, at({"/": SHELL}), ("/#/some-story",)),
    B(
        "sends on to the new URL by a meta element",
        ALIVE,
        at({LINK: html(refresh("/the-story")), "/the-story": ARTICLE}),
    ),
    B(
        "sends on to the new URL by a script",
        ALIVE,
        at({LINK: html(script("location.replace('/the-story')")), "/the-story": ARTICLE}),
    ),
    B(
        "sends on to a new domain by a meta element",
        ALIVE,
        at({LINK: html(refresh("http://new.test/2019/some-story.html", 5))}),
    ),
    B(
        "sends on to the new URL by the header Refresh",
        ALIVE,
        at({LINK: html("", Refresh="0; url=/the-story"), "/the-story": ARTICLE}),
    ),
    B("sends the page alone to its home page by a meta element", DEAD, only(html(refresh("/")))),
    B("sends all that does not exist to its home page by a meta element", DEAD, soft(html(refresh("/")))),
    B(
        "sends all that does not exist to its home page by a meta element of a full URL",
        DEAD,
        soft(html(refresh("http://HOST/"))),
    ),
    B(
        "sends all that does not exist to its home page by a script",
        DEAD,
        soft(html(script('window.location.href = "/";'))),
    ),
    B(
        "sends all that does not exist to its home page by location.replace",
        DEAD,
        soft(html(script("window.location.replace('/index.html')"))),
    ),
    B("sends all that does not exist to its home page by the header Refresh", DEAD, soft(html("", Refresh="0; url=/"))),
    B(
        "sends every URL to the home page of another domain by a meta element",
        DEAD,
        always(html(refresh("http://other.test/"))),
    ),
    B(
        "sends every URL to /lander by a script, as GoDaddy does",
        DEAD,
        always(
            html(
                '<!DOCTYPE html><html><head><script>window.onload=function(){window.location.href="/lander"}</script></head></html>'
            )
        ),
    ),
    B("sends on to a page that answers 404 by a meta element", DEAD, at({LINK: html(refresh("/gone"))})),
    B(
        "sets a cookie by a script, and loads the page again",
        UNCLEAR,
        always(html(script("document.cookie='a=1';location.reload()"))),
    ),
    B(
        "loads the article again every five minutes",
        ALIVE,
        only(html(page("Live", TEXT, "<meta http-equiv=refresh content=300>"))),
    ),
    B(
        "sends on to the same article after some minutes, to renew it",
        ALIVE,
        only(html(page("Live", TEXT, f'<meta http-equiv=refresh content="600;url={LINK}">'))),
    ),
    B(
        "sends those without scripts to another page",
        ALIVE,
        only(html(page("Story", TEXT, '<noscript><meta http-equiv=refresh content="0;url=/"></noscript>'))),
    ),
    B(
        "has a script that might send on to the home page",
        ALIVE,
        only(html(page("Story", TEXT + '<script>function home(){location.href="/"}</script>'))),
    ),
    B(
        "shows the page in a frame of another host",
        ALIVE,
        only(html('<frameset><frame src="http://new.test/2019/some-story.html"></frameset>')),
    ),
)
