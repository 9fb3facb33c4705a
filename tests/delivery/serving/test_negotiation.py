"""Accept-Encoding: RFC 9110 section 12.5.3."""

from __future__ import annotations

import pytest

from feedpub.delivery.serving.negotiation import acceptable


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        (None, ["identity"]),
        ("", ["identity"]),
        ("gzip", ["gzip", "identity"]),
        ("GZIP", ["gzip", "identity"]),
        ("x-gzip", ["gzip", "identity"]),
        ("gzip, deflate, br, zstd", ["br", "gzip", "identity"]),
        ("gzip;q=1.0, br;q=0.5", ["gzip", "br", "identity"]),
        ("gzip ; q=0.1 , br; Q=0.01", ["gzip", "br", "identity"]),
        ("identity, gzip;q=0.5", ["identity", "gzip"]),
        ("gzip;q=0", ["identity"]),
        ("gzip;q=0.000, br", ["br", "identity"]),
        ("identity;q=0", []),
        ("*;q=0", []),
        ("*;q=0, gzip", ["gzip"]),
        ("identity;q=0, gzip", ["gzip"]),
        ("*", ["br", "gzip", "identity"]),
        ("br;q=0, *", ["gzip", "identity"]),
        ("identity;q=0.5, *;q=0", ["identity"]),
        ("deflate", ["identity"]),
        (",,", ["identity"]),
    ],
)
def test_the_best_that_a_client_takes_comes_first(header: str | None, codings: list[str]) -> None:
    assert list(acceptable(header)) == codings
