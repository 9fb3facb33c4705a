"""The file published.json, which is kept between builds."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedpub.config import load_config
from feedpub.core.errors import StorageError
from feedpub.core.models import FeedKind
from feedpub.feeds.history import PublishedFeed
from feedpub.state.atomic_files import digest
from feedpub.state.published import HubState, OutputState, PublishedState, output_key
from support.site import SiteFolder

FEED = PublishedFeed(kind=FeedKind.TOPIC, key="ai", label="AI", updated=datetime(2024, 5, 1, 10, tzinfo=UTC))
TOLD = HubState(hub="https://hub.example.org/", files={"topics/ai/rss.xml": "0" * 64})
STATE = OutputState(articles=3, files={"topics/ai/rss.xml": "0" * 64}, feeds={"topics/ai": FEED})


OUTSIDE = ["../x", "a/../../x", "/x", "//x", "a//x", "./x", ".", "..", "", "a/\0", "\0"]
CUSTOM = {"kind": "feeds", "key": "a", "label": "A", "updated": "2024-05-01T10:00:00Z"}


def output(**values: object) -> bytes:
    return json.dumps({"version": 1, "outputs": {"output": values}}).encode()


def saved(folder: Path) -> Path:
    PublishedState(folder).save("output", STATE)
    return folder / "published.json"


def test_what_is_saved_of_an_output_folder_is_found_again(tmp_path: Path) -> None:
    saved(tmp_path)
    assert PublishedState(tmp_path).output_state("output") == STATE
    assert PublishedState(tmp_path).output_state("elsewhere") == OutputState()


def test_each_output_folder_has_a_state_of_its_own(tmp_path: Path) -> None:
    saved(tmp_path)
    PublishedState(tmp_path).save("elsewhere", OutputState(articles=1))
    assert PublishedState(tmp_path).output_state("output") == STATE
    assert PublishedState(tmp_path).output_state("elsewhere").articles == 1


def test_an_equal_state_is_not_written_again(tmp_path: Path) -> None:
    before = saved(tmp_path).stat()
    after = saved(tmp_path).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_what_the_hub_was_told_is_kept_beside_the_state_of_each_folder(tmp_path: Path) -> None:
    saved(tmp_path)
    assert PublishedState(tmp_path).hub_state("output") is None
    PublishedState(tmp_path).save_hub_state("output", TOLD)
    PublishedState(tmp_path).save("output", OutputState(articles=4))
    state = PublishedState(tmp_path)
    assert (state.hub_state("output"), state.hub_state("elsewhere")) == (TOLD, None)
    assert state.output_state("output") == OutputState(articles=4)
    before = state.file.stat()
    state.save_hub_state("output", TOLD)
    assert state.file.stat().st_ino == before.st_ino, "nothing changed, nothing is written"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"version": 1, "outputs": {"output": {"artic', id="truncated"),
        pytest.param(b"\0\xff\xfe", id="no text"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"version": 2, "outputs": {}}', id="newer"),
        pytest.param(b'{"version": 1, "outputs": {"output": {"feeds": {"a": {"kind": "planet"}}}}}', id="unknown kind"),
        pytest.param(b"{}", id="no version"),
        pytest.param(
            b'{"version": 1, "outputs": {"output": {"feeds": {"topics/a": {"kind": "topics", "key": "a", '
            b'"label": "a\\u0000", "updated": "2024-05-01T10:00:00Z"}}}}}',
            id="what XML cannot hold",
        ),
        pytest.param(b'{"x": ' + b"[" * 100_000, id="deep"),
        *(pytest.param(output(files={path: "0" * 64}), id=f"file {path!r}") for path in OUTSIDE),
        *(pytest.param(output(feeds={folder: CUSTOM}), id=f"folder {folder!r}") for folder in OUTSIDE if folder),
        *(pytest.param(output(feeds={"feeds/a": {**CUSTOM, "key": key}}), id=f"key {key!r}") for key in OUTSIDE),
        pytest.param(output(feeds={"feeds/a": {**CUSTOM, "updated": "2024-05-01T10:00:00"}}), id="no time zone"),
    ],
)
def test_a_damaged_published_json_costs_a_warning_and_is_set_aside_when_the_next_is_saved(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "published.json"
    file.write_bytes(content)
    state = PublishedState(tmp_path)
    assert state.output_state("output") == OutputState()
    assert state.warning
    assert str(file) in state.warning
    assert file.read_bytes() == content, "reading changes nothing: a build may yet stop, and must warn again"
    state.save("output", STATE)
    assert (tmp_path / "published.unreadable").read_bytes() == content
    assert PublishedState(tmp_path).output_state("output") == STATE
    assert PublishedState(tmp_path).warning is None


def test_a_published_json_that_cannot_be_read_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "published.json").mkdir()
    with pytest.raises(StorageError, match=r"published\.json: cannot be read: is a directory"):
        PublishedState(tmp_path)


def test_a_feed_of_any_topic_is_whole(tmp_path: Path) -> None:
    topics = {f"topics/{number}": {**CUSTOM, "kind": "topics", "key": key} for number, key in enumerate(OUTSIDE) if key}
    (tmp_path / "published.json").write_bytes(output(feeds={"": {**CUSTOM, "kind": "site", "key": ""}, **topics}))
    assert len(PublishedState(tmp_path).output_state("output").feeds) == len(topics) + 1


@pytest.mark.parametrize("path", ["../victim.txt", "x/../../victim.txt", "{root}/victim.txt", "a\0b", ""])
@pytest.mark.parametrize("key", ["files", "feeds"])
def test_no_path_of_published_json_touches_anything_outside_the_output(site: SiteFolder, path: str, key: str) -> None:
    victim = site.root / "victim.txt"
    victim.write_bytes(b"ours")
    site.add("a", topics=["AI"])
    site.build()
    path = path.replace("{root}", str(site.root))
    document = json.loads((site.state / "published.json").read_bytes())
    del document["checksum"]
    document["outputs"]["output"][key][path or ".."] = digest(b"ours") if key == "files" else {**CUSTOM, "key": path}
    (site.state / "published.json").write_text(json.dumps(document))
    before = site.files()
    assert "is damaged" in site.build("--prune").stderr
    assert site.files() == before
    assert {entry.name for entry in site.root.iterdir()} == {
        "config.yaml",
        "content",
        "output",
        ".feedpub",
        "victim.txt",
    }
    assert victim.read_bytes() == b"ours"


@pytest.mark.parametrize("spelling", ["output", "./output", "content/../output", "output/"])
def test_an_output_folder_has_one_key_however_it_is_spelled(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch, spelling: str
) -> None:
    config = load_config(site.root / "config.yaml")
    monkeypatch.chdir(site.root)
    assert output_key(config, Path(spelling)) == output_key(config, None) == "output"


def emptied(site: SiteFolder) -> SiteFolder:
    """A site whose topic has no article any more, but was published."""
    site.add("a", topics=["AI"])
    site.build()
    site.add("a", topics=["Robots"])
    return site


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: data[: len(data) // 2], id="truncated"),
        pytest.param(lambda data: data.replace(b"topics/ai", b"topics/aj"), id="still valid"),
        pytest.param(lambda data: data.replace(b'"checksum": "', b'"checksum": "0'), id="another checksum"),
        pytest.param(lambda data: json.dumps(json.loads(data)).encode(), id="written by another program"),
    ],
)
def test_a_published_json_that_fails_its_checksum_is_replaced_by_its_copy(
    site: SiteFolder, damage: Callable[[bytes], bytes]
) -> None:
    file = emptied(site).state / "published.json"
    damaged = damage(file.read_bytes())
    file.write_bytes(damaged)
    said = site.build().stderr
    assert said.count("\n") == 1
    assert "its copy published.copy.json is used" in said
    assert "topics/ai/rss.xml" in site.files(), "a feed that was published stays published"
    assert (site.state / "published.unreadable").read_bytes() == damaged
    assert file.read_bytes() == (site.state / "published.copy.json").read_bytes()
    assert site.build().stderr == ""


def test_an_edit_without_the_checksum_is_believed(site: SiteFolder) -> None:
    file = emptied(site).state / "published.json"
    document = json.loads(file.read_bytes())
    del document["checksum"], document["outputs"]["output"]["feeds"]["topics/ai"]
    file.write_text(json.dumps(document))
    assert site.build().stderr == ""
    assert "topics/ai/rss.xml" not in site.files()


def test_without_a_copy_a_published_json_that_is_valid_is_used_with_a_warning(site: SiteFolder) -> None:
    file = emptied(site).state / "published.json"
    file.write_bytes(file.read_bytes().replace(b'"AI"', b'"AJ"'))
    (site.state / "published.copy.json").write_bytes(b"{}")
    assert "does not match its checksum; it is used all the same" in site.build().stderr
    assert "topics/ai/rss.xml" in site.files()


def test_any_flipped_bit_of_published_json_is_noticed(tmp_path: Path) -> None:
    file = saved(tmp_path)
    data = file.read_bytes()
    for position in range(len(data)):
        for bit in (1, 4, 32, 128):
            file.write_bytes(data[:position] + bytes([data[position] ^ bit]) + data[position + 1 :])
            state = PublishedState(tmp_path)
            # Without its key the checksum is none.
            if state.warning is None:
                assert b'"checksum": "' not in file.read_bytes()
            assert state.output_state("output") == STATE
