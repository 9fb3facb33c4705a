"""A hostile name server: RFC 1035 over UDP and TCP, at :data:`~.places.RESOLVER`.

The answer for a name below ``hostile.example`` is in the label before that: ``c7.priv-0a000001.hostile.example``
is 10.0.0.1. The names of tests/hostile resolve as they do there; no others exist.
"""

from __future__ import annotations

import random
import socket
import struct
import threading
import zlib
from collections import Counter
from collections.abc import Callable
from ipaddress import ip_address

from campaigns.hostile.pools import HOST_NAMES
from campaigns.hostile_network.places import NAT64, PUBLIC_V4, PUBLIC_V6, RESOLVER, ZONE

A, CNAME, AAAA = 1, 5, 28
SLOW = 0.3
"""Seconds that a slow answer takes."""
_TRUNCATED = 0x0200
_MANY = 60


class Question:
    """A question, and the means to answer it."""

    def __init__(self, data: bytes, *, over_tcp: bool) -> None:
        self.id = data[:2]
        end = data.index(b"\0", 12) + 5
        self.raw = data[12:end]
        self.name = _name(self.raw[:-4])
        self.type: int = struct.unpack("!H", self.raw[-4:-2])[0]
        self.count = 0
        """How often this was asked before."""
        self.over_tcp = over_tcp
        self.label = self.name.removesuffix(f".{ZONE}").rpartition(".")[2]
        self.chance = random.Random(f"{self.name} {self.type}")
        self.place = zlib.crc32(self.name.encode())

    @property
    def public(self) -> str:
        """The public address of the name, IPv4."""
        return PUBLIC_V4[self.place % len(PUBLIC_V4)]

    @property
    def secret(self) -> str:
        """The address in the label."""
        return str(ip_address(bytes.fromhex(self.label.partition("-")[2])))

    @property
    def neighbour(self) -> str:
        """A public address of the same family: an answer of the other may be late, and then all is well."""
        return PUBLIC_V6[0] if ":" in self.secret else self.public

    def answer(self, *records: bytes, flags: int = 0, status: int = 0, id_: bytes | None = None) -> bytes:
        """A packet with ``records``."""
        head = struct.pack("!HHHHH", 0x8180 | flags | status, 1, len(records), 0, 0)
        return (id_ or self.id) + head + self.raw + b"".join(records)

    def addresses(self, *addresses: str) -> bytes:
        """A packet with those ``addresses`` that are of the family asked for."""
        return self.answer(*self.records(*addresses))

    def records(self, *addresses: str, owner: bytes = b"\xc0\x0c") -> list[bytes]:
        """A record for each of ``addresses`` that is of the family asked for."""
        packed = [ip_address(one).packed for one in addresses]
        return [record(self.type, one, owner) for one in packed if len(one) == {A: 4, AAAA: 16}.get(self.type)]


def record(kind: int, data: bytes, owner: bytes = b"\xc0\x0c") -> bytes:
    """A resource record (section 4.1.3) that may not be kept."""
    return owner + struct.pack("!HHIH", kind, 1, 0, len(data)) + data


def encoded(name: str) -> bytes:
    """A name as it is sent (section 3.1)."""
    return b"".join(bytes((len(label),)) + label.encode() for label in name.split(".")) + b"\0"


def _name(data: bytes) -> str:
    labels, at = [], 0
    while length := data[at]:
        labels.append(data[at + 1 : at + 1 + length].decode("latin-1"))
        at += 1 + length
    return ".".join(labels).lower()


def _rebinding(q: Question) -> bytes:
    return q.addresses(q.public if q.type == A else PUBLIC_V6[0]) if q.count == 0 else q.addresses(q.secret)


def _chained(q: Question) -> bytes:
    """A chain of aliases that ends at the address in the label."""
    names = [encoded(f"a{number}.{ZONE}") for number in range(8)]
    owners = [b"\xc0\x0c", *names]
    links = [record(CNAME, name, owner) for owner, name in zip(owners, names, strict=False)]
    return q.answer(*links, *q.records(q.secret, owner=names[-1]))


def _damaged(q: Question) -> bytes:
    """An answer with bytes that are wrong, but for its addresses: where it leads must not be an accident."""
    data = bytearray(q.addresses(q.public, PUBLIC_V6[0]))
    end = len(data) - (16 if q.type == AAAA else 4)
    for _ in range(q.chance.randint(1, 4)):
        data[q.chance.randrange(2, end)] = q.chance.randrange(256)
    return bytes(data) if q.chance.random() < 0.7 else bytes(data[: q.chance.randrange(len(data))])


def _truncated(q: Question) -> bytes:
    """Nothing over UDP; over TCP an answer, a piece of one, or none."""
    if not q.over_tcp:
        return q.answer(flags=_TRUNCATED)
    whole = q.addresses(q.public, PUBLIC_V6[0])
    return q.chance.choice((whole, whole[:20], b"", whole + b"\0" * 60_000))


def _unasked(q: Question) -> bytes:
    """An address of another name, beside that of this one."""
    return q.answer(*q.records(q.secret, owner=encoded(f"other.{ZONE}")), *q.records(q.public, PUBLIC_V6[1]))


TELLS: dict[str, Callable[[Question], bytes | None]] = {
    "pub": lambda q: q.addresses(q.public),
    "pub6": lambda q: q.addresses(PUBLIC_V6[q.place % len(PUBLIC_V6)]),
    "dual": lambda q: q.addresses(q.public, PUBLIC_V6[q.place % len(PUBLIC_V6)]),
    "nat64": lambda q: q.addresses(NAT64[q.place % len(NAT64)]),
    "robots": lambda q: q.addresses(q.public),
    "many": lambda q: q.addresses(*(PUBLIC_V4 * 4)[:_MANY], *PUBLIC_V6),
    "slow": lambda q: q.addresses(q.public),
    "priv": lambda q: q.addresses(q.secret),
    "mixed": lambda q: q.addresses(q.neighbour, q.secret),
    "mixed2": lambda q: q.addresses(q.secret, q.neighbour),
    "alias": lambda q: q.answer(record(CNAME, encoded(f"x.{ZONE}")), *q.records(q.secret, owner=encoded(f"x.{ZONE}"))),
    "chain": _chained,
    "rebind": _rebinding,
    "unasked": _unasked,
    "loop": lambda q: q.answer(record(CNAME, b"\xc0\x0c")),
    "dangling": lambda q: q.answer(record(CNAME, encoded(f"nowhere.{ZONE}"))),
    "nodata": lambda q: q.answer(),
    "nx": lambda q: q.answer(status=3),
    "servfail": lambda q: q.answer(status=2),
    "refused": lambda q: q.answer(status=5),
    "formerr": lambda q: q.answer(status=1),
    "silent": lambda _: None,
    "empty": lambda _: b"",
    "runt": lambda q: q.id + b"\x81",
    "garbage": lambda q: q.chance.randbytes(q.chance.randint(12, 500)),
    "echo": lambda q: q.id + struct.pack("!HHHHH", 0x0100, 1, 0, 0, 0) + q.raw,
    "wrongid": lambda q: q.answer(*q.records(q.public), id_=bytes(byte ^ 1 for byte in q.id)),
    "long": lambda q: q.answer(record(q.type, ip_address(q.public).packed + b"\0")),
    "short": lambda q: q.answer(record(q.type, ip_address(q.public).packed[:3])),
    "none": lambda q: q.answer(record(q.type, b"")),
    "pointers": lambda q: q.answer(
        record(q.type, ip_address(q.public).packed, struct.pack("!H", 0xC000 + len(q.raw) + 12))
    ),
    "damaged": _damaged,
    "truncated": _truncated,
}
"""By the label before the zone, without what follows its hyphen. None is silence."""
SECRET = ("priv", "mixed", "mixed2", "alias", "chain")
"""Those whose names have an address that may not be connected to."""


def tell(q: Question) -> bytes | None:
    """Return the answer."""
    if q.name in HOST_NAMES:
        return q.addresses(*HOST_NAMES[q.name])
    if q.name.endswith(".cdn.ampproject.org"):
        return q.addresses(q.public)
    kind = q.label.partition("-")[0] if q.name.endswith(f".{ZONE}") else "nx"
    try:
        return TELLS.get(kind, TELLS["nx"])(q)
    except ValueError:  # a name that a damaged redirect has led to, with no address in its label
        return TELLS["nx"](q)


class _Names:
    """The names that are asked for, each with its count."""

    def __init__(self) -> None:
        self._asked: Counter[tuple[str, int]] = Counter()

    def question(self, data: bytes, *, over_tcp: bool = False) -> Question | None:
        """Return the question in ``data``; None if it cannot be parsed."""
        try:
            q = Question(data, over_tcp=over_tcp)
        except (ValueError, IndexError):
            return None
        q.count = self._asked[q.name, q.type]
        # Only these names have another answer for who asks again; of all it would be many.
        if q.label.startswith("rebind"):
            self._asked[q.name, q.type] += 1
        return q


def serve() -> None:
    """Answer, in threads of its own, from now on."""
    names = _Names()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((RESOLVER, 53))
    tcp = socket.create_server((RESOLVER, 53), backlog=512)

    def over_udp(q: Question, place: tuple[str, int]) -> None:
        if (found := tell(q)) is not None:
            udp.sendto(found, place)

    def listen() -> None:
        while True:
            data, place = udp.recvfrom(4096)
            q = names.question(data)
            if q is not None and q.label.startswith("slow"):
                threading.Timer(SLOW, over_udp, (q, place)).start()
            elif q is not None:
                over_udp(q, place)

    def accept() -> None:
        while True:
            sock, _ = tcp.accept()
            with sock:
                sock.settimeout(1)
                try:
                    (length,) = struct.unpack("!H", sock.recv(2))
                    q = names.question(sock.recv(length), over_tcp=True)
                    found = (tell(q) if q is not None else None) or b""
                    sock.sendall(struct.pack("!H", len(found)) + found)
                except (OSError, struct.error):
                    continue

    for each in (listen, accept):
        threading.Thread(target=each, daemon=True).start()
