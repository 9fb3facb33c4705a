"""Links that answer though their page is gone: over real sockets, and the words of pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from feedpub.links.judge.soft import Hosts, has_lost_its_path, is_there, read_page, sends_on
from feedpub.links.judge.soft.landing import Landing, landing_of
from feedpub.links.model import Answer, Hop, PageFacts, PageSign
from support.links.behaviours.model import TEXT
from support.links.hostile import Hostile
from support.links.hostile_answers import Exchange
from support.site import SiteFolder

URL = "https://example.com/2019/some-story"
UNSIGNED = (PageSign.NOTHING, PageSign.UNRELATED)
SHELL = "<div id=root></div><script src=/a.js></script>"


@pytest.fixture
def linked(site: SiteFolder) -> Iterator[SiteFolder]:
    """A site with a link to a page that is gone, and one to a page that may be."""

    def respond(_: str, exchange: Exchange) -> None:
        pages = {"/a/": TEXT, "/a/b": None, "/c/d": f"<title>Page not found | News</title>{TEXT}"}
        page = pages.get(exchange.seen.path) if exchange.seen.path in pages or "/c/" in exchange.seen.path else None
        if page is None and "/c/" not in exchange.seen.path:
            exchange.send(301, Location="/a/")
        else:
            exchange.send(200 if page else 404, (page or "").encode(), Content_Type="text/html")

    with Hostile(addresses=2) as server:
        server.site = respond
        site.add("a", sourceUrl=server.url("/a/b", "127.0.0.1"))
        site.add("b", sourceUrl=server.url("/c/d", "127.0.0.2"))
        site.configure("check: {allow_private: [127.0.0.0/8], delay: 0, retries: 0}\n")
        yield site


@pytest.mark.slow
def test_what_is_gone_fails_and_what_is_suspect_is_told(linked: SiteFolder) -> None:
    done = linked.run("check")
    assert done.returncode == 1
    assert "gone: Find the page elsewhere" in done.stdout
    assert "suspect: Look at it in a browser" in done.stdout
    assert "leads to a section above it: http://" in done.stdout
    assert "as does a page of the site that does not exist" in done.stdout
    assert "its title is 'Page not found | News'" in done.stdout
    linked.configure("check: {allow_private: [127.0.0.0/8], delay: 0, retries: 0, fail_on: [broken]}\n")
    assert linked.run("check").returncode == 0
    assert linked.run("check", "--fail-on", "suspect").returncode == 1


@pytest.mark.slow
def test_no_page_is_read_if_that_is_not_wanted(linked: SiteFolder) -> None:
    linked.configure("check: {allow_private: [127.0.0.0/8], delay: 0, retries: 0, gone_pages: false}\n")
    assert linked.run("check").stdout.endswith("1 redirected, 1 ok\n")


# What a page says.


def facts(title: str, body: str = TEXT, *, encoding: str = "utf-8", content_type: str = "text/html") -> PageFacts:
    return read_page(f"<html><head><title>{title}</title></head>{body}".encode(encoding), content_type, URL)


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "404 Not Found",
        "Error 404",
        "Page not found",
        "PAGE NOT FOUND - Example",
        "Example – Page not found!",
        "Oops! That page can’t be found.",
        "The page you requested was not found | Example",
        "Sorry, we couldn't find that page",
        "This page doesn't exist",
        "This content is no longer available",
        "Seite nicht gefunden – Beispiel",
        "Die angeforderte Seite wurde nicht gefunden",
        "Diese Seite existiert nicht mehr",
        "Fehler 404",
        "Page introuvable | Exemple",
        "Erreur 404",
        "Cette page n'existe plus",
        "Página no encontrada",
        "Página não encontrada",
        "Pagina non trovata",
        "Pagina niet gevonden",
        "Sidan kunde inte hittas",
        "Siden blev ikke fundet",
        "Fant ikke siden",
        "Sivua ei löytynyt",
        "Nie znaleziono strony",
        "Stránka nenalezena",
        "Az oldal nem található",
        "Pagina nu a fost găsită",
        "Sayfa bulunamadı",
        "Страница не найдена",
        "Сторінку не знайдено",
        "Η σελίδα δεν βρέθηκε",
        "お探しのページは見つかりませんでした",
        "页面不存在",
        "找不到頁面",
        "페이지를 찾을 수 없습니다",
        "الصفحة غير موجودة",
        "הדף לא נמצא",
        "Halaman tidak ditemukan",
        "Không tìm thấy trang",
        "ไม่พบหน้าที่คุณต้องการ",
    ],
)
def test_a_title_or_a_heading_that_says_not_found(title: str) -> None:
    assert facts(title).sign is PageSign.NOT_FOUND
    assert facts("Example", f"<h1 class=a>\n<b>{title}</b></h1>{TEXT}").sign is PageSign.NOT_FOUND
    assert facts(title).is_certain
    assert not facts(title, SHELL).is_certain


@pytest.mark.parametrize(
    "title",
    [
        "",
        "How to fix 404 Not Found in nginx",
        "The 404 page and other stories",
        "Lost and not found: a review",
        "Article 404 of the code",
        "Nothing found on Mars so far",
        "What is a page that does not exist?",
        "Why this product is not available",
        "Seite an Seite",
        "Domain names for sale: a history",
        "Is this domain for sale",
        "Home",
    ],
)
def test_a_title_that_says_something_else(title: str) -> None:
    assert facts(title).sign in UNSIGNED
    assert facts("A", f"<h1>{title}</h1>{TEXT}").sign in UNSIGNED


@pytest.mark.parametrize("title", ["This domain is for sale", "example.com is for sale!", "Buy this domain"])
def test_a_title_that_says_for_sale(title: str) -> None:
    assert facts(title).sign is PageSign.FOR_SALE


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-8", "text/html"),
        ("windows-1251", "text/html; charset=windows-1251"),
        ("koi8-r", 'text/html;Charset="KOI8-R"'),
        ("utf-8-sig", "text/html; charset=latin-1"),
    ],
)
def test_a_page_is_read_in_its_encoding(encoding: str, content_type: str) -> None:
    assert facts("Страница не найдена", encoding=encoding, content_type=content_type).sign is PageSign.NOT_FOUND
    named = f"<meta charset={encoding}><title>Страница не найдена</title>{TEXT}".encode(encoding)
    assert read_page(named, None, URL).sign is PageSign.NOT_FOUND


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"<title" * 50_000,
        b"<title>" * 50_000,
        b"<h1>" * 60_000,
        b"<h1><" * 60_000,
        b"<script><style" * 30_000,
        b"<title>" + b"&#x" * 60_000,
        b"<title>" + b"404 " * 60_000,
        b"charset=" * 30_000,
        b"<meta charset=unicode_escape><title>\\x34",
        b"<meta charset=zip><title>a",
        b"<meta http-equiv=refresh " * 10_000,
        b"<meta " + b"http-equiv=refresh " * 13_000,
        b"<noscript><!--" * 18_000,
        b"<body " + b"class='error " * 19_000,
        b"<p>Not found. " * 18_000,
        b"<title>" + b"sorry, the page " * 16_000,
        b"<h1>" + b"looks like you have seem to be " * 8_000,
        b"<link rel=canonical " * 12_000,
        b"<script>location=" * 15_000,
    ],
)
def test_any_page_is_read(body: bytes) -> None:
    assert isinstance(read_page(body, "text/html; charset=idna", URL), PageFacts)
    assert isinstance(is_there(body, "text/html", URL), PageFacts | None)
    assert sends_on(body, "text/html", None) is None


@pytest.mark.parametrize(
    ("head", "target"),
    [
        ('<meta http-equiv="refresh" content="0; url=/new">', "/new"),
        ("<META HTTP-EQUIV=Refresh CONTENT='5;URL=\"/new\"'>", "/new"),
        ('<meta content="0;/new" http-equiv="refresh">', "/new"),
        ('<meta http-equiv="refresh" content="300; url=/new">', None),
        ('<meta http-equiv="refresh" content="5">', None),
        ('<noscript><meta http-equiv="refresh" content="0; url=/new"></noscript>', None),
        ('<!-- <meta http-equiv="refresh" content="0; url=/new"> -->', None),
        ("<script>window.location.href = '/new'</script>", "/new"),
        ('<script>location.replace("/new")</script>', "/new"),
        (f"<script>location='/new'</script>{TEXT}", None),
    ],
)
def test_a_page_sends_on(head: str, target: str | None) -> None:
    assert sends_on(head.encode(), "text/html", None) == target


def test_a_header_sends_on() -> None:
    assert sends_on(TEXT.encode(), "text/html", "0; url=/new") == "/new"
    assert sends_on(TEXT.encode(), "text/html", "60; url=/new") is None


@pytest.mark.parametrize(
    ("body", "is_page"),
    [
        (f"<title>Some story | News</title>{TEXT}", True),
        (f"<title>News</title><h1>Some story</h1>{TEXT}", True),
        (SHELL, True),
        (f"<title>News</title>{TEXT}", False),
        ("<title>Some story</title>Nothing here.", False),
        (f"<title>Page not found</title><h1>Some story</h1>{TEXT}", False),
    ],
)
def test_the_page_of_a_404_may_be_there(body: str, is_page: bool) -> None:
    assert (is_there(body.encode(), "text/html", URL) is not None) is is_page


@pytest.mark.parametrize(
    ("body", "content_type", "sign"),
    [
        ("404 page not found\n", "text/plain", PageSign.NOT_FOUND),
        ("A text about 404 pages that were not found.", "text/plain", PageSign.NOTHING),
        ('{"error": {"code": 404}}', "application/json", PageSign.NOT_FOUND),
        ('{"errors": [{"status": "404", "title": "Not Found"}]}', "application/vnd.api+json", PageSign.NOT_FOUND),
        ('{"error": null, "title": "Some story"}', "application/json", PageSign.NOTHING),
        ('{"title": "404", "artist": "A"}', "application/json", PageSign.NOTHING),
        ("[" * 100_000, "application/json", PageSign.NOTHING),
        ("<Error><Code>NoSuchKey</Code></Error>", "application/xml", PageSign.NOT_FOUND),
        ("<p>Not found", "", PageSign.NOT_FOUND),
        ("<html><body> </body></html>", "text/html", PageSign.EMPTY),
        ("<img src=a.png>", "text/html", PageSign.NOTHING),
        (f"<body class='home error404'>{TEXT}", "text/html", PageSign.NOT_FOUND),
        ("<title>Welcome to nginx!</title>", "text/html", PageSign.NO_SITE),
        ("<title>Account Suspended</title>", "text/html", PageSign.NO_SITE),
        (f"<title>Account suspended: what to do</title>{TEXT}", "text/html", PageSign.UNRELATED),
        ("<script src=https://x.awswaf.com/></script><title>Human Verification</title>", "text/html", PageSign.WALL),
        (f"<title>Some story</title>{TEXT}", "text/html", PageSign.NOTHING),
        (f"<title>Another one</title>{TEXT}", "text/html", PageSign.UNRELATED),
        (f"<title>A</title><link rel=canonical href='{URL}'>{TEXT}", "text/html", PageSign.NOTHING),
        (f"<!-- <title>404</title> --><title>Some story</title>{TEXT}", "text/html", PageSign.NOTHING),
        ("<title>Some story</title><p>This article has been removed.</p>", "text/html", PageSign.NOT_FOUND),
        ("<script>window.LANDER_SYSTEM='x'</script>", "text/html", PageSign.PARKED),
        ("<title>Some story</title><pre>window.LANDER_SYSTEM=</pre>", "text/html", PageSign.NOTHING),
    ],
)
def test_the_sign_of_a_page(body: str, content_type: str, sign: PageSign) -> None:
    assert read_page(body.encode(), content_type, URL).sign is sign


def test_a_page_that_is_about_its_words_has_no_sign() -> None:
    for path, title in (("404", "404 Not Found"), ("http-404", "HTTP 404"), ("page-not-found", "Page not found")):
        assert (
            read_page(f"<title>{title}</title>{TEXT}".encode(), "text/html", f"https://x.test/{path}").sign in UNSIGNED
        )


# Where a redirect leads.


@pytest.mark.parametrize(
    ("url", "final_url", "landing"),
    [
        ("/a/b", "/", Landing.HOME),
        ("/a/b", "/index.php", Landing.HOME),
        ("/a/b", "/?utm_source=x", Landing.HOME),
        ("/a/b", "/en-us/", Landing.LANGUAGE),
        ("/a/b/c", "/a/b/", Landing.SECTION),
        ("/2019/05/story", "/2019/05/", Landing.SECTION),
        ("/a/b", "/suche?q=b", Landing.SEARCH),
        ("/a/b", "/search", Landing.SEARCH),
        ("/a/b", "/404.html", Landing.ERROR),
        ("/a/b", "/seite-nicht-gefunden", Landing.ERROR),
        ("/a/b", "/user/login?next=/a/b", Landing.LOGIN),
        ("/a/b", "https://login.example.com/?r=1", Landing.LOGIN),
        ("/a/b", "https://consent.example.com/m?continue=x", Landing.CONSENT),
        ("/a/b", "https://www.hugedomains.com/domain_profile.cfm", Landing.PARKER),
        ("/", "https://sedo.com/search/details/?domain=x", Landing.PARKER),
        ("/", "/login", None),
        ("/?p=17", "/", Landing.HOME),
        ("/a/b", "/?p=17", None),
        ("/a/b", "/#/b", None),
        ("/a/b", "/#!b", None),
        ("/a/b", "/c/b", None),
        ("/a/b/amp", "/a/b", None),
        ("/a/b/page/2/", "/a/b/", None),
        ("/a/a-story-with-many-words/photo", "/a/a-story-with-many-words", None),
        ("/story/123456/title", "/story/123456", None),
        ("/search?q=1", "/search/?q=1", None),
        ("/en/story", "/en/", Landing.SECTION),
        ("/de/", "/", None),
        ("/de/", "/en-us/", None),
        ("/in/profile", "/authwall?trk=x", Landing.LOGIN),
        ("/a/b", "/?error=404", Landing.ERROR),
        ("/a/b", "/#/404", Landing.ERROR),
        ("/a/b", "/ErrorPages/NotFound.html", Landing.ERROR),
        ("/a/b", "/?s=b", Landing.SEARCH),
        ("/a/b", "/?from=/a/b", Landing.HOME),
        ("/article.php?id=7", "/article.php", Landing.SECTION),
        ("/article.php?id=7", "/article.php?id=8", None),
        ("/a/b", "/tag/b", Landing.LIST),
        ("/2019/a-story", "/archives/a-story", None),
        ("/2019/05/a-story-of-words", "/news", Landing.LIST),
        ("/2019/05/a-story-of-words", "/2020/other-text-12", Landing.OTHER),
        ("/2019/05/a-story-of-words", "/p/a-story", None),
        ("/terms-of-service", "/legal", None),
        ("/docs", "https://docs.example.com/", None),
        ("/~ann", "https://ann.example.com/", None),
        ("/feed", "/index.xml", None),
        ("/org/repo/tree/main", "/org/repo", None),
        ("/shop/item/55/reviews", "/shop/item/55", None),
        ("/a/some-story/some-story-photo", "/a/some-story", None),
        ("/a/b", "http://ww1.example.com/?sub1=x", Landing.PARKER),
        ("/a/b", "/lander", Landing.PARKER),
        ("/", "/cgi-sys/suspendedpage.cgi", Landing.PARKER),
    ],
)
def test_the_kind_of_a_landing(url: str, final_url: str, landing: Landing | None) -> None:
    base = "https://example.com"
    assert landing_of(base + url, final_url if "://" in final_url else base + final_url) is landing


def test_a_path_is_lost_on_the_way_up_alone() -> None:
    assert has_lost_its_path(URL, "https://example.com/2019/")
    assert not has_lost_its_path(URL, "https://example.com/2020/")


def moved(to: str, status: int = 200) -> Answer:
    return Answer(status=status, hops=(Hop(302, to),), final_url=to)


def test_a_host_gets_one_probe_beside_its_first_link() -> None:
    answers = {f"https://example.com/{name}.html": moved("https://example.com/") for name in ("b/c", "a/b", "d")}
    answers["https://other.example/x"] = Answer(status=200)
    found = Hosts(answers.get).find_probes(answers)
    (url,) = found
    assert url.startswith("https://example.com/a/feedpub-no-such-page-")
    assert url.endswith(".html")
    assert found[url].wants_text


@pytest.mark.parametrize(
    "answer",
    [Answer(status=200), moved("https://example.com/", 404), moved("https://example.com/2019/other"), Answer()],
)
def test_a_host_without_a_sign_gets_no_probe(answer: Answer) -> None:
    assert Hosts({URL: answer}.get).find_probes([URL]) == {}
