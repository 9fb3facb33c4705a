"""The reasons for which services refuse feeds with a profile, as ``feedpub validate`` names them."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.core.image_size import size_of_image
from feedpub.links.model import Answer, LinkTarget, Verdict
from feedpub.links.remember.store import LinkStore
from support.making import NOW
from support.site import CONFIG, SiteFolder

EPISODE: dict[str, Any] = {"enclosures": [{"url": "https://cdn.example/a.mp3", "length": 5}]}
COVER = "a square JPEG or PNG of 1400 to 3000 pixels"


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height)


def jpeg(width: int, height: int) -> bytes:
    app = b"\xff\xe1" + struct.pack(">H", 2 + 5000) + bytes(5000)
    tables = b"\xff\xc4\x00\x04ab\xff"
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03"
    return b"\xff\xd8" + app + tables + frame


def configure(site: SiteFolder, more: str = "", *, base: str = CONFIG, **podcast: Any) -> None:
    """Give the site a podcast with these settings."""
    settings = {"category": "News", "image": "/cover.jpg", **podcast}
    site.configure(f"feeds:\n- slug: pod\n  title: Pod\n  podcast: {json.dumps(settings)}\n{more}", base=base)


def validated(site: SiteFolder) -> tuple[int, list[str], str]:
    """Return the exit status, the problems, and the counts of problems."""
    done = site.run("validate")
    assert done.stderr == ""
    *problems, counts = done.stdout.splitlines()
    return done.returncode, problems, counts


def said(site: SiteFolder) -> list[str]:
    """Return what a service refuses."""
    status, problems, counts = validated(site)
    assert status == 1
    assert counts.endswith(f"{len(problems)} refused")
    return problems


def test_a_podcast_that_apple_takes_has_no_problem(site: SiteFolder) -> None:
    configure(site)
    site.add("a", **EPISODE)
    assert validated(site) == (0, [], "1 article, 0 invalid, 0 duplicate, 0 ignored, 0 repaired")


def test_a_podcast_needs_a_cover_an_owner_and_an_episode(site: SiteFolder) -> None:
    configure(site, base=CONFIG.replace(", email: editor@example.org", ""), image=None)
    hint = "give {email: …} here, or site.author.email"
    assert said(site) == [
        "config.yaml:11: feeds[0].podcast: has no episode yet; Apple takes a podcast that has one",
        f"config.yaml:11: feeds[0].podcast.image: missing; give {COVER}: a URL, or a path below base_url",
        f"config.yaml:11: feeds[0].podcast.owner: missing; directories send a code to the owner: {hint}",
    ]


@pytest.mark.parametrize(
    ("folder", "data", "size"),
    [
        ("output", jpeg(1399, 1399), "1399 x 1399"),
        ("static", jpeg(3001, 3001), "3001 x 3001"),
        ("public", jpeg(3000, 1400), "3000 x 1400"),
        (".", jpeg(1400, 1400), None),
        ("source", b"no picture", None),
    ],
)
def test_the_cover_is_measured_in_its_file(site: SiteFolder, folder: str, data: bytes, size: str | None) -> None:
    configure(site)
    site.add("a", **EPISODE)
    (site.root / folder).mkdir(exist_ok=True)
    (site.root / folder / "cover.jpg").write_bytes(data)
    url = "https://news.example.org/cover.jpg"
    wrong = f"config.yaml:11: feeds[0].podcast.image: '{url}' has {size} pixels; give {COVER}"
    assert validated(site)[:2] == ((1, [wrong]) if size else (0, []))


def test_a_file_outside_of_the_site_is_no_picture_of_it(site: SiteFolder, tmp_path: Path) -> None:
    (tmp_path / "cover.jpg").write_bytes(jpeg(10, 10))
    site.add("a", **EPISODE)
    for path in ("%2e%2e/cover.jpg", "%2fetc/cover.jpg", "a%00.jpg", "%ff.jpg", "x" * 5000 + ".jpg", "content/.jpg"):
        configure(site, image=f"https://news.example.org/{path}")
        assert not any("pixels; give" in problem for problem in validated(site)[1])


def test_a_cover_is_a_jpeg_or_a_png(site: SiteFolder) -> None:
    configure(site, image="/cover.webp")
    site.add("a", **EPISODE)
    (problem,) = said(site)
    assert problem.endswith(f"'https://news.example.org/cover.webp' is not a file .jpg or .png; give {COVER}")


def test_an_episode_has_a_length_and_a_type_that_apple_plays(site: SiteFolder) -> None:
    configure(site)
    site.add("a", enclosures=["https://cdn.example/a.ogg"])
    types = "audio/mpeg, audio/mp4, audio/x-m4a, audio/aac, video/mp4, video/x-m4v, video/quicktime"
    place = "content/a.md:5: attachments: 'https://cdn.example/a.ogg'"
    assert said(site) == [
        f"{place} has no known length; run 'feedpub check --kind attachment', or give its length in bytes",
        f"{place} is audio/ogg, which Apple does not play; give one of {types}",
    ]


def test_a_length_that_the_link_check_measured_is_enough(site: SiteFolder) -> None:
    configure(site)
    site.add("a", enclosures=["https://cdn.example/a.mp3"])
    assert validated(site)[0] == 1
    target = LinkTarget(url="https://cdn.example/a.mp3", wants_length=True)
    with LinkStore(site.state) as store:
        store.add(target, Answer(status=200, media_type="audio/mpeg", length=5), [Verdict.OK], NOW)
    assert validated(site)[:2] == (0, [])


def test_two_episodes_have_two_recordings(site: SiteFolder) -> None:
    configure(site)
    site.add("a", **EPISODE)
    site.add("b", **EPISODE)
    (problem,) = said(site)
    assert problem.startswith(
        "content/b.md:5: attachments: 'https://cdn.example/a.mp3' is the recording of 'Title of a'"
    )


def test_episodes_beyond_the_limit_are_told(site: SiteFolder) -> None:
    configure(site, "  limit: 1\n")
    site.add("a", **EPISODE)
    assert validated(site)[:2] == (0, [])
    site.add("b", enclosures=[{"url": "https://cdn.example/b.mp3", "length": 5}])
    status, problems, _ = validated(site)
    assert (status, problems) == (
        0,
        ["config.yaml:12: feeds[0].limit: the feed has 1 of 2 episodes, and apps show no others; raise it"],
    )


def test_a_profile_needs_rss(site: SiteFolder) -> None:
    configure(site, "  formats: [atom, json]\n")
    site.add("a", **EPISODE)
    assert said(site) == ["config.yaml:12: feeds[0].formats: lacks rss, the format that follows profiles"]


def test_the_episodes_of_a_serial_have_numbers(site: SiteFolder) -> None:
    configure(site, type="serial")
    site.add("a", **EPISODE)
    assert said(site) == ["content/a.md:1: episode: missing; a serial has numbers"]
    site.add("a", **EPISODE, episode=1)
    assert validated(site)[0] == 0


def test_addresses_without_tls_are_advised_against(site: SiteFolder) -> None:
    configure(site, base=CONFIG.replace("https:", "http:"))
    site.add("a", enclosures=[{"url": "/a.mp3", "length": 5}])
    status, problems, counts = validated(site)
    assert status == 0
    assert problems == [
        "config.yaml:11: feeds[0].podcast: 'http://news.example.org/' is not HTTPS, which Apple advises",
        "content/a.md:5: attachments: 'http://news.example.org/a.mp3' is not HTTPS, which Apple advises",
    ]
    assert counts == "1 article, 0 invalid, 0 duplicate, 0 ignored, 0 repaired, 2 advised"


def test_articles_that_are_no_episodes_and_single_paths_are_not_asked_about(site: SiteFolder) -> None:
    configure(site)
    site.add("a", **EPISODE)
    site.add("draft", draft=True, enclosures=["/a.mp3"])
    site.add("bare")
    assert validated(site)[0] == 0
    site.add("bad", enclosures=["/a.mp3"])
    assert site.run("validate", "content/bad.md").returncode == 0


def flip(site: SiteFolder, count: int, more: str = "") -> None:
    site.configure(f"feeds:\n- slug: flip\n  title: Flip\n  profiles: [flipboard]\n{more}")
    for number in range(count):
        site.add(f"a{number:02}", excerpt="A long word. " * 30, images=[{"url": "/a.png", "width": 500, "height": 600}])


def test_a_feed_that_flipboard_takes_has_no_problem(site: SiteFolder) -> None:
    flip(site, 20)
    assert validated(site)[:2] == (0, [])


def test_flipboard_takes_no_feed_of_few_entries(site: SiteFolder) -> None:
    flip(site, 19)
    assert said(site) == [
        "config.yaml:11: feeds[0].profiles: the feed has 19 of the 20 entries that Flipboard wants; widen the rule"
    ]
    flip(site, 20, "  limit: 19\n")
    assert said(site) == [
        "config.yaml:12: feeds[0].limit: the feed has 19 of the 20 entries that Flipboard wants; raise it"
    ]


def test_each_feed_of_a_family_is_checked(site: SiteFolder) -> None:
    flip(site, 20, "  combine: [topics]\n")
    site.add("a00", excerpt="A long word. " * 30, topics=["AI", "Chips"])
    few = "the feed has 1 of the 20 entries that Flipboard wants; widen the rule"
    assert said(site) == [
        f"config.yaml:11: feeds[0].profiles: feeds/flip~ai: {few}",
        f"config.yaml:11: feeds[0].profiles: feeds/flip~chips: {few}",
        "content/a00.md:1: images: missing; Flipboard shows an image of 500 pixels or more above the excerpt",
    ]


def test_flipboard_needs_a_description(site: SiteFolder) -> None:
    flip(site, 20)
    text = (site.root / "config.yaml").read_text()
    (site.root / "config.yaml").write_text(text.replace("  description: What matters in AI.\n", ""))
    assert said(site) == [
        "config.yaml:8: feeds[0].description: missing; Flipboard needs a sentence on what the feed is about"
    ]


def test_flipboard_shows_a_picture_that_is_large_enough(site: SiteFolder) -> None:
    flip(site, 20)
    (site.root / "small.png").write_bytes(png(499, 900))
    site.add("a", excerpt="A long word. " * 30)
    site.add("b", excerpt="A long word. " * 30, images=["/small.png"])
    site.add("c", excerpt="A long word. " * 30, enclosures=["/a.mp4"])
    site.add("d", excerpt="A long word. " * 30, images=["/small.png", "https://cdn.example/unknown.png"])
    assert said(site) == [
        "content/a.md:1: images: missing; Flipboard shows an image of 500 pixels or more above the excerpt",
        "content/b.md:6: images: is 499 x 900 pixels; Flipboard takes an image of which no side is below 500",
    ]


def test_a_short_excerpt_is_advised_against(site: SiteFolder) -> None:
    flip(site, 20)
    site.add("a00", excerpt="Short.", images=["/a.png"])
    status, problems, _ = validated(site)
    assert (status, problems) == (0, ["content/a00.md:1: excerpt: has 6 characters; Flipboard shows about 300"])


SIZES = st.integers(1, 65_535)


@given(SIZES, SIZES)
def test_the_size_of_a_picture_is_read_from_its_head(width: int, height: int) -> None:
    gif = b"GIF89a" + struct.pack("<HH", width, height)
    assert {size_of_image(data) for data in (png(width, height), jpeg(width, height), gif)} == {(width, height)}


@given(st.binary(max_size=60), st.sampled_from([b"", png(2, 2), jpeg(2, 2)[:4], jpeg(2, 2), b"\xff\xd8\xff\xff"]))
def test_any_bytes_are_a_picture_or_none(data: bytes, head: bytes) -> None:
    for end in range(len(head) + 1):
        size_of_image(head[:end] + data)
