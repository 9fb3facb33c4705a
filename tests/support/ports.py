"""Ports of 127.0.0.1 for tests: one at which nobody listens, and ones at which a program may."""

from __future__ import annotations

import random
import socket
from functools import cache

# Below those that systems give to whoever asks for any.
_GIVEN_TO_NOBODY = range(15_000, 32_000)


def closed_port() -> int:
    """A port at which nobody listens: it is held, so that no one else is given it."""
    return int(_held().getsockname()[1])


@cache
def _held() -> socket.socket:
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held


def free_port() -> int:
    """A port for a program that must be told one; the system gives it to no other test meanwhile."""
    # pytest-randomly gives each test the same seed, in each process of the tests.
    ports = random.SystemRandom().sample(_GIVEN_TO_NOBODY, 100)
    return next(port for port in ports if _is_free(port))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
