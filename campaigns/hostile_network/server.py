"""The hostile side, in a process of its own: the name server, web servers at every address, and the hub.

    python -m campaigns.hostile_network.server AUTHORITY.pem SEED

writes the certificate of its authority, says ``ready``, and ends with its standard input. The servers are those of
tests/links, and say what :mod:`.cases` has for a request.
"""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from campaigns.hostile_network.answers import Plan, damaged
from campaigns.hostile_network.cases import BAD_CERTIFICATES, case, hub_plan
from campaigns.hostile_network.names import serve as serve_names
from campaigns.hostile_network.places import (
    BROKEN_TLS,
    HUB,
    HUB_PORT,
    HUB_TLS_PORT,
    OTHER_PLAIN,
    PLAIN,
    PUBLIC_V4,
    PUBLIC_V6,
    RESETTING,
    TLS,
    ZONE,
)
from support.links.hostile import Hostile, authority, server_context
from support.links.hostile_answers import ANSWERS, Exchange, answer, head

_PATIENCE = 10.0


@answer
def c(exchange: Exchange) -> None:
    """``/c/<seed>/<number>/<redirects>``: the plan of a case. The AMP Cache's paths begin with ``/c/<host>``."""
    try:
        seed, number, left = map(int, exchange.parts[-3:])
    except ValueError:  # where a damaged Location has led
        exchange.send(404)
        return
    if left:
        exchange.send(302, Location=f"http://c{number}r{left}.pub.{ZONE}/c/{seed}/{number}/{left - 1}")
    else:
        carry_out(exchange, case(seed, number).plan)


@answer
def robots_txt(exchange: Exchange) -> None:
    """``/robots.txt``: the plan of the case whose host it is."""
    label, _, rest = exchange.seen.host.partition(".")
    if rest == f"robots.{ZONE}":
        carry_out(exchange, case(Shared.seed, int(label[1:])).plan)
    else:
        exchange.send(404)


@answer
def hub(exchange: Exchange) -> None:
    """``/hub/<seed>/<number>``: what that hub says of the topic."""
    seed, number = map(int, exchange.parts[1:3])
    plan = hub_plan(seed, number, exchange.seen.body.decode("latin-1"))
    if isinstance(plan, str):
        path, _, _ = plan.partition("?")
        exchange.parts = path.split("/")
        ANSWERS[exchange.parts[0]](exchange)
    elif plan is None:
        exchange.raw(head(204, {}))
    else:
        carry_out(exchange, plan)


def carry_out(exchange: Exchange, plan: Plan | None) -> None:
    """Send what ``plan`` says."""
    if plan is None:
        exchange.send()
        return
    for place, piece in enumerate(plan.pieces):
        if place and exchange.stopping.wait(plan.pause):
            break
        exchange.raw(piece)
    match plan.end:
        case "reset":
            exchange.reset()
        case "hold":
            exchange.hold()
        case "close":
            exchange.ends = True


class Shared:
    """The arguments of the command line."""

    seed = 0


def listeners(*ports: int) -> list[socket.socket]:
    """Sockets at these ports of every address."""
    return [
        socket.create_server(("::", port), family=socket.AF_INET6, backlog=1024, dualstack_ipv6=True) for port in ports
    ]


def context(stopping: threading.Event) -> ssl.SSLContext:
    """For servers with a certificate for every name of ours, but for those whose first letters say otherwise."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(HUB, *PUBLIC_V4, *PUBLIC_V6).configure_cert(made)

    def choose(sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name is None:
            return
        kind = name.partition(".")[0].rstrip("0123456789")
        if kind == "mute":
            stopping.wait(_PATIENCE)
        zone = f"*.{name.partition('.')[2]}"
        # Of what is no name there is no certificate.
        with contextlib.suppress(ValueError):
            sock.context = server_context(f"{kind}.test" if kind in BAD_CERTIFICATES else zone)

    made.sni_callback = choose
    return made


def break_handshakes() -> None:
    """Take TLS connections, and damage what the handshake says."""
    (listener,) = listeners(BROKEN_TLS)
    # A context that chooses nothing: the answers are those of a good server.
    good = server_context(f"*.pub.{ZONE}")
    for number in range(1 << 62):
        sock, _ = listener.accept()
        threading.Thread(
            target=_break, args=(sock, good, random.Random(f"tls {Shared.seed} {number}")), daemon=True
        ).start()


def _break(sock: socket.socket, good: ssl.SSLContext, chance: random.Random) -> None:
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    shaken = good.wrap_bio(into, out, server_side=True)
    with sock, contextlib.suppress(OSError):
        sock.settimeout(_PATIENCE)
        for flight in range(4):
            into.write(sock.recv(65536))
            with contextlib.suppress(ssl.SSLError):
                shaken.do_handshake()
            data = out.read()
            if flight or chance.random() < 0.7:
                data = damaged(chance, data) if data else data
            sock.sendall(data[: chance.randrange(len(data) + 1)] if chance.random() < 0.2 else data)
        if chance.random() < 0.5:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_all() -> None:
    """Take connections, and reset them."""
    (listener,) = listeners(RESETTING)
    while True:
        sock, _ = listener.accept()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()


def main() -> None:
    """Serve until there is nobody."""
    Path(sys.argv[1]).write_bytes(authority().cert_pem.bytes())
    Shared.seed = int(sys.argv[2])
    ANSWERS["robots.txt"] = ANSWERS["robots-txt"]
    serve_names()
    threads: tuple[Callable[[], None], ...] = (break_handshakes, reset_all)
    for each in threads:
        threading.Thread(target=each, daemon=True).start()
    plain = Hostile(listeners=listeners(PLAIN, OTHER_PLAIN, HUB_PORT))
    encrypted = Hostile(tls=True, listeners=listeners(TLS, HUB_TLS_PORT), context=context)
    with plain, encrypted:
        print("ready", flush=True)
        threading.Thread(target=_forget, args=(plain, encrypted), daemon=True).start()
        sys.stdin.read()


def _forget(*servers: Hostile) -> None:
    """An hour's requests are not to be kept."""
    while True:
        time.sleep(1)
        for server in servers:
            server.requests.clear()


if __name__ == "__main__":
    main()
