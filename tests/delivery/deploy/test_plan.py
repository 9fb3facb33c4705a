"""The plan of a deploy: which files, in which order, with which headers; and its manifest as bytes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedpub.config.deploy_model import DeployTarget
from feedpub.core.errors import AttentionError
from feedpub.delivery.deploy.manifest import NAME, DeployedFile, Headers, Lease, Manifest, decode, encode
from feedpub.delivery.deploy.plan import UploadPhase, deploy_plan, phase_of, wanted_files

S3 = DeployTarget(url="s3://bucket")
FILES = {
    "topics/ai/archive/1/rss.xml": "d1",
    "feedpub.css": "d2",
    "topics/ai/index.html": "d3",
    "topics/ai/rss.xml": "d4",
    "index.html": "d5",
    "topics.opml": "d6",
    ".well-known/feeds": "d7",
}


def headers(path: str) -> tuple[str, str]:
    return f"type/{path[-3:]}", "public, max-age=300"


def deployed(files: dict[str, str], target: DeployTarget = S3) -> dict[str, DeployedFile]:
    return {path: file.deployed for path, file in wanted_files(files, target, headers).items()}


@pytest.mark.parametrize(
    ("path", "phase"),
    [
        ("topics/ai/archive/1/rss.xml", UploadPhase.ARCHIVES),
        ("archive/12/index.html", UploadPhase.ARCHIVES),
        ("feedpub.css.gz", UploadPhase.ARCHIVES),
        ("topics/ai/index.html.br", UploadPhase.PAGES),
        ("404.html", UploadPhase.PAGES),
        ("rss.xml", UploadPhase.FEEDS),
        ("topics/ai/feed.json.gz", UploadPhase.FEEDS),
        ("index.html", UploadPhase.LISTS),
        ("index.html.gz", UploadPhase.LISTS),
        ("topics.opml", UploadPhase.LISTS),
        (".well-known/feeds", UploadPhase.LISTS),
    ],
)
def test_a_file_comes_after_those_that_it_links(path: str, phase: UploadPhase) -> None:
    assert phase_of(path) is phase


def test_the_first_deploy_uploads_all_in_order() -> None:
    plan = deploy_plan(wanted_files(FILES, S3, headers), Manifest(), 256)
    assert plan.uploads == (
        ("feedpub.css", "topics/ai/archive/1/rss.xml"),
        ("index.html", "topics/ai/index.html"),
        ("topics/ai/rss.xml",),
        (".well-known/feeds", "topics.opml"),
    )
    assert plan.removals == ()
    # Once the overview page is there, its new version comes when the feeds that it lists are.
    other = wanted_files({path: f"new {digest}" for path, digest in FILES.items()}, S3, headers)
    later = deploy_plan(other, Manifest(files=deployed(FILES)), 256)
    assert later.uploads[1:] == (
        ("topics/ai/index.html",),
        ("topics/ai/rss.xml",),
        (".well-known/feeds", "index.html", "topics.opml"),
    )


def test_a_file_is_uploaded_if_its_bytes_or_its_headers_changed_or_are_not_known() -> None:
    before = Manifest(files=deployed(FILES))
    assert deploy_plan(wanted_files(FILES, S3, headers), before, 256).changed == frozenset()
    changed = wanted_files(FILES | {"index.html": "new"}, S3, headers)
    assert deploy_plan(changed, before, 256).changed == {"index.html"}
    other = wanted_files(FILES, S3, lambda path: ("type/x", "no-cache") if path == "topics.opml" else headers(path))
    assert deploy_plan(other, before, 256).changed == {"topics.opml"}
    pending = Manifest(files=before.files, pending=frozenset(("feedpub.css", "gone.html")))
    plan = deploy_plan(wanted_files(FILES, S3, headers), pending, 256)
    assert (plan.uploads, plan.removals) == ((("feedpub.css",),), (("gone.html",),))


def test_removals_are_in_the_opposite_order_and_at_most_so_many() -> None:
    before = Manifest(files=deployed(FILES))
    left = wanted_files({"feedpub.css": "d2"}, S3, headers)
    assert deploy_plan(left, before, 6).removals == (
        (".well-known/feeds", "index.html", "topics.opml"),
        ("topics/ai/rss.xml",),
        ("topics/ai/index.html",),
        ("topics/ai/archive/1/rss.xml",),
    )
    refused = deploy_plan(left, before, 5)
    assert (refused.removals, refused.refused_removals) == ((), 6)


def test_the_target_may_replace_cache_control_by_pattern() -> None:
    target = DeployTarget(url="s3://b", cache_control={"**/*.css": "max-age=9", "topics/**": "no-cache", "*": "x"})
    values = {path: file.headers.cache_control for path, file in deployed(FILES, target).items()}
    assert values["feedpub.css"] == "max-age=9"
    assert values["topics/ai/rss.xml"] == values["topics/ai/archive/1/rss.xml"] == "no-cache"
    assert values["index.html"] == "x"
    assert deployed(FILES)["index.html"].headers == Headers("type/tml", "public, max-age=300", "")


def test_one_object_has_the_compressed_bytes_under_the_plain_name() -> None:
    files = {"rss.xml": "plain", "rss.xml.gz": "gzip", "rss.xml.br": "br", "small.txt": "small"}
    target = DeployTarget(url="s3://b", encoding="gzip")
    wanted = wanted_files(files, target, headers)
    assert {path: (file.source, file.deployed) for path, file in wanted.items()} == {
        "rss.xml": ("rss.xml.gz", DeployedFile("gzip", Headers("type/xml", "public, max-age=300", "gzip"))),
        "small.txt": ("small.txt", DeployedFile("small", Headers("type/txt", "public, max-age=300", ""))),
    }
    assert wanted_files(files, S3, headers).keys() == files.keys()


def test_a_web_server_sets_the_headers_of_its_folder() -> None:
    assert {file.headers for file in deployed(FILES, DeployTarget(url="file:public")).values()} == {Headers()}


def test_the_manifest_is_read_as_it_was_written() -> None:
    lease = Lease(run="1", until=datetime(2026, 5, 1, tzinfo=UTC))
    manifest = Manifest(files=deployed(FILES), pending=frozenset(("a", "b")), lease=lease)
    assert decode(encode(manifest), "s3://b") == manifest
    assert encode(decode(encode(manifest), "s3://b")) == encode(manifest)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"version": 2}',
        b'{"version": 1, "files": {"a": ["d", 0]}}',
        b'{"version": 1, "headers": [["t", "c", ""]], "files": {"../a": ["d", 0]}}',
        b'{"version": 1, "pending": ["/etc/passwd"]}',
        b'{"version": 1, "pending": [".feedpub-manifest.json"]}',
        b'{"version": 1, "lease": {"run": "1", "until": "2026-05-01T00:00:00"}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_manifest_is_told(data: bytes) -> None:
    with pytest.raises(AttentionError, match=f"^s3://b: {NAME} is damaged") as caught:
        decode(data, "s3://b")
    assert "\n" not in str(caught.value)
