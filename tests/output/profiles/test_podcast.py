"""The profile of podcasts: what RSS says of a podcast and of its episodes, and which articles are episodes."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import feedparser
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedpub import load_config
from feedpub.building.explanation import explain
from feedpub.core.media_models import Attachment, Episode
from feedpub.output.documents import site_of
from feedpub.output.entry import make_entry
from feedpub.output.formats.rss import RssFormat
from feedpub.output.profiles.podcast import guid_of
from support.making import article, configuration
from support.site import SiteFolder

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
FILE = "feeds/pod/rss.xml"


def configure(site: SiteFolder, more: str = "", **podcast: Any) -> None:
    """Give the site a podcast with these settings."""
    settings = {"category": "News", "image": "/cover.jpg", **podcast}
    site.configure(f"feeds: [{{slug: pod, title: The podcast, podcast: {json.dumps(settings)}{more}}}]\n")


def channel(site: SiteFolder, file: str = FILE) -> etree._Element:
    site.build()
    found = etree.fromstring(site.files()[file]).find("channel")
    assert found is not None
    return found


def item(site: SiteFolder, **values: Any) -> etree._Element:
    """Return the item of the only episode, which has these values in its front matter."""
    configure(site)
    site.add("a", **{"enclosures": [{"url": "/a.mp3", "length": 5}], **values})
    (found,) = channel(site).iter("item")
    return found


def own(element: etree._Element) -> list[tuple[str, dict[str, str], str | None]]:
    """Return the elements of the profile: the name, the attributes and the text of each."""
    names = {ITUNES: "itunes:", PODCAST: "podcast:"}
    return [
        (names[str(child.tag).partition("}")[0] + "}"] + etree.QName(child).localname, dict(child.attrib), child.text)
        for child in element
        if str(child.tag).startswith((ITUNES, PODCAST))
    ]


def test_a_podcast_with_no_more_than_it_needs(site: SiteFolder) -> None:
    configure(site)
    guid = guid_of("https://news.example.org/feeds/pod/rss.xml")
    assert own(channel(site)) == [
        ("itunes:author", {}, "Example News"),
        ("itunes:owner", {}, None),
        ("itunes:image", {"href": "https://news.example.org/cover.jpg"}, None),
        ("itunes:category", {"text": "News"}, None),
        ("itunes:explicit", {}, "false"),
        ("itunes:type", {}, "episodic"),
        ("podcast:guid", {}, guid),
        ("podcast:medium", {}, "podcast"),
    ]
    owner = channel(site).find(f"{ITUNES}owner")
    assert owner is not None
    assert [child.text for child in owner] == ["Example News", "editor@example.org"]


def test_each_setting_of_a_podcast_has_its_element(site: SiteFolder) -> None:
    guid = "917393E3-1B1E-5CEF-ACE4-EDAA54E1F810"
    configure(
        site,
        explicit=True,
        author="Ann & Bob",
        owner={"name": "Ann", "email": "ann@example.org"},
        type="serial",
        guid=guid,
        locked=False,
        funding={"url": "/give", "text": "Give"},
        new_feed_url="https://new.example.org/feed",
        complete=True,
        block=True,
    )
    found = {name: (attributes, text) for name, attributes, text in own(channel(site))}
    assert found["itunes:explicit"] == ({}, "true")
    assert found["itunes:author"] == ({}, "Ann & Bob")
    assert found["itunes:type"] == ({}, "serial")
    assert found["itunes:new-feed-url"] == ({}, "https://new.example.org/feed")
    assert found["itunes:complete"] == found["itunes:block"] == ({}, "Yes")
    assert found["podcast:guid"] == ({}, guid)
    assert found["podcast:locked"] == ({"owner": "ann@example.org"}, "no")
    assert found["podcast:funding"] == ({"url": "https://news.example.org/give"}, "Give")


def test_subcategories_are_in_their_category(site: SiteFolder) -> None:
    configure(site, category=["technology", "News>tech news", "News > Politics", "News"])
    categories = channel(site).findall(f"{ITUNES}category")
    assert [(category.get("text"), [inner.get("text") for inner in category]) for category in categories] == [
        ("Technology", []),
        ("News", ["Tech News", "Politics"]),
    ]


def test_the_guid_is_that_of_the_specification() -> None:
    # https://podcasting2.org/podcast-namespace/tags/guid has these two.
    assert guid_of("https://mp3s.nashownotes.com/pc20rss.xml") == "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    assert guid_of("https://podnews.net/rss") == "9b024349-ccf0-5f69-a609-6b82873eab3c"


@given(st.text("abc./:-", max_size=20), st.sampled_from(["http", "https", "feed"]), st.integers(0, 3))
def test_the_guid_depends_neither_on_the_scheme_nor_on_slashes_at_the_end(rest: str, scheme: str, slashes: int) -> None:
    guid = guid_of(f"{scheme}://podcast.example/{rest}{'/' * slashes}")
    assert guid == guid_of(f"https://podcast.example/{rest}")
    assert UUID(guid).version == 5


def test_an_episode_without_keys_has_its_recording_alone(site: SiteFolder) -> None:
    episode = item(site)
    assert [dict(enclosure.attrib) for enclosure in episode.findall("enclosure")] == [
        {"url": "https://news.example.org/a.mp3", "length": "5", "type": "audio/mpeg"}
    ]
    assert own(episode) == []


def test_each_key_of_an_episode_has_its_element(site: SiteFolder) -> None:
    episode = item(
        site,
        enclosures=[{"url": "/a.m4a", "duration": "10:15.6"}],
        season=2,
        episode=7,
        episodeType="Bonus",
        explicit="clean",
        transcript=["/a.srt", {"url": "/a.vtt", "language": "de"}, {"url": "/words", "type": "text/plain"}],
        chapters="/a.json",
        images=["/wide.jpg", {"url": "/square.png", "width": 3000, "height": 3000}],
    )
    base = "https://news.example.org"
    assert own(episode) == [
        ("itunes:duration", {}, "616"),
        ("itunes:image", {"href": f"{base}/wide.jpg"}, None),
        ("itunes:season", {}, "2"),
        ("itunes:episode", {}, "7"),
        ("itunes:episodeType", {}, "bonus"),
        ("itunes:explicit", {}, "false"),
        ("podcast:transcript", {"url": f"{base}/a.srt", "type": "application/x-subrip"}, None),
        ("podcast:transcript", {"url": f"{base}/a.vtt", "type": "text/vtt", "language": "de"}, None),
        ("podcast:transcript", {"url": f"{base}/words", "type": "text/plain"}, None),
        ("podcast:chapters", {"url": f"{base}/a.json", "type": "application/json+chapters"}, None),
    ]


@pytest.mark.parametrize(
    ("images", "cover"),
    [
        ([{"url": "/a.jpg", "width": 1200, "height": 675}, {"url": "/b.jpg", "width": 1400, "height": 1400}], "b.jpg"),
        (["/a.webp", "/b.png"], "b.png"),
        ([{"url": "/a.jpg", "width": 1200, "height": 675}], None),
    ],
)
def test_the_cover_of_an_episode_is_no_picture_that_apps_cannot_use(
    site: SiteFolder, images: list[Any], cover: str | None
) -> None:
    found = item(site, images=images).find(f"{ITUNES}image")
    assert (None if found is None else str(found.get("href")).rpartition("/")[2]) == cover


def test_an_article_is_an_episode_by_the_type_or_the_extension_of_an_attachment(site: SiteFolder) -> None:
    configure(site, ", topics: [AI]")
    for name, attachment in {
        "type": {"url": "/stream", "type": "video/mp4"},
        "extension": {"url": "/a.ogg"},
        "pdf": {"url": "/a.pdf"},
        "unknown": {"url": "/b"},
    }.items():
        site.add(name, enclosures=[attachment], topics=["AI"])
    site.add("other", enclosures=["/c.mp3"])
    site.add("bare", topics=["AI"])
    assert {str(element.findtext("title")) for element in channel(site).iter("item")} == {
        "Title of type",
        "Title of extension",
    }


def test_explain_says_why_an_article_is_no_episode(site: SiteFolder) -> None:
    configure(site, ", min_heat: 50")
    site.add("a", enclosures=["/a.pdf"], heat=40)
    (found,) = explain(load_config(site.root / "config.yaml"), site.content / "a.md").articles
    assert {place.folder: place.reason for place in found.feeds}["feeds/pod"] == (
        "heat 40 < min_heat 50, has no audio or video among its attachments"
    )


def test_other_feeds_and_formats_have_none_of_it(site: SiteFolder) -> None:
    item(site, episode=7, topics=["AI"])
    with_podcast = site.files()
    site.configure("feeds: [{slug: pod, title: The podcast}]\n")
    site.build()
    changed = {path for path, data in site.files().items() if with_podcast[path] != data}
    # The cover is the logo of Atom, and the icon of JSON Feed.
    assert changed == {FILE, "feeds/pod/atom.xml", "feeds/pod/feed.json"}


def test_an_archive_belongs_to_the_podcast_of_its_feed(site: SiteFolder) -> None:
    configure(site, ", limit: 1, archive: true")
    site.add("a", enclosures=["/a.mp3"], episode=1)
    site.add("b", enclosures=["/b.mp3"], episode=2, publishedDateTime="2024-05-02T10:00:00Z")
    newest, oldest = channel(site), channel(site, "feeds/pod/archive/1/rss.xml")
    assert newest.findtext(f"{PODCAST}guid") == oldest.findtext(f"{PODCAST}guid")
    assert [element.findtext(f"item/{ITUNES}episode") for element in (newest, oldest)] == ["2", "1"]


def test_an_item_whose_recording_was_left_out_has_no_other_enclosure(site: SiteFolder) -> None:
    info = site_of(configuration())
    made = make_entry(article(attachments=(Attachment(url="https://example.com/a.pdf"),), episode=Episode()), info)
    entry = msgspec.structs.replace(made, profiles=("podcast",))
    assert b"<enclosure" in RssFormat().render_entry(made, info)
    assert b"<enclosure" not in RssFormat().render_entry(entry, info)


def test_an_article_without_an_episode_adds_nothing_of_one(site: SiteFolder) -> None:
    info = site_of(configuration())
    made = make_entry(article(attachments=(Attachment(url="https://example.com/a.mp3"),)), info)
    entry = msgspec.structs.replace(made, profiles=("podcast",))
    assert b"<enclosure" in RssFormat().render_entry(entry, info)
    assert b"itunes:episode" not in RssFormat().render_entry(entry, info)


def test_feedparser_reads_a_podcast(site: SiteFolder) -> None:
    item(site, season=2, episode=7, episodeType="full", images=["/a.jpg"])
    read = feedparser.parse(site.files()[FILE])
    assert not read.bozo
    assert read.feed.author == "Example News"
    assert read.feed.publisher_detail == {"name": "Example News", "email": "editor@example.org"}
    assert read.feed.image.href == "https://news.example.org/cover.jpg"
    assert "News" in [tag.term for tag in read.feed.tags]
    assert read.feed.itunes_type == "episodic"
    (entry,) = read.entries
    assert (entry.itunes_season, entry.itunes_episode, entry.itunes_episodetype) == ("2", "7", "full")
    assert entry.image.href == "https://news.example.org/a.jpg"
    assert [enclosure.href for enclosure in entry.enclosures] == ["https://news.example.org/a.mp3"]


def test_a_podcast_without_an_address_of_its_owner_names_none(site: SiteFolder) -> None:
    configure(site)
    text = (site.root / "config.yaml").read_text(encoding="utf-8")
    (site.root / "config.yaml").write_text(text.replace(", email: editor@example.org", ""), encoding="utf-8")
    assert channel(site).find(f"{ITUNES}owner") is None
