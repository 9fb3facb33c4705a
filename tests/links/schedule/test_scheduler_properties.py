"""Properties of every schedule, for all answers and limits of hosts, on a simulated clock."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from feedpub.links.model import Answer, Failure, Hop
from feedpub.links.schedule.politeness import LONGEST_PAUSE, Politeness, host_of, pause_of
from feedpub.links.schedule.scheduler import LookupLimits
from support.links.simulating import EPSILON, NO_DNS, NO_NAME, OK, REFUSED, TIMEOUT, Step, Web, limited, urls

GONE = Answer(status=404)
BUSY = Answer(status=500)

_ANSWERS = st.sampled_from(
    [
        OK,
        GONE,
        BUSY,
        REFUSED,
        TIMEOUT,
        NO_DNS,
        NO_NAME,
        limited(0),
        limited(3),
        limited(61),
        limited(None),
        limited(2, 503),
        Answer(status=403, is_challenge=True),
        Answer(failure=Failure.CERTIFICATE),
        Answer(failure=Failure.CONNECT, hops=(Hop(301, "https://host1/"),), final_url="https://host1/"),
        Answer(status=429, retry_after=5, hops=(Hop(302, "https://host0/"),), final_url="https://host0/"),
        Answer(status=429, retry_after=900, hops=(Hop(302, "https://host2/"),), final_url="https://host2/"),
    ]
)
# Most servers are well most of the time, or no host would last until its second link.
_STEP = st.builds(Step, st.just(OK) | st.just(OK) | _ANSWERS, st.sampled_from([0.0, 0.01, 0.2, 3.0]))
_POLITENESS = st.builds(
    Politeness,
    per_host=st.integers(1, 4),
    delay=st.sampled_from([0.0, 0.1, 1.0]),
    retries=st.integers(0, 3),
    accept=st.sampled_from([frozenset[int](), frozenset({429, 500})]),
)


@st.composite
def webs(draw: st.DrawFn) -> tuple[Web, dict[str, Politeness]]:
    """Return a web of up to six hosts, run to its end, and the politeness of each host."""
    hosts = {f"host{number}": draw(_POLITENESS) for number in range(draw(st.integers(1, 6)))}
    plan = {
        url: draw(st.lists(_STEP, min_size=1, max_size=4))
        for host in hosts
        for url in urls(host, draw(st.integers(1, 8)))
    }
    lookup = st.lists(st.sampled_from([None, None, NO_DNS, NO_NAME]), min_size=1, max_size=3)
    ahead = LookupLimits(lookups=draw(st.integers(1, 3)), hosts=draw(st.integers(3, 6)))
    lookups = {host: draw(lookup) for host in hosts}
    workers = draw(st.integers(1, 6))
    web = Web(plan, hosts.__getitem__, lookups=lookups, workers=workers, ahead=ahead, seed=draw(st.integers(0, 9)))
    return web.run(), hosts


@given(webs())
def test_every_link_ends_once_with_its_last_answer(ran: tuple[Web, dict[str, Politeness]]) -> None:
    web, hosts = ran
    started = [start.url for start in web.starts]
    for url, ended in web.ended.items():
        answers = [answer for _, answer in web.answered[url]]
        assert ended.attempts == started.count(url) == len(answers)
        assert ended.attempts <= hosts[host_of(url)].retries + 2, "as often as it is retried, and once after a limit"
        if answers:
            assert ended.answer == answers[-1]
        else:
            assert ended.answer.failure in (Failure.GIVEN_UP, Failure.DNS, Failure.NO_SUCH_NAME)
    assert web.scheduler.remaining == 0
    assert not web.scheduler._hosts, "nothing is kept of what is done"


@given(webs())
def test_no_host_is_asked_for_more_than_its_politeness_allows(ran: tuple[Web, dict[str, Politeness]]) -> None:
    web, hosts = ran
    for host, politeness in hosts.items():
        times = web.times(host)
        assert all(later - sooner >= politeness.delay - EPSILON for sooner, later in pairwise(times))
        assert not times or times[0] >= web.resolved[host], "its name was not resolved"
    assert all(start.in_flight <= hosts[start.host].per_host for start in web.starts)


@given(webs())
def test_a_host_is_left_alone_for_as_long_as_it_asks(ran: tuple[Web, dict[str, Politeness]]) -> None:
    web, hosts = ran
    for url, answers in web.answered.items():
        for time, answer in answers:
            host = host_of(answer.final_url or url)
            pause = pause_of(answer, hosts[host_of(url)])
            until = time + min(pause or 0, LONGEST_PAUSE)
            assert not [start for start in web.times(host) if time + EPSILON < start < until - EPSILON]


@given(webs())
def test_names_are_asked_for_no_more_often_than_it_helps(ran: tuple[Web, dict[str, Politeness]]) -> None:
    web, hosts = ran
    for host, politeness in hosts.items():
        assert len([name for _, name in web.asked if name == host]) <= min(3, politeness.retries + 1)
