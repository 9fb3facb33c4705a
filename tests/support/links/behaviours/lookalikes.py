"""Pages that are there, and have the words of pages that are not."""

from __future__ import annotations

from support.links.behaviours.model import (
    ALIVE,
    HOME,
    MISSING,
    TEXT,
    B,
    at,
    html,
    page,
    to,
)

_SOFT = html(str(MISSING.body))
_TITLES = (
    ("/blog/the-art-of-the-404-page", "Page not found: the art of the 404 page"),
    ("/docs/web/http/status/404", "404 Not Found - HTTP | MDN"),
    ("/wiki/HTTP_404", "HTTP 404 - Wikipedia"),
    ("/wiki/Not_Found_(film)", "Not Found (film) - Wikipedia"),
    ("/docs/web/http/status/410", "410 Gone - HTTP"),
    ("/wiki/Peugeot_404", "Peugeot 404"),
    ("/404-media-launches", "404 Media launches"),
    ("/wiki/Area_codes_404", "Area code 404"),
    ("/questions/123/404-page-not-found-react-router", "404 page not found in React Router - Stack Overflow"),
    ("/wiki/Gone", "Gone"),
    ("/issues/17", "Page not found after update · Issue #17 · org/repo"),
    ("/docs/not-found", "not-found.js | Next.js"),
    ("/2014/mh370", "Flight MH370: still not found"),
    ("/fehler-404-beheben", "Fehler 404: Seite nicht gefunden – was tun?"),
    ("/404-error", "ページが見つかりません（404エラー）の対処法"),
    ("/libro", "Página no encontrada: una novela"),
    ("/erreur-404", "Erreur 404 : définition"),
    ("/ps4", "The PS4 is no longer available"),
    ("/study", "Nothing found: why null results matter"),
    ("/oops", "Oops!... I Did It Again"),
    ("/removed", "This post has been deleted: how platforms moderate"),
    ("/error", "The error that cost a billion"),
    ("/expired", "Expired: the food that we throw away"),
    ("/not-found-in-translation", "Not Found in Translation"),
    ("/lost", "You Seem to Be Lost: a memoir"),
    ("/domain-for-sale", "This domain is for sale: the market for names"),
    ("/parked-domains", "What is a parked domain?"),
    ("/godaddy", "Buy this domain? GoDaddy's business"),
    ("/nginx", "Welcome to nginx! A first look"),
    ("/it-works", "It works! A new treatment"),
    ("/suspended", "Account suspended: what to do"),
    ("/coming-soon", "Coming soon: the phones of 2020"),
    ("/construction", "Under construction: the new bridge"),
    ("/index-of", "Index of /memory"),
    ("/unavailable", "“Video unavailable”: how YouTube removes films"),
    ("/denied", "Access denied: inside the secret archive"),
    ("/login", "Log in with passkeys, explained"),
    ("/robots", "Are you a robot? The history of the captcha"),
    ("/moment", "Just a moment..."),
    ("/consent", "Before you continue: the banners of Europe"),
    ("/search-results", "Search results: what Google knows"),
    ("/maintenance", "Under maintenance: the power grid"),
    ("/blank", "This page intentionally left blank"),
    ("/coffee", "418 I'm a teapot"),
    ("/house-404", "404"),
    ("/page-missing", "A page missing from Darwin's notebook is found"),
    ("/dead-link", "Dead link: the last game"),
    ("/nicht", "Nicht gefunden: das verschollene Schiff"),
    ("/introuvable", "L'introuvable M. Dupont"),
)


def _of(path: str, title: str) -> tuple[B, ...]:
    story = html(page(title, TEXT * 3))
    return (
        B(
            "has an article with the words of an error page, and answers 404 for all else",
            ALIVE,
            at({path: story}),
            (path,),
            variant=title,
        ),
        B(
            "has such an article, and answers “not found” with 200 for all else",
            ALIVE,
            at({path: story}, _SOFT),
            (path,),
            variant=title,
        ),
    )


BEHAVIOURS = (
    *(behaviour for path, title in _TITLES for behaviour in _of(path, title)),
    B(
        "lists a folder that was linked (“Index of /pub”)",
        ALIVE,
        at({"/pub/": html("<title>Index of /pub</title><h1>Index of /pub</h1><a href=a>a</a>")}),
        ("/pub/",),
    ),
    B(
        "quotes the script of a parker",
        ALIVE,
        at(
            {
                "/a": html(
                    page("How parking works", TEXT + "<pre>window.LANDER_SYSTEM=&quot;PW&quot; sedoparking.com</pre>")
                )
            }
        ),
        ("/a",),
    ),
    B(
        "links a parker and a seller of domains",
        ALIVE,
        at(
            {
                "/a": html(
                    page("Who parks", TEXT + "<a href=https://sedo.com/>Sedo</a> <a href=https://www.hugedomains.com/>")
                )
            }
        ),
        ("/a",),
    ),
    B(
        "offers its articles' domain “for sale” in an advertisement",
        ALIVE,
        at({"/a": html(page("Story", TEXT + "<aside>This domain is for sale</aside>"))}),
        ("/a",),
    ),
    B(
        "embeds a video that is gone",
        ALIVE,
        at({"/a": html(page("Story", TEXT + "<div>Video unavailable. This video is private.</div>"))}),
        ("/a",),
    ),
    B(
        "has comments that say “page not found”",
        ALIVE,
        at({"/a": html(page("Story", TEXT + "<p>404? Page not found here!"))}),
        ("/a",),
    ),
    B(
        "has a heading “Page not found?” for help, below the story",
        ALIVE,
        at({"/a": html(page("Story", TEXT + "<h2>Page not found?</h2>"))}, _SOFT),
        ("/a",),
    ),
    B("has a very short page", ALIVE, at({"/a": html("<title>Hi</title>Hello.")}), ("/a",)),
    B("has a page without a title", ALIVE, at({"/a": html("<p>Hello, this is my page.")}), ("/a",)),
    B(
        "has two articles with the same title",
        ALIVE,
        at({"/a": html(page("Story")), "/b": html(page("Story"))}),
        ("/a", "/b"),
    ),
    B(
        "has one page at two URLs, and answers 404 for all else",
        ALIVE,
        at({"/a": html(page("Story")), "/b": html(page("Story"))}),
        ("/a?x=1", "/a?x=2"),
    ),
    B("has a home page, linked itself, to which all else redirects", ALIVE, at({"/": HOME}, to("/")), ("/",)),
    B("has a home page, linked itself, which it also shows for all else", ALIVE, lambda _: HOME, ("/",)),
    B(
        "has an index.html, linked itself, to which all else redirects",
        ALIVE,
        at({"/index.html": HOME}, to("/index.html")),
        ("/index.html",),
    ),
    B(
        "has a section, linked itself, to which its articles redirect",
        ALIVE,
        at({"/news/": HOME}, to("/news/")),
        ("/news/",),
    ),
    B(
        "has a search, linked itself",
        ALIVE,
        at({"/search": html(page("Results"))}, to("/search?q=x")),
        ("/search?q=ai",),
    ),
    B("has an error page that was linked itself", ALIVE, at({"/404": html(page("Our 404 page"))}), ("/404",)),
    B(
        "has a title of an error in a comment",
        ALIVE,
        at({"/a": html("<!-- <title>404 Not Found</title> --><title>Story</title>" + TEXT)}, _SOFT),
        ("/a",),
    ),
    B(
        "has a heading of an error in a template",
        ALIVE,
        at({"/a": html("<title>Story</title><template><h1>Page not found</h1></template>" + TEXT)}, _SOFT),
        ("/a",),
    ),
    B(
        "has titles in another language than its URLs, and no 404",
        ALIVE,
        at({"/pogoda-v-moskve": html(page("Погода в Москве"))}, html(page("Страница не найдена"))),
        ("/pogoda-v-moskve",),
    ),
    B(
        "has an article about its subject with a short text and a captcha",
        ALIVE,
        at({"/contact": html(page("Contact", "<form><div class=g-recaptcha></div></form>"))}),
        ("/contact",),
    ),
    B("answers every URL with an article", ALIVE, lambda _: html(page("Hello", "<p>Hello, world!")), ("/hello",)),
    B("shows a canvas or a picture alone", ALIVE, at({"/a": html("<img src=/5.png>")}), ("/a",)),
)
