"""robots.txt: what it says of a URL (RFC 9309), and that it is heeded where that is wanted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from feedpub.links.fetch.fetcher import Fetcher
from feedpub.links.fetch.robots import MOST_BYTES, Rules
from feedpub.links.model import Answer, Failure, LinkTarget
from support.links.hostile import PATIENCE, Hostile, settings_with
from support.ports import closed_port


def allows(text: str, path: str, agent: str = "feedpub/1.0") -> bool:
    return Rules(text, agent).allows(f"https://example.com{path}")


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\r\nDisallow: /a\r\n", "/abc", False),
        ("User-agent: *\rDisallow: /a\r", "/b", True),
        ("USER-AGENT : * # all\n  disallow : /a # not this", "/a", False),
        ("Disallow: /", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.gif$", "/a/b.gif", False),
        ("User-agent: *\nDisallow: /*.gif$", "/a/b.gif?c", True),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /a$", "/a", False),
        ("User-agent: *\nDisallow: /*/c", "/a/b/c/d", False),
        ("User-agent: *\nDisallow: /a*a$", "/a", True),
        ("User-agent: *\nDisallow: /a*", "/abc", False),
        ("User-agent: *\nDisallow: /*?q=", "/s?q=1", False),
        ("User-agent: *\nDisallow: *", "/a", False),
        ("User-agent: *\nDisallow: /é", "/%C3%A9", False),
        ("User-agent: *\nDisallow: /%c3%a9", "/%C3%A9", False),
        ("User-agent: *\nDisallow: /%61", "/a", False),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
        ("User-agent: *\nDisallow: /a%2fb", "/a%2Fb", False),
        ("User-agent: FeedPub\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: feedpub\nAllow: /", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: feedpub", "/a", True),
        ("User-agent: feedpub/2.0\nDisallow: /", "/a", False),
        ("User-agent: feedpubs\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: feedpub\nDisallow: /", "/a", False),
        ("User-agent: feedpub\nCrawl-delay: 5\nSitemap: /s\nUser-agent: other\nDisallow: /", "/a", False),
        (
            "User-agent: feedpub\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\nUser-agent: feedpub\nDisallow: /c",
            "/c",
            False,
        ),
        ("User-agent: feedpub\nDisallow: /a\n\nUser-agent: x\nDisallow: /b", "/b", True),
        ("<html><body>Not here</body></html>", "/a", True),
        ("User-agent: *\nDisallow: \ud800\nDisallow: /a", "/a", False),
    ],
)
def test_the_rules_of_rfc_9309(text: str, path: str, allowed: bool) -> None:
    assert allows(text, path) is allowed


@pytest.mark.parametrize(
    ("agent", "allowed"), [("feedpub", False), ("Mozilla/5.0 (feedpub)", True), ("1", True), ("", True)]
)
def test_the_product_token_is_what_the_user_agent_begins_with(agent: str, allowed: bool) -> None:
    assert allows("User-agent: feedpub\nDisallow: /", "/a", agent) is allowed


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: a{number}\n" for number in range(14_000))
        + "".join(f"Allow: /{number}\n" for number in range(18_000)),
        "User-agent: *\n" + "Disallow: /a*b*c\n" * 28_000,
        "User-agent: *\nDisallow: /" + "*a" * 240_000 + "*b",
        "User-agent: *\nDisallow: /" + "*" * 500_000,
        "\n" * 500_000,
        "User-agent" + " " * 500_000 + "x",
        "User-agent:" * 45_000,
    ],
)
def test_a_robots_txt_costs_no_more_than_its_length(text: str) -> None:
    began = time.thread_time()
    allows(text[:MOST_BYTES], "/" + "a" * 2000)
    assert time.thread_time() - began < 5


@pytest.fixture
def server() -> Iterator[Hostile]:
    with Hostile() as server:
        yield server


@contextmanager
def heeding(timeout: float = PATIENCE) -> Iterator[Fetcher]:
    """A fetcher that heeds robots.txt."""
    with closing(Fetcher(settings_with(robots=True, timeout=timeout), resolve=Hostile.resolve)) as fetcher:
        yield fetcher


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with heeding() as fetcher:
        yield fetcher


def fetched(fetcher: Fetcher, url: str) -> Answer:
    """The answer, which comes before the deadline of a patient fetcher."""
    began = time.monotonic()
    answer = fetcher(LinkTarget(url=url), keep_alive=True)
    assert time.monotonic() - began < PATIENCE
    return answer


@pytest.mark.slow
def test_what_robots_txt_refuses_is_not_fetched(server: Hostile, fetcher: Fetcher) -> None:
    server.robots = b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\nUser-agent: *\nDisallow: /missing\n"
    assert fetched(fetcher, server.url("/ok")).status == 200
    answer = fetched(fetcher, server.url("/missing"))
    assert (answer.failure, answer.message, answer.status) == (Failure.ROBOTS, "robots.txt refuses it", None)
    assert server.paths() == ["/robots.txt", "/ok"]
    assert server.requests[0].method == "GET"


@pytest.mark.slow
def test_it_is_heeded_behind_a_redirect(server: Hostile, fetcher: Fetcher) -> None:
    server.robots = b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\nUser-agent: *\nDisallow: /missing\n"
    answer = fetched(fetcher, server.url(f"/to/302/{b'/missing'.hex()}"))
    assert (answer.failure, len(answer.hops)) == (Failure.ROBOTS, 1)
    assert "/missing" not in server.paths()


@pytest.mark.slow
def test_it_is_not_even_read_where_that_is_off(server: Hostile) -> None:
    server.robots = b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\nUser-agent: *\nDisallow: /\n"
    with closing(Fetcher(settings_with())) as fetcher:
        assert fetched(fetcher, server.url("/ok")).status == 200
    assert server.paths() == ["/ok"]


@pytest.mark.slow
def test_it_is_read_once_for_a_site_whoever_asks(server: Hostile, fetcher: Fetcher) -> None:
    server.latency = 0.1
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: fetched(fetcher, server.url("/ok")), range(16)))
    assert {answer.status for answer in answers} == {200}
    assert server.paths().count("/robots.txt") == 1
    other = server.url("/ok", "h1.test")
    assert fetched(fetcher, other).status == 200
    assert server.paths().count("/robots.txt") == 2


@pytest.mark.slow
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 204, 300])
def test_where_there_is_none_everything_is_allowed(server: Hostile, fetcher: Fetcher, status: int) -> None:
    server.robots = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status
    assert fetched(fetcher, server.url("/ok")).status == 200


@pytest.mark.slow
@pytest.mark.parametrize("status", [500, 503, 599])
def test_where_it_cannot_be_had_nothing_is_asked_for(server: Hostile, fetcher: Fetcher, status: int) -> None:
    server.robots = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status
    answer = fetched(fetcher, server.url("/ok"))
    assert (answer.failure, answer.message) == (Failure.ROBOTS, f"robots.txt cannot be read: status {status}")
    assert server.paths() == ["/robots.txt"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("location", "failure"),
    [
        ("/robots.txt", None),
        ("file:///etc/passwd", None),
        ("http://10.1.2.3/robots.txt", None),
        ("http://missing.test/robots.txt", None),
        pytest.param(f"http://127.0.0.1:{closed_port()}/", Failure.ROBOTS, id="closed"),
    ],
)
def test_where_it_was_moved_to_nowhere_it_is_as_if_there_were_none(
    server: Hostile, fetcher: Fetcher, location: str, failure: Failure | None
) -> None:
    server.robots = moved(location)
    assert fetched(fetcher, server.url("/ok")).failure is failure


def moved(location: str) -> bytes:
    return b"HTTP/1.1 301 X\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n" % location.encode()


@pytest.mark.slow
def test_where_it_was_moved_to_what_never_answers_nothing_is_asked_for(server: Hostile) -> None:
    server.robots = moved("/silent")
    with heeding(timeout=1) as hasty:
        assert fetched(hasty, server.url("/ok")).failure is Failure.ROBOTS


@pytest.mark.slow
def test_where_it_was_moved_to_it_is_read(server: Hostile, fetcher: Fetcher) -> None:
    rules = b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /ok\n"
    server.robots = moved(f"/malformed/{rules.hex()}")
    assert fetched(fetcher, server.url("/ok")).failure is Failure.ROBOTS


@pytest.mark.slow
def test_what_became_of_the_site_is_the_answer_where_that_is_why(fetcher: Fetcher) -> None:
    answer = fetched(fetcher, f"http://127.0.0.1:{closed_port()}/a")
    assert (answer.failure, answer.final_url) == (Failure.CONNECT, None)
    assert fetched(fetcher, "http://missing.test/a").failure is Failure.NO_SUCH_NAME
    assert fetched(fetcher, "http://private.test/a").failure is Failure.REFUSED_ADDRESS


@pytest.mark.slow
def test_a_failure_is_not_the_answer_for_ever(server: Hostile, fetcher: Fetcher) -> None:
    server.robots = b"SSH-2.0\r\n"
    assert fetched(fetcher, server.url("/ok")).failure is Failure.PROTOCOL
    server.robots = b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n"
    assert fetched(fetcher, server.url("/ok")).status == 200


@pytest.mark.slow
def test_no_more_of_it_is_read_than_has_to_be(server: Hostile, fetcher: Fetcher) -> None:
    begin = b"User-agent: *\nDisallow: /ok\n"
    server.robots = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + begin + b"#" * 2 * MOST_BYTES
    assert fetched(fetcher, server.url("/ok")).failure is Failure.ROBOTS
