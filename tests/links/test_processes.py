"""A run in several processes: spawned ones, real servers on loopback."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from fetching import (
    HANGING,
    Answers,
    engine_of_a_process_that_dies,
    engine_that_cannot_work,
    engine_with,
    servers,
    targets,
)

from feedpub.errors import StorageError
from feedpub.executors import WorkerLostError
from feedpub.links.engine import Outcome
from feedpub.links.model import Answer, Failure, Target
from feedpub.links.politeness import Politeness
from feedpub.links.processes import Engines, MakeEngine

QUICK = Politeness(per_host=2, delay=0, retries=0)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    assert not multiprocessing.active_children()


def engines(names: Mapping[str, str] | None = None, *, make: MakeEngine | None = None) -> Engines:
    make = make or partial(engine_with, QUICK, names or {})
    return Engines(make=make, politeness=lambda _: QUICK, workers=16, processes=2)


def test_every_link_is_answered_once_in_the_thread_that_asked(answers: Answers) -> None:
    with servers(8) as hosts:
        hosts[0].answers["/3"] = [(404, None)]
        outcome = engines().run(targets(hosts, 40), answers, threading.Event())
        assert [server.most_at_once for server in hosts] == [2] * 8, "a host is one process's"
    assert outcome == Outcome(answered=320)
    assert [url for url, answer in answers.by_url.items() if answer.status != 200] == [hosts[0].url("/3")]
    assert answers.threads == {threading.current_thread()}


def test_an_answer_is_the_same_from_another_process(answers: Answers) -> None:
    alone = Answers()
    with servers(2) as hosts:
        hosts[0].answers = {"/0": [(429, "90")], "/1": [(503, None)]}
        links = [*targets(hosts, 2), Target(url="https:///"), Target(url="https://a.invalid/")]
        engines().run(links, answers, threading.Event())
        with engine_with(QUICK, {}, 16) as engine:
            engine.run(links, alone, threading.Event())
    assert len(answers.by_url) == 6
    for url, answer in answers.by_url.items():
        other = alone.by_url[url]
        assert (answer.status, answer.failure, answer.message) == (other.status, other.failure, other.message)
        assert (answer.final_url, answer.retry_after) == (other.final_url, other.retry_after)


def test_a_run_without_targets_ends(answers: Answers) -> None:
    assert engines().run([], answers, threading.Event()) == Outcome(answered=0)


def test_few_links_are_fetched_in_this_process(answers: Answers) -> None:
    def make(workers: int) -> object:
        return engine_with(QUICK, {}, workers)

    with servers(2) as hosts:
        run = Engines(make=make, politeness=lambda _: QUICK)  # type: ignore[arg-type]  # not to be pickled
        assert run.run(targets(hosts, 5), answers, threading.Event()) == Outcome(answered=10)


def test_without_a_network_in_any_process_nothing_is_delivered(answers: Answers) -> None:
    links = [Target(url=f"https://h{number}.example/") for number in range(20)]
    assert engines().run(links, answers, threading.Event()) == Outcome(answered=0, no_network=True)
    assert not answers.by_url


def test_one_process_that_finds_a_network_is_enough(answers: Answers) -> None:
    with servers(1) as hosts:
        links = [*targets(hosts, 1), *(Target(url=f"https://h{number}.example/") for number in range(20))]
        outcome = engines().run(links, answers, threading.Event())
    assert outcome == Outcome(answered=21)
    assert [answer.failure for answer in answers.by_url.values()].count(Failure.DNS) == 20


def test_a_run_that_is_stopped_has_delivered_what_was_answered(answers: Answers) -> None:
    stop = threading.Event()

    def deliver(target: Target, answer: Answer, attempts: int) -> None:
        answers(target, answer, attempts)
        if len(answers.by_url) == 20:
            stop.set()

    with servers(2) as good, servers(4, first=HANGING, is_released=False) as hanging:
        begun = time.monotonic()
        outcome = engines().run([*targets(good, 10), *targets(hanging, 5)], deliver, stop)
        assert time.monotonic() - begun < 25, "the links under way have 30 seconds"
    assert outcome == Outcome(answered=20, is_stopped=True)


def test_a_process_that_is_killed_ends_the_run(answers: Answers) -> None:
    def deliver(target: Target, answer: Answer, attempts: int) -> None:
        answers(target, answer, attempts)
        os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)

    with (
        servers(2) as good,
        servers(4, first=HANGING, is_released=False) as hanging,
        pytest.raises(WorkerLostError, match="died") as raised,
    ):
        engines().run([*targets(good, 1), *targets(hanging, 5)], deliver, threading.Event())
    assert raised.value.exit_status == 4
    assert answers.by_url


def test_a_process_that_dies_while_it_begins_ends_the_run(answers: Answers) -> None:
    links = [Target(url=f"https://h{number}.example/{'x' * 1000}") for number in range(1000)]
    with pytest.raises(WorkerLostError, match="died"):
        engines(make=engine_of_a_process_that_dies).run(links, answers, threading.Event())


def test_what_a_process_cannot_do_is_said_here(answers: Answers) -> None:
    links = [Target(url=f"https://h{number}.example/") for number in range(10)]
    with pytest.raises(StorageError, match="no 8 workers today"):
        engines(make=engine_that_cannot_work).run(links, answers, threading.Event())


def test_an_error_where_answers_go_ends_the_run() -> None:
    def deliver(target: Target, answer: Answer, attempts: int) -> None:
        raise ZeroDivisionError

    with servers(4) as hosts, pytest.raises(ZeroDivisionError):
        engines().run(targets(hosts, 5), deliver, threading.Event())


PARENT = """
import faulthandler, signal, sys
from functools import partial
from pathlib import Path

if __name__ == "__main__":
    faulthandler.dump_traceback_later(40, exit=True)  # if it hangs, it says where
    sys.path.insert(0, sys.argv[1])
    from fetching import engine_with
    from feedpub.links.engine import StopFlag
    from feedpub.links.model import Target
    from feedpub.links.politeness import Politeness
    from feedpub.links.processes import Engines

    stop = StopFlag()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    polite = Politeness(per_host=50)
    make = partial(engine_with, polite, {})
    print("begun", flush=True)
    run = Engines(make=make, politeness=lambda _: polite, processes=2)
    print(run.run(map(lambda url: Target(url=url), sys.argv[2:]), lambda *_: print("answer", flush=True), stop))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # that a late one does not decide how this ends
"""


@contextmanager
def parent(tmp_path: Path, urls: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A run in a process group of its own, that is gone afterwards."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, str(script), str(Path(__file__).parent), *urls],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def hanging_run(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """One whose every process has answers, and links under way."""
    with servers(8) as good, servers(8, first=HANGING, is_released=False) as hanging:
        urls = [target.url for target in (*targets(good, 1), *targets(hanging, 5))]
        with parent(tmp_path, urls) as process:
            assert process.stdout
            for _ in range(9):
                process.stdout.readline()
            yield process


def test_ctrl_c_on_a_terminal_ends_all_processes_without_a_word(tmp_path: Path) -> None:
    with hanging_run(tmp_path) as process:
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert time.monotonic() - begun < 25
    assert (process.returncode, err) == (0, "")
    assert out.strip() == "Outcome(answered=8, no_network=False, is_stopped=True)"


def test_ctrl_c_while_the_processes_begin_is_no_traceback(tmp_path: Path) -> None:
    with servers(8) as hosts, parent(tmp_path, [server.url() for server in hosts]) as process:
        assert process.stdout
        process.stdout.readline()
        for _ in range(20):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.02)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_the_processes_end_with_one_that_is_killed(tmp_path: Path) -> None:
    with hanging_run(tmp_path) as process:
        process.kill()
        # Ends when nobody has stdout open any more.
        _, err = process.communicate(timeout=25)
    assert err == ""
