"""The scheduler with hosts that limit the rate or fail, on a simulated clock."""

from __future__ import annotations

import math

import pytest

from feedpub.links.model import Answer, Failure, Hop, LinkTarget
from feedpub.links.schedule.politeness import Politeness
from feedpub.links.schedule.scheduler import LookupLimits
from support.links.simulating import NO_DNS, OK, REFUSED, TIMEOUT, Web, limited, steps, urls

BUSY = Answer(status=500)


# -- hosts that limit the rate


@pytest.mark.parametrize("answer", [limited(30), limited(60), limited(30, 503)])
def test_a_host_that_limits_the_rate_pauses_and_the_link_is_queued_again(answer: Answer) -> None:
    first, *others = urls("a.example", 4)
    web = Web({first: steps(answer, OK, takes=0.01), **{url: steps(OK) for url in others}}).run()
    assert set(web.answers().values()) == {OK}
    assert web.ended[first].attempts == 2
    times = web.times("a.example")
    assert times[1] - times[0] == pytest.approx(0.01 + (answer.retry_after or math.nan))
    assert len(times) == 5


def test_other_hosts_do_not_wait_for_one_that_pauses() -> None:
    plan = {"https://a.example/": steps(limited(30), OK), **{url: steps(OK) for url in urls("b.example", 4)}}
    web = Web(plan, workers=1).run()
    assert web.times("b.example")[-1] < 1005


@pytest.mark.parametrize(("retry_after", "pause"), [(None, 5), (0, 1), (0.2, 1)])
def test_a_host_that_does_not_say_for_how_long_is_left_alone_for_a_while(
    retry_after: float | None, pause: float
) -> None:
    web = Web({"https://a.example/": steps(limited(retry_after), OK, takes=0)}).run()
    assert web.times("a.example") == pytest.approx([1000.05, 1000.05 + pause])


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("retry_after", [60.5, 3e7, 1e300])
def test_a_host_that_asks_for_more_than_a_minute_is_given_up(status: int, retry_after: float) -> None:
    first, *others = urls("a.example", 50)
    answer = limited(retry_after, status)
    web = Web({first: steps(answer, takes=0.01), **{url: steps(OK) for url in others}}).run()
    assert web.ended[first].answer == answer
    assert len(web.starts) == 1
    for url in others:
        assert web.ended[url].answer.failure is Failure.GIVEN_UP
        assert web.ended[url].answer.status == status
        assert web.ended[url].attempts == 0


def test_a_host_that_limits_the_rate_a_second_time_is_given_up() -> None:
    first, second, third = urls("a.example", 3)
    plan = {first: steps(limited(3), OK), second: steps(limited(3), OK), third: steps(OK)}
    web = Web(plan, lambda _: Politeness(per_host=1)).run()
    assert web.answers() == {first: OK, second: limited(3), third: web.ended[third].answer}
    assert web.ended[third].answer.failure is Failure.GIVEN_UP
    assert len(web.starts) == 3


def test_a_link_that_waits_when_its_host_is_given_up_keeps_its_answer() -> None:
    first, second, third = urls("a.example", 3)
    plan = {first: steps(BUSY, OK), second: steps(limited(900)), third: steps(OK)}
    web = Web(plan, lambda _: Politeness(per_host=1)).run()
    assert web.ended[first] == (LinkTarget(url=first), BUSY, 1)
    assert web.ended[third].answer.failure is Failure.GIVEN_UP


def test_links_that_are_refused_together_are_refused_once() -> None:
    plan = {url: steps(limited(3), OK, takes=1) for url in urls("a.example", 4)}
    web = Web(plan, lambda _: Politeness(per_host=4)).run()
    assert set(web.answers().values()) == {OK}
    assert len(web.starts) == 8


def test_a_limit_behind_a_redirect_is_the_other_hosts() -> None:
    refused = Answer(
        status=429, retry_after=30, hops=(Hop(301, "https://b.example/x"),), final_url="https://b.example/x"
    )
    first, *others = urls("a.example", 4)
    plan = {first: steps(refused, OK), **{url: steps(OK) for url in [*others, *urls("b.example", 9)]}}
    web = Web(plan).run()
    assert set(web.answers().values()) == {OK}
    assert [time < 1005 for time in web.times("a.example")] == [True] * 4 + [False]
    assert not [time for time in web.times("b.example") if 1000.3 < time < 1030]


@pytest.mark.parametrize(
    ("ahead", "lookups"),
    [
        pytest.param(LookupLimits(2, 2), [NO_DNS, None], id="to be asked for again"),
        pytest.param(LookupLimits(1, 2), [None], id="asked for"),
        pytest.param(LookupLimits(2, 2), [None], id="resolved"),
    ],
)
def test_a_host_that_is_given_up_before_its_first_link_is_asked_for_nothing(
    ahead: LookupLimits, lookups: list[Answer | None]
) -> None:
    hop = Hop(301, "https://b.example/x")
    refused = Answer(status=429, retry_after=900, hops=(hop,), final_url=hop.url)
    plan = {"https://a.example/": steps(refused, takes=0.02), **{url: steps(OK) for url in urls("b.example", 3)}}
    delays = {"a.example": 1.0, "b.example": 0.0}  # so a.example needs more time, and is first
    later = {"https://c.example/": steps(OK, takes=5)}
    web = Web(
        plan | later,
        lambda host: Politeness(delay=delays.get(host, 0)),
        lookups={"b.example": lookups, "c.example": [NO_DNS, NO_DNS, None]},
        workers=1,
        ahead=ahead,
    ).run()
    assert [answer.status for answer in web.answers().values()].count(429) == 4
    assert web.times("b.example") == []
    assert [name for _, name in web.asked].count("b.example") == 1
    assert web.ended["https://c.example/"].answer == OK


def test_hosts_that_are_given_up_before_their_first_link_leave_their_places_to_others() -> None:
    hops = [Hop(301, f"https://{name}.example/x") for name in "bc"]
    refused = [Answer(status=429, retry_after=900, hops=(hop,), final_url=hop.url) for hop in hops]
    plan = {url: steps(answer) for url, answer in zip(urls("a.example", 2), refused, strict=True)}
    plan |= {f"https://{name}.example/": steps(OK) for name in "bcd"}
    web = Web(plan, workers=1, ahead=LookupLimits(2, 2)).run()
    assert [answer.status for answer in web.answers().values()].count(429) == 4
    assert web.ended["https://d.example/"].answer == OK


def test_a_host_that_asks_for_a_pause_before_its_name_is_resolved_has_it() -> None:
    hop = Hop(301, "https://b.example/x")
    refused = Answer(status=429, retry_after=30, hops=(hop,), final_url=hop.url)
    plan = {"https://a.example/": steps(refused, OK, takes=0.02), "https://b.example/": steps(OK)}
    delays = {"a.example": 1.0, "b.example": 0.0}
    web = Web(plan, lambda host: Politeness(delay=delays[host]), ahead=LookupLimits(1, 2)).run()
    assert web.resolved["b.example"] < 1001
    assert web.times("b.example") == pytest.approx([1000.05 + 0.02 + 30])


def test_a_link_that_is_always_limited_elsewhere_has_one_more_turn() -> None:
    hop = Hop(301, "https://elsewhere.example/")
    refused = Answer(status=429, retry_after=3, hops=(hop,), final_url=hop.url)
    plan = {url: steps(refused) for url in urls("a.example", 3)}
    web = Web(plan).run()
    assert set(web.answers().values()) == {refused}
    assert len(web.starts) == 6


def test_a_link_that_is_limited_elsewhere_for_long_has_had_its_turn() -> None:
    hop = Hop(301, "https://elsewhere.example/")
    refused = Answer(status=429, retry_after=900, hops=(hop,), final_url=hop.url)
    first, second = urls("a.example", 2)
    web = Web({first: steps(refused), second: steps(OK)}).run()
    assert web.answers() == {first: refused, second: OK}
    assert len(web.starts) == 2


def test_a_link_that_was_begun_after_a_pause_and_refused_is_a_second_time() -> None:
    first, slow, third, *others = urls("a.example", 9)
    plan = {
        first: steps(limited(1), OK, takes=0.15),
        slow: steps(limited(1), takes=3),
        third: steps(limited(1), takes=2.5),
        **{url: steps(OK, takes=5) for url in others},
    }
    web = Web(plan, lambda _: Politeness(per_host=4)).run()
    assert web.ended[third] == (LinkTarget(url=third), limited(1), 1)
    assert web.ended[others[-1]].answer.failure is Failure.GIVEN_UP


# -- hosts that fail


def test_a_host_without_a_connection_three_times_in_a_row_is_given_up() -> None:
    plan = {url: steps(REFUSED, takes=0.01) for url in urls("a.example", 50)}
    web = Web(plan, lambda _: Politeness(per_host=1)).run()
    assert len(web.starts) == 3
    assert {ended.answer.failure for ended in web.ended.values()} == {Failure.CONNECT, Failure.GIVEN_UP}
    assert {ended.answer.status for ended in web.ended.values()} == {None}
    times = web.times("a.example")
    assert times[2] - times[0] >= 1.5, "a host that starts anew has a moment to do so"


def test_connections_that_fail_together_fail_once_and_then_one_is_tried_at_a_time() -> None:
    plan = {url: steps(REFUSED, takes=2) for url in urls("a.example", 50)}
    web = Web(plan, lambda _: Politeness(per_host=4)).run()
    assert [start.in_flight for start in web.starts] == [1, 2, 3, 4, 1, 1]


def test_a_host_that_takes_connections_again_goes_on_as_before() -> None:
    first, *others = urls("a.example", 20)
    plan = {first: steps(REFUSED, REFUSED, OK), **{url: steps(OK, takes=5) for url in others}}
    web = Web(plan, lambda _: Politeness(retries=9, per_host=3)).run()
    assert set(web.answers().values()) == {OK}
    assert max(start.in_flight for start in web.starts) == 3


def test_a_host_that_failed_has_one_link_at_a_time_though_its_next_was_due() -> None:
    first, second, *others = urls("a.example", 5)
    plan = {first: steps(REFUSED, takes=1.5), second: steps(OK, takes=9), **{url: steps(OK) for url in others}}
    web = Web(plan, lambda _: Politeness(per_host=4, delay=1, retries=0)).run()
    assert [time - 1000.05 for time in web.times("a.example")[:3]] == pytest.approx([0, 1, 10])


def test_a_name_that_resolved_late_is_no_failed_connection() -> None:
    plan = {url: steps(REFUSED, OK) if url.endswith("/0") else steps(OK) for url in urls("a.example", 5)}
    web = Web(plan, lookups={"a.example": [NO_DNS, NO_DNS, None]}).run()
    assert set(web.answers().values()) == {OK}


def test_a_limit_of_the_rate_is_a_connection() -> None:
    (url,) = urls("a.example", 1)
    web = Web({url: steps(REFUSED, REFUSED, limited(1), REFUSED, OK)}, lambda _: Politeness(retries=9)).run()
    assert web.ended[url].answer == OK


def test_failures_that_are_not_in_a_row_are_borne() -> None:
    plan = {url: steps(OK if number % 3 else REFUSED) for number, url in enumerate(urls("a.example", 30))}
    web = Web(plan, lambda _: Politeness(retries=0)).run()
    assert list(web.answers().values()).count(OK) == 20
    assert list(web.answers().values()).count(REFUSED) == 10


def test_a_connection_that_fails_behind_a_redirect_is_the_other_hosts_failure() -> None:
    behind = Answer(failure=Failure.CONNECT, hops=(Hop(301, "https://dead.example/"),))
    web = Web({url: steps(behind) for url in urls("a.example", 20)}).run()
    assert set(web.answers().values()) == {behind}
    assert len(web.starts) == 60


def test_a_host_that_takes_connections_and_says_nothing_is_given_up_in_the_end() -> None:
    plan = {url: steps(TIMEOUT, takes=20) for url in urls("a.example", 500)}
    web = Web(plan).run()
    assert {answer.failure for answer in web.answers().values()} == {Failure.TIMEOUT, Failure.GIVEN_UP}
    assert 10 <= len(web.starts) <= 12


@pytest.mark.parametrize(
    "answer",
    [
        Answer(failure=Failure.TIMEOUT, hops=(Hop(301, "https://slow.example/"),)),
        Answer(failure=Failure.TIMEOUT, status=200),
    ],
)
def test_a_host_that_answered_and_then_ran_into_the_deadline_is_not_given_up(answer: Answer) -> None:
    web = Web({url: steps(answer) for url in urls("a.example", 30)}).run()
    assert set(web.answers().values()) == {answer}


def test_a_host_that_is_slow_now_and_then_is_not_given_up() -> None:
    plan = {url: steps(TIMEOUT if number % 5 else OK) for number, url in enumerate(urls("a.example", 50))}
    web = Web(plan, lambda _: Politeness(retries=0)).run()
    assert set(web.answers().values()) == {OK, TIMEOUT}
