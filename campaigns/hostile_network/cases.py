"""Links with the answers of their name and their server: the same seed and number give the same, in any process.

A case is one link of one article (two where an AMP page is to name another page). Every case has a host of its own, so
that no host is given up before its turn, and every name is asked for anew.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import NamedTuple

from campaigns.hostile.pools import HOSTS
from campaigns.hostile_network import answers
from campaigns.hostile_network.answers import Plan
from campaigns.hostile_network.names import SECRET, TELLS
from campaigns.hostile_network.places import (
    BROKEN_TLS,
    CLOSED,
    HUB_PORT,
    OTHER_PLAIN,
    PLAIN,
    PUBLIC_V4,
    PUBLIC_V6,
    RESETTING,
    TLS,
    ZONE,
    special,
    spelled,
)

FIELDS = ("sourceUrl", "ampUrl", "cdnAmpUrl", "images", "attachments", "related")
"""The keys that a link may stand under."""
_PORTS = (PLAIN, OTHER_PLAIN, TLS, BROKEN_TLS, HUB_PORT, CLOSED, 22, 53)

BAD_CERTIFICATES = ("expired", "wrong", "untrusted", "mute")
"""What the names of servers begin with whose certificate is not to be taken, or that never shake hands."""


class Case(NamedTuple):
    """A link, and what it leads to."""

    kind: str
    links: Mapping[str, str]
    """Key → URL."""
    plan: Plan | None = None
    """What is sent for ``/c/<seed>/<number>/0``."""
    is_forbidden: bool = False
    """Whether it leads where no check may go, so that it must not be found fine."""


def case(seed: int, number: int) -> Case:
    """The case of that ``number``."""
    chance = random.Random(f"{seed} {number}")
    kind = chance.choices(tuple(KINDS), tuple(weight for weight, _ in KINDS.values()))[0]
    return KINDS[kind][1](chance, _Place(seed, number, kind))


class _Place(NamedTuple):
    """The values of one case."""

    seed: int
    number: int
    kind: str

    def host(self, zone: str = "pub") -> str:
        return f"c{self.number}.{zone}.{ZONE}"

    def path(self, redirects: int = 0) -> str:
        """Of the plan, after so many redirects."""
        return f"/c/{self.seed}/{self.number}/{redirects}"


def _field(chance: random.Random) -> str:
    return chance.choices(FIELDS, (6, 3, 0, 2, 1, 2))[0]


def _origin(chance: random.Random, place: _Place) -> str:
    """Scheme, host and port of a server that one may ask."""
    zone = chance.choice(("pub", "pub", "pub", "pub6", "dual", "nat64"))
    host = place.host(zone)
    if chance.random() < 0.05:
        host = chance.choice((*PUBLIC_V4, *(f"[{one}]" for one in PUBLIC_V6)))
    return chance.choice((f"http://{host}", f"http://{host}", f"http://{host}:{OTHER_PLAIN}", f"https://{host}"))


def _planned(make: Callable[[random.Random], Plan]) -> Callable[[random.Random, _Place], Case]:
    def made(chance: random.Random, place: _Place) -> Case:
        url = _origin(chance, place) + place.path(chance.choice((0, 0, 0, 0, 1, 3)))
        return Case(place.kind, {_field(chance): url}, make(chance))

    return made


def _fixed(chance: random.Random, place: _Place) -> Case:
    path = answers.fixed(chance)
    url = f"{_origin(chance, place)}/{path}{'&' if '?' in path else '?'}n={place.number}"
    return Case(place.kind, {_field(chance): url})


def _forbidden_host(chance: random.Random) -> str:
    return chance.choice(HOSTS) if chance.random() < 0.3 else spelled(chance, special(chance))


def _secret_name(chance: random.Random, place: _Place) -> str:
    """A name with an address that may not be connected to."""
    return place.host(f"{chance.choice(SECRET)}-{special(chance).packed.hex()}")


def _address(chance: random.Random, place: _Place) -> Case:
    url = f"{chance.choice(('http', 'https'))}://{_forbidden_host(chance)}:{chance.choice(_PORTS)}/ok?n={place.number}"
    return Case(place.kind, {_field(chance): url}, is_forbidden=True)


def _name(chance: random.Random, place: _Place) -> Case:
    if chance.random() < 0.5:
        host, is_forbidden = _secret_name(chance, place), True
    else:
        zone = chance.choice(tuple(TELLS))
        address = special(chance).packed.hex()
        host, is_forbidden = place.host(f"{zone}-{address}"), zone in SECRET
    url = f"{chance.choice(('http', 'http', 'https'))}://{host}:{chance.choice(_PORTS[:2])}/ok?n={place.number}"
    return Case(place.kind, {_field(chance): url}, is_forbidden=is_forbidden)


def _redirect(chance: random.Random, place: _Place) -> Case:
    host = _secret_name(chance, place) if chance.random() < 0.3 else _forbidden_host(chance)
    slashes = chance.choice(
        ("http://", "http://", "https://", "//", "http:\\\\", "HTTP:/\t/", "http:///", "\\\\", " http://")
    )
    port = chance.choice(("", *(f":{one}" for one in _PORTS)))
    url = _origin(chance, place) + place.path(chance.choice((0, 0, 1, 4)))
    plan = answers.redirect(chance, f"{slashes}{host}{port}/{chance.choice(('', 'ok', '?a#b'))}")
    return Case(place.kind, {_field(chance): url}, plan, is_forbidden=slashes in ("http://", "https://", "//"))


def _scheme(chance: random.Random, place: _Place) -> Case:
    location = chance.choice(
        (
            "file:///etc/passwd",
            "gopher://10.0.0.1/",
            "ftp://10.0.0.1/",
            "dict://127.0.0.1/",
            "unix:/run/x",
            "data:text/html,x",
            "JAR:http://x!/",
            "ws://127.0.0.1/",
        )
    )
    plan = answers.redirect(chance, location)
    return Case(place.kind, {_field(chance): _origin(chance, place) + place.path()}, plan, is_forbidden=True)


def _tls(chance: random.Random, place: _Place) -> Case:
    if chance.random() < 0.5:
        url = f"https://{chance.choice(BAD_CERTIFICATES)}{place.number}.pub.{ZONE}/ok"
        return Case(place.kind, {_field(chance): url}, is_forbidden=True)
    port = chance.choice((BROKEN_TLS, BROKEN_TLS, BROKEN_TLS, PLAIN, RESETTING))
    return Case(place.kind, {_field(chance): f"https://{place.host()}:{port}/ok"})


def _port(chance: random.Random, place: _Place) -> Case:
    port = chance.choice((RESETTING, CLOSED, 0, 1, 65535, TLS))
    return Case(place.kind, {_field(chance): f"http://{place.host()}:{port}/ok"})


def _robots(chance: random.Random, place: _Place) -> Case:
    return Case(
        place.kind, {_field(chance): f"http://{place.host('robots')}/ok?s={place.seed}"}, answers.robots(chance)
    )


def _canonical(chance: random.Random, place: _Place) -> Case:
    """An AMP page whose article is said to be where nobody may go: the check asks for that, too."""
    host = _secret_name(chance, place) if chance.random() < 0.7 else _forbidden_host(chance)
    amp = f"http://{place.host()}/amp-of/{f'http://{host}/ok'.encode().hex()}"
    return Case(place.kind, {"ampUrl": amp, "sourceUrl": f"http://{place.host('dual')}/ok"})


def _amp_cache(chance: random.Random, place: _Place) -> Case:
    """A page in Google's AMP Cache, whose name leads to us."""
    page = place.host().replace(".", "-")
    url = f"https://{page}.cdn.ampproject.org/c/{place.host()}{place.path()}"
    return Case(place.kind, {"cdnAmpUrl": url, "sourceUrl": f"http://{place.host()}/ok"}, answers.headers(chance))


KINDS: dict[str, tuple[int, Callable[[random.Random, _Place], Case]]] = {
    "fixed": (16, _fixed),
    "mutated": (24, _planned(answers.mutated)),
    "headers": (14, _planned(answers.headers)),
    "redirect": (12, _redirect),
    "scheme": (1, _scheme),
    "address": (8, _address),
    "name": (10, _name),
    "tls": (6, _tls),
    "port": (2, _port),
    "robots": (4, _robots),
    "canonical": (2, _canonical),
    "amp-cache": (1, _amp_cache),
}
"""How often a kind comes, and what makes a case of it."""


def hub_plan(seed: int, number: int, topic: str) -> Plan | str | None:
    """Return the hub's answer in run ``number`` of ``topic``: bytes, the path of a fixed answer, or None to accept."""
    # Some hubs are of one mind, some of many.
    mood = random.Random(f"hub {seed} {number}")
    chance = mood if mood.random() < 0.5 else random.Random(f"hub {seed} {number} {topic}")
    chosen = chance.random()
    if chosen < 0.2:
        return None
    if chosen < 0.45:
        return answers.fixed(chance)
    if chosen < 0.55:
        return answers.redirect(chance, f"http://{_forbidden_host(chance)}/")
    return chance.choice((answers.mutated, answers.headers))(chance)
