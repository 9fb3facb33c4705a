"""Which content codings a client takes, the best first (RFC 9110 section 12.5.3). Pure functions."""

from __future__ import annotations

import re

IDENTITY = "identity"
CODINGS = ("br", "gzip", IDENTITY)
"""What we can send; of those that a client likes equally, the first."""

_ALIASES = {"x-gzip": "gzip"}
_WEIGHT = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def acceptable(accept_encoding: str | None) -> tuple[str, ...]:
    """Those of :data:`CODINGS` that a client takes who sends this header, the best first; none may be left.

    A client that sends none gets the plain bytes: it may not know any coding.
    """
    if accept_encoding is None:
        return (IDENTITY,)
    weights: dict[str, float] = {}
    for item in accept_encoding.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        match = next(filter(None, map(_WEIGHT.fullmatch, parameters)), None)
        if name:
            weights[_ALIASES.get(name, name)] = float(match[1]) if match else 1.0
    others = weights.get("*")
    found = {coding: weights.get(coding, others) for coding in CODINGS}
    if found[IDENTITY] is None:
        # Not named, it is taken where nothing better is there.
        found[IDENTITY] = 0.0001
    liked = {coding: weight for coding, weight in found.items() if weight}
    return tuple(sorted(liked, key=lambda coding: -liked[coding]))
