"""The values of response headers, for any text of a server."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.core import urls
from feedpub.links.model import Failure
from feedpub.links.net.failures import TransportError
from feedpub.links.net.response_headers import length, media_type, redirect_target, retry_after

NOW = datetime(2024, 5, 1, 10, tzinfo=UTC)
DATE = "Wed, 01 May 2024 10:00:00 GMT"
BASE = "https://example.com/a/b?c#d"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        (None, None, None),
        ("", None, None),
        ("120", None, 120),
        ("+5", None, 5),
        ("1.5", None, 1.5),
        ("-5", None, 0),
        ("31536000", None, 31_536_000),
        ("1" * 10_000, None, 315_360_000),
        ("1e9", None, None),
        ("soon", None, None),
        ("inf", None, None),
        ("Wed, 01 May 2024 10:02:00 GMT", None, 120),
        ("Wednesday, 01-May-24 10:02:00 GMT", None, 120),
        ("Wed May  1 10:02:00 2024", None, 120),
        ("Wed, 01 May 2024 12:02:00 +0200", None, 120),
        ("Wed, 01 May 2024 09:00:00 GMT", None, 0),
        ("Thu, 01 May 2025 10:00:00 GMT", None, 31_536_000),
        ("Wed, 01 May 2024 10:02:00 GMT", "Wed, 01 May 2024 10:01:00 GMT", 60),
        ("Wed, 01 May 2024 10:02:00 GMT", "yesterday", 120),
        ("Wed, 99 May 2024 10:02:00 GMT", None, None),
        ("Wed, 01 May 99999999 10:02:00 GMT", None, None),
    ],
)
def test_retry_after(value: str | None, date: str | None, seconds: float | None) -> None:
    assert retry_after(value, date, NOW) == seconds


@given(st.text(), st.text())
def test_retry_after_of_any_text_is_a_number_that_can_be_waited_for(value: str, date: str) -> None:
    seconds = retry_after(value, date, NOW)
    assert seconds is None or 0 <= seconds <= 315_360_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text/html", "text/html"),
        (" Image/SVG+XML ; charset=utf-8", "image/svg+xml"),
        ("text/html;;", "text/html"),
        ("text", None),
        ("text/", None),
        ("text/html, text/plain", None),
        ("te xt/html", None),
        ("a/" + "b" * 200, None),
        ("", None),
        (None, None),
    ],
)
def test_media_type(value: str | None, expected: str | None) -> None:
    assert media_type(value) == expected


@pytest.mark.parametrize(
    ("content_length", "content_range", "encoding", "expected"),
    [
        ("1234", None, None, 1234),
        ("1234", None, "identity", 1234),
        ("1234", None, "gzip", None),
        ("0", None, None, 0),
        ("-1", None, None, None),
        ("1,234", None, None, None),
        ("1" * 5000, None, None, None),
        ("", None, None, None),
        (None, None, None, None),
        ("1", "bytes 0-0/1234", None, 1234),
        (None, "Bytes */1234", None, 1234),
        ("1", "bytes 0-0/*", None, None),
        ("1", "lines 0-0/5", None, None),
    ],
)
def test_length(
    content_length: str | None, content_range: str | None, encoding: str | None, expected: int | None
) -> None:
    assert length(content_length, content_range, encoding) == expected


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("https://example.org/x", "https://example.org/x#d"),
        ("/x", "https://example.com/x#d"),
        ("x", "https://example.com/a/x#d"),
        ("../x", "https://example.com/x#d"),
        ("?x", "https://example.com/a/b?x#d"),
        ("#x", "https://example.com/a/b?c#x"),
        ("//example.org/x", "https://example.org/x#d"),
        ("/x#y", "https://example.com/x#y"),
        ("HTTP://example.org/x", "HTTP://example.org/x#d"),
        ("  /x \t", "https://example.com/x#d"),
        ("/x\r\n\ty", "https://example.com/xy#d"),
        ("/a b", "https://example.com/a%20b#d"),
        ("/a%zz", "https://example.com/a%25zz#d"),
        ("/\u00c3\u00a9", "https://example.com/%C3%A9#d"),
        ("/\u00e9", "https://example.com/%E9#d"),
        ("/a\x00b\x7f", "https://example.com/a%00b%7F#d"),
        ("https://b\u00c3\u00bccher.example/", "https://xn--bcher-kva.example/#d"),
        ("\\x\\y?a\\b", "https://example.com/x/y?a%5Cb#d"),
        ("\\\\example.org\\x", "https://example.org/x#d"),
        ("https:////example.org/x", "https://example.org/x#d"),
        ("https://user:secret@example.org/x", "https://example.org/x#d"),
        ("//user:secret@example.org/x", "https://example.org/x#d"),
        ("https://a@b@example.org/x@y", "https://example.org/x@y#d"),
        ("\\\\user:secret@example.org/x", "https://example.org/x#d"),
        ("https://example.org?a=//b@c", "https://example.org/?a=//b@c#d"),
        ("/x?u=//a@b", "https://example.com/x?u=//a@b#d"),
    ],
)
def test_a_location_is_read_as_browsers_do(location: str, url: str) -> None:
    assert redirect_target(BASE, location) == url


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "javascript:x", "data:,x", "mailto:a@b", "F:/x", "blob:https://a"]
)
def test_another_scheme_is_refused(location: str) -> None:
    with pytest.raises(TransportError) as error:
        redirect_target(BASE, location)
    assert error.value.failure is Failure.REFUSED_SCHEME


@pytest.mark.parametrize(
    "location",
    ["http://", "https://u:secret@", "http:u:secret@[", "//[/", "http://a:b/", "http://a:99999/", "//a b/", "//%/"],
)
def test_what_is_no_url_is_refused(location: str) -> None:
    with pytest.raises(TransportError) as error:
        redirect_target(BASE, location)
    assert error.value.failure is Failure.INVALID_URL
    assert "secret" not in str(error.value)


@given(st.text(st.characters(max_codepoint=0xFF)) | st.text("/\\@:#?ahtps.[]% \t\r\n"))
def test_any_location_is_a_url_or_refused(location: str) -> None:
    url, error = None, None
    try:
        url = redirect_target(BASE, location)
    except TransportError as raised:
        error = raised
    if url is not None:
        assert urls.normalize(url) == url
        assert url.isascii()
    else:
        assert error.failure in (Failure.REFUSED_SCHEME, Failure.INVALID_URL)
        assert str(error).isprintable()
