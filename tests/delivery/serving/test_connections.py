"""Clients that are slow, greedy or gone, and those beside them."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedpub.delivery.serving import bounded_connection
from support.asking import Asked, serving, target

pytestmark = pytest.mark.slow

SHORT = 0.3


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """A server whose patience is short."""
    monkeypatch.setattr(bounded_connection, "_PATIENCE", SHORT)
    monkeypatch.setattr(bounded_connection, "KEEP_ALIVE", 1)
    (tmp_path / "rss.xml").write_text("<rss/>")
    (tmp_path / "large.bin").write_bytes(bytes(50_000_000))
    with serving(target(tmp_path)) as one:
        yield one


def connect(asked: Asked) -> socket.socket:
    return socket.create_connection(("127.0.0.1", asked.port), 20)


def is_cut_off(one: socket.socket) -> bool:
    """Return whether the server closes the connection in time."""
    with contextlib.suppress(ConnectionError):
        while one.recv(65536):
            pass
    return True


def dribble(one: socket.socket) -> None:
    for _ in range(200):
        one.sendall(b"x")
        time.sleep(0.1)


@pytest.mark.parametrize("sent", [b"", b"GET /rss.xml HTTP/1.1\r\nHost: local", b"\r\n"])
def test_who_does_not_ask_is_cut_off(asked: Asked, sent: bytes) -> None:
    with connect(asked) as one:
        one.sendall(sent)
        assert is_cut_off(one)


def test_who_asks_byte_by_byte_is_cut_off(asked: Asked) -> None:
    with connect(asked) as one:
        one.sendall(b"GET /rss.xml HTTP/1.1\r\nX: ")
        with pytest.raises(OSError, match=r"(?i)reset|pipe"):
            dribble(one)


def test_who_sends_a_body_byte_by_byte_is_cut_off(asked: Asked) -> None:
    with connect(asked) as one:
        one.sendall(b"POST /rss.xml HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
        with pytest.raises(OSError, match=r"(?i)reset|pipe"):
            dribble(one)


def test_who_takes_nothing_of_an_answer_is_cut_off(asked: Asked) -> None:
    with connect(asked) as one:
        # The answer is larger than the buffers of both ends.
        one.sendall(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(SHORT * 8)
        received = 0
        with contextlib.suppress(ConnectionError):
            while piece := one.recv(65536):
                received += len(piece)
        assert received < 50_000_000


def test_who_keeps_asking_is_kept(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    # 2.3 seconds of silence are allowed, less than this takes; a loaded machine may sleep for one too long.
    monkeypatch.setattr(bounded_connection, "KEEP_ALIVE", 3)
    with connect(asked) as one:
        for _ in range(20):
            one.sendall(b"GET /rss.xml HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert one.recv(65536).startswith(b"HTTP/1.1 200")
            time.sleep(SHORT / 2)


def test_a_head_without_end_is_refused(asked: Asked) -> None:
    with connect(asked) as one:
        one.sendall(b"GET /rss.xml HTTP/1.1\r\nHost: localhost\r\n")
        with contextlib.suppress(OSError):
            for number in range(200):
                one.sendall(f"X-{number}: {'x' * 1000}\r\n".encode())
                time.sleep(0.001)
        received = b""
        with contextlib.suppress(OSError):
            received = one.recv(65536)
        assert received[:12] in {b"HTTP/1.1 431", b""}
        assert is_cut_off(one)


def test_who_asks_much_at_once_is_answered_in_order(asked: Asked) -> None:
    ask = "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    names = ["rss.xml", "nothing", "rss.xml", "nothing"] * 10
    answers = asked.send("".join(map(ask.format, names)).encode())
    statuses = [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404", b"200", b"404"] * 10


def test_the_slow_do_not_hold_up_the_others(asked: Asked) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(50):
            one = stack.enter_context(connect(asked))
            one.sendall(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
        started = time.monotonic()
        for _ in range(20):
            assert asked.ask("/rss.xml").status == 200
        assert time.monotonic() - started < 20


def test_who_leaves_in_the_middle_is_missed_by_nobody(asked: Asked, tmp_path: Path) -> None:
    def leave() -> None:
        with connect(asked) as one:
            one.sendall(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            one.recv(1000)

    threads = [threading.Thread(target=leave) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked.ask("/rss.xml").status == 200
