"""Pages that are gone, though the server answers with a redirect or with 200."""

from __future__ import annotations

from support.links.behaviours.model import (
    DEAD,
    HOME,
    TEXT,
    B,
    Site,
    all_to,
    always,
    at,
    html,
    moved,
    only,
    page,
    soft,
    to,
)

NOT_FOUND = html(page("Page not found | Daily News", "<p>Sorry.", heading="Page not found"))
LIST = html(page("All stories", "".join(f"<h2><a href=/{n}>Headline {n}</a></h2>" for n in range(30))))


def above(status: int) -> Site:
    """Return a site that redirects every page to the folder above, and has every folder."""
    return lambda exchange: (
        LIST if exchange.seen.path.endswith("/") else to(exchange.seen.path.rpartition("/")[0] + "/", status)
    )


def query(path: str, name: str) -> Site:
    """Return a site that searches for the words of what does not exist."""
    return lambda exchange: (
        LIST if f"{name}=" in exchange.seen.path else to(f"{path}?{name}={exchange.seen.path.rpartition('/')[2]}", 302)
    )


def error_page(path: str, **more: str) -> Site:
    """Return a site with an error page, of status 200, to which it redirects with the path in the query."""
    shown = html(page("Daily News", "<p>There is nothing here.", heading="Oops"))
    return lambda exchange: (
        shown if exchange.seen.path.startswith(path) else to(f"{path}?path={exchange.seen.path}", 302)
    )


_HOMES = (
    "/index.html",
    "/index.php",
    "/home",
    "/Home/Index",
    "/default.aspx",
    "/en/",
    "/de-de/",
    "/startseite/",
    "/accueil",
    "/inicio",
    "/main",
    "/welcome",
    "/?utm_source=404",
    "/?error=404",
    "/?notfound",
    "/?err=404&path=x",
    "/#",
    "/#home",
    "/home.html",
)
_ERRORS = (
    "/404",
    "/404.html",
    "/404.php",
    "/error",
    "/error/404",
    "/errors/404.aspx",
    "/notfound.aspx",
    "/not-found",
    "/pagenotfound",
    "/page-not-found/",
    "/oops",
    "/gone",
    "/seite-nicht-gefunden",
    "/fehler",
    "/erreur-404",
    "/introuvable",
    "/no-encontrado",
    "/pagina-non-trovata",
    "/err404.htm",
    "/Error.aspx",
    "/sorry",
    "/unavailable",
    "/expired",
    "/removed.html",
    "/inactive",
)

BEHAVIOURS = (
    *(
        B("redirects all that does not exist to its home page", DEAD, all_to("/", status), variant=str(status))
        for status in (301, 302, 303, 307, 308)
    ),
    *(
        B("redirects all that does not exist to its home page, at another URL", DEAD, all_to(home), variant=home)
        for home in _HOMES
    ),
    *(
        B("redirects the page alone to its home page", DEAD, moved("/", status, target=HOME), variant=str(status))
        for status in (301, 302)
    ),
    *(
        B("redirects the page alone to its home page", DEAD, moved(home, target=HOME), variant=home)
        for home in ("/index.html", "/home", "/en/", "/?error=404")
    ),
    B("redirects the page in two steps to its home page", DEAD, at({"/": HOME, "/x": to("/")}, to("/x"))),
    B(
        "redirects all that does not exist to the home page of its www host",
        DEAD,
        lambda exchange: HOME if exchange.seen.host.startswith("www.") else to("http://www.HOST/"),
    ),
    B(
        "redirects all pages of a blog's host to the home page of the domain",
        DEAD,
        lambda exchange: to("http://HOST/") if exchange.seen.host.startswith("blog.") else HOME,
        ("http://blog.HOST/2019/some-story",),
    ),
    B(
        "redirects all that does not exist to https, and then to its home page",
        DEAD,
        lambda exchange: (
            to(f"https://HOST{exchange.seen.path}")
            if not exchange.is_tls
            else HOME
            if exchange.seen.path == "/"
            else to("/")
        ),
    ),
    B("redirects every page to the home page of another domain", DEAD, always(to("http://other.test/"))),
    B(
        "redirects every page to the home page of another domain in a language",
        DEAD,
        always(to("http://other.test/en-gb/")),
    ),
    B("redirects the page alone to the home page of another domain", DEAD, only(to("http://other.test/"))),
    B("redirects every page to one page of another domain", DEAD, always(to("http://other.test/we-were-bought"))),
    B("redirects its pages to one notice, two links", DEAD, all_to("/notice/closed"), ("/a/b", "/c/d")),
    *(
        B("redirects all that does not exist to the section above", DEAD, above(status), variant=str(status))
        for status in (301, 302)
    ),
    *(
        B(
            "redirects the page alone to a list",
            DEAD,
            moved(new, link=old, target=LIST),
            (old,),
            variant=f"{old} → {new}",
        )
        for old, new in (
            ("/news/some-story-of-words", "/news/"),
            ("/2019/05/some-story-of-words/", "/2019/05/"),
            ("/blog/some-story-of-words", "/blog"),
            ("/category/news/some-story-of-words", "/category/news/"),
            ("/en/news/some-story-of-words", "/en/"),
            ("/shop/item-of-words", "/shop/"),
            ("/news/some-story-of-words", "/news/index.html"),
            ("/jobs/engineer-in-berlin-1234", "/jobs"),
            ("/2019/some-story-of-words", "/archive/"),
            ("/news/some-story-of-words", "/newsroom/"),
            ("/some-story-of-words", "/sitemap"),
            ("/blog/some-story-of-words", "/category/news/"),
        )
    ),
    *(
        B("searches for what does not exist", DEAD, query(path, name), variant=f"{path}?{name}=…")
        for path, name in (
            ("/search", "q"),
            ("/", "s"),
            ("/suche", "begriff"),
            ("/recherche", "texte"),
            ("/buscar", "q"),
            ("/search/results.aspx", "k"),
            ("/find", "query"),
        )
    ),
    *(
        B("redirects all that does not exist to an error page with status 200", DEAD, error_page(path), variant=path)
        for path in _ERRORS
    ),
    B("answers 200 with “Page not found” in title and heading", DEAD, soft(NOT_FOUND)),
    B("the same for one page alone", DEAD, only(NOT_FOUND)),
    B(
        "answers 200 with “Page not found” in the title alone",
        DEAD,
        soft(html(page("Page not found", "<p>Sorry.", heading="Oops"))),
    ),
    B(
        "answers 200 with “Page not found” in the heading alone",
        DEAD,
        soft(html(page("Daily News", "<p>Sorry.", heading="Page not found"))),
    ),
    B(
        "answers 200 with “Page not found” in a second heading",
        DEAD,
        soft(html(page("Daily News", "<h2>Page not found</h2><p>Sorry.", heading="Daily News"))),
    ),
    B(
        "answers 200 with “The page cannot be found” in a paragraph",
        DEAD,
        soft(html(page("Daily News", "<p>The page cannot be found.", heading=""))),
    ),
    B(
        "answers 200 with a long page that says “not found”",
        DEAD,
        soft(html(page("Not found - Daily News", "<p>Popular:" + TEXT * 5, heading="Not found"))),
    ),
    B("answers 200 with “404” alone", DEAD, soft(html(page("404", "")))),
    B(
        "answers 200 with “Error 404” and the path",
        DEAD,
        lambda exchange: (
            HOME if exchange.seen.path == "/" else html(page("Error 404", f"<p>{exchange.seen.path} is not here."))
        ),
    ),
    B(
        "answers 200 with a plain text “404 page not found”",
        DEAD,
        soft(html("404 page not found\n", Content_Type="text/plain")),
    ),
    B(
        "answers 200 with a plain text “Not Found”",
        DEAD,
        soft(html("Not Found", Content_Type="text/plain; charset=utf-8")),
    ),
    *(
        B("answers 200 with an error in JSON", DEAD, soft(html(body, Content_Type="application/json")), variant=body)
        for body in (
            '{"error":"Not found"}',
            '{"status":404,"message":"No such resource"}',
            '{"detail":"Not found."}',
            '{"code":"404","data":null}',
        )
    ),
    B(
        "answers 200 with the XML of a missing object",
        DEAD,
        soft(
            html(
                "<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>",
                Content_Type="application/xml",
            )
        ),
    ),
    B("answers 200 with nothing, to all that does not exist", DEAD, soft(html(""))),
    B("answers 200 with nothing, for the page alone", DEAD, only(html(""))),
    B(
        "answers 200 with an empty body of HTML, to all that does not exist",
        DEAD,
        soft(html("<html><head></head><body></body></html>")),
    ),
    B("answers every URL with its home page", DEAD, always(HOME)),
    B("answers every URL with its home page, two links", DEAD, always(HOME), ("/2019/a-story", "/2020/b-story")),
    B(
        "answers every URL with its home page, which is canonical",
        DEAD,
        always(html(page("Daily News", head="<link rel=canonical href=http://HOST/>"))),
    ),
    B("ignores the query that names the page", DEAD, at({"/": HOME}), ("/?p=1234",)),
    B(
        "redirects the query that names the page to the home page",
        DEAD,
        at({"/?p=1234": to("/"), "/": HOME}),
        ("/?p=1234",),
    ),
    B(
        "redirects /article.php?id=1234 to /article.php, a list",
        DEAD,
        at({"/article.php?id=1234": to("/article.php"), "/article.php": LIST}),
        ("/article.php?id=1234",),
    ),
    B(
        "marks the page as gone for machines (prerender-status-code 404)",
        DEAD,
        soft(
            html(page("Daily News", "<p>Sorry.", '<meta name="prerender-status-code" content="404">', heading="Lost?"))
        ),
    ),
    B(
        "marks the page as gone for style sheets (class error404)",
        DEAD,
        soft(html(page("Daily News", "<p>Sorry.", attributes='class="error404 wide"', heading="Lost?"))),
    ),
    *(
        B(
            "answers 200 with a heading that says that the page is not there",
            DEAD,
            soft(html(page("Daily News", "<p>Try our home page.", heading=words))),
            variant=words,
        )
        for words in (
            "Oops! That page can’t be found.",
            "We can't find the page you're looking for",
            "Sorry, this page isn't available",
            "This page doesn't exist",
            "This article is no longer available",
            "This content has been removed",
            "The story you requested has expired",
            "This post has been deleted",
            "Nothing found",
            "Nothing here",
            "There's nothing here.",
            "Whoops, looks like you got lost",
            "You seem to be lost",
            "The requested URL was not found on this server",
            "Article not found",
            "Story not found",
            "Post not found",
            "Product not found",
            "This job is no longer available",
            "No such article",
            "The link you followed may be broken, or the page may have been removed",
            "Invalid article ID",
            "The file you requested does not exist",
            "File not found",
            "Object not found!",
            "HTTP Error 404.0 - Not Found",
            "Server Error in '/' Application. The resource cannot be found.",
            "No results for this address",
            "Uh oh, we lost that page",
            "Page missing",
            "This page has gone",
            "Page unavailable",
            "This page is no longer here",
            "The page you were looking for doesn't exist.",
            "Dead link",
            "410 Gone",
            "Page not found (404)",
            "The page you were looking for doesn't exist (404)",
            "There is currently no text in this page.",
            "No Thread specified.",
            "Sorry, the page you were looking for in this blog does not exist.",
            "Sorry, no posts matched your criteria.",
            "404 - Article not found",
            "The resource you are looking for has been removed, had its name changed, or is temporarily unavailable.",
            "It looks like nothing was found at this location.",
            "Lost in space",
            "Well, this is embarrassing",
            "Cannot GET /2019/some-story.html",
            "Hmm, that page doesn't exist",
            "404. That's an error.",
            "HTTP Status 404 – Not Found",
        )
    ),
    B(
        "tells of a removed story in its text alone",
        DEAD,
        soft(html(page("Daily News", "<p>This article is no longer available.", heading=""))),
    ),
    B(
        "redirects all that does not exist to its 404 at another host",
        DEAD,
        lambda exchange: NOT_FOUND if exchange.seen.host.startswith("error.") else to("http://error.HOST/?from=x", 302),
    ),
    B(
        "has the title of the article, and says in its text that it is gone",
        DEAD,
        soft(html(page("Some story | Daily News", "<p>This article has been removed.</p>"))),
    ),
    B(
        "names the error for others alone (og:title)",
        DEAD,
        soft(html(page("Daily News", TEXT, "<meta property='og:title' content='Page not found'>", heading=""))),
    ),
    B(
        "redirects all that does not exist to its home page with the old path",
        DEAD,
        all_to("/?from=/2019/some-story.html"),
    ),
    B("redirects all that does not exist to the route of an error", DEAD, all_to("/#/404")),
    B("redirects all that does not exist to a tag", DEAD, all_to("/tag/story", target=LIST)),
)
