"""Whether there is a network at all: without one every link would look dead, and none is.

Answers are held back until the first sign of one: a host was connected to, whatever became of it, or a public name has
addresses. Where the run ends without a sign, there is no network if a public host could not be resolved for now, or not
be connected to; that names do not exist is an answer of a resolver that works. Where a hundred public hosts have failed
in any of these ways, there is none either (some systems without a network say of every name that it does not exist),
and the run need not go on: so no more is held back than the links of these hosts.

Loopback and private hosts are no sign of a missing network, and as good as others as a sign of one: a run over them
alone is a run like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address

from feedpub.links.model import Answer, Failure, LinkTarget
from feedpub.links.schedule.politeness import host_of, shows_a_network
from feedpub.links.schedule.scheduler import Ended

HOSTS = 100
"""Public hosts that may fail before there is a sign of a network."""

_SIGNLESS = frozenset((Failure.DNS, Failure.CONNECT, Failure.NO_SUCH_NAME))


class OnlineDetector:
    """Passes answers on to ``on_answer`` once there is a network."""

    def __init__(self, on_answer: Callable[[LinkTarget, Answer, int], None]) -> None:
        self.delivered = 0
        self.is_missed = False
        """Whether so many hosts failed that there can be none."""
        self._is_there = False
        self._has_missing_name = False
        self._failed: set[str] = set()
        self._held: list[Ended] = []
        self._on_answer = on_answer

    def resolved(self, host: str) -> None:
        """Take note that ``host`` has addresses."""
        if not self._is_there and _is_public(host) and not _is_address(host):
            self.found()

    def answered(self, answer: Answer) -> None:
        """Take note of any answer, also of one that is not the last."""
        if not self._is_there and shows_a_network(answer):
            self.found()

    def deliver(self, ended: Iterable[Ended]) -> None:
        """Pass on, or hold back, what ended."""
        if self._is_there:
            for target, answer, attempts in ended:
                self._on_answer(target, answer, attempts)
                self.delivered += 1
            return
        for each in ended:
            self._held.append(each)
            host = host_of(each.target.url)
            if each.answer.failure in _SIGNLESS and _is_public(host):
                self._failed.add(host)
                self._has_missing_name |= each.answer.failure is Failure.NO_SUCH_NAME
        self.is_missed = len(self._failed) >= HOSTS

    def close(self) -> bool:
        """Whether there is no network, when all is said. If there is, what is still held back is passed on."""
        if self.is_missed or (self._failed and not self._has_missing_name):
            return True
        self.found()
        return False

    def found(self) -> None:
        """Take note of a sign, and pass on what was held back."""
        self._is_there, self.is_missed = True, False
        held, self._held = self._held, []
        self._failed.clear()
        self.deliver(held)


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
