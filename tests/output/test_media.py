"""Which media an article brings, and of what type, length and duration they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from feedpub.core.media_models import Attachment
from feedpub.core.media_types import type_by_extension
from feedpub.core.models import Article, Image
from feedpub.output.media import Media, enclosure_of, media_of

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
AT = "https://example.com/"


def article(**values: Any) -> Article:
    return Article(path="a.md", id=AT, url=AT, title="A", published_at=NOON, updated_at=NOON, **values)


def attached(*attachments: Attachment, **values: Any) -> tuple[Media, ...]:
    return media_of(article(attachments=attachments, **values))[0]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.mp3", "audio/mpeg"),
        ("a.MP4", "video/mp4"),
        ("a.jpg?w=1#x", "image/jpeg"),
        ("a%2Epdf", "application/pdf"),
        ("dir.mp3/a", None),
        ("a?file=b.mp3", None),
        ("a.tar.gz", "application/gzip"),
        ("a.unknown", None),
        ("", None),
        (".mp3", None),
    ],
)
def test_the_type_is_that_of_the_extension_of_the_path(name: str, media_type: str | None) -> None:
    assert type_by_extension(AT + name) == media_type


@pytest.mark.parametrize(
    ("name", "written", "media_type"),
    [
        ("a.mp3", "audio/x-own", "audio/x-own"),
        ("a.mp3", None, "audio/mpeg"),
        ("a.unknown", None, "application/octet-stream"),
        ("a", None, "application/octet-stream"),
    ],
)
def test_an_attachment_has_the_type_of_the_front_matter_else_of_its_extension_else_octets(
    name: str, written: str | None, media_type: str
) -> None:
    assert attached(Attachment(url=AT + name, type=written))[0].type == media_type


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.png", "image/png"), ("a", "image/jpeg"), ("a.php", "image/jpeg"), ("a.mp4", "image/jpeg")],
)
def test_an_image_is_an_image_whatever_its_url_ends_in(name: str, media_type: str) -> None:
    assert media_of(article(images=(Image(url=AT + name),)))[1][0].type == media_type


@pytest.mark.parametrize(
    ("name", "own", "expected"),
    [
        ("a.mp3", None, 615.0),
        ("a.mp4", None, 615.0),
        ("a.mp3", 3.5, 3.5),
        ("a.mp3", 0.0, 0.0),
        ("a.pdf", None, None),
    ],
)
def test_a_recording_without_a_duration_has_that_of_the_article(
    name: str, own: float | None, expected: float | None
) -> None:
    assert attached(Attachment(url=AT + name, duration=own), duration=615.0)[0].duration == expected


def test_a_length_that_is_not_known_is_0() -> None:
    assert [media.length for media in attached(Attachment(url=AT), Attachment(url=f"{AT}b", length=5))] == [0, 5]


def test_a_url_that_is_named_twice_is_one_attachment_and_the_first_counts() -> None:
    twice = attached(Attachment(url=AT, title="first"), Attachment(url=AT, title="second"))
    assert [media.title for media in twice] == ["first"]


def test_a_picture_that_is_attached_stays_the_lead_image_and_lends_the_attachment_its_sizes() -> None:
    picture = Image(url=f"{AT}a.png", width=3, height=2, title="A picture", attribution="Somebody")
    attachments, images = media_of(
        article(images=(picture, Image(url=f"{AT}b.png")), attachments=(Attachment(url=picture.url, length=9),))
    )
    assert [image.url for image in images] == [f"{AT}a.png", f"{AT}b.png"]
    assert attachments == (
        Media(url=picture.url, type="image/png", length=9, title="A picture", width=3, height=2, credit="Somebody"),
    )


@pytest.mark.parametrize(
    ("attachments", "images", "chosen"),
    [
        (["a.pdf", "b.mp3", "c.mp4"], ["d.jpg"], "b.mp3"),
        (["a.pdf", "c.mp4", "b.mp3"], [], "c.mp4"),
        (["a.pdf", "b.zip"], ["d.jpg"], "a.pdf"),
        ([], ["d.jpg", "e.jpg"], "d.jpg"),
        ([], [], None),
    ],
)
def test_the_enclosure_is_the_first_recording_else_attachment_else_lead_image(
    attachments: list[str], images: list[str], chosen: str | None
) -> None:
    one = article(
        attachments=tuple(Attachment(url=AT + name) for name in attachments),
        images=tuple(Image(url=AT + name) for name in images),
    )
    attachments_of_one, images_of_one = media_of(one)
    found = enclosure_of(attachments_of_one, images_of_one[0] if images_of_one else None)
    assert (found.url if found else None) == (AT + chosen if chosen else None)


@pytest.mark.parametrize(
    ("media_type", "medium"),
    [("audio/mpeg", "audio"), ("Video/MP4", "video"), ("image/png", "image"), ("application/pdf", None)],
)
def test_the_medium_is_one_that_media_rss_knows(media_type: str, medium: str | None) -> None:
    assert Media(url=AT, type=media_type).medium == medium
