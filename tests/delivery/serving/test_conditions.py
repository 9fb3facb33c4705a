"""Preconditions and ranges: RFC 9110 sections 13 and 14."""

from __future__ import annotations

import time

import pytest
from starlette.datastructures import Headers

from feedpub.delivery.serving.conditions import is_unchanged, range_of
from feedpub.delivery.serving.url_files import PathRefusedError

ETAG = '"abc"'
MODIFIED = 784111777
DATE, BEFORE, AFTER = (f"Sun, 06 Nov 1994 08:49:{second} GMT" for second in (37, 36, 38))


def headers(**given: str) -> Headers:
    return Headers({name.replace("_", "-"): value for name, value in given.items()})


@pytest.mark.parametrize(
    ("given", "unchanged"),
    [
        ({}, False),
        ({"if_none_match": '"abc"'}, True),
        ({"if_none_match": 'W/"abc"'}, True),
        ({"if_none_match": '"x", W/"y,z" ,"abc"'}, True),
        ({"if_none_match": '"x"'}, False),
        ({"if_none_match": '"x,"abc'}, False),
        ({"if_none_match": "abc"}, False),
        ({"if_none_match": "*"}, True),
        ({"if_none_match": '"x"', "if_modified_since": AFTER}, False),
        ({"if_modified_since": DATE}, True),
        ({"if_modified_since": "Sunday, 06-Nov-94 08:49:37 GMT"}, True),
        ({"if_modified_since": "Sun Nov  6 08:49:37 1994"}, True),
        ({"if_modified_since": AFTER}, True),
        ({"if_modified_since": BEFORE}, False),
        ({"if_modified_since": "yesterday"}, False),
        ({"if_modified_since": "Sun, 99 Nov 1994 08:49:37 GMT"}, False),
        ({"if_modified_since": "Sun, 06 Nov 99999 08:49:37 GMT"}, False),
        ({"if_match": '"x", "abc"'}, False),
        ({"if_match": "*"}, False),
        ({"if_unmodified_since": DATE}, False),
        ({"if_unmodified_since": "yesterday"}, False),
        ({"if_match": '"abc"', "if_unmodified_since": BEFORE}, False),
        ({"if_match": '"abc"', "if_none_match": '"abc"'}, True),
    ],
)
def test_what_a_client_has_decides(given: dict[str, str], unchanged: bool) -> None:
    assert is_unchanged(headers(**given), ETAG, MODIFIED) is unchanged


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_an_asctime_date_is_in_utc_wherever_the_server_is(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    with monkeypatch.context() as here:
        here.setenv("TZ", zone)
        time.tzset()
        for second, unchanged in ((36, False), (37, True)):
            date = f"Sun Nov  6 08:49:{second} 1994"
            assert is_unchanged(headers(if_modified_since=date), ETAG, MODIFIED) is unchanged
            if unchanged:
                assert range_of(headers(range="bytes=0-0", if_range=date), ETAG, MODIFIED, 9, MODIFIED + 9) == (0, 1)
    time.tzset()


@pytest.mark.parametrize(
    "given", [{"if_match": '"x"'}, {"if_match": 'W/"abc"'}, {"if_unmodified_since": BEFORE}, {"if_match": ""}]
)
def test_another_version_than_the_one_asked_for_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(PathRefusedError) as refused:
        is_unchanged(headers(**given), ETAG, MODIFIED)
    assert refused.value.status == 412


def test_a_list_may_come_in_several_headers() -> None:
    given = Headers(raw=[(b"if-none-match", b'"x"'), (b"if-none-match", b'"abc"')])
    assert is_unchanged(given, ETAG, MODIFIED)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("bytes=0-9", (0, 10)),
        ("Bytes= 0 - 9", (0, 10)),
        ("bytes=90-", (90, 100)),
        ("bytes=90-1000", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=0-0, 5-6", None),
        ("bytes=0-0,,200-300", None),
        ("bytes=9-0", None),
        ("bytes=a-b", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes", None),
        ("lines=0-9", None),
        ("bytes=0-" + "9" * 30, None),
    ],
)
def test_the_part_that_is_asked_for(text: str, part: tuple[int, int] | None) -> None:
    assert range_of(headers(range=text), ETAG, MODIFIED, 100, MODIFIED + 60) == part


@pytest.mark.parametrize(("text", "length"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-9", 0)])
def test_bytes_that_there_are_not_are_refused(text: str, length: int) -> None:
    with pytest.raises(PathRefusedError) as refused:
        range_of(headers(range=text), ETAG, MODIFIED, length, MODIFIED + 60)
    assert refused.value.status == 416


@pytest.mark.parametrize(
    ("validator", "age", "holds"),
    [
        ('"abc"', 0, True),
        ('W/"abc"', 0, False),
        ('"x"', 0, False),
        (DATE, 60, True),
        (DATE, 1, False),
        (AFTER, 60, False),
        ("yesterday", 60, False),
    ],
)
def test_a_part_is_sent_of_the_version_that_the_client_has(validator: str, age: int, holds: bool) -> None:
    found = range_of(headers(range="bytes=0-9", if_range=validator), ETAG, MODIFIED, 100, MODIFIED + age)
    assert (found is not None) is holds
