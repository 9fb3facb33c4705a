"""None of feedgen's defects reaches a subscriber."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from lxml import etree

from feedpub.feeds.paths import feed_folder
from feedpub.output.formats.feedgen_fixes import add, escape_markup
from support.published_feeds import SITES, every_feed, every_file, feed_files, find, published

ATOM_LINK = "{http://www.w3.org/2005/Atom}link"


def atom_links(rel: str, title: str) -> list[dict[str, str]]:
    """The links of the corpus's entry ``title``."""
    entry = next(
        entry for entry in find(feed_files("corpus", "").atom, "atom:entry") if entry.findtext("{*}title") == title
    )
    return [dict(link.attrib) for link in entry.iter(ATOM_LINK) if link.get("rel") == rel]


def test_atom_links_keep_rel_type_length_and_title() -> None:
    assert atom_links("enclosure", "A podcast, with a picture")[1] == {
        "rel": "enclosure",
        "href": "https://cdn.example.net/7.mp3",
        "type": "audio/mpeg",
        "length": "12345678",
        "title": "Episode 7 <full>",
    }


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_every_atom_entry_has_one_alternate_link(name: str, folder: str) -> None:
    for entry in find(feed_files(name, folder).atom, "atom:entry"):
        assert len(find(entry, "atom:link[@rel='alternate']")) == 1
        assert find(entry, "atom:link[not(@rel)]") == []


def test_links_of_any_relation_are_kept_in_both_formats() -> None:
    rel = "https://www.ampproject.org/#amphtml"
    href = "https://xn--bcher-kva.example/amp/stra%C3%9Fe"
    link = {"rel": rel, "href": href, "type": "text/html"}
    assert atom_links(rel, "Pictures only") == [link]
    rss = find(feed_files("corpus", "").rss, f"channel/item[title='Pictures only']/atom:link[@rel='{rel}']")
    assert [dict(found.attrib) for found in rss] == [link]


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_the_link_of_the_channel_is_the_home_page_and_self_is_the_feed(name: str, folder: str) -> None:
    files = feed_files(name, folder)
    assert [link.text for link in find(files.rss, "channel/link")] == [files.home_url]
    assert [link.get("rel") for link in find(files.rss, "channel/atom:link")] == ["self"]


@pytest.mark.parametrize(("name", "folder"), every_feed())
def test_the_feeds_date_is_that_of_its_newest_change_and_never_the_present(name: str, folder: str) -> None:
    files = feed_files(name, folder)
    changes = [entry.updated for entry in files.entries]
    expected = max(changes, default=datetime(2000, 1, 1, tzinfo=UTC))
    assert [datetime.fromisoformat(date.text) for date in find(files.atom, "atom:updated")] == [expected]
    dates = [parsedate_to_datetime(date.text) for date in find(files.rss, "channel/lastBuildDate")]
    assert dates == ([expected.replace(microsecond=0)] if changes else [])
    assert len(find(files.rss, "channel/pubDate")) == 0


@pytest.mark.parametrize(("name", "path"), every_file(""))
def test_no_file_names_the_present_year(name: str, path: str) -> None:
    """The corpus and the seeds are older than any clock that runs this test."""
    year = datetime.now(UTC).year
    dates = re.findall(rb"\b(?:19|20)[0-9]{2}\b(?=-[0-9]{2}-[0-9]{2}T| [0-9]{2}:[0-9]{2})", published(name).files[path])
    assert year > 2024
    assert str(year).encode() not in dates


def test_entries_stand_in_the_order_in_which_they_are_given() -> None:
    ids = [article.id for article in published("corpus").feeds[""].articles]
    assert [guid.text for guid in find(feed_files("corpus", "").rss, "channel/item/guid")] == ids


@pytest.mark.parametrize(("name", "path"), every_file(".xml"))
def test_every_namespace_is_declared_once_and_on_the_root(name: str, path: str) -> None:
    data = published(name).files[path]
    root_tag = data[: data.index(b">", data.rindex(b"?>") + 2)]
    assert data.count(b"xmlns") == root_tag.count(b"xmlns") > 0


@pytest.mark.parametrize("path", ["rss.xml", "atom.xml"])
def test_an_author_without_an_e_mail_address_is_kept(path: str) -> None:
    assert b"Charles Babbage" in published("corpus").files[path]


def test_there_is_one_enclosure_and_all_media_are_in_media_rss_without_a_group() -> None:
    for item in find(feed_files("corpus", "").rss, "channel/item"):
        assert len(find(item, "enclosure")) == (1 if find(item, "media:content") else 0)
        assert find(item, "media:group") == []


def test_media_rss_has_titles_credits_and_sizes() -> None:
    (picture,) = find(feed_files("corpus", "").rss, "//media:content[@url='https://news.example.org/covers/7.png']")
    assert dict(picture.attrib) == {
        "url": "https://news.example.org/covers/7.png",
        "type": "image/png",
        "medium": "image",
        "width": "1400",
        "height": "1400",
    }
    assert [(child.tag.rpartition("}")[2], "".join(child.itertext())) for child in picture] == [
        ("title", "Cover & back"),
        ("credit", "Photo: A. B. / CC BY"),
    ]


@pytest.mark.parametrize(("path", "number"), [("rss.xml", 0), ("atom.xml", 1)])
def test_only_titles_of_atom_that_are_html_are_cdata(path: str, number: int) -> None:
    data = published("corpus").files[path]
    assert data.count(b"CDATA") == data.count(b'<title type="html"><![CDATA[') == number


@pytest.mark.parametrize("file", ["rss", "atom"])
def test_the_lead_image_is_the_thumbnail_of_media_rss(file: str) -> None:
    files = feed_files("corpus", "")
    for element, entry in zip(find(getattr(files, file), "//item | //atom:entry"), files.entries, strict=True):
        urls = [one.get("url") for one in find(element, "media:thumbnail")]
        assert urls == ([entry.lead.url] if entry.lead else [])


@pytest.mark.slow
def test_no_date_needs_the_locale_of_the_process() -> None:
    program = (
        "import locale, sys\n"
        "def refuse(*args): raise AssertionError('setlocale was called')\n"
        "locale.setlocale = refuse\n"
        f"sys.path.insert(0, {str(SITES['corpus'].parent)!r})\n"
        "from support.published_feeds import published\n"
        "assert b'Thu, 02 May 2024 06:30:00 +0000' in published('corpus').files['rss.xml']\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("file", "tag"), [("rss.xml", b"item"), ("atom.xml", b"entry")])
def test_an_article_has_the_same_bytes_in_every_feed(file: str, tag: bytes) -> None:
    files = published("corpus").files
    everything = files[file]
    for path, data in files.items():
        is_digest = bool(published("corpus").feeds[feed_folder(path)].issues)
        # Profiles say more of their entries.
        if path.endswith(f"/{file}") and not is_digest and not path.startswith(("feeds/flip/", "feeds/pod/")):
            for entry in re.findall(b"<%b.*?</%b>" % (tag + b"[ >]", tag), data, re.DOTALL):
                assert entry in everything, path


@pytest.mark.parametrize("text", ["", "a", "<", "&", "a < b & c", "<<&&", "&amp;", "]]>", "👩 <b>x</b> ü"])
def test_text_that_is_spelled_out_reads_as_it_was(text: str) -> None:
    root = etree.Element("root")
    escape_markup([add(root, "title", text)])
    data = etree.tostring(root)
    assert (etree.fromstring(data).findtext("title") or "") == text
    assert b"&lt;" not in data
    assert b"&amp;" not in data
