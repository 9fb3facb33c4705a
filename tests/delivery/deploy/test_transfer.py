"""The lease of a deploy: who may have it, how it is renewed, and what happens if it is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from feedpub.core.errors import AttentionError, LockedError, StorageError
from feedpub.delivery.deploy import transfer
from feedpub.delivery.deploy.folder_store import FolderStore
from feedpub.delivery.deploy.lease import DURATION, LeasedManifest
from feedpub.delivery.deploy.manifest import NAME, DeployedFile, Headers, Lease, Manifest, decode, encode
from feedpub.delivery.deploy.plan import WantedFile, deploy_plan
from feedpub.delivery.deploy.store import ConflictError, StoredFile
from feedpub.delivery.deploy.transfer import Transfer
from feedpub.delivery.deploy.whole_output import LocalFiles
from feedpub.links.run.engine import StopFlag
from feedpub.state.atomic_files import digest

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


class VersionedFolder(FolderStore):
    """A folder with conditional writes: the version of a file is its digest."""

    def __init__(self, folder: Path) -> None:
        super().__init__("file:target", folder)
        self._lock = threading.Lock()
        self.before: Callable[[str], object] = lambda _path: None
        self.after: Callable[[str], object] = lambda _path: None

    def read(self, path: str) -> StoredFile | None:
        stored = super().read(path)
        return stored and StoredFile(stored.data, digest(stored.data))

    def write(self, path: str, data: bytes, headers: Headers, expected: str | None = None) -> str:
        self.before(path)
        with self._lock:
            stored = self.read(path)
            if expected is not None and expected != (stored.version if stored else ""):
                raise ConflictError
            super().write(path, data, headers)
        self.after(path)
        return digest(data)


@pytest.fixture
def store(tmp_path: Path) -> VersionedFolder:
    (tmp_path / "target").mkdir()
    return VersionedFolder(tmp_path / "target")


def manifest_in(store: VersionedFolder) -> Manifest:
    stored = store.read(NAME)
    assert stored is not None
    return decode(stored.data, store.where)


def leased(store: VersionedFolder, run: str = "mine", last_run: str = "before") -> LeasedManifest:
    found = LeasedManifest(store, run, last_run, lambda: NOW)
    found.read(repair=False)
    return found


@pytest.mark.parametrize(
    ("run", "seconds", "error"),
    [
        ("other", 1, LockedError),
        ("other", 60, LockedError),
        ("other", 360, LockedError),
        ("other", 361, AttentionError),
        ("other", 0, None),
        ("other", -1, None),
        ("mine", 60, None),
        ("before", 60, None),
        ("before", 10_000, None),
    ],
)
def test_a_lease_of_another_run_is_respected_until_it_ends(
    store: VersionedFolder, run: str, seconds: int, error: type[Exception] | None
) -> None:
    manifest = Manifest(lease=Lease(run=run, until=NOW + timedelta(seconds=seconds)))
    if error is None:
        leased(store).check(manifest, repair=False)
    else:
        with pytest.raises(error):
            leased(store).check(manifest, repair=False)
    if error is AttentionError:
        leased(store).check(manifest, repair=True)


def test_of_two_that_read_the_same_manifest_one_gets_the_lease(store: VersionedFolder) -> None:
    first, second = leased(store, "1"), leased(store, "2")
    first.write(Manifest(), keep_lease=True)
    with pytest.raises(LockedError, match="another deploy began meanwhile"):
        second.write(Manifest(), keep_lease=True)
    assert manifest_in(store).lease == Lease(run="1", until=NOW + DURATION)
    first.write(Manifest(), keep_lease=False)
    assert manifest_in(store).lease is None


def test_a_write_whose_answer_was_lost_counts(store: VersionedFolder) -> None:
    one = leased(store)
    failed: list[str] = []

    def lose(path: str) -> None:
        # As a library that tries again does: the first attempt arrived.
        if not failed:
            failed.append(path)
            raise ConflictError

    store.after = lose
    one.write(Manifest(), keep_lease=True)
    assert failed == [NAME]
    one.write(Manifest(), keep_lease=False)
    assert manifest_in(store).lease is None


def local_files(folder: Path, count: int) -> LocalFiles:
    wanted = {}
    for number in range(count):
        data = f"{number}".encode()
        (folder / f"{number}.html").write_bytes(data)
        wanted[f"{number}.html"] = WantedFile(f"{number}.html", DeployedFile(digest(data), Headers()))
    return LocalFiles(folder, wanted)


def start(store: VersionedFolder, local: LocalFiles, manifest: Manifest) -> int:
    plan = deploy_plan(local.wanted, manifest, 256)
    one = LeasedManifest(store, "mine", "")
    one.read(repair=False)
    return Transfer(store, one, manifest, local, StopFlag()).run(plan, lambda _done, _total: None)


def test_the_lease_is_renewed_with_what_is_done(
    store: VersionedFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "RENEWAL", 0.01)
    seen: list[Manifest] = []
    enough = threading.Event()

    def wait(path: str) -> None:
        if path == "7.html":
            assert enough.wait(30)

    def note(path: str) -> None:
        if path == NAME:
            seen.append(manifest_in(store))
            if any(len(manifest.files) == 19 for manifest in seen):
                enough.set()

    store.before, store.after = wait, note
    assert start(store, local_files(tmp_path, 20), Manifest()) == 30
    assert len(seen[0].pending) == 20
    assert any(manifest.pending == {"7.html"} and manifest.lease for manifest in seen)
    last = manifest_in(store)
    assert (len(last.files), last.pending, last.lease) == (20, frozenset(), None)


def test_a_run_that_lost_its_lease_ends_and_leaves_the_manifest_to_the_other(
    store: VersionedFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "RENEWAL", 0.01)
    other = encode(Manifest(pending=frozenset(("x",)), lease=Lease(run="other", until=NOW)))

    def overtake(path: str) -> None:
        if path == "0.html":
            FolderStore("", tmp_path / "target").write(NAME, other, Headers())
            time.sleep(0.2)

    store.before = overtake
    with pytest.raises(LockedError, match="another deploy began meanwhile and goes on"):
        start(store, local_files(tmp_path, 200), Manifest())
    stored = store.read(NAME)
    assert stored is not None
    assert stored.data == other


def test_a_run_that_cannot_renew_its_lease_ends_in_time(
    store: VersionedFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(transfer.time, "monotonic", lambda: now[0])

    def stall(path: str) -> None:
        if path == "0.html":
            now[0] += DURATION.total_seconds()

    store.after = stall
    with pytest.raises(StorageError, match="the lease is over, because the target did not answer in time"):
        start(store, local_files(tmp_path, 200), Manifest())
    found = manifest_in(store)
    assert found.lease is None
    assert found.pending


def test_files_of_the_manifest_that_are_wanted_no_more_are_removed(store: VersionedFolder, tmp_path: Path) -> None:
    local = local_files(tmp_path, 3)
    start(store, local, Manifest())
    left = msgspec.structs.replace(local, wanted={"1.html": local.wanted["1.html"]})
    start(store, left, manifest_in(store))
    assert store.listing().keys() == {"1.html", NAME}
