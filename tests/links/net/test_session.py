"""Connections: to vetted addresses alone, over verified TLS, within a deadline, and no more of them than is said."""

from __future__ import annotations

import re
import resource
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import certifi
import pytest

from feedpub.core.errors import UsageError
from feedpub.links.fetch.fetcher import Fetcher
from feedpub.links.model import Answer, Failure, LinkTarget
from feedpub.links.net.deadline import Deadline, GuardedSocket, GuardedTlsSocket
from support.links.hostile import (
    EXPIRED,
    MUTE,
    PATIENCE,
    UNTRUSTED,
    WRONG,
    Hostile,
    certificate,
    client_context,
    settings_with,
)
from support.ports import closed_port

# A socket that is left to the garbage collector is one too many.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("error::ResourceWarning", "error::pytest.PytestUnraisableExceptionWarning"),
]

LIMIT = 3.0
"""Seconds of a link whose server never answers: one is for GET, with its handshake on a loaded machine."""
LOOK_UP = 0.5
"""Seconds of a slow look-up."""


@pytest.fixture(scope="module")
def tls() -> Iterator[Hostile]:
    with Hostile(tls=True, addresses=3) as server:
        yield server


@contextmanager
def fetching(resolve=Hostile.resolve, **settings) -> Iterator[Fetcher]:
    """A fetcher that trusts the servers' authority."""
    fetcher = Fetcher(settings_with(**settings), context=client_context(), resolve=resolve)
    try:
        yield fetcher
    finally:
        fetcher.close()


def fetched(fetcher: Fetcher, url: str, *, keep_alive: bool = False, **wants: bool) -> Answer:
    """The answer, which comes before the deadline of a patient fetcher."""
    began = time.monotonic()
    answer = fetcher(LinkTarget(url=url, **wants), keep_alive=keep_alive)
    assert time.monotonic() - began < PATIENCE
    return answer


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "any.test", "h2.test", "any.test.", "ANY.TEST"])
def test_the_certificate_is_that_of_the_name_and_not_of_the_address(tls: Hostile, host: str) -> None:
    with fetching() as fetcher:
        answer = fetched(fetcher, tls.url("/ok", host))
    assert (answer.status, answer.failure) == (200, None)
    assert tls.requests[-1].host.lower() == host.lower().removesuffix(".")


@pytest.mark.parametrize(
    ("host", "reason"),
    [(EXPIRED, "expired"), (WRONG, "mismatch"), (UNTRUSTED, "authority is not known"), ("127.0.0.3", "mismatch")],
)
def test_a_bad_certificate_is_told_as_such_and_nothing_is_sent(tls: Hostile, host: str, reason: str) -> None:
    before = len(tls.requests)
    with fetching(resolve=lambda _: ["127.0.0.1"]) as fetcher:
        answer = fetched(fetcher, tls.url("/ok", host))
    assert answer.failure is (Failure.AUTHORITY if host == UNTRUSTED else Failure.CERTIFICATE)
    assert reason in answer.message.lower()
    assert answer.message.isprintable()
    assert len(tls.requests) == before


def test_without_the_test_s_authority_its_certificates_are_not_trusted(tls: Hostile) -> None:
    fetcher = Fetcher(settings_with())
    assert fetched(fetcher, tls.url("/ok")).failure is Failure.AUTHORITY
    fetcher.close()


def test_a_bad_certificate_behind_a_redirect_is_told(tls: Hostile) -> None:
    with fetching() as fetcher:
        answer = fetched(fetcher, tls.url(f"/to/301/{tls.url('/ok', EXPIRED).encode().hex()}"))
    assert (answer.failure, len(answer.hops)) == (Failure.CERTIFICATE, 1)


def test_a_server_that_speaks_no_tls_is_told() -> None:
    with Hostile() as plain, fetching() as fetcher:
        answer = fetched(fetcher, plain.url("/ok").replace("http:", "https:"))
    assert answer.failure is Failure.TLS
    assert re.fullmatch("no TLS: .+", answer.message), "the reason is OpenSSL's"


@pytest.mark.parametrize(
    ("alert", "words"),
    [
        (112, "no site of this name (SNI)"),
        (120, "speaks HTTP/2 only; whether there is the page cannot be judged"),
        (40, "it may want a name (SNI)"),
        (70, "version of TLS"),
    ],
)
def test_a_server_that_refuses_the_handshake_is_told_with_its_reason(alert: int, words: str) -> None:
    def refusing(_: threading.Event) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate("a.test").configure_cert(context)
        # The number of an alert (RFC 8446 section 6).
        context.sni_callback = lambda *_: alert
        return context

    with Hostile(tls=True, context=refusing) as server, fetching() as fetcher:
        answer = fetched(fetcher, server.url("/ok", "a.test"))
    assert answer.failure is Failure.TLS
    assert words in answer.message


def test_a_handshake_that_never_ends_holds_no_longer_than_the_deadline(tls: Hostile) -> None:
    with fetching(timeout=LIMIT) as fetcher:
        assert fetched(fetcher, tls.url("/ok", MUTE)).failure is Failure.CONNECT


def handshaken(sock: GuardedSocket) -> None:
    context = client_context()
    context.sslsocket_class = GuardedTlsSocket
    context.wrap_socket(sock, server_hostname=MUTE)


def test_a_deadline_that_passed_before_the_handshake_leaves_no_descriptor_to_two_sockets(tls: Hostile) -> None:
    """Each would close it, the second one when it is long another thread's."""
    with GuardedSocket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.connect(("127.0.0.1", tls.port))
        sock.deadline = Deadline(0)
        with pytest.raises(TimeoutError):
            handshaken(sock)
        assert sock.fileno() == -1, "it is the other's, which has closed it"


def test_a_connection_that_is_reset_before_the_handshake_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, GuardedSocket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.connect(listener.getsockname())
        there, _ = listener.accept()
        there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        there.close()
        assert select.select([sock], [], [], 10)[0]
        with pytest.raises(ConnectionResetError):
            handshaken(sock)


@pytest.mark.parametrize("path", ["/silent", "/drips-status", "/drips-headers"])
def test_the_deadline_holds_over_tls(tls: Hostile, path: str) -> None:
    with fetching(timeout=LIMIT) as fetcher:
        assert fetched(fetcher, tls.url(path)).failure is Failure.TIMEOUT


@pytest.mark.parametrize("path", ["/endless-body", "/drips-body", "/bomb/1", "/resets", "/half-closed", "/closes"])
def test_pages_that_do_what_they_should_not_over_tls(tls: Hostile, path: str) -> None:
    with fetching(timeout=LIMIT if path == "/drips-body" else PATIENCE) as fetcher:
        answer = fetched(fetcher, tls.url(path), wants_page=True)
    assert (answer.status == 200) is not (answer.failure is Failure.PROTOCOL)


def test_a_connection_over_tls_is_kept(tls: Hostile) -> None:
    before = tls.connections
    with fetching() as fetcher:
        for _ in range(3):
            assert fetched(fetcher, tls.url("/ok"), keep_alive=True).status == 200
    assert tls.connections == before + 1


def test_all_connections_share_one_context_and_the_bundle_is_loaded_once(
    tls: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    loads = []
    where = certifi.where
    monkeypatch.setattr(certifi, "where", lambda: loads.append(1) or where())
    fetcher = Fetcher(settings_with())
    for _ in range(5):
        assert fetched(fetcher, tls.url("/ok")).failure is Failure.AUTHORITY
    fetcher.close()
    assert len(loads) == 1


def test_the_connection_goes_to_the_address_that_was_vetted_whatever_the_name_says_next(tls: Hostile) -> None:
    said = iter((["127.0.0.2"], ["10.0.0.1"]))
    with fetching(resolve=lambda _: next(said)) as fetcher:
        for _ in range(3):
            assert fetched(fetcher, tls.url("/ok", "rebound.test")).status == 200


def test_a_name_with_any_address_that_is_not_public_is_refused_and_nothing_is_connected_to(tls: Hostile) -> None:
    before = tls.connections
    with fetching(resolve=lambda _: ["127.0.0.1", "192.168.0.1"]) as fetcher:
        answer = fetched(fetcher, tls.url("/ok", "both.test"))
    assert answer.failure is Failure.REFUSED_ADDRESS
    assert "192.168.0.1" in answer.message
    assert tls.connections == before


def test_loopback_is_refused_unless_it_is_allowed(tls: Hostile) -> None:
    before = tls.connections
    with fetching(allowed=()) as fetcher:
        assert fetched(fetcher, tls.url("/ok")).failure is Failure.REFUSED_ADDRESS
        assert fetched(fetcher, tls.url("/ok", "any.test")).failure is Failure.REFUSED_ADDRESS
    assert tls.connections == before


@pytest.mark.parametrize("first", ["127.0.0.4", "::1"])
def test_the_next_address_is_tried_where_one_takes_no_connection(tls: Hostile, first: str) -> None:
    with fetching(resolve=lambda _: [first, "127.0.0.2"], allowed=("127.0.0.0/8", "::1")) as fetcher:
        assert fetched(fetcher, tls.url("/ok", "two.test")).status == 200


@contextmanager
def unresponsive(address: str, port: int = 0) -> Iterator[int]:
    """A port that does not answer who knocks: what Linux does when a queue is full."""
    with socket.socket() as full, ExitStack() as stack:
        full.bind((address, port))
        full.listen(0)
        for _ in range(3):
            sock = stack.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(full.getsockname())
        yield full.getsockname()[1]


def test_the_next_address_is_tried_in_time_where_one_does_not_answer() -> None:
    said = ["127.0.0.9", "127.0.0.1"]
    with Hostile() as server, unresponsive(said[0], server.port), fetching(resolve=lambda _: said) as fetcher:
        assert fetched(fetcher, server.url("/ok", "two.test")).status == 200


def test_a_host_that_takes_no_connection_holds_no_longer_than_the_deadline() -> None:
    with unresponsive("127.0.0.1") as port, fetching(timeout=LIMIT) as fetcher:
        answer = fetched(fetcher, f"http://127.0.0.1:{port}/")
    assert (answer.failure, answer.message) == (Failure.CONNECT, "no connection: timed out")


def test_the_time_that_a_first_name_takes_is_not_the_link_s(tls: Hostile) -> None:
    def slow(host: str) -> list[str]:
        time.sleep(LOOK_UP)
        return Hostile.resolve(host)

    with fetching(resolve=slow) as fetcher:
        started = time.monotonic()
        answer = fetched(fetcher, tls.url("/ok", "slow.test"))
        assert answer.status == 200
        assert answer.elapsed <= time.monotonic() - started - LOOK_UP
        redirected = fetched(fetcher, tls.url(f"/to/301/{tls.url('/ok', 'slower.test').encode().hex()}"))
        assert redirected.status == 200
        assert redirected.elapsed >= LOOK_UP


def test_a_name_that_never_resolves_holds_no_worker(tls: Hostile) -> None:
    released = threading.Event()

    def never(_: str) -> list[str]:
        released.wait()
        return []

    with fetching(resolve=never, timeout=LIMIT) as fetcher:
        assert fetched(fetcher, tls.url("/ok", "never.test")).failure is Failure.DNS
    released.set()


def test_a_proxy_gets_the_whole_url_and_resolves_the_name() -> None:
    asked = []

    def resolve(host: str) -> list[str]:
        asked.append(host)
        return Hostile.resolve(host)

    with Hostile() as proxy:
        settings = settings_with(proxies={"name.test": f"http://us%65r:s3cret@127.0.0.1:{proxy.port}"})
        fetcher = Fetcher(settings, resolve=resolve)
        assert fetcher.resolve("name.test").result(PATIENCE).failure is None
        answer = fetched(fetcher, "http://name.test/status/200?a=1#b")
        fetcher.close()
        seen = proxy.requests[0]
    assert seen.path == "http://name.test/status/200?a=1"
    assert seen.headers["proxy-authorization"] == "Basic dXNlcjpzM2NyZXQ="
    assert "s3cret" not in repr(answer)
    assert asked == []


def test_an_address_is_vetted_although_a_proxy_would_go_there() -> None:
    with Hostile() as proxy:
        fetcher = Fetcher(settings_with(proxies={"10.1.2.3": f"http://127.0.0.1:{proxy.port}"}))
        assert fetched(fetcher, "http://10.1.2.3/").failure is Failure.REFUSED_ADDRESS
        fetcher.close()
        assert proxy.requests == []


def test_an_ipv6_address_is_written_in_brackets() -> None:
    with Hostile() as proxy:
        fetcher = Fetcher(settings_with(proxies={"2606:2800::1": f"http://127.0.0.1:{proxy.port}"}))
        fetched(fetcher, "http://[2606:2800::1]:8080/")
        fetcher.close()
        assert {seen.headers["host"] for seen in proxy.requests} == {"[2606:2800::1]:8080"}


def test_tls_goes_through_a_proxy_by_connect(tls: Hostile) -> None:
    with Hostile() as proxy:
        settings = {"name.test": f"http://user:s3cret@127.0.0.1:{proxy.port}"}
        with fetching(proxies=settings) as fetcher:
            answer = fetched(fetcher, tls.url("/ok", "name.test"))
        assert answer.status == 200
        seen = proxy.requests[0]
    assert (seen.method, seen.path) == ("CONNECT", f"name.test:{tls.port}")
    assert seen.headers["proxy-authorization"] == "Basic dXNlcjpzM2NyZXQ="
    assert "proxy-authorization" not in tls.requests[-1].headers


def test_the_deadline_holds_over_a_proxy_and_the_handshake_behind_it(tls: Hostile) -> None:
    latency = 0.8 * LIMIT
    with Hostile(latency=latency) as proxy:
        with fetching(proxies={MUTE: f"http://127.0.0.1:{proxy.port}"}, timeout=LIMIT) as fetcher:
            answer = fetched(fetcher, tls.url("/ok", MUTE), wants_page=True)
        assert proxy.requests
    assert answer.failure is Failure.CONNECT
    assert answer.elapsed < latency + LIMIT, "the handshake has no deadline of its own"


def test_a_proxy_that_will_not_connect_is_no_connection(tls: Hostile) -> None:
    with Hostile() as proxy, fetching(proxies={"refused.test": f"http://127.0.0.1:{proxy.port}"}) as fetcher:
        answer = fetched(fetcher, tls.url("/ok", "refused.test"))
    assert answer.failure is Failure.CONNECT
    with fetching(proxies={"name.test": f"http://127.0.0.1:{closed_port()}"}) as fetcher:
        assert fetched(fetcher, "http://name.test/").failure is Failure.CONNECT


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1", "https://127.0.0.1", "127.0.0.1:3128", "http://u:s3cret@:x"])
def test_a_proxy_of_another_kind_is_the_owner_s_error(proxy: str) -> None:
    fetcher = Fetcher(settings_with(proxies={"name.test": proxy}))
    with pytest.raises(UsageError) as error:
        fetched(fetcher, "http://name.test/")
    assert "s3cret" not in str(error.value)
    fetcher.close()


def test_no_more_connections_are_kept_than_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedpub.links.net.session.KEPT", 64)
    with Hostile(addresses=100) as server, fetching() as fetcher:
        for number in range(1, 101):
            assert fetched(fetcher, server.url("/ok", f"h{number}.test"), keep_alive=True).status == 200
        assert len(fetcher._session.transport.idle_connections) == 64
        # The one that waited longest went first.
        before = server.connections
        assert fetched(fetcher, server.url("/ok", "h100.test"), keep_alive=True).status == 200
        assert server.connections == before
        assert fetched(fetcher, server.url("/ok", "h1.test"), keep_alive=True).status == 200
        assert server.connections == before + 1


def test_a_link_that_is_its_host_s_last_leaves_no_connection_of_it() -> None:
    with Hostile() as server, fetching(timeout=LIMIT) as fetcher:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: fetched(fetcher, server.url("/hangs-on-head"), keep_alive=True), range(4)))
            list(pool.map(lambda _: fetched(fetcher, server.url("/ok"), keep_alive=True), range(16)))
        assert len(fetcher._session.transport.idle_connections) > 0
        fetched(fetcher, server.url("/ok"), keep_alive=False)
        assert len(fetcher._session.transport.idle_connections) == 0


def test_nothing_is_kept_of_a_link_that_ends_after_the_run() -> None:
    with Hostile(latency=0.3) as server, ThreadPoolExecutor(1) as pool:
        fetcher = Fetcher(settings_with())
        late = pool.submit(fetcher, LinkTarget(url=server.url("/ok")), keep_alive=True)
        while not server.requests:
            time.sleep(0.01)
        fetcher.close()
        assert late.result().status == 200
        assert len(fetcher._session.transport.idle_connections) == 0


@pytest.mark.parametrize("keep_alive", [True, False])
def test_a_thousand_descriptors_are_enough_for_256_workers(keep_alive: bool) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Hostile(addresses=50, latency=0.05) as server, fetching() as fetcher:
        # The server's side of each connection is in this process, too.
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))
        try:
            targets = [server.url("/ok", f"h{1 + number % 50}.test") for number in range(1000)]
            with ThreadPoolExecutor(256) as pool:
                answers = list(pool.map(lambda url: fetcher(LinkTarget(url=url), keep_alive=keep_alive), targets))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert {(answer.status, answer.failure, answer.message) for answer in answers} == {(200, None, "")}
