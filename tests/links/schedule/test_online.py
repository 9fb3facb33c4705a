"""Detection of a missing network."""

from __future__ import annotations

import pytest

from feedpub.links.model import Answer, Failure, Hop, LinkTarget
from feedpub.links.schedule.host import FinishedTarget
from feedpub.links.schedule.online import MAX_FAILED_HOSTS, OnlineDetector

NO_DNS = Answer(failure=Failure.DNS)
NO_NAME = Answer(failure=Failure.NO_SUCH_NAME)
REFUSED = Answer(failure=Failure.CONNECT)


class Heard:
    """A detector, and the URLs whose answers it passed on."""

    def __init__(self) -> None:
        self.urls: list[str] = []
        self.network = OnlineDetector(lambda target, answer, attempts: self.urls.append(target.url))

    def end(self, answer: Answer, *hosts: str) -> None:
        """Deliver ``answer`` as the last one to a link of each host."""
        for host in hosts:
            self.network.answer_received(answer)
            self.network.deliver([FinishedTarget(LinkTarget(url=f"https://{host}/"), answer, 1)])


@pytest.mark.parametrize("answers", [[NO_DNS], [REFUSED], [REFUSED, NO_DNS, Answer(failure=Failure.GIVEN_UP)]])
@pytest.mark.parametrize("host", ["a.example", "8.8.8.8", "2001:4860:4860::8888"])
def test_a_run_in_which_no_public_host_was_reached_delivers_nothing(answers: list[Answer], host: str) -> None:
    heard = Heard()
    for answer in answers:
        heard.end(answer, host if host[0] != "2" else f"[{host}]")
    assert heard.network.close()
    assert heard.urls == []
    assert heard.network.delivered == 0


@pytest.mark.parametrize(
    "sign",
    [
        *(Answer(status=status) for status in (200, 404, 429, 503)),
        *(
            Answer(failure=failure)
            for failure in (Failure.TIMEOUT, Failure.PROTOCOL, Failure.CERTIFICATE, Failure.TLS, Failure.LOOP)
        ),
        Answer(failure=Failure.CONNECT, hops=(Hop(301, "https://b.example/"),)),
        Answer(failure=Failure.NO_SUCH_NAME, hops=(Hop(301, "https://b.example/"),)),
        Answer(failure=Failure.REFUSED_ADDRESS, hops=(Hop(301, "https://b.example/"),)),
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
    assert not heard.network.close()
    assert len(heard.urls) == 4


@pytest.mark.parametrize(("host", "is_sign"), [("a.example", True), ("localhost", False), ("8.8.8.8", False)])
def test_a_public_name_that_resolves_is_a_sign_of_a_network(host: str, is_sign: bool) -> None:
    heard = Heard()
    heard.end(NO_DNS, "b.example")
    heard.network.host_resolved(host)
    assert heard.urls == ["https://b.example/"] * is_sign
    assert heard.network.close() is not is_sign


def test_that_names_do_not_exist_is_an_answer_of_a_resolver_that_works() -> None:
    heard = Heard()
    heard.end(NO_NAME, "a.example", "b.example")
    heard.end(NO_DNS, "c.example")
    assert not heard.network.close()
    assert len(heard.urls) == 3


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "192.168.0.1", "localhost", "a.localhost"])
def test_a_run_over_private_hosts_is_one_like_any_other(host: str) -> None:
    heard = Heard()
    heard.end(REFUSED, host)
    assert not heard.network.close()
    assert heard.urls == [f"https://{host}/"]


@pytest.mark.parametrize("answer", [Answer(failure=Failure.INVALID_URL), Answer(failure=Failure.REFUSED_ADDRESS)])
def test_what_needs_no_network_is_no_sign_of_a_missing_one(answer: Answer) -> None:
    heard = Heard()
    heard.end(answer, "a.example")
    assert not heard.network.close()
    assert heard.urls == ["https://a.example/"]


@pytest.mark.parametrize("answer", [NO_DNS, NO_NAME, REFUSED])
def test_a_run_need_not_go_on_when_a_hundred_public_hosts_have_failed(answer: Answer) -> None:
    heard = Heard()
    heard.end(answer, *(f"h{number}.example" for number in range(MAX_FAILED_HOSTS - 1)))
    heard.end(answer, "h1.example", "127.0.0.1")
    assert not heard.network.is_offline
    heard.end(answer, "last.example")
    assert heard.network.is_offline
    assert heard.network.close()
    assert heard.urls == []


def test_failures_after_the_first_sign_are_failures() -> None:
    heard = Heard()
    heard.end(Answer(status=200), "a.example")
    heard.end(NO_DNS, *(f"h{number}.example" for number in range(MAX_FAILED_HOSTS)))
    assert not heard.network.is_offline
    assert not heard.network.close()
    assert len(heard.urls) == MAX_FAILED_HOSTS + 1
