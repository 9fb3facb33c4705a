"""A few faults of each kind, in real builds; ``python -m campaigns.faults`` injects hundreds."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.faults.arena import Arena
from support.faults.calls import calls_of, failing_calls, kills_at_calls, writing
from support.faults.children import Call, Done, Zygote
from support.faults.hubs import noting_hub
from support.faults.kills import killed_workers, random_kills
from support.faults.meanwhile import at_once, changed_meanwhile, shifted_clocks, suspended
from support.faults.oracle import Tally, strays
from support.faults.pinged import pings
from support.faults.refusals import full_disks, lost_permissions, small_disk
from support.faults.sites import FEW, NONE, FaultSite

pytestmark = pytest.mark.campaign

needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
Faults = Callable[[Arena], Tally]


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """Starts commands."""
    with Zygote() as zygote:
        yield zygote


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory, where that can be: hundreds of builds flush all that they write."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


@pytest.fixture
def arena(folder: Path, zygote: Zygote) -> Arena:
    """A site that was built."""
    return Arena(folder, zygote)


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(lambda arena: random_kills(arena, 9), id="kills"),
        pytest.param(lambda arena: lost_permissions(arena, 4), id="permissions"),
        pytest.param(lambda arena: at_once(arena, 3), id="at once"),
        pytest.param(lambda arena: suspended(arena, 2), id="suspended"),
        pytest.param(lambda arena: shifted_clocks(arena, 5), id="clock"),
        pytest.param(lambda arena: changed_meanwhile(arena, 6), id="articles"),
        pytest.param(lambda arena: killed_workers(arena, 2), id="workers"),
    ],
)
def test_nothing_is_torn_lost_or_left_behind(arena: Arena, faults: Faults) -> None:
    tally = faults(arena)
    assert tally.failures == []
    assert tally.injected > 0


@needs_strace
@pytest.mark.parametrize("faults", [kills_at_calls, failing_calls])
def test_whatever_call_ends_a_build_or_fails_the_next_build_mends_it(
    arena: Arena, faults: Callable[..., Tally]
) -> None:
    calls = writing(calls_of(arena, FEW))
    tally = faults(arena, FEW, calls[:: len(calls) // 12])
    assert tally.failures == []
    assert tally.injected >= 10


@needs_strace
def test_a_state_folder_that_cannot_be_looked_at_is_named_or_does_no_harm(arena: Arena) -> None:
    calls = [call for call in calls_of(arena, FEW) if "stat" in call.name and '/.feedpub", ' in call.what]
    tally = failing_calls(arena, FEW, calls)
    assert tally.failures == []
    assert tally.injected >= len(calls) > 1


@needs_strace
def test_a_lock_that_the_system_fails_to_close_was_held_all_the_same(arena: Arena) -> None:
    calls = [call for call in calls_of(arena, FEW) if call.name == "close" and "/.feedpub/lock" in call.what]
    arena.turn(FEW)
    done, hit = arena.zygote.injected(arena.site.root, ("build",), calls[-1], "error=EIO")
    assert "/.feedpub/lock" in hit
    assert (done.status, done.err) == (0, "")


def test_a_full_disk_changes_nothing_and_the_next_build_makes_up_for_it(folder: Path, zygote: Zygote) -> None:
    with small_disk(folder / "disk") as is_small:
        if not is_small:
            pytest.skip("mounting is not permitted here")
        tally = full_disks(Arena(folder / "disk", zygote), 6)
    assert tally.failures == []
    assert tally.injected > 0


@pytest.mark.parametrize("killed", [True, False], ids=["killed", "beside a build"])
def test_a_ping_keeps_what_builds_keep_and_forgets_nothing_to_tell(folder: Path, zygote: Zygote, killed: bool) -> None:
    with noting_hub() as hub:
        tally = pings(Arena(folder, zygote, hub=hub.url), 3, hub, killed=killed)
    assert tally.failures == []
    assert tally.injected == 3


@needs_strace
def test_files_of_a_killed_build_are_ours_though_the_article_is_gone_by_the_next(arena: Arena) -> None:
    for topic in ("One", "Two"):
        arena.site.replace("short-lived", topics=[topic])
        calls = arena.zygote.calls(arena.site.root, ("build",), "published.json")
    arena.site.replace("short-lived", topics=["Three"])
    rename = next(call for call in calls if call.name == "rename")
    done, hit = arena.zygote.injected(arena.site.root, ("build",), rename, "signal=KILL")
    assert done.status < 0
    assert "published.json" in hit
    assert (arena.site.output / "topics/three/rss.xml").exists()
    (arena.site.content / "short-lived.md").unlink()
    tally = Tally("gone")
    arena.oracle.check_next(FEW, tally, "the article is gone")
    assert tally.failures == []
    assert not (arena.site.output / "topics/three").exists()


# That the oracle sees what it should: a judge that acquits everyone is none.


def torn(site: FaultSite) -> None:
    (site.output / "rss.xml").write_bytes((site.output / "rss.xml").read_bytes()[:-9])


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        pytest.param(torn, "torn", id="torn"),
        pytest.param(lambda site: (site.output / "feed.json").unlink(), "lost", id="missing"),
        pytest.param(lambda site: (site.state / "published.json").unlink(), "lost", id="forgotten"),
        pytest.param(lambda site: (site.state / "published.json").write_text("{"), "torn", id="torn state"),
    ],
)
def test_the_oracle_sees_what_is_torn_and_lost(arena: Arena, damage: Callable[[FaultSite], object], kind: str) -> None:
    before = arena.oracle.before(FEW)
    damage(arena.site)
    tally = Tally("damage")
    arena.oracle.check_files(before, FEW, tally, "damage")
    assert set(tally.counts) == {kind}


@needs_strace
def test_a_call_that_was_not_made_is_missed(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.faults.calls._TRIES", 1)
    tally = failing_calls(arena, FEW, [Call("rename", 9999, f'"{arena.site.output}/rss.xml"')])
    assert (tally.injected, dict(tally.counts)) == (0, {"missed": 1})


def test_the_oracle_sees_what_stays_behind(arena: Arena) -> None:
    assert strays(arena.site) == []
    (arena.site.output / ".feedpub-tmp-1").touch()
    (arena.site.output / "topics/empty").mkdir()
    (arena.site.output / "orphan.xml").write_text("<orphan/>")
    assert sorted(strays(arena.site)) == ["output/.feedpub-tmp-1", "output/topics/empty"]
    tally = Tally("orphan")
    arena.oracle.check_next(NONE, tally, "orphan")
    # A build removes its own temporary file, and leaves a folder that it did not make.
    left = ["orphan: strays: orphan: orphan.xml after the next build", "orphan: strays: orphan: output/topics/empty"]
    assert sorted(tally.failures) == left


def test_the_oracle_sees_a_wrong_status_and_a_traceback(arena: Arena) -> None:
    for status, err in ((4, "feedpub: odd\n"), (0, "Traceback (most recent call last):\n"), (7, ""), (4, "")):
        tally = Tally("said")
        arena.oracle.check_message(Done(status, "", err), tally, (0, 4))
        assert set(tally.counts) == {"wrong"}
