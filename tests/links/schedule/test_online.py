"""Detection of a missing network."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from feedpub.links.model import Answer, Failure, Hop, LinkTarget
from feedpub.links.schedule.host import FinishedTarget
from feedpub.links.schedule.online import (
    MAX_FAILED_HOSTS,
    MAX_HELD_BACK,
    NO_NAMES,
    NOTHING_REACHED,
    SAME_ADDRESS,
    SAME_ANSWER,
    OnlineDetector,
)

NO_DNS = Answer(failure=Failure.DNS)
NO_NAME = Answer(failure=Failure.NO_SUCH_NAME)
REFUSED = Answer(failure=Failure.CONNECT)
PRIVATE = Answer(failure=Failure.REFUSED_ADDRESS)
OK = Answer(status=200)
LOGIN = Answer(status=200, hops=(Hop(302, "http://login.portal.example/?for=me"),))
CERTIFICATE = Answer(failure=Failure.CERTIFICATE)
PAGE = Answer(status=200, media_type="text/html", length=1234)


class Known:
    """Well-known names with these addresses, and with this answer to a fetch."""

    def __init__(self, addresses: Mapping[str, tuple[str, ...]], answer: Answer = OK) -> None:
        self.asked: list[str] = []
        self._addresses = addresses
        self._answer = answer

    def addresses(self) -> Mapping[str, tuple[str, ...]]:
        self.asked.append("addresses")
        return self._addresses

    def fetch(self, name: str, target: LinkTarget) -> tuple[str, Answer]:
        self.asked.append(name)
        return f"https://{name}/", self._answer


UNKNOWN = Known({})
GOOD = {"one.example": ("1.0.0.1",), "two.example": ("2.0.0.2",)}


class Heard:
    """A detector, and the URLs whose answers it passed on."""

    def __init__(self, known: Known = UNKNOWN) -> None:
        self.urls: list[str] = []
        self.network = OnlineDetector(lambda finished: self.urls.extend(target.url for target, _, _ in finished), known)

    def is_offline(self) -> bool:
        """End the run; whether there was no network."""
        self.network.decide()
        return self.network.offline_reason is not None

    def end(self, answer: Answer, *hosts: str) -> None:
        """Deliver ``answer`` as the last one to a link of each host."""
        for host in hosts:
            target = LinkTarget(url=f"https://{host}/")
            self.network.answer_received(target, answer)
            self.network.deliver([FinishedTarget(target, answer, 1)])


@pytest.mark.parametrize("answers", [[NO_DNS], [REFUSED], [REFUSED, NO_DNS, Answer(failure=Failure.GIVEN_UP)]])
@pytest.mark.parametrize("host", ["a.example", "8.8.8.8", "2001:4860:4860::8888"])
def test_a_run_in_which_no_public_host_was_reached_delivers_nothing(answers: list[Answer], host: str) -> None:
    heard = Heard()
    for answer in answers:
        heard.end(answer, host if host[0] != "2" else f"[{host}]")
    assert heard.is_offline()
    assert heard.urls == []
    assert heard.network.delivered == 0


@pytest.mark.parametrize(
    "sign",
    [
        *(Answer(status=status) for status in (200, 404, 429, 503)),
        *(Answer(failure=failure) for failure in (Failure.TIMEOUT, Failure.PROTOCOL, Failure.TLS, Failure.LOOP)),
        Answer(failure=Failure.PROTOCOL, hops=(Hop(301, "https://www.a.example/"),)),
    ],
)
@pytest.mark.parametrize("host", ["a.example", "127.0.0.1"])
def test_what_was_held_back_is_delivered_when_something_was_connected_to(sign: Answer, host: str) -> None:
    heard = Heard()
    heard.end(NO_DNS, "b.example", "c.example")
    assert heard.urls == []
    heard.end(sign, host)
    heard.end(REFUSED, "d.example")
    assert heard.urls == [f"https://{name}/" for name in ("b.example", "c.example", host, "d.example")]
    assert heard.network.delivered == 4
    assert not heard.is_offline()
    assert len(heard.urls) == 4


@pytest.mark.parametrize("portal", [LOGIN, CERTIFICATE, PAGE, Answer(status=511)])
def test_two_hosts_that_answer_differently_are_a_sign_of_a_network(portal: Answer) -> None:
    heard = Heard()
    heard.end(portal, "a.example", "b.example")
    assert heard.urls == []
    heard.end(Answer(status=200, media_type="text/html", length=99), "c.example")
    assert len(heard.urls) == 3


@pytest.mark.parametrize("portal", [LOGIN, CERTIFICATE, PAGE, Answer(status=511)])
def test_a_network_that_answers_for_every_host_is_none(portal: Answer) -> None:
    heard = Heard(Known(GOOD, portal))
    heard.end(portal, "a.example", "b.example")
    assert heard.is_offline()
    assert heard.network.offline_reason == SAME_ANSWER
    assert heard.urls == []


@pytest.mark.parametrize("portal", [LOGIN, CERTIFICATE, PAGE, Answer(status=511)])
@pytest.mark.parametrize("known", [Known(GOOD), Known(GOOD, NO_DNS), Known({})])
def test_hosts_of_one_owner_that_answer_alike_are_judged(portal: Answer, known: Known) -> None:
    heard = Heard(known)
    heard.end(portal, "a.example", "b.example")
    assert not heard.is_offline()
    assert len(heard.urls) == 2


def test_the_page_of_a_single_host_needs_no_request_to_another() -> None:
    known = Known(GOOD, PAGE)
    heard = Heard(known)
    heard.end(PAGE, "a.example")
    assert not heard.is_offline()
    assert known.asked == ["addresses"]


def test_redirects_of_a_single_host_to_another_are_compared() -> None:
    heard = Heard(Known(GOOD, LOGIN))
    heard.end(LOGIN, "a.example")
    assert heard.is_offline()
    heard = Heard(Known(GOOD))
    heard.end(LOGIN, "a.example")
    assert not heard.is_offline()


def test_names_with_different_addresses_are_a_sign_once_one_answers() -> None:
    heard = Heard()
    heard.network.host_resolved("a.example", ["1.0.0.1"])
    heard.end(OK, "a.example")
    assert heard.urls == []
    heard.network.host_resolved("b.example", ["2.0.0.2"])
    assert heard.urls == ["https://a.example/"]


@pytest.mark.parametrize(
    ("known", "is_offline"),
    [
        ({"one.example": ("9.0.0.9",), "two.example": ("9.0.0.9",)}, True),
        ({"one.example": ("8.0.0.8",), "two.example": ("8.0.0.8",)}, False),
        ({"one.example": ("9.0.0.9",), "two.example": ("8.0.0.8",)}, False),
        ({"one.example": ("9.0.0.9",)}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("answer", [OK, REFUSED, Answer(status=404)])
def test_one_address_for_every_name_is_no_network(
    known: dict[str, tuple[str, ...]], is_offline: bool, answer: Answer
) -> None:
    heard = Heard(Known(known))
    heard.network.host_resolved("a.example", ["9.0.0.9"])
    heard.end(answer, "a.example")
    assert heard.is_offline() is is_offline
    assert heard.network.offline_reason == (SAME_ADDRESS if is_offline else None)
    assert len(heard.urls) == (not is_offline)


@pytest.mark.parametrize("host", ["localhost", "8.8.8.8"])
def test_an_address_and_a_private_name_say_nothing_about_the_resolver(host: str) -> None:
    heard = Heard()
    heard.end(NO_DNS, "b.example")
    heard.network.host_resolved(host, ["1.0.0.1"])
    assert heard.urls == []
    assert heard.is_offline()


@pytest.mark.parametrize("answer", [NO_NAME, NO_DNS, PRIVATE])
@pytest.mark.parametrize("count", [1, 3])
def test_that_no_name_resolves_is_believed_once_a_known_one_does(answer: Answer, count: int) -> None:
    hosts = [f"h{number}.example" for number in range(count)]
    heard = Heard()
    heard.end(answer, *hosts)
    assert heard.is_offline()
    assert heard.network.offline_reason == NOTHING_REACHED
    assert heard.urls == []
    heard = Heard(Known({"one.example": ("1.0.0.1",)}))
    heard.end(answer, *hosts)
    assert not heard.is_offline()
    assert len(heard.urls) == count


@pytest.mark.parametrize("answering", ["127.0.0.1", "localhost", "8.8.8.8", "10.0.0.1"])
def test_an_address_that_answers_does_not_show_that_names_are_resolved(answering: str) -> None:
    heard = Heard()
    heard.end(OK, answering)
    heard.end(NO_NAME, "a.example", "b.example")
    heard.end(NO_DNS, "c.example")
    assert heard.is_offline()
    assert heard.network.offline_reason == NO_NAMES
    assert heard.urls == [f"https://{answering}/", "https://c.example/"]
    for known in (Known({}), Known(GOOD)):
        heard = Heard(known)
        heard.end(NO_NAME, "a.example")
        heard.end(OK, answering)
        assert heard.urls == [f"https://{answering}/"]
        if not known.addresses():
            heard.network.host_resolved("b.example", ["2.0.0.2"])
        assert not heard.is_offline()
        assert heard.urls == [f"https://{answering}/", "https://a.example/"]


def test_where_names_are_known_to_be_resolved_none_is_asked_for() -> None:
    known = Known({})
    heard = Heard(known)
    heard.network.set_online(has_names=True)
    heard.end(NO_NAME, "a.example")
    assert not heard.is_offline()
    assert (heard.urls, known.asked) == (["https://a.example/"], [])


def test_known_names_are_asked_only_in_doubt() -> None:
    known = Known(GOOD)
    heard = Heard(known)
    heard.network.host_resolved("a.example", ["1.0.0.1"])
    heard.network.host_resolved("b.example", ["2.0.0.2"])
    heard.end(NO_NAME, "c.example")
    heard.end(OK, "a.example")
    heard.end(Answer(status=404), "b.example")
    assert not heard.is_offline()
    assert known.asked == []


def test_few_answers_are_held_back() -> None:
    heard = Heard(Known(GOOD))
    heard.network.host_resolved("a.example", ["9.0.0.9"])
    for _ in range(MAX_HELD_BACK - 1):
        heard.end(OK, "a.example")
        assert not heard.network.is_due
    heard.end(OK, "a.example")
    assert heard.network.is_due
    assert heard.urls == []
    heard.network.decide()
    assert len(heard.urls) == MAX_HELD_BACK
    assert not heard.network.is_due


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "192.168.0.1", "localhost", "a.localhost"])
def test_a_run_over_private_hosts_is_one_like_any_other(host: str) -> None:
    heard = Heard()
    heard.end(REFUSED, host)
    assert not heard.is_offline()
    assert heard.urls == [f"https://{host}/"]


@pytest.mark.parametrize("answer", [Answer(failure=Failure.INVALID_URL), Answer(failure=Failure.GIVEN_UP)])
def test_what_needs_no_network_is_no_sign_of_a_missing_one(answer: Answer) -> None:
    heard = Heard()
    heard.end(answer, "a.example")
    assert not heard.is_offline()
    assert heard.urls == ["https://a.example/"]


@pytest.mark.parametrize("answer", [NO_DNS, NO_NAME, REFUSED])
def test_a_run_need_not_go_on_when_a_hundred_public_hosts_have_failed(answer: Answer) -> None:
    heard = Heard()
    heard.end(answer, *(f"h{number}.example" for number in range(MAX_FAILED_HOSTS - 1)))
    heard.end(answer, "h1.example", "127.0.0.1")
    assert not heard.network.is_due
    heard.end(answer, "last.example")
    assert heard.network.is_due
    assert heard.is_offline()
    assert heard.urls == []


def test_failures_after_the_first_sign_are_failures() -> None:
    heard = Heard()
    heard.end(Answer(status=200), "a.example")
    heard.end(NO_DNS, *(f"h{number}.example" for number in range(MAX_FAILED_HOSTS)))
    assert not heard.network.is_due
    assert not heard.is_offline()
    assert len(heard.urls) == MAX_FAILED_HOSTS + 1
