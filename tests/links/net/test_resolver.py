"""Names: each looked up once, elsewhere, and vetted."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from ipaddress import ip_network

import pytest

from feedpub.links.model import Failure
from feedpub.links.net.resolver import Resolution, Resolver

PATIENCE = 30.0
"""Seconds for a loaded machine."""
PUBLIC = "93.184.215.14"


@contextmanager
def resolving(
    resolve: Callable[[str], list[str]], allowed: tuple[str, ...] = (), **options: float
) -> Iterator[Resolver]:
    networks = tuple(map(ip_network, allowed))
    resolver = Resolver(lambda _: networks, resolve=resolve, **options)
    try:
        yield resolver
    finally:
        resolver.close()


def failing(error: Exception) -> Callable[[str], list[str]]:
    def resolve(_: str) -> list[str]:
        raise error

    return resolve


def test_a_name_is_looked_up_once_however_it_is_spelled_and_by_how_many() -> None:
    asked: list[str] = []
    released = threading.Event()

    def resolve(host: str) -> list[str]:
        asked.append(host)
        released.wait(5)
        return [PUBLIC]

    with resolving(resolve) as resolver:
        futures = [resolver.submit(host) for host in ("a.test", "A.test", "a.test.") * 20]
        released.set()
        assert {future.result(PATIENCE) for future in futures} == {Resolution((PUBLIC,))}
        assert resolver.submit("a.test").done()
    assert asked == ["a.test"]


def test_names_do_not_wait_for_each_other() -> None:
    barrier = threading.Barrier(32)

    def resolve(_: str) -> list[str]:
        barrier.wait(10)
        return [PUBLIC]

    with resolving(resolve) as resolver:
        futures = [resolver.submit(f"h{number}.test") for number in range(32)]
        assert not wait(futures, 10).not_done


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Failure.NO_SUCH_NAME),
        (socket.gaierror(socket.EAI_NODATA, "No address"), Failure.NO_SUCH_NAME),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), Failure.DNS),
        (socket.gaierror(socket.EAI_FAIL, "Failure"), Failure.DNS),
        (socket.gaierror(socket.EAI_SYSTEM, "System\x1b[31m error"), Failure.DNS),
        (OSError(24, "Too many open files"), Failure.DNS),
        (UnicodeError("label too long"), Failure.NO_SUCH_NAME),
    ],
)
def test_why_a_name_has_no_address(error: Exception, failure: Failure) -> None:
    with resolving(failing(error)) as resolver:
        resolution = resolver.submit("a.test").result(PATIENCE)
    assert (resolution.failure, resolution.addresses) == (failure, ())
    assert resolution.message
    assert resolution.message.isprintable()


def test_the_system_is_not_asked_for_names_that_cannot_exist() -> None:
    resolver = Resolver(lambda _: ())
    for host in ("a..b", "x" * 64 + ".test", "." * 3):
        assert resolver.submit(host).result(30).failure is Failure.NO_SUCH_NAME
    resolver.close()


def test_what_fails_for_now_is_asked_for_again_and_what_does_not_is_not() -> None:
    errors = [socket.EAI_NONAME, socket.EAI_AGAIN]

    def resolve(host: str) -> list[str]:
        raise socket.gaierror(errors.pop(), "no")

    with resolving(resolve) as resolver:
        said = [resolver.submit("a.test").result(PATIENCE).failure for _ in range(4)]
    assert said == [Failure.DNS, *[Failure.NO_SUCH_NAME] * 3]
    assert errors == []


@pytest.mark.parametrize(
    "addresses",
    [
        [PUBLIC, "10.0.0.1"],
        ["10.0.0.1", PUBLIC],
        [PUBLIC, "::1"],
        [PUBLIC, "fe80::1%eth0"],
        [PUBLIC, "::ffff:127.0.0.1"],
        [PUBLIC, "64:ff9b::7f00:1"],
        [PUBLIC, "169.254.169.254"],
        [PUBLIC, "224.0.0.1"],
    ],
)
def test_a_name_with_any_address_that_is_refused_is(addresses: list[str]) -> None:
    with resolving(lambda _: addresses) as resolver:
        resolution = resolver.submit("a.test").result(PATIENCE)
    assert (resolution.failure, resolution.addresses) == (Failure.REFUSED_ADDRESS, ())


def test_what_is_allowed_is_not_refused() -> None:
    with resolving(lambda _: ["10.0.0.1", PUBLIC], allowed=("10.0.0.0/8",)) as resolver:
        assert resolver.submit("a.test").result(PATIENCE).addresses == ("10.0.0.1", PUBLIC)
        assert resolver.submit("10.9.9.9").result(PATIENCE).addresses == ("10.9.9.9",)


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", None), ("127.1", None), ("0x7f000001", None), ("::1", None), ("1.1", "1.0.0.1")]
)
def test_an_address_is_vetted_and_not_looked_up(host: str, address: str | None) -> None:
    with resolving(failing(AssertionError("looked up"))) as resolver:
        resolution = resolver.submit(host).result(PATIENCE)
    assert resolution.addresses == ((address,) if address else ())
    assert (resolution.failure is Failure.REFUSED_ADDRESS) is (address is None)


def test_the_addresses_of_both_families_take_turns() -> None:
    six = ["2606:2800::1", "2606:2800::2", "2606:2800::3"]
    with resolving(lambda _: [*six, PUBLIC, PUBLIC, "1.1.1.1"]) as resolver:
        assert resolver.submit("a.test").result(PATIENCE).addresses == (six[0], PUBLIC, six[1], "1.1.1.1", six[2])


def test_a_look_up_that_takes_too_long_is_given_up_and_what_it_says_later_is_kept() -> None:
    released = threading.Event()

    def resolve(_: str) -> list[str]:
        released.wait(2 * PATIENCE)
        return [PUBLIC]

    with resolving(resolve, patience=0.2) as resolver:
        futures = [resolver.submit(f"h{number}.test") for number in range(3)]
        assert {future.result(PATIENCE).failure for future in futures} == {Failure.DNS}
        released.set()
        ends = time.monotonic() + PATIENCE
        while (resolution := resolver.submit("h0.test").result(PATIENCE)).failure and time.monotonic() < ends:
            time.sleep(0.01)
        assert resolution.addresses == (PUBLIC,)


def test_a_process_does_not_wait_for_a_look_up_to_end() -> None:
    released = threading.Event()
    with resolving(lambda _: released.wait(60) and []) as resolver:
        resolver.submit("a.test")
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "resolver")
    released.set()
