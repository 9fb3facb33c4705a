"""The removal of user information from URLs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.links.redact import has_user_information, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me@example.com/", "https://***@example.com/"),
        ("https://me:pass@example.com:8080/a?b#c", "https://***@example.com:8080/a?b#c"),
        ("https://me:p@ss@example.com/@a", "https://***@example.com/@a"),
        ("//me:pass@example.com/", "//***@example.com/"),
        (
            "leads to https://a:b@example.com/ and http://c@d.example",
            "leads to https://***@example.com/ and http://***@d.example",
        ),
        ("https://web.example/https://me:pass@example.com/", "https://web.example/https://***@example.com/"),
    ],
)
def test_user_information_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert has_user_information(text)


@pytest.mark.parametrize(
    "text",
    ["https://example.com/@me", "https://example.com/?a=b@c", "https://example.com/#@", "me@example.com", "a//b@c", ""],
)
def test_an_at_sign_elsewhere_stays(text: str) -> None:
    assert masked(text) == text
    assert not has_user_information(text)


@given(secret=st.text(st.characters(exclude_characters="/?#", exclude_categories=("Z", "C")), min_size=1))
def test_whatever_the_user_information_is_it_goes(secret: str) -> None:
    assert masked(f"https://{secret}@example.com/") == "https://***@example.com/"
