"""The scheduler, on a simulated clock."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise
from random import Random

import pytest

from feedpub.links.model import Answer, Failure, Hop, LinkTarget
from feedpub.links.schedule.politeness import Politeness
from feedpub.links.schedule.scheduler import LookupLimits, Scheduler
from support.links.simulating import NO_DNS, NO_NAME, OK, TIMEOUT, Web, limited, steps, urls

BUSY = Answer(status=500)


# -- politeness


def test_links_of_a_host_start_in_their_order_with_a_delay_between() -> None:
    plan = {url: steps(OK, takes=0.01) for url in urls("a.example", 5)}
    web = Web(plan).run()
    assert [start.url for start in web.starts] == list(plan)
    times = web.times("a.example")
    assert [later - sooner for sooner, later in pairwise(times)] == pytest.approx([0.1] * 4)


def test_a_slow_host_has_all_the_links_at_once_that_it_may_have_and_no_more() -> None:
    web = Web({url: steps(OK, takes=5) for url in urls("a.example", 6)}, lambda _: Politeness(per_host=3)).run()
    assert max(start.in_flight for start in web.starts) == 3
    assert web.now == pytest.approx(1000 + 0.05 + 10 + 0.2), "two rounds of three, a delay apart"


def test_a_host_is_one_whatever_its_port_scheme_and_spelling() -> None:
    spellings = ("https://a.example/", "http://A.example/", "http://a.example:8080/", "https://a.example.:1/")
    web = Web({url: steps(OK, takes=5) for url in spellings}, lambda _: Politeness(per_host=1)).run()
    assert [name for _, name in web.asked] == ["a.example"]
    assert [start.in_flight for start in web.starts] == [1, 1, 1, 1]


def test_each_host_has_a_politeness_of_its_own() -> None:
    delays = {"a.example": 0.5, "b.example": 0.0}
    plan = {url: steps(OK, takes=0) for host in delays for url in urls(host, 10)}
    web = Web(plan, lambda host: Politeness(delay=delays[host])).run()
    assert web.times("b.example") == [1000.05] * 10
    assert web.times("a.example")[-1] == pytest.approx(1000.05 + 9 * 0.5)


def test_a_connection_is_kept_while_the_host_has_links_queued() -> None:
    web = Web({url: steps(OK) for url in urls("a.example", 3)}).run()
    assert [start.keep_alive for start in web.starts] == [True, True, False]


def test_a_url_without_a_host_ends_at_once() -> None:
    web = Web({"https:///x": steps(OK), "https://[::1/": steps(OK), "https://[::1]:8/": steps(OK)}).run()
    assert {url: answer.failure for url, answer in web.answers().items()} == {
        "https:///x": Failure.INVALID_URL,
        "https://[::1/": Failure.INVALID_URL,
        "https://[::1]:8/": None,
    }
    assert [name for _, name in web.asked] == ["::1"]


# -- names


def test_a_name_is_resolved_once_before_its_first_link() -> None:
    web = Web({url: steps(OK) for url in urls("a.example", 3)}).run()
    assert web.asked == [(1000, "a.example")]
    assert web.times("a.example")[0] == 1000.05


def test_names_are_asked_for_in_the_order_of_their_links() -> None:
    hosts = [f"h{number}.example" for number in range(20)]
    web = Web({f"https://{host}/": steps(OK) for host in hosts}).run()
    assert [name for _, name in web.asked] == hosts


def test_a_name_that_does_not_exist_is_the_answer_to_all_its_links() -> None:
    web = Web({url: steps(OK) for url in urls("a.example", 3)}, lookups={"a.example": [NO_NAME]}).run()
    assert set(web.answers().values()) == {NO_NAME}
    assert len(web.asked) == 1
    assert not web.starts


def test_what_a_fetch_finds_out_about_the_name_is_the_answer_to_all_links_too() -> None:
    plan = {url: steps(NO_NAME) for url in urls("a.example", 9)}
    web = Web(plan, lambda _: Politeness(per_host=1)).run()
    assert set(web.answers().values()) == {NO_NAME}
    assert len(web.starts) == 1


def test_a_missing_name_behind_a_redirect_is_that_links_alone() -> None:
    behind = Answer(failure=Failure.NO_SUCH_NAME, hops=(Hop(302, "https://gone.example/"),))
    first, *others = urls("a.example", 3)
    web = Web({first: steps(behind), **{url: steps(OK) for url in others}}).run()
    assert list(web.answers().values()) == [behind, OK, OK]


def test_a_name_that_cannot_be_resolved_for_now_is_asked_for_again() -> None:
    plan = {url: steps(OK) for url in urls("a.example", 3)}
    web = Web(plan, lookups={"a.example": [NO_DNS, NO_DNS, None]}).run()
    assert set(web.answers().values()) == {OK}
    first, second = (later - sooner - 0.05 for (sooner, _), (later, _) in pairwise(web.asked))
    assert 0.5 <= first <= 0.75
    assert 1.0 <= second <= 1.5


@pytest.mark.parametrize(("retries", "lookups"), [(0, 1), (1, 2), (2, 3), (9, 3)])
def test_a_name_that_never_resolves_gives_its_host_up(retries: int, lookups: int) -> None:
    plan = {url: steps(OK) for url in urls("a.example", 3)}
    web = Web(plan, lambda _: Politeness(retries=retries), lookups={"a.example": [NO_DNS]}).run()
    assert set(web.answers().values()) == {NO_DNS}
    assert len(web.asked) == lookups


def test_names_are_resolved_ahead_of_the_workers_but_not_all_at_once() -> None:
    plan = {f"https://h{number}.example/": steps(OK, takes=1) for number in range(100)}
    web = Web(plan, workers=2, ahead=LookupLimits(lookups=4, hosts=10)).run()
    assert web.most_asked == 4
    for time, _ in web.asked:
        begun = sum(start.time < time for start in web.starts)
        assert sum(asked < time for asked, _ in web.asked) - begun <= 10


# -- retries


@pytest.mark.parametrize(
    "answer",
    [
        *(Answer(status=status) for status in (408, 425, 500, 503, 599)),
        *(Answer(failure=failure) for failure in (Failure.TIMEOUT, Failure.PROTOCOL)),
        Answer(failure=Failure.CONNECT, hops=(Hop(301, "https://b.example/"),)),
    ],
)
def test_what_passes_is_tried_again_with_a_backoff(answer: Answer) -> None:
    (url,) = urls("a.example", 1)
    web = Web({url: steps(answer, answer, OK)}).run()
    assert web.ended[url].answer == OK
    assert web.ended[url].attempts == 3
    first, second = (later - sooner - 0.2 for sooner, later in pairwise(web.times("a.example")))
    assert 0.5 <= first <= 0.75
    assert 1.0 <= second <= 1.5


def test_a_link_that_never_recovers_is_judged_by_its_last_answer() -> None:
    (url,) = urls("a.example", 1)
    web = Web({url: steps(TIMEOUT, Answer(failure=Failure.PROTOCOL), BUSY, OK)}).run()
    assert web.ended[url].answer == BUSY
    assert web.ended[url].attempts == 3


@pytest.mark.parametrize(
    "answer",
    [
        *(Answer(status=status) for status in (200, 301, 403, 404, 999)),
        *(Answer(failure=failure) for failure in (Failure.CERTIFICATE, Failure.TLS, Failure.LOOP, Failure.ROBOTS)),
        Answer(status=503, is_challenge=True),
        Answer(status=429, is_challenge=True),
    ],
)
def test_what_lasts_is_not_tried_again(answer: Answer) -> None:
    (url,) = urls("a.example", 1)
    web = Web({url: steps(answer, OK)}).run()
    assert web.ended[url].answer == answer
    assert web.ended[url].attempts == 1


@pytest.mark.parametrize("answer", [BUSY, limited(900), limited(900, 503)])
def test_a_status_that_is_accepted_is_neither_retried_nor_a_limit(answer: Answer) -> None:
    plan = {url: steps(answer, OK) for url in urls("a.example", 4)}
    web = Web(plan, lambda _: Politeness(accept=frozenset((429, 500, 503)))).run()
    assert set(web.answers().values()) == {answer}
    assert len(web.starts) == 4


def test_a_link_that_waits_for_its_retry_holds_no_worker() -> None:
    plan = {"https://a.example/": steps(BUSY, OK), **{url: steps(OK, takes=0.01) for url in urls("b.example", 4)}}
    web = Web(plan, workers=1).run()
    first, again = web.times("a.example")
    assert again - first > 0.7
    assert len([time for time in web.times("b.example") if first < time < again]) == 3


def test_as_many_retries_as_anyone_wants_are_never_more_than_two_minutes_apart() -> None:
    (url,) = urls("a.example", 1)
    web = Web({url: steps(BUSY, takes=0)}, lambda _: Politeness(retries=2000)).run()
    assert web.ended[url].attempts == 2001
    assert max(later - sooner for sooner, later in pairwise(web.times("a.example"))) < 120


# -- fairness


def test_hosts_whose_links_take_long_do_not_starve_the_others() -> None:
    slow = {url: steps(OK, takes=20) for number in range(8) for url in urls(f"slow{number}.example", 50)}
    quick = {url: steps(OK, takes=0.1) for url in urls("quick.example", 5)}
    web = Web(slow | quick, lambda _: Politeness(delay=0), workers=4).run()
    # Nine hosts take turns: between two of quick.example's, each of the others has had one.
    assert web.times("quick.example")[-1] <= 1000 + 5 * (8 * 20 / 4) + 20


def test_without_a_delay_a_host_goes_on_while_its_connection_is_open_and_others_have_their_turn() -> None:
    web = Web(
        {url: steps(OK, takes=0.1) for host in "ab" for url in urls(f"{host}.example", 100)},
        lambda _: Politeness(delay=0),
        workers=1,
    ).run()
    first, second = sorted((web.times("a.example"), web.times("b.example")))
    # Some thirty of one in a row, and then the other's turn.
    in_a_row = sum(time < second[0] for time in first)
    assert 25 <= in_a_row <= 35
    assert first[-1] > second[0]


def test_with_a_delay_hosts_take_turns() -> None:
    web = Web(
        {url: steps(OK, takes=0.01) for host in "ab" for url in urls(f"{host}.example", 20)},
        lambda _: Politeness(delay=0.1),
        workers=1,
    ).run()
    order = [start.host for start in web.starts]
    assert all(one != other for one, other in pairwise(order))


def test_a_host_with_many_links_is_begun_first_and_ends_no_later_than_it_must() -> None:
    small = {f"https://h{number}.example/": steps(OK, takes=0.1 + number % 20 / 100) for number in range(2000)}
    web = Web(small | {url: steps(OK) for url in urls("large.example", 600)}, workers=20).run()
    assert web.asked[0] == (1000, "large.example")
    assert web.times("large.example")[-1] <= 1000 + 1.1 * 600 * 0.1
    before = web.times("large.example")[300]
    assert sum(start.time < before for start in web.starts) > 1500, "and the others were not kept waiting"


def test_a_head_start_is_no_more_than_that() -> None:
    large = {url: steps(OK) for number in range(30) for url in urls(f"large{number}.example", 100)}
    web = Web(large | {"https://small.example/": steps(OK)}, lambda _: Politeness(delay=1), workers=2).run()
    assert web.times("small.example")[0] < 1000 + 15


# -- cost


def test_a_queued_link_costs_little_memory() -> None:
    def cost(urls: list[str]) -> float:
        targets = [LinkTarget(url=url) for url in urls]
        shared = Politeness()
        tracemalloc.start()
        try:
            scheduler = Scheduler(targets, lambda _: shared, Random(), LookupLimits())
            return tracemalloc.get_traced_memory()[0] / scheduler.remaining
        finally:
            tracemalloc.stop()

    assert cost([f"https://h{number % 100}.example/{number}" for number in range(20_000)]) < 20
    assert cost([f"https://h{number}.example/" for number in range(20_000)]) < 600, "with a host of its own"
