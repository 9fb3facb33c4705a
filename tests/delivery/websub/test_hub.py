"""A hub is told over real sockets and TLS; whatever it does costs its time-out at the most, and ends in a few words."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import trustme

from feedpub.config.check_model import Check, HostCheck
from feedpub.delivery.websub.hub import Hub, HubOutcome, HubReply
from feedpub.links.settings import SettingsByHost
from support.ports import closed_port
from support.websub import Asked, StubHub, stub_hub

pytestmark = pytest.mark.slow

TOPIC = "https://news.example.org/topics/ai/rss.xml"
PATIENCE = 30.0
"""Seconds of a hub that answers: it needs milliseconds, and on a loaded machine a second or two."""
HASTY = Check(timeout=1)
"""For hubs that never do."""


class Clock:
    """Real time, but that what is slept passes at once."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def __call__(self) -> float:
        return time.monotonic() + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def tell(url: str, *, clock: Clock | None = None, check: Check | None = None, **options: Any) -> HubReply:
    """Tell the hub at ``url`` of :data:`TOPIC`."""
    settings = SettingsByHost(check or Check(timeout=PATIENCE), "https://news.example.org/")
    clock = clock or Clock()
    began = time.monotonic()
    with closing(Hub(url, settings, sleep=clock.sleep, clock=clock, **options)) as hub:
        reply = hub.notify(TOPIC)
    assert time.monotonic() - began < PATIENCE
    assert reply.reason.isprintable()
    assert len(reply.reason) < 300
    return reply


@pytest.fixture
def hub() -> Iterator[StubHub]:
    with stub_hub() as server:
        yield server


@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_hub_is_told_in_the_words_that_all_hubs_know(hub: StubHub, status: int) -> None:
    hub.behave = lambda asked: asked.answer(status)
    assert tell(hub.url("/hub?key=a%20b")).outcome is HubOutcome.ACCEPTED
    assert hub.forms == [{"hub.mode": ["publish"], "hub.url": [TOPIC], "hub.topic": [TOPIC]}]
    assert hub.paths == ["/hub?key=a%20b"]
    assert hub.headers[0]["content-type"] == "application/x-www-form-urlencoded"


def test_the_hub_is_asked_as_the_check_asks_its_host(hub: StubHub) -> None:
    headers = {"Authorization": "Bearer secret", "Content-Type": "text/plain"}
    origin = hub.url("")
    check = Check(user_agent="Ours/1", hosts={origin: HostCheck(headers=headers), "*.org": HostCheck()})
    tell(hub.url(), check=check)
    for elsewhere in ("elsewhere.example", "127.0.0.1", origin.replace("http:", "https:"), "http://127.0.0.1:80"):
        tell(hub.url(), check=Check(hosts={elsewhere: HostCheck(headers=headers)}))
    first, *others = hub.headers
    assert (first["user-agent"], first["authorization"]) == ("Ours/1", "Bearer secret")
    assert first["content-type"] == "application/x-www-form-urlencoded", "or the hub would see no form"
    assert len(others) == 4
    assert not any("authorization" in seen for seen in others)
    assert all(seen["user-agent"].endswith("(+https://news.example.org/)") for seen in others)


def test_the_hub_is_asked_by_the_proxy_of_the_check(hub: StubHub) -> None:
    proxy = hub.url("").removesuffix("/")
    assert tell("http://hub.example/in", check=Check(timeout=PATIENCE, proxy=proxy)).outcome is HubOutcome.ACCEPTED
    assert hub.paths == ["http://hub.example/in"]


# What a hub does → what is said of it.
REFUSALS: dict[str, tuple[Callable[[Asked], None], str]] = {
    "plain words": (
        lambda asked: asked.answer(403, b"\n  Not on the list.\nReally.\n"),
        "answers 403: Not on the list.",
    ),
    "no words": (lambda asked: asked.answer(404), "answers 404: Not Found"),
    "a page": (lambda asked: asked.answer(400, b"<!doctype html><p>No"), "answers 400: Bad Request"),
    "a status of its own": (lambda asked: asked.answer(499), "answers 499: no reason"),
    "control characters": (
        lambda asked: asked.answer(400, b"\x1b[2J\x07a\x00b\xff\xe2\x80\xae"),
        "answers 400: \\x1b[2J\\x07a\\x00b\N{REPLACEMENT CHARACTER}\\u202e",
    ),
    "long words": (lambda asked: asked.answer(400, b"no" * 100_000), f"answers 400: {'no' * 59}n…"),
    "half its words": (lambda asked: asked.raw(b"HTTP/1.1 400 X\r\nContent-Length: 99\r\n\r\nNo"), "answers 400: No"),
    "words without end": (lambda asked: asked.drip(b"HTTP/1.1 400 X\r\n\r\nNo\n"), "answers 400: No"),
    "a redirect": (
        lambda asked: asked.answer(308, Location="https://u:p@hub.example/new"),
        "redirects to 'https://hub.example/new', which is not followed; is that the hub?",
    ),
    "a redirect to a file": (
        lambda asked: asked.answer(302, Location="file:///etc/passwd"),
        "redirects to 'file:', which is not http or https",
    ),
    "a redirect to nowhere": (lambda asked: asked.answer(301), "answers 301: Moved Permanently"),
    "Retry-After of a year": (
        lambda asked: asked.answer(429, Retry_After="31536000"),
        "answers 429: Too Many Requests",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_told_in_a_few_words_and_not_repeated(hub: StubHub, name: str) -> None:
    hub.behave, reason = REFUSALS[name]
    clock = Clock()
    check = HASTY if name == "words without end" else None
    assert tell(hub.url(), clock=clock, check=check) == HubReply(HubOutcome.REFUSED, reason, name not in _OF_THE_HUB)
    assert len(hub.paths) == 1, "asked once, and no redirect followed"
    assert clock.slept == []


_OF_THE_HUB = {"a redirect", "a redirect to a file", "a redirect to nowhere", "Retry-After of a year"}


def test_a_redirect_to_itself_is_not_followed(hub: StubHub) -> None:
    hub.behave = lambda asked: asked.answer(307, Location="/")
    assert tell(hub.url()).outcome is HubOutcome.REFUSED
    assert hub.paths == ["/"]


LIES: dict[str, Callable[[Asked], None]] = {
    "garbage": lambda asked: asked.answer(200, b"\0\xff" * 1000, Content_Type="text/none"),
    "a body without end": lambda asked: asked.drip(b"HTTP/1.1 200 X\r\n\r\n"),
    "a body that is not there": lambda asked: asked.raw(b"HTTP/1.1 202 X\r\nContent-Length: 999999999999\r\n\r\n"),
    "a bomb": lambda asked: asked.answer(200, gzip.compress(bytes(1_000_000)) * 50, Content_Encoding="gzip"),
}


@pytest.mark.parametrize("name", LIES)
def test_what_a_hub_adds_to_its_yes_is_not_read(hub: StubHub, name: str) -> None:
    hub.behave = LIES[name]
    assert tell(hub.url()).outcome is HubOutcome.ACCEPTED


SILENCES: dict[str, tuple[Callable[[Asked], None], str]] = {
    "hangs": (lambda asked: asked.hold(), "no answer in time"),
    "a byte at a time": (lambda asked: asked.drip(b"HTTP/1.1 200 X\r\nA: "), "no answer in time"),
    "closes": (lambda asked: asked.raw(b""), "the server closed the connection"),
    "no HTTP": (lambda asked: asked.raw(b"220 smtp.example.org ESMTP\r\n"), "the answer is not HTTP"),
    "headers of 360 kB": (
        lambda asked: asked.raw(b"HTTP/1.1 200 X\r\n" + b"A: b\r\n" * 60_000 + b"\r\n"),
        "the headers are too large",
    ),
}


@pytest.mark.parametrize("name", SILENCES)
def test_no_answer_is_told_in_a_few_words(hub: StubHub, name: str) -> None:
    hub.behave, reason = SILENCES[name]
    assert tell(hub.url(), check=HASTY if reason == "no answer in time" else None) == HubReply(
        HubOutcome.NO_ANSWER, reason, is_about_feed=False
    )


def test_a_hub_that_hangs_is_not_asked_again(hub: StubHub) -> None:
    hub.behave = lambda asked: asked.hold()
    tell(hub.url(), check=HASTY)
    assert len(hub.forms) == 1, "its time is over"


def test_a_hub_that_is_not_there() -> None:
    clock = Clock()
    reply = tell(f"http://127.0.0.1:{closed_port()}/", clock=clock, check=Check(timeout=PATIENCE))
    assert reply == HubReply(HubOutcome.NO_ANSWER, "no connection: connection refused", is_about_feed=False)
    assert len(clock.slept) == 2, "it may be about to be there"


def test_a_hub_whose_name_does_not_resolve() -> None:
    clock = Clock()
    reply = tell("http://hub.invalid/", clock=clock, check=Check(timeout=PATIENCE), resolve=_no_such_name)
    assert reply == HubReply(HubOutcome.NO_ANSWER, "the name does not exist", is_about_feed=False)
    assert clock.slept == []


def test_a_look_up_that_hangs_costs_the_time_out() -> None:
    reply = tell("http://hub.example/", check=HASTY, resolve=lambda _: time.sleep(PATIENCE) or [])
    assert reply == HubReply(HubOutcome.NO_ANSWER, "the name could not be resolved in time", is_about_feed=False)


def _no_such_name(_: str) -> list[str]:
    import socket

    raise socket.gaierror(socket.EAI_NONAME, "as the test has it")


def test_a_hub_in_trouble_is_asked_again_later_and_later(hub: StubHub) -> None:
    statuses = iter((500, 503, 204))
    hub.behave = lambda asked: asked.answer(next(statuses))
    clock = Clock()
    assert tell(hub.url(), clock=clock, check=Check(timeout=PATIENCE)).outcome is HubOutcome.ACCEPTED
    first, second = clock.slept
    assert 0.5 <= first < 1.0 <= second < 1.5


def test_a_hub_that_stays_in_trouble_has_refused(hub: StubHub) -> None:
    hub.behave = lambda asked: asked.answer(502, b"upstream is down")
    reply = tell(hub.url(), check=Check(timeout=PATIENCE))
    assert reply == HubReply(HubOutcome.REFUSED, "answers 502: upstream is down", is_about_feed=False)
    assert len(hub.forms) == 3
    assert len({str(form) for form in hub.forms}) == 1


def test_the_check_s_retries_are_the_ping_s(hub: StubHub) -> None:
    hub.behave = lambda asked: asked.answer(500)
    tell(hub.url(), check=Check(timeout=PATIENCE, retries=0))
    assert len(hub.forms) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed_where_there_is_time(hub: StubHub, status: int) -> None:
    asks = iter((True, False))
    hub.behave = lambda asked: asked.answer(status, Retry_After="7") if next(asks) else asked.answer(204)
    clock = Clock()
    assert tell(hub.url(), clock=clock, check=Check(timeout=PATIENCE)).outcome is HubOutcome.ACCEPTED
    assert clock.slept == [7.0]


@pytest.mark.parametrize("name", ["127.0.0.1", "other.example"])
def test_a_certificate_has_to_be_the_hub_s(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    import ssl

    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    with stub_hub(context) as hub:
        reply = tell(hub.url(), clock=(clock := Clock()), check=Check(timeout=PATIENCE))
        told = len(hub.forms)
    if name == "127.0.0.1":
        assert (reply.outcome, told) == (HubOutcome.ACCEPTED, 1)
    else:
        assert reply.outcome is HubOutcome.NO_ANSWER
        assert reply.reason.startswith("the certificate is not valid: ")
        assert (told, clock.slept) == (0, []), "asking again makes it no better"


def test_connections_are_kept_and_one_that_was_closed_is_no_failure(hub: StubHub) -> None:
    def behave(asked: Asked) -> None:
        asked.close_connection = len(hub.forms) == 2
        asked.answer(204)

    hub.behave = behave
    settings = SettingsByHost(Check(timeout=PATIENCE), "https://news.example.org/")
    with closing(Hub(hub.url(), settings)) as kept:
        outcomes = {kept.notify(TOPIC).outcome for _ in range(4)}
    assert outcomes == {HubOutcome.ACCEPTED}
    assert len(hub.forms) == 4
