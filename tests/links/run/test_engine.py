"""The engine with real threads, the real fetcher and real servers on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from feedpub.links.fetch.fetcher import Fetcher
from feedpub.links.model import Answer, Failure, LinkTarget
from feedpub.links.run.engine import Engine, RunOutcome
from feedpub.links.schedule.host import FinishedTarget
from feedpub.links.schedule.online import NOTHING_REACHED
from feedpub.links.schedule.politeness import Politeness
from support.links.fetching import HANGING, Answers, fetcher, servers, targets

pytestmark = pytest.mark.slow

QUICK = Politeness(per_host=4, delay=0)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def fetch() -> Iterator[Fetcher]:
    with fetcher() as each:
        yield each


def engine(fetch: Fetcher, politeness: Politeness = QUICK, workers: int = 64) -> Engine:
    return Engine(fetch=fetch, resolve=fetch.resolve, politeness=lambda _: politeness, workers=workers)


def test_every_link_is_answered_once_in_the_thread_that_asked(fetch: Fetcher, answers: Answers) -> None:
    with servers(5) as hosts:
        hosts[0].answers["/3"] = [(404, None)]
        outcome = engine(fetch).run(targets(hosts, 40), answers, threading.Event())
    assert outcome == RunOutcome(answered=200)
    assert answers.statuses == {200: 199, 404: 1}
    assert set(answers.attempts.values()) == {1}
    assert answers.threads == {threading.current_thread()}


@pytest.mark.parametrize("per_host", [1, 3])
def test_a_server_never_sees_more_links_at_once_than_it_is_to(fetch: Fetcher, answers: Answers, per_host: int) -> None:
    with servers(4) as hosts:
        engine(fetch, Politeness(per_host=per_host, delay=0)).run(targets(hosts, 30), answers, threading.Event())
        assert [server.most_at_once for server in hosts] == [per_host] * 4
    assert answers.statuses == {200: 120}


def test_no_more_threads_are_begun_than_work_at_once(fetch: Fetcher, answers: Answers) -> None:
    used = set()

    def fetching(target: LinkTarget, *, keep_alive: bool) -> Answer:
        used.add(threading.get_ident())
        return fetch(target, keep_alive=keep_alive)

    def run(workers: int, count: int, politeness: Politeness) -> int:
        used.clear()
        run = Engine(fetch=fetching, resolve=fetch.resolve, politeness=lambda _: politeness, workers=workers)
        run.run(targets(hosts, count), Answers(), threading.Event())
        return len(used)

    with servers(2) as hosts:
        assert run(256, 1, QUICK) <= 2
        assert run(256, 20, QUICK) <= 8, "two hosts, four at once"
        assert run(3, 20, QUICK) == 3


def test_a_run_without_targets_ends(fetch: Fetcher, answers: Answers) -> None:
    assert engine(fetch).run([], answers, threading.Event()) == RunOutcome(answered=0)


def test_what_passes_is_retried_and_a_limit_is_kept(fetch: Fetcher, answers: Answers) -> None:
    with servers(1) as (server,):
        server.answers = {"/busy": [(500, None), (500, None), (200, None)], "/limited": [(429, "1"), (200, None)]}
        busy, limited = server.url("/busy"), server.url("/limited")
        begun = time.monotonic()
        engine(fetch).run([LinkTarget(url=busy), LinkTarget(url=limited)], answers, threading.Event())
        assert time.monotonic() - begun > 1
    assert answers.statuses == {200: 2}
    assert answers.attempts == {busy: 2, limited: 2}, "a fetch asks with HEAD, and then with GET"


def test_a_host_that_is_given_up_costs_no_more_requests(fetch: Fetcher, answers: Answers) -> None:
    with servers(1) as (server,):
        server.answers = {f"/{number}": [(429, "86400")] for number in range(50)}
        engine(fetch, Politeness(per_host=2, delay=0)).run(targets([server], 50), answers, threading.Event())
        assert server.requests.total() <= 2
    assert answers.statuses == {429: 50}
    assert sum(answer.failure is Failure.GIVEN_UP for answer in answers.by_url.values()) >= 48


def test_a_loopback_host_that_refuses_connections_is_unreachable_and_no_missing_network(
    fetch: Fetcher, answers: Answers
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        outcome = engine(fetch, Politeness(retries=0)).run([LinkTarget(url=url)], answers, threading.Event())
    assert outcome == RunOutcome(answered=1)
    assert answers.by_url[url].failure is Failure.CONNECT


# -- names


def no_answer(host: str) -> list[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def no_such_name(host: str) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_without_a_network_nothing_is_delivered(answers: Answers) -> None:
    with fetcher(resolve=no_answer) as fetch:
        urls = [f"https://h{number}.example/" for number in range(5)]
        outcome = engine(fetch).run([LinkTarget(url=url) for url in urls], answers, threading.Event())
    assert outcome == RunOutcome(no_network=NOTHING_REACHED, answered=0)
    assert not answers.by_url


def test_without_a_network_not_every_name_is_asked_for(answers: Answers) -> None:
    asked = set()

    def resolve(host: str) -> list[str]:
        asked.add(host)
        return no_answer(host)

    with fetcher(resolve=resolve) as fetch:
        urls = [f"https://h{number}.example/" for number in range(3000)]
        outcome = engine(fetch, Politeness(retries=0)).run(
            [LinkTarget(url=url) for url in urls], answers, threading.Event()
        )
    assert outcome.no_network
    assert not answers.by_url
    assert len(asked) < 1000


def test_names_that_do_not_exist_are_answers_where_a_known_name_does(answers: Answers) -> None:
    def resolve(host: str) -> list[str]:
        return ["127.0.0.2"] if host == "known.example" else no_such_name(host)

    with fetcher(resolve=resolve) as fetch:
        urls = ["https://a.example/1", "https://a.example/2", "https://b.example/"]
        run = msgspec.structs.replace(engine(fetch), known_names=("unknown.example", "known.example"))
        outcome = run.run([LinkTarget(url=url) for url in urls], answers, threading.Event())
    assert outcome == RunOutcome(answered=3)
    assert {answer.failure for answer in answers.by_url.values()} == {Failure.NO_SUCH_NAME}
    assert set(answers.attempts.values()) == {0}


def test_what_was_held_back_before_the_first_sign_of_a_network_is_delivered(answers: Answers) -> None:
    def resolve(host: str) -> list[str]:
        if host == "slow.example":
            lost.wait(60)
            time.sleep(0.5)
            return ["127.0.0.2"]
        lost.set()
        return no_answer(host)

    lost = threading.Event()
    with servers(1) as (server,), fetcher(resolve=resolve) as fetch:
        port = server.server_address[1]
        urls = ["https://lost.example/", f"http://slow.example:{port}/"]
        outcome = engine(fetch, Politeness(retries=0)).run(
            [LinkTarget(url=url) for url in urls], answers, threading.Event()
        )
    assert outcome == RunOutcome(answered=2)
    assert list(answers.by_url) == urls, "what was held back first"


def test_look_ups_under_way_hold_up_no_link(answers: Answers) -> None:
    looked_up = threading.Event()

    def resolve(host: str) -> list[str]:
        looked_up.wait(30)
        return ["127.0.0.2"]

    def deliver(finished: Sequence[FinishedTarget]) -> None:
        answers(finished)
        looked_up.set()

    with servers(1) as hosts, fetcher(resolve=resolve) as fetch:
        slow = LinkTarget(url=f"http://slow.example:{hosts[0].server_address[1]}/")
        engine(fetch, workers=1).run([slow, *targets(hosts, 3)], deliver, threading.Event())
    assert list(answers.by_url)[-1] == slow.url
    assert answers.statuses == {200: 4}


# -- ends before the end


def test_a_run_that_is_stopped_has_delivered_what_was_answered(fetch: Fetcher, answers: Answers) -> None:
    stop = threading.Event()

    def deliver(finished: Sequence[FinishedTarget]) -> None:
        answers(finished)
        if len(answers.by_url) == 20:
            stop.set()

    with servers(1) as good, servers(first=HANGING, is_released=False) as (hanging,):
        begun = time.monotonic()
        outcome = engine(fetch).run([*targets(good, 20), *targets([hanging], 20)], deliver, stop)
        assert time.monotonic() - begun < 60, "the links under way have 90 seconds"
    assert outcome == RunOutcome(answered=20, is_stopped=True)
    assert answers.statuses == {200: 20}


def test_a_run_may_be_stopped_by_another_thread_while_nothing_happens(fetch: Fetcher, answers: Answers) -> None:
    stop = threading.Event()
    with servers(first=HANGING, is_released=False) as (hanging,):
        threading.Timer(0.5, stop.set).start()
        begun = time.monotonic()
        outcome = engine(fetch).run(targets([hanging], 20), answers, stop)
        assert time.monotonic() - begun < 60
    assert outcome == RunOutcome(answered=0, is_stopped=True)


def test_an_error_where_answers_go_ends_the_run(fetch: Fetcher) -> None:
    def deliver(finished: Sequence[FinishedTarget]) -> None:
        raise ZeroDivisionError

    with servers(1) as hosts, pytest.raises(ZeroDivisionError):
        engine(fetch).run(targets(hosts, 50), deliver, threading.Event())


def test_an_error_in_a_worker_is_no_hang(fetch: Fetcher, answers: Answers) -> None:
    def fetching(target: LinkTarget, *, keep_alive: bool) -> Answer:
        raise ZeroDivisionError

    run = Engine(fetch=fetching, resolve=fetch.resolve, politeness=lambda _: QUICK)
    with pytest.raises(ZeroDivisionError):
        run.run([LinkTarget(url="http://127.0.0.2/")], answers, threading.Event())


def test_the_threads_end_with_the_run(fetch: Fetcher, answers: Answers) -> None:
    with servers(2) as hosts:
        engine(fetch).run(targets(hosts, 20), answers, threading.Event())
    deadline = time.monotonic() + 60
    while any(thread.name.startswith("links-") for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


CHILD = """
import resource, signal, sys, threading
sys.path.insert(0, sys.argv[1])
from support.links.fetching import fetcher
from feedpub.links.run.engine import Engine, StopFlag
from feedpub.links.model import LinkTarget
from feedpub.links.schedule.politeness import Politeness

stop = StopFlag()
if sys.argv[2] == "handler":
    signal.signal(signal.SIGINT, lambda *_: stop.set())
if sys.argv[2] == "no memory":
    # Room for the stacks of ten threads. An eleventh does not fit into the half of a stack that is
    # left, and everything else does: without arenas of its own (64 MB), a thread takes little.
    stack = 1 << 28
    threading.stack_size(stack)
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 10 * stack + stack // 2,) * 2)

def say(finished):
    for target, answer, attempts in finished:
        print(answer.status, target.url, flush=True)

with fetcher() as fetch:
    engine = Engine(fetch=fetch, resolve=fetch.resolve, politeness=lambda _: Politeness(per_host=200, delay=0))
    print(engine.run([LinkTarget(url=url) for url in sys.argv[3:]], say, stop))
"""


@contextmanager
def child(how: str, urls: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Yield a process with a run of its own, and kill it at the end."""
    command = [sys.executable, "-c", CHILD, str(Path(__file__).parents[2]), how, *urls]
    environment = os.environ | {"MALLOC_ARENA_MAX": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("how", ["handler", "exception"])
def test_ctrl_c_ends_a_run_at_once_and_the_process_with_it(how: str) -> None:
    with servers(1) as (good,), servers(first=HANGING, is_released=False) as (hanging,):
        urls = [good.url("/"), *(hanging.url(f"/{number}") for number in range(100))]
        with child(how, urls) as process:
            assert process.stdout
            assert process.stdout.readline() == f"200 {good.url('/')}\n"
            until = time.monotonic() + 60
            while hanging.at_once < 100 and time.monotonic() < until:
                time.sleep(0.01)
            begun = time.monotonic()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            assert time.monotonic() - begun < 60, "the links under way have 90 seconds"
    if how == "handler":
        assert (process.returncode, err) == (0, "")
        assert "is_stopped=True" in out
    else:
        assert process.returncode == -signal.SIGINT
        assert err.endswith("KeyboardInterrupt\n")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="the limit on memory is counted from there")
def test_a_system_that_allows_few_threads_has_few() -> None:
    with servers(1) as (server,), child("no memory", [server.url(f"/{number}") for number in range(200)]) as process:
        out, err = process.communicate(timeout=120)
    assert server.most_at_once <= 10
    assert err == ""
    assert out.count("200 http") == 200
    assert process.returncode == 0
