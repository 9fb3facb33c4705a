"""Detection of a missing network. Without a network, every link would look dead.

Answers are held back until the first sign of a network: a connection to some host, whatever its
result, or a public name with addresses. If a run ends without a sign, there is no network if a
public host could not be resolved for now, or not be connected to. Names that do not exist are a
different case: a resolver that works says so.

There is no network either after such failures of a hundred public hosts. (Without a network, some
systems say of every name that it does not exist.) The run then ends, so at most the answers of
these hosts are held back.

Failures of loopback and private hosts say nothing about the network, but a connection to them is a
sign of one. A run over such hosts alone is an ordinary run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address

from feedpub.links.model import Answer, Failure, LinkTarget
from feedpub.links.schedule.host import FinishedTarget
from feedpub.links.schedule.politeness import host_of, shows_network

MAX_FAILED_HOSTS = 100
"""The number of failed public hosts, without a sign of a network, that ends the run."""

_NO_NETWORK_FAILURES = frozenset((Failure.DNS, Failure.CONNECT, Failure.NO_SUCH_NAME))


class OnlineDetector:
    """A detector that passes answers to ``on_answer`` once there is a network."""

    def __init__(self, on_answer: Callable[[LinkTarget, Answer, int], None]) -> None:
        self.delivered = 0
        """The number of answers that were passed on."""
        self.is_offline = False
        """True if so many hosts failed that there is no network."""
        self._is_online = False
        self._has_missing_name = False
        self._failed_hosts: set[str] = set()
        self._held_back: list[FinishedTarget] = []
        self._on_answer = on_answer

    def host_resolved(self, host: str) -> None:
        """Record that ``host`` has addresses."""
        if not self._is_online and _is_public(host) and not _is_address(host):
            self.set_online()

    def answer_received(self, answer: Answer) -> None:
        """Record any answer, also one that is followed by a retry."""
        if not self._is_online and shows_network(answer):
            self.set_online()

    def deliver(self, finished: Iterable[FinishedTarget]) -> None:
        """Pass on the answers of ``finished``, or hold them back."""
        if self._is_online:
            for target, answer, attempts in finished:
                self._on_answer(target, answer, attempts)
                self.delivered += 1
            return
        for result in finished:
            self._held_back.append(result)
            host = host_of(result.target.url)
            if result.answer.failure in _NO_NETWORK_FAILURES and _is_public(host):
                self._failed_hosts.add(host)
                self._has_missing_name |= result.answer.failure is Failure.NO_SUCH_NAME
        self.is_offline = len(self._failed_hosts) >= MAX_FAILED_HOSTS

    def close(self) -> bool:
        """Return True if there is no network. Otherwise pass on the answers that are held back."""
        if self.is_offline or (self._failed_hosts and not self._has_missing_name):
            return True
        self.set_online()
        return False

    def set_online(self) -> None:
        """Record that there is a network, and pass on the answers that were held back."""
        self._is_online, self.is_offline = True, False
        held_back, self._held_back = self._held_back, []
        self._failed_hosts.clear()
        self.deliver(held_back)


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")  # RFC 6761 section 6.3


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
