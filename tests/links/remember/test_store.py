"""The store of answers: each run has the answers of earlier runs, however those ended."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.links.model import AmpPage, Answer, Failure, Hop, LinkTarget, Verdict
from feedpub.links.remember.answers import StoredAnswer, counts_as_broken, jittered, ttl_name
from feedpub.links.remember.store import LinkStore
from support.links.storing import CHECK, DAY, GONE, NOW, OK, PAGE, URL, add, kept, one_day

ANSWERS = st.builds(
    Answer,
    status=st.none() | st.integers(100, 999),
    failure=st.none() | st.sampled_from([Failure.CERTIFICATE, Failure.NO_SUCH_NAME, Failure.LOOP]),
    message=st.text(st.characters(exclude_categories=("Cs",))),
    hops=st.lists(st.builds(Hop, st.integers(300, 399), st.just("https://example.com/b"))).map(tuple),
    final_url=st.sampled_from([URL, "https://example.org/ä"]),
    is_challenge=st.booleans(),
    media_type=st.none() | st.just("text/html"),
    length=st.none() | st.integers(0, 2**53),
    amp=st.none() | st.builds(AmpPage, st.booleans(), st.none() | st.just(URL), st.none() | st.just("")),
    elapsed=st.floats(0, 1e6),
)


@given(answer=ANSWERS)
def test_an_answer_is_found_again_as_it_was(tmp_path_factory: pytest.TempPathFactory, answer: Answer) -> None:
    folder = tmp_path_factory.mktemp("store")
    add(folder, answer)
    assert kept(folder) == StoredAnswer(answer=answer, checked_at=NOW, broken_runs=0)


def test_the_time_to_live_is_what_the_caller_says_of_target_and_answer(tmp_path: Path) -> None:
    add(tmp_path, GONE, Verdict.BROKEN)
    asked = []

    def never(target: LinkTarget, known: StoredAnswer) -> None:
        asked.append((target, known))

    with LinkStore(tmp_path) as store:
        assert list(store.trusted_answers([PAGE], NOW, never)) == []
    assert asked == [(PAGE, StoredAnswer(answer=GONE, checked_at=NOW, broken_runs=1))]


def test_an_answer_expires_within_a_tenth_of_its_time(tmp_path: Path) -> None:
    add(tmp_path, OK)
    limit = timedelta(seconds=jittered(URL, 86400))
    assert 0.9 * DAY <= limit <= 1.1 * DAY
    assert kept(tmp_path, now=NOW + limit - timedelta(seconds=1))
    assert not kept(tmp_path, now=NOW + limit + timedelta(seconds=1))
    assert not kept(tmp_path, now=NOW - timedelta(seconds=1)), "a clock that went back says nothing of the age"


def test_the_jitter_spreads_links_over_the_whole_fifth_and_never_changes() -> None:
    spans = [jittered(f"https://example.com/{number}", 100) for number in range(1000)]
    assert 90 <= min(spans) < 91 < 109 < max(spans) <= 110
    assert spans == [jittered(f"https://example.com/{number}", 100) for number in range(1000)]
    assert jittered(URL, 100) == pytest.approx(98.2329, abs=1e-3), "on every machine"


@pytest.mark.parametrize("wanted", [{"wants_page": True}, {"wants_length": True}])
def test_an_answer_without_what_is_wanted_now_is_not_reused(tmp_path: Path, wanted: dict[str, bool]) -> None:
    more = LinkTarget(url=URL, **wanted)
    add(tmp_path, OK)
    assert kept(tmp_path, more) is None
    add(tmp_path, OK, target=more)
    assert kept(tmp_path, more)
    assert kept(tmp_path), "what brings more serves who wants less"


@pytest.mark.parametrize("verdict", Verdict)
def test_only_what_says_something_about_the_link_is_remembered(tmp_path: Path, verdict: Verdict) -> None:
    add(tmp_path, OK, now=NOW - DAY / 2)
    add(tmp_path, Answer(status=503), verdict)
    says_nothing = verdict in {Verdict.UNREACHABLE, Verdict.RATE_LIMITED, Verdict.EXCLUDED}
    stored = kept(tmp_path)
    assert stored
    assert stored.answer.status == (200 if says_nothing else 503)
    assert (ttl_name(verdict) is None) == says_nothing


@pytest.mark.parametrize(
    "failure",
    [Failure.GIVEN_UP, Failure.ROBOTS, Failure.REFUSED_ADDRESS, Failure.INVALID_URL],
    ids=lambda failure: failure.value,
)
def test_what_the_configuration_or_the_run_decided_is_not_remembered(tmp_path: Path, failure: Failure) -> None:
    add(tmp_path, Answer(failure=failure), Verdict.INVALID)
    assert kept(tmp_path) is None


def test_one_run_counts_a_broken_link_once(tmp_path: Path) -> None:
    with LinkStore(tmp_path) as store:
        assert store.broken_runs(URL) == 0
        for _ in range(3):
            store.add(PAGE, GONE, [Verdict.BROKEN], NOW)
            assert store.broken_runs(URL) == 0, "before this run"
    with LinkStore(tmp_path) as store:
        assert store.broken_runs(URL) == 1
        store.add(PAGE, GONE, [Verdict.BROKEN, Verdict.INVALID], NOW)
        assert store.broken_runs(URL) == 1
    stored = kept(tmp_path)
    assert stored
    assert stored.broken_runs == 2


def test_runs_count_on_end_and_one_that_says_nothing_does_not_end_them(tmp_path: Path) -> None:
    for answer, verdict, count in [
        (GONE, Verdict.BROKEN, 1),
        (GONE, Verdict.BROKEN, 2),
        (Answer(failure=Failure.TIMEOUT), Verdict.UNREACHABLE, 2),
        (GONE, Verdict.BROKEN, 3),
        (OK, Verdict.OK, 0),
        (GONE, Verdict.BROKEN, 1),
        (Answer(status=403), Verdict.BLOCKED, 0),
    ]:
        add(tmp_path, answer, verdict)
        stored = kept(tmp_path)
        assert stored
        assert stored.broken_runs == count


@pytest.mark.parametrize(
    ("runs", "needed", "counts"), [(0, 1, True), (1, 1, True), (0, 2, False), (2, 3, False), (3, 3, True)]
)
def test_a_link_counts_as_broken_after_so_many_runs(runs: int, needed: int, counts: bool) -> None:
    assert counts_as_broken(runs, needed) is counts


def test_user_information_is_never_written(tmp_path: Path) -> None:
    secret = "https://me:pa@ss@example.com/"
    page = AmpPage(is_amp=True, canonical=secret, silent_redirect=secret)
    answer = Answer(status=301, message=f"leads to {secret}", hops=(Hop(301, secret),), final_url=secret, amp=page)
    with LinkStore(tmp_path) as store:
        store.add(PAGE, answer, [Verdict.OK], NOW)
        store.add(LinkTarget(url=secret), OK, [Verdict.OK], NOW)
        for file in tmp_path.iterdir():
            assert b"pa@ss" not in file.read_bytes()
            assert b"me:" not in file.read_bytes()
    stored = kept(tmp_path)
    assert stored
    assert stored.answer.final_url == "https://***@example.com/"
    assert stored.answer.hops == (Hop(301, "https://***@example.com/"),)


def test_what_a_hostile_server_says_is_kept_as_far_as_a_database_can_hold_it(tmp_path: Path) -> None:
    image = LinkTarget(url=URL, wants_length=True)
    answer = Answer(
        status=200,
        message="\ud800",
        media_type="image/\udcff",
        length=10**30,
        final_url="https://example.com/\ud800",
        hops=(Hop(301, "https://example.com/\ud800"),),
        amp=AmpPage(is_amp=False, canonical="\ud800"),
    )
    add(tmp_path, answer, target=image)
    stored = kept(tmp_path, image)
    assert stored
    assert stored.answer == Answer(
        status=200,
        message="?",
        media_type="image/?",
        final_url="https://example.com/?",
        hops=(Hop(301, "https://example.com/?"),),
        amp=AmpPage(is_amp=False, canonical="?"),
    )


@pytest.mark.slow
def test_many_links_are_looked_up_quickly(tmp_path: Path) -> None:
    targets = [LinkTarget(url=f"https://host{number % 997}.example.com/{number}") for number in range(100_000)]
    with LinkStore(tmp_path) as store:
        for target in targets:
            store.add(target, OK, [Verdict.OK], NOW)
    with LinkStore(tmp_path) as store:
        started = time.process_time()
        assert sum(1 for _ in store.trusted_answers(targets, NOW, one_day)) == len(targets)
        assert time.process_time() - started < 30


def test_lookups_do_not_take_all_targets_at_once(tmp_path: Path) -> None:
    taken = 0

    def targets() -> Iterator[LinkTarget]:
        nonlocal taken
        for _ in range(100_000):
            taken += 1
            yield PAGE

    add(tmp_path, OK)
    with LinkStore(tmp_path) as store:
        assert next(store.trusted_answers(targets(), NOW, one_day))[0] == PAGE
    assert taken < 1000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kill", "pause"),
    [
        pytest.param(signal.SIGKILL, 0.001, id="kill, answers pour in"),
        pytest.param(signal.SIGKILL, 60, id="kill, one answer and no more"),
        pytest.param(signal.SIGTERM, 0.001, id="terminate"),
        pytest.param(signal.SIGINT, 0.001, id="interrupt"),
    ],
)
def test_a_run_that_is_killed_keeps_what_it_learned(tmp_path: Path, kill: signal.Signals, pause: float) -> None:
    command = [sys.executable, "-c", CHECK, str(tmp_path), str(pause)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as check:
        assert check.stdout
        last_number = int(check.stdout.readline())
        started = time.monotonic()
        while pause < 1 and time.monotonic() - started < 1.5:
            last_number = int(check.stdout.readline())
        check.send_signal(kill)
        check.wait(30)
    targets = [LinkTarget(url=f"https://example.com/{number}") for number in range(last_number + 1)]
    with LinkStore(tmp_path) as store:
        assert store.warning is None
        now = datetime.now(UTC)
        assert [target for target, _ in store.trusted_answers(targets, now, one_day)] == targets


def test_two_checks_at_once_both_keep_what_they_learn(tmp_path: Path) -> None:
    with LinkStore(tmp_path) as first, LinkStore(tmp_path) as second:
        for number in range(100):
            first.add(LinkTarget(url=f"https://one.example/{number}"), OK, [Verdict.OK], NOW)
            second.add(LinkTarget(url=f"https://other.example/{number}"), OK, [Verdict.OK], NOW)
    targets = [LinkTarget(url=f"https://{host}.example/{number}") for host in ("one", "other") for number in range(100)]
    with LinkStore(tmp_path) as store:
        assert len(list(store.trusted_answers(targets, NOW, one_day))) == 200


@pytest.mark.slow
def test_many_first_checks_at_once_make_one_database(tmp_path: Path) -> None:
    code = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path\n"
        "from feedpub.links.model import *; from feedpub.links.remember.store import LinkStore\n"
        "with LinkStore(Path(sys.argv[1])) as store:\n"
        "    store.add(LinkTarget(url=sys.argv[2]), Answer(status=200), [Verdict.OK], datetime.now(UTC))\n"
    )
    urls = [f"https://example.com/{number}" for number in range(6)]
    checks = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "state"), url]) for url in urls]
    assert [check.wait(60) for check in checks] == [0] * 6
    with LinkStore(tmp_path / "state") as store:
        assert len(list(store.trusted_answers([LinkTarget(url=url) for url in urls], datetime.now(UTC), one_day))) == 6
