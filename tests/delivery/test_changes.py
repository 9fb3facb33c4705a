"""The document of ``build --changes``: each file that a build wrote or removed, with its headers."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from support.site import SiteFolder


def changes(site: SiteFolder, *args: str) -> dict[str, Any]:
    site.build("--changes", "changes.json", *args)
    document: dict[str, Any] = json.loads((site.root / "changes.json").read_bytes())
    assert document.pop("version") == 1
    return document


def test_every_file_that_a_build_wrote_is_listed_with_its_headers(site: SiteFolder) -> None:
    site.configure("output: {pages: false, precompress: [gzip]}\n")
    site.add("a", topics=["Ä b"])
    document = changes(site)
    assert document["removed"] == []
    assert {file["path"] for file in document["written"]} == site.files().keys()
    for file in document["written"]:
        data = site.files()[file["path"]]
        assert (file["size"], file["digest"]) == (len(data), hashlib.sha256(data).hexdigest())
    by_path = {file["path"]: file for file in document["written"]}
    feed = by_path["topics/ä-b/rss.xml"]
    assert feed["url"] == "https://news.example.org/topics/%C3%A4-b/rss.xml"
    assert (feed["media_type"], feed["cache_control"]) == ("application/rss+xml", "public, max-age=300")
    assert "content_encoding" not in feed
    copy = by_path["topics/ä-b/rss.xml.gz"]
    assert (copy["media_type"], copy["content_encoding"]) == ("application/rss+xml", "gzip")


def test_only_what_changed_is_listed(site: SiteFolder) -> None:
    site.configure("output: {pages: false, formats: [rss]}\n")
    site.add("a", topics=["AI"])
    site.build()
    assert changes(site) == {"written": [], "removed": []}
    site.add("a", topics=["Go"])
    document = changes(site, "--prune")
    feeds = [file["path"] for file in document["written"] if file["path"].endswith(".xml")]
    assert feeds == ["rss.xml", "topics/go/rss.xml"]
    assert document["removed"] == [{"path": "topics/ai/rss.xml", "url": "https://news.example.org/topics/ai/rss.xml"}]


@pytest.mark.slow
def test_the_document_may_go_to_a_pipe_and_is_refused_where_it_can_not_be(site: SiteFolder) -> None:
    site.add("a")
    done = site.run_process("build", "-q", "--changes", "/dev/stdout")
    assert json.loads(done.stdout)["written"]
    done = site.run("build", "--changes", "no/folder.json")
    assert done.returncode == 2
    assert "there is no such folder" in done.stderr
    done = site.run("build", "--dry-run", "--changes", "changes.json")
    assert (done.returncode, "--changes is not for --dry-run" in done.stderr) == (2, True)
