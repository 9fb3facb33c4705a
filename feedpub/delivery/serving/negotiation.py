"""The content codings that a client accepts (RFC 9110 section 12.5.3). Pure functions."""

from __future__ import annotations

import re

IDENTITY = "identity"
CODINGS = ("br", "gzip", IDENTITY)
"""The codings that the server can send. The earlier one wins if a client weighs two equally."""

_ALIASES = {"x-gzip": "gzip"}
_WEIGHT = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def acceptable(accept_encoding: str | None) -> tuple[str, ...]:
    """Return the :data:`CODINGS` that a request with this header accepts, the best first.

    The result may be empty. A request without the header gets the plain bytes, because its client
    may support no coding.
    """
    if accept_encoding is None:
        return (IDENTITY,)
    weights: dict[str, float] = {}
    for item in accept_encoding.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        match = next(filter(None, map(_WEIGHT.fullmatch, parameters)), None)
        if name:
            weights[_ALIASES.get(name, name)] = float(match[1]) if match else 1.0
    wildcard = weights.get("*")
    all_weights = {coding: weights.get(coding, wildcard) for coding in CODINGS}
    if all_weights[IDENTITY] is None:
        # Without a weight of its own, it is acceptable, but the last choice.
        all_weights[IDENTITY] = 0.0001
    accepted = {coding: weight for coding, weight in all_weights.items() if weight}
    return tuple(sorted(accepted, key=lambda coding: -accepted[coding]))
