"""One link, against a server that does what servers should not: each gets its answer, and within its deadline."""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedpub.links.fetch.fetcher import Fetcher
from feedpub.links.model import AmpPage, Answer, Failure, Hop, LinkTarget
from support.links.hostile import LATER, MISSING, MIXED, PATIENCE, PRIVATE, Hostile, client_context, settings_with
from support.ports import closed_port

# A socket that is left to the garbage collector is one too many.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("error::ResourceWarning", "error::pytest.PytestUnraisableExceptionWarning"),
]

LIMIT = 2.0
"""Seconds of a link whose server never answers: a third is for GET, and a loaded machine may need some of it."""
CANONICAL = AmpPage(is_amp=True, canonical="https://example.com/a")


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with Hostile() as server:
        yield server


@pytest.fixture(autouse=True)
def _no_earlier_requests(server: Hostile) -> None:
    """Forget the requests of other tests: some ask for the same path, in whatever order they run."""
    server.requests.clear()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with closing(Fetcher(settings_with(), resolve=Hostile.resolve)) as fetcher:
        yield fetcher


@pytest.fixture
def hasty() -> Iterator[Fetcher]:
    """A fetcher for servers that never answer."""
    with closing(Fetcher(settings_with(timeout=LIMIT), resolve=Hostile.resolve)) as fetcher:
        yield fetcher


def fetched(fetcher: Fetcher, url: str, *, keep_alive: bool = False, **wants: bool) -> Answer:
    """The answer, which comes before the deadline of a patient fetcher."""
    began = time.monotonic()
    answer = fetcher(LinkTarget(url=url, **wants), keep_alive=keep_alive)
    assert time.monotonic() - began < PATIENCE
    assert answer.message.isprintable()
    assert "0x" not in answer.message
    assert "urllib3" not in answer.message
    return answer


def methods(server: Hostile, path: str) -> list[str]:
    return [seen.method for seen in server.requests if seen.path == path]


def assert_asked_twice(server: Hostile, path: str) -> None:
    """Fail unless ``path`` was asked for with HEAD and then GET; the server may read a request late."""
    ends = time.monotonic() + PATIENCE
    while len(methods(server, path)) < 2 and time.monotonic() < ends:
        time.sleep(0.01)
    assert methods(server, path) == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [200, 204, 206, 300, 304, 305, 429])
def test_a_status_that_says_all_is_asked_for_once(server: Hostile, fetcher: Fetcher, status: int) -> None:
    path = f"/status/{status}?once"
    answer = fetched(fetcher, server.url(path))
    assert (answer.status, answer.failure, answer.hops) == (status, None, ())
    assert answer.final_url == server.url(path)
    assert answer.elapsed > 0
    assert methods(server, path) == ["HEAD"]


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 407, 408, 410, 425, 451, 500, 501, 502, 503, 504, 599, 999]
)
def test_an_error_is_asked_for_again_with_get(server: Hostile, fetcher: Fetcher, status: int) -> None:
    path = f"/status/{status}"
    assert fetched(fetcher, server.url(path)).status == status
    assert_asked_twice(server, path)


@pytest.mark.parametrize("refusal", [400, 403, 404, 405, 500, 501])
def test_what_get_says_counts_where_head_is_refused(server: Hostile, fetcher: Fetcher, refusal: int) -> None:
    assert fetched(fetcher, server.url(f"/status/{refusal}/200")).status == 200


@pytest.mark.parametrize("path", ["/closes-on-head", "/resets-on-head", "/hangs-on-head"])
def test_get_is_tried_where_head_gets_no_valid_answer(server: Hostile, path: str) -> None:
    with closing(Fetcher(settings_with(timeout=3 * LIMIT))) as fetcher:
        answer = fetched(fetcher, server.url(path))
    assert (answer.status, answer.failure) == (200, None)
    assert_asked_twice(server, path)


def test_a_server_that_asks_to_be_left_alone_is_not_asked_again(server: Hostile, fetcher: Fetcher) -> None:
    path = "/status/503?Retry-After=7"
    assert fetched(fetcher, server.url(path)).retry_after == 7
    assert methods(server, path) == ["HEAD"]


@pytest.mark.parametrize(
    ("path", "failure"),
    [
        ("/silent", Failure.TIMEOUT),
        ("/drips-status", Failure.TIMEOUT),
        ("/drips-headers", Failure.TIMEOUT),
        ("/closes", Failure.PROTOCOL),
        ("/resets", Failure.PROTOCOL),
        ("/resets-in-headers", Failure.PROTOCOL),
        ("/half-closed", Failure.PROTOCOL),
        ("/endless-headers", Failure.PROTOCOL),
        ("/endless-interim", Failure.PROTOCOL),
        ("/huge-headers/1/70000", Failure.PROTOCOL),
        ("/huge-headers/60000/1", Failure.PROTOCOL),
        ("/huge-headers/80/10000", Failure.PROTOCOL),
        (f"/malformed/{b'HTTP/1.1 OK'.hex()}", Failure.PROTOCOL),
        (f"/malformed/{b'HTTP/1.1 20 OK'.hex()}0d0a0d0a", Failure.PROTOCOL),
        (f"/malformed/{b'HTTP/9.9 200 OK'.hex()}0d0a0d0a", Failure.PROTOCOL),
        (f"/malformed/{b'SSH-2.0-OpenSSH_9.6'.hex()}0d0a", Failure.PROTOCOL),
        (f"/malformed/{b'<html>no HTTP at all</html>'.hex()}", Failure.PROTOCOL),
        (f"/malformed/{bytes(range(256)).hex()}", Failure.PROTOCOL),
        ("/malformed/0d0a0d0a0d0a", Failure.PROTOCOL),
        (f"/malformed/{b'HTTP/1.0 200 OK'.hex()}0d0a{b'Content-Length: 3, 4'.hex()}0d0a0d0a", Failure.PROTOCOL),
    ],
)
def test_what_is_no_answer_fails(
    server: Hostile, fetcher: Fetcher, hasty: Fetcher, path: str, failure: Failure
) -> None:
    answer = fetched(hasty if failure is Failure.TIMEOUT else fetcher, server.url(path))
    assert (answer.status, answer.failure) == (None, failure)
    assert answer.message
    if failure is Failure.TIMEOUT:
        # On a busy machine, the rest of the time may end before GET is sent.
        # test_get_is_tried_where_head_gets_no_valid_answer has a server that answers GET alone.
        assert methods(server, path)[:1] == ["HEAD"]
    else:
        assert_asked_twice(server, path)


@pytest.mark.parametrize(
    "path",
    [
        "/half-closed-in-headers",
        "/interim",
        "/huge-headers/150/10",
        "/huge-headers/5000/10",
        "/huge-headers/3/60000",
        f"/malformed/{b'HTTP/1.0 200'.hex()}0d0a0d0a",
        f"/malformed/{b'HTTP/1.1 200 OK'.hex()}0a0a",
        f"/malformed/{b'HTTP/1.1 200 OK'.hex()}0d0a{b'Content-Length: 5, 5'.hex()}0d0a0d0a",
        f"/malformed/{b'HTTP/1.1 200 OK'.hex()}0d0a{b'Content-Length: many'.hex()}0d0a0d0a",
        f"/malformed/{b'HTTP/1.1 200 OK'.hex()}0d0a{b'no colon'.hex()}0d0a0d0a",
    ],
)
def test_an_answer_that_can_be_read_is_read(server: Hostile, fetcher: Fetcher, path: str) -> None:
    answer = fetched(fetcher, server.url(path))
    assert (answer.status in (200, 204), answer.failure) == (True, None)


def test_headers_that_trip_the_standard_library_are_no_traceback(server: Hostile, fetcher: Fetcher) -> None:
    header = b"Content-Type: multipart/mixed; boundary*0*=rot13''%41;boundary*=xx''a"
    path = f"/malformed/{b'HTTP/1.1 200 OK'.hex()}0d0a{header.hex()}0d0a0d0a"
    assert fetched(fetcher, server.url(path)).failure in (None, Failure.PROTOCOL)


@pytest.mark.parametrize("path", ["/drips-body", "/endless-body", "/bomb/1", "/bomb/2", "/not-gzip"])
def test_a_body_that_nobody_wants_is_not_read(server: Hostile, fetcher: Fetcher, path: str) -> None:
    answer = fetched(fetcher, server.url(path))
    assert (answer.status, answer.failure) == (200, None)


@pytest.mark.parametrize("path", ["/endless-body", "/bomb/1", "/bomb/2", "/decodes-to-nothing", "/not-gzip"])
def test_a_page_that_is_too_much_is_judged_by_its_status(server: Hostile, path: str) -> None:
    # Its size ends it, not the deadline, which a loaded machine may reach.
    began = time.process_time()
    with closing(Fetcher(settings_with(timeout=60), resolve=Hostile.resolve)) as patient:
        answer = patient(LinkTarget(url=server.url(path), wants_page=True), keep_alive=False)
    assert time.process_time() - began < 4
    assert (answer.status, answer.failure) == (200, None)
    assert answer.amp == AmpPage(is_amp=False, canonical=None)


@pytest.mark.parametrize("path", ["/endless-body", "/bomb/1", "/bomb/2", "/bomb/5"])
def test_a_page_that_is_too_much_takes_little_memory(server: Hostile, fetcher: Fetcher, path: str) -> None:
    fetched(fetcher, server.url(path))
    tracemalloc.start()
    try:
        fetched(fetcher, server.url(path), wants_page=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000, "of a gigabyte"


def test_a_page_that_never_ends_in_time_has_no_answer(server: Hostile, hasty: Fetcher) -> None:
    answer = fetched(hasty, server.url("/drips-body"), wants_page=True)
    assert (answer.status, answer.failure, answer.amp) == (200, Failure.TIMEOUT, None)


def test_a_page_that_never_ends_has_one_once_all_that_matters_is_there(server: Hostile, hasty: Fetcher) -> None:
    answer = fetched(hasty, server.url("/drips-after-head"), wants_page=True)
    assert (answer.failure, answer.amp) == (None, CANONICAL)


@pytest.mark.parametrize("path", ["/amp", "/amp-gzip", "/amp-chunked"])
def test_a_page_is_fetched_with_get_alone_and_read(server: Hostile, fetcher: Fetcher, path: str) -> None:
    assert fetched(fetcher, server.url(path), wants_page=True).amp == CANONICAL
    assert methods(server, path) == ["GET"]


def test_the_page_of_an_error_is_not_read(server: Hostile, fetcher: Fetcher) -> None:
    answer = fetched(fetcher, server.url("/status/404"), wants_page=True)
    assert (answer.status, answer.amp) == (404, None)


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("", ""),
        ("?Location=https://example.com/elsewhere", "https://example.com/elsewhere"),
        ("?Location=file:///etc/passwd", ""),
    ],
)
def test_the_cache_s_silent_redirect_is_found_out(server: Hostile, fetcher: Fetcher, query: str, target: str) -> None:
    answer = fetched(fetcher, server.url(f"/silent-redirect{query}"), wants_page=True)
    assert (answer.status, answer.hops) == (200, ())
    assert answer.amp == AmpPage(is_amp=False, canonical=None, silent_redirect=target)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(server: Hostile, fetcher: Fetcher, status: int) -> None:
    answer = fetched(fetcher, server.url(f"/to/{status}/{b'/ok'.hex()}"))
    assert (answer.status, answer.final_url) == (200, server.url("/ok"))
    assert answer.hops == (Hop(status=status, url=server.url("/ok")),)


@pytest.mark.parametrize("status", [300, 304, 305])
def test_what_is_no_redirect_is_not_followed(server: Hostile, fetcher: Fetcher, status: int) -> None:
    answer = fetched(fetcher, server.url(f"/to/{status}/{b'/ok'.hex()}"))
    assert (answer.status, answer.hops) == (status, ())


@pytest.mark.parametrize("location", [b"", b"   "])
def test_a_redirect_to_nowhere_is_an_answer(server: Hostile, fetcher: Fetcher, location: bytes) -> None:
    answer = fetched(fetcher, server.url(f"/to/302/{location.hex()}"))
    assert (answer.status, answer.failure, answer.hops) == (302, None, ())


@pytest.mark.parametrize(
    ("body", "length"),
    [
        (b"<title>A story</title><p>Once upon a time", 41),
        (b"", None),
        (b"<html><head><title>301 Moved Permanently</title></head><body>nginx", None),
        (b"<TITLE>Document has\nmoved</TITLE>", None),
    ],
    ids=["page", "nothing", "nginx", "old server"],
)
@pytest.mark.parametrize("wants_page", [False, True])
def test_the_page_of_a_redirect_to_nowhere_counts(
    server: Hostile, fetcher: Fetcher, body: bytes, length: int | None, wants_page: bool
) -> None:
    answer = fetched(fetcher, server.url(f"/nowhere/308/{body.hex()}"), wants_page=wants_page)
    assert (answer.status, answer.failure, answer.length) == (308, None, length)


def test_twenty_redirects_are_followed(server: Hostile, fetcher: Fetcher) -> None:
    answer = fetched(fetcher, server.url("/redirects/20"))
    assert (answer.status, answer.failure, len(answer.hops)) == (200, None, 20)


@pytest.mark.parametrize("path", ["/redirects/21", "/redirects/100", "/loop/a", "/new-cookies"])
def test_more_redirects_and_loops_are_not(server: Hostile, fetcher: Fetcher, path: str) -> None:
    before = len(server.requests)
    answer = fetched(fetcher, server.url(path))
    assert answer.failure is Failure.LOOP
    assert len(answer.hops) <= 20
    assert len(server.requests) - before <= 21


def test_a_site_that_redirects_until_it_gets_its_cookie_back_is_no_loop(server: Hostile, fetcher: Fetcher) -> None:
    for _ in range(2):
        answer = fetched(fetcher, server.url("/wants-cookie"))
        assert (answer.status, len(answer.hops)) == (200, 1), "the cookie of one link is not sent with the next"


def test_a_cookie_goes_to_no_other_host(server: Hostile, fetcher: Fetcher) -> None:
    for host in ("127.0.0.1", "h1.test"):
        path = f"/status/302?Set-Cookie=a%3D1%3B%20Path%3D/&Location={server.url(f'/ok?cookie-{host}', host)}"
        assert fetched(fetcher, server.url(path)).status == 200
    cookies = {seen.host: seen.headers.get("cookie") for seen in server.requests if "?cookie-" in seen.path[:11]}
    assert cookies == {"127.0.0.1": "a=1", "h1.test": None}


@pytest.mark.parametrize(
    "location", [b"file:///etc/passwd", b"javascript:alert(1)", b"ftp://example.com/", b"data:text/html,a", b"FILE:/x"]
)
def test_a_redirect_to_another_scheme_is_refused(server: Hostile, fetcher: Fetcher, location: bytes) -> None:
    answer = fetched(fetcher, server.url(f"/to/302/{location.hex()}"))
    assert (answer.status, answer.failure, answer.hops) == (302, Failure.REFUSED_SCHEME, ())


@pytest.mark.parametrize("location", [b"http://", b"http://a b/", b"http://[::1/", b"http://example.com:99999/"])
def test_a_redirect_to_what_is_no_url_is_refused(server: Hostile, fetcher: Fetcher, location: bytes) -> None:
    assert fetched(fetcher, server.url(f"/to/302/{location.hex()}")).failure is Failure.INVALID_URL


@pytest.mark.parametrize(
    "host", ["10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "0x0a.1", "167837953", PRIVATE, MIXED]
)
def test_an_address_that_is_not_public_is_refused_at_once_and_behind_a_redirect(
    server: Hostile, fetcher: Fetcher, host: str
) -> None:
    assert fetched(fetcher, f"http://{host}/").failure is Failure.REFUSED_ADDRESS
    answer = fetched(fetcher, server.url(f"/to/302/{f'http://{host}/'.encode().hex()}"))
    assert (answer.failure, answer.hops) == (Failure.REFUSED_ADDRESS, (Hop(status=302, url=f"http://{host}/"),))


@pytest.mark.parametrize(("host", "failure"), [(MISSING, Failure.NO_SUCH_NAME), (LATER, Failure.DNS)])
def test_a_name_without_address_fails_at_once_and_behind_a_redirect(
    server: Hostile, fetcher: Fetcher, host: str, failure: Failure
) -> None:
    answer = fetched(fetcher, f"http://{host}/")
    assert (answer.failure, answer.final_url, answer.elapsed) == (failure, None, 0)
    answer = fetched(fetcher, server.url(f"/to/302/{f'http://{host}/'.encode().hex()}"))
    assert (answer.failure, answer.final_url) == (failure, server.url(f"/to/302/{f'http://{host}/'.encode().hex()}"))


def test_credentials_in_a_redirect_are_neither_sent_nor_shown(server: Hostile, fetcher: Fetcher) -> None:
    location = server.url("/ok?credentials").replace("//", "//user:secret@")
    answer = fetched(fetcher, server.url(f"/to/302/{location.encode().hex()}"))
    assert (answer.status, answer.final_url) == (200, server.url("/ok?credentials"))
    seen = [seen for seen in server.requests if seen.path == "/ok?credentials"]
    assert [seen.host for seen in seen] == ["127.0.0.1"]
    assert "authorization" not in seen[0].headers
    assert "secret" not in repr(answer)


@pytest.mark.parametrize("url", ["ftp://example.com/", "http://u:secret@127.0.0.1/", "http://", "", "http://[/", "x"])
def test_what_is_no_url_is_not_fetched(fetcher: Fetcher, url: str) -> None:
    answer = fetched(fetcher, url)
    assert (answer.failure, answer.final_url, answer.status) == (Failure.INVALID_URL, None, None)
    assert "secret" not in answer.message


def test_a_server_that_is_not_there_fails_without_get(fetcher: Fetcher) -> None:
    answer = fetched(fetcher, f"http://127.0.0.1:{closed_port()}/")
    assert (answer.failure, answer.message) == (Failure.CONNECT, "no connection: connection refused")


def test_headers_of_an_origin_go_to_no_other(server: Hostile) -> None:
    with Hostile(addresses=2) as other, Hostile(addresses=2) as same_host:
        secret = {"Authorization": "Bearer s3cret", "user-agent": "mine"}
        fetcher = Fetcher(settings_with(headers={f"http://h2.test:{other.port}": secret}), resolve=Hostile.resolve)
        location = other.url("/ok", "h2.test")
        fetched(fetcher, server.url(f"/to/302/{location.encode().hex()}?headers"))
        for elsewhere in (server.url("/ok?back"), same_host.url("/ok", "h2.test")):
            fetched(fetcher, other.url(f"/to/302/{elsewhere.encode().hex()}", "h2.test"))
        fetched(fetcher, same_host.url("/ok", "h2.test"))
        assert [seen.headers.get("authorization") for seen in other.requests] == ["Bearer s3cret"] * 3
        assert [seen.headers["user-agent"] for seen in other.requests] == ["mine"] * 3
        fetcher.close()
    seen = [seen for seen in server.requests if seen.path.endswith(("?headers", "?back"))]
    assert (len(seen), len(same_host.requests)) == (2, 2)
    seen += same_host.requests
    assert not any("authorization" in one.headers for one in seen)
    assert all(one.headers["user-agent"].startswith("feedpub/") for one in seen)


@pytest.mark.parametrize("tls", [True, False])
def test_headers_of_a_host_are_sent_over_https_alone(tls: bool) -> None:
    with Hostile(tls=tls) as there:
        pattern = f"https://h1.test:{there.port}"
        fetcher = Fetcher(
            settings_with(headers={pattern: {"Authorization": "Bearer s3cret"}, "h1.test": {"X-Key": "s3cret"}}),
            context=client_context(),
            resolve=Hostile.resolve,
        )
        assert fetched(fetcher, there.url("/ok", "h1.test")).status == 200
        fetcher.close()
    assert [seen.headers.get("authorization") for seen in there.requests] == (["Bearer s3cret"] if tls else [None])
    assert not any("x-key" in seen.headers for seen in there.requests), "it is for port 443"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("0", 0), ("-5", 0), ("31536000", 31_536_000), ("soon", None), ("9" * 5000, 315_360_000)],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds(
    server: Hostile, fetcher: Fetcher, value: str, seconds: float | None, status: int
) -> None:
    assert fetched(fetcher, server.url(f"/status/{status}?Retry-After={value}")).retry_after == seconds


@pytest.mark.parametrize(("offset", "seconds"), [(90, 90), (-3600, 0), (31_536_000, 31_536_000)])
def test_retry_after_as_a_date(server: Hostile, fetcher: Fetcher, offset: int, seconds: float) -> None:
    assert fetched(fetcher, server.url(f"/retry-at/429/{offset}")).retry_after == seconds


def test_retry_after_as_a_date_counts_from_now_where_the_server_has_no_clock(server: Hostile) -> None:
    fetcher = Fetcher(settings_with(), now=lambda: datetime(2024, 5, 1, 10, tzinfo=UTC))
    path = "/status/429?Retry-After=Wed, 01 May 2024 10:02:00 GMT".replace(" ", "%20")
    assert fetched(fetcher, server.url(path)).retry_after == 120
    fetcher.close()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (520, b"", "gave an odd answer"),
        (521, b"<title>x | 521: Web server is down</title>", "is down"),
        (522, b"", "does not answer"),
        (523, b"", "cannot be reached"),
        (524, b"", "in time"),
        (525, b"", "TLS"),
        (526, b"", "certificate"),
        (530, b"error code: 1016", "the name of the site's server does not exist"),
        (530, b"<h1>Error <span class=a>1033</span>", "tunnel"),
        (530, b"Error 1999", "its error 1999"),
    ],
)
@pytest.mark.parametrize("wants_text", [False, True])
def test_the_errors_of_cloudflare_are_told_apart(
    server: Hostile, fetcher: Fetcher, status: int, body: bytes, words: str, wants_text: bool
) -> None:
    url = server.url(f"/page/{status}/{body.hex()}?Server=cloudflare")
    answer = fetcher(LinkTarget(url=url, wants_text=wants_text), keep_alive=False)
    assert (answer.status, answer.is_challenge) == (status, False)
    assert answer.message.startswith("Cloudflare: ")
    assert words in answer.message
    assert fetched(fetcher, url.replace("cloudflare", "nginx")).message == ""


@pytest.mark.parametrize("status", [403, 503])
@pytest.mark.parametrize("wants_text", [False, True])
def test_a_challenge_in_the_page_is_one(server: Hostile, fetcher: Fetcher, status: int, wants_text: bool) -> None:
    for body, is_challenge in ((b"<html><title>Just a moment...</title>", True), (b"<title>Down</title>", False)):
        url = server.url(f"/page/{status}/{body.hex()}?Server=cloudflare")
        answer = fetcher(LinkTarget(url=url, wants_text=wants_text), keep_alive=False)
        assert (answer.status, answer.is_challenge) == (status, is_challenge)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80", "speaks HTTP/2 only"),
        (b"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", "speaks HTTP/2 only"),
        (b"\x00\x00\x08\x01", "the answer is not HTTP"),
    ],
)
def test_a_server_that_speaks_http2_alone_is_told(server: Hostile, fetcher: Fetcher, frame: bytes, words: str) -> None:
    answer = fetched(fetcher, server.url(f"/malformed/{frame.hex()}"))
    assert answer.failure is Failure.PROTOCOL
    assert words in answer.message


def test_a_challenge_is_told(server: Hostile, fetcher: Fetcher) -> None:
    assert fetched(fetcher, server.url("/status/403?cf-mitigated=challenge")).is_challenge
    assert not fetched(fetcher, server.url("/status/403")).is_challenge


def test_type_and_length_are_measured_of_what_is_not_compressed(server: Hostile, fetcher: Fetcher) -> None:
    answer = fetched(fetcher, server.url("/ok?measured"), wants_length=True)
    assert (answer.media_type, answer.length) == ("text/html", 4)
    assert [seen.headers["accept-encoding"] for seen in server.requests if seen.path == "/ok?measured"] == ["identity"]
    assert fetched(fetcher, server.url("/status/200?Content-Encoding=gzip"), wants_length=True).length is None


def test_a_length_that_head_does_not_tell_comes_with_one_byte(server: Hostile, fetcher: Fetcher) -> None:
    answer = fetched(fetcher, server.url("/no-length-on-head"), wants_length=True)
    assert (answer.status, answer.media_type, answer.length) == (200, "image/png", 1234)


def test_a_connection_is_kept_while_there_is_more_to_ask(server: Hostile, fetcher: Fetcher) -> None:
    before = server.connections
    for _ in range(3):
        assert fetched(fetcher, server.url("/ok"), keep_alive=True).status == 200
    assert server.connections == before + 1
    assert fetched(fetcher, server.url("/ok"), keep_alive=False).status == 200
    assert server.connections == before + 1
    assert server.requests[-1].headers["connection"] == "close"
    assert fetched(fetcher, server.url("/ok"), keep_alive=False).status == 200
    assert server.connections == before + 2


def test_a_page_that_was_read_to_its_end_keeps_its_connection(server: Hostile, fetcher: Fetcher) -> None:
    before = server.connections
    for path in ("/amp", "/amp-chunked", "/ok"):
        assert fetched(fetcher, server.url(path), keep_alive=True, wants_page=True).status == 200
    assert server.connections == before + 1


def test_a_connection_that_its_server_closed_meanwhile_is_no_failure(server: Hostile, fetcher: Fetcher) -> None:
    for _ in range(3):
        answer = fetched(fetcher, server.url("/stale"), keep_alive=True)
        assert (answer.status, answer.failure) == (200, None)


def test_what_a_server_sends_too_much_is_not_the_next_answer(server: Hostile, fetcher: Fetcher) -> None:
    smuggled = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + b"HTTP/1.1 418 X\r\nContent-Length: 0\r\n\r\n"
    fetched(fetcher, server.url(f"/malformed/{smuggled.hex()}"), keep_alive=True)
    assert fetched(fetcher, server.url("/ok"), keep_alive=True).status == 200


def test_a_deadline_holds_over_all_redirects() -> None:
    with Hostile(latency=0.5) as slow, closing(Fetcher(settings_with(timeout=4))) as fetcher:
        answer = fetched(fetcher, slow.url("/redirects/10"), wants_page=True)
    assert answer.failure is Failure.TIMEOUT
    assert 0 < len(answer.hops) < 10


def test_no_environment_variable_and_no_file_of_the_user_changes_a_request(
    server: Hostile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login user password secret\n")
    for name, value in {
        "HOME": str(tmp_path),
        "NETRC": str(tmp_path / ".netrc"),
        "HTTP_PROXY": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(name.lower(), value)
    fetcher = Fetcher(settings_with())
    assert fetched(fetcher, server.url("/ok?environment")).status == 200
    fetcher.close()
    assert "authorization" not in next(s for s in server.requests if s.path == "/ok?environment").headers


ALL = (
    "/ok /status/404 /status/503 /closes-on-head /resets-on-head /hangs-on-head /silent /drips-status /drips-"
    " headers /closes /resets /resets-in-headers /half-closed /half-closed-in-headers /endless-headers /endless-"
    " interim /interim /drips-body /huge-headers/1/70000 /huge-headers/150/10 /huge-headers/80/10000 /endless-body"
    " /bomb/1 /bomb/2 /not-gzip /redirects/9 /redirects/100 /loop/a /new-cookies /wants-cookie /amp /no-length-on-"
    " head /stale /drips-after-head /malformed/00ff0a0d"
).split()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files in /proc")
def test_a_run_over_all_of_them_ends_and_leaves_nothing_open() -> None:
    before = len(os.listdir("/proc/self/fd"))
    with Hostile() as plain, Hostile(tls=True) as tls:
        fetcher = Fetcher(settings_with(timeout=LIMIT), context=client_context(), resolve=Hostile.resolve)
        wants = [{}, {"wants_page": True}, {"wants_length": True}]
        targets = [LinkTarget(url=one.url(path), **want) for one in (plain, tls) for path in ALL for want in wants]
        with ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(lambda target: fetcher(target, keep_alive=True), targets))
        assert all((answer.status is None) <= (answer.failure is not None) for answer in answers)
        fetcher.close()
    ends = time.monotonic() + PATIENCE
    while len(os.listdir("/proc/self/fd")) > before and time.monotonic() < ends:
        time.sleep(0.05)
    assert len(os.listdir("/proc/self/fd")) <= before


PIECES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 302 X\r\n",
        b"HTTP/1.0 404\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"Location: ",
        b"Location: http://[::1]/\r\n",
        b"Content-Length: ",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip, deflate\r\n",
        b"Content-Type: multipart/mixed; boundary*0*=rot13''%41;boundary*=xx''a\r\n",
        b"Content-Type: text/html; charset=idna\r\n",
        b'Set-Cookie: a=b; expires=Wed, 99 Foo 99999 99:99:99; max-age=x; domain=..; port="a"\r\n',
        b"Retry-After: Wed, 01 May 2024 10:02:00 -9999\r\n",
        b"Date: \r\n",
        b"Connection: close\r\n",
        b" folded\r\n",
        b"\r\n",
        b"ffffffffffffffff\r\n",
        b"5\r\nhello\r\n",
        b"-5\r\n",
        b"\x1f\x8b\x08",
        b"\xff\x00",
        b": ",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES | st.binary(max_size=20), max_size=12), st.booleans(), st.booleans())
def test_whatever_a_server_sends_is_an_answer_and_no_traceback(
    server: Hostile, fetcher: Fetcher, pieces: list[bytes], wants_page: bool, keep_alive: bool
) -> None:
    url = server.url(f"/malformed/{b''.join(pieces).hex()}")
    answer = fetched(fetcher, url, keep_alive=keep_alive, wants_page=wants_page)
    assert answer.status is not None or answer.failure is not None
    assert msgspec.json.decode(msgspec.json.encode(answer), type=Answer) == answer
