"""Detection of a missing network. Without a network, every link would look dead.

Answers are held back until the first sign of a network:

- a connection to a loopback or private host, whatever its result;
- answers of public hosts that no single server gives: to names with different addresses, and
  either from hosts that answer differently, or in a form that says too little to compare.

A network that wants a login first (a captive portal) answers for every host: with its own address
for every name, with a redirect to its page, with that page, or with its own certificate. So a run
whose answers are all the same is in doubt. So is one in which no name exists: in a sandbox, a
resolver may say that of every name.

In doubt, well-known names decide (``check.known_names``): if they resolve, to different addresses,
and their servers do not give the same answer as all others, there is a network. They are asked when
the run ends, when a hundred public hosts have failed, or when twenty answers are held back.

Failures of loopback and private hosts say nothing about the network. A run over such hosts alone is
an ordinary run. But their answers, and those of public addresses, say nothing about the resolver:
where no name was resolved, a name does not exist only if a well-known one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from ipaddress import ip_address
from typing import Protocol

from feedpub.links.model import Answer, Failure, LinkTarget
from feedpub.links.schedule.host import FinishedTarget
from feedpub.links.schedule.politeness import host_of, shows_network

MAX_FAILED_HOSTS = 100
"""The number of failed public hosts, without a sign of a network, after which names are asked."""
MAX_HELD_BACK = 20
"""The number of answers of public servers that are held back before the well-known names decide."""

NOTHING_REACHED = "no host could be resolved or reached"
NO_NAMES = "a resolver says of every name that it does not exist"
SAME_ADDRESS = "every name has the same address, as on a network that wants a login first"
SAME_ANSWER = "every host gives the same answer, as on a network that wants a login first"

_NAME_FAILURES = frozenset((Failure.DNS, Failure.NO_SUCH_NAME, Failure.REFUSED_ADDRESS))
_NO_NETWORK_FAILURES = _NAME_FAILURES | {Failure.CONNECT}
# RFC 6585 section 6: Network Authentication Required.
_LOGIN_STATUS = 511

Face = tuple[object, ...]
"""The part of an answer that a captive portal gives for every host alike."""


class KnownNames(Protocol):
    """The well-known names that decide in doubt."""

    def addresses(self) -> Mapping[str, tuple[str, ...]]:
        """Return the addresses of each name that resolves to public or allowed ones."""

    def fetch(self, name: str, target: LinkTarget) -> tuple[str, Answer]:
        """Return a URL of ``name``, like that of ``target``, and the answer to it."""


class OnlineDetector:
    """A detector that passes answers to ``on_answers`` once there is a network."""

    def __init__(self, on_answers: Callable[[Sequence[FinishedTarget]], None], known_names: KnownNames) -> None:
        self.delivered = 0
        """The number of answers that were passed on."""
        self.offline_reason: str | None = None
        """Why there is no network; None if there is one, or if that is not known yet."""
        self._is_online = False
        self._has_names = False
        """True if a name was resolved."""
        self._addresses: dict[str, frozenset[str]] = {}
        """The addresses of public names."""
        self._faces: dict[str, tuple[LinkTarget, Face | None]] = {}
        """The last target of each public host that answered, with the face of its answer."""
        self._failed_hosts: dict[str, Failure] = {}
        self._held_back: list[FinishedTarget] = []
        self._on_answers = on_answers
        self._known_names = known_names

    @property
    def is_due(self) -> bool:
        """True if :meth:`decide` has to be called before the end of the run."""
        is_full = len(self._faces) > 0 and len(self._held_back) >= MAX_HELD_BACK
        return not self._is_online and (is_full or len(self._failed_hosts) >= MAX_FAILED_HOSTS)

    def host_resolved(self, host: str, addresses: Iterable[str]) -> None:
        """Record that ``host`` has ``addresses``."""
        if is_public_name(host):
            self._name_found()
            if not self._is_online:
                self._addresses[host] = frozenset(addresses)
                self._look_for_sign()

    def answer_received(self, target: LinkTarget, answer: Answer) -> None:
        """Record any answer, also one that is followed by a retry."""
        if not shows_network(answer):
            return
        host = host_of(target.url)
        if is_public_name(host):
            self._name_found()
        if self._is_online:
            return
        if _is_public(host):
            self._faces[host] = target, face_of(target.url, answer)
            self._look_for_sign()
        else:
            self.set_online()

    def deliver(self, finished: Sequence[FinishedTarget]) -> None:
        """Pass on the answers of ``finished``, or hold them back."""
        if self._is_online:
            waiting = [] if self._has_names else [result for result in finished if _has_no_name(result)]
            if waiting:
                self._held_back += waiting
                finished = [result for result in finished if not _has_no_name(result)]
            if finished:
                self._on_answers(finished)
                self.delivered += len(finished)
            return
        for result in finished:
            self._held_back.append(result)
            host, failure = host_of(result.target.url), result.answer.failure
            if failure in _NO_NETWORK_FAILURES and _is_public(host) and not result.answer.hops:
                self._failed_hosts[host] = failure

    def decide(self) -> None:
        """Find out whether there is a network, and pass on the answers if there is one."""
        if not self._is_online and self.offline_reason is None:
            self.offline_reason = self._doubt()
            if self.offline_reason is None:
                self.set_online()
        if self._is_online and self._held_back:
            if self._known_names.addresses():
                self._name_found()
            else:
                self.offline_reason = NO_NAMES

    def set_online(self, *, has_names: bool = False) -> None:
        """Record that there is a network, and pass on the answers that were held back.

        Those about names that do not exist stay until a name is resolved. With ``has_names``, it is
        known that names are.
        """
        self._is_online = True
        self._has_names |= has_names
        self._failed_hosts.clear()
        self._faces.clear()
        self._addresses.clear()
        self._release()

    def _name_found(self) -> None:
        """Record that a name was resolved, and pass on the answers that waited for that."""
        if not self._has_names:
            self._has_names = True
            if self._is_online:
                self._release()

    def _release(self) -> None:
        held_back, self._held_back = self._held_back, []
        self.deliver(held_back)

    def _look_for_sign(self) -> None:
        """Go online if the answers are not those of a single server."""
        faces = [face for _, face in self._faces.values()]
        is_one_server = len(set(self._addresses.values())) == 1
        if faces and not is_one_server and (None in faces or len(set(faces)) > 1):
            self.set_online()

    def _doubt(self) -> str | None:
        """Return why there is no network, by the well-known names; None if there is one."""
        if not self._faces and not self._addresses:
            is_by_name = any(failure in _NAME_FAILURES for failure in self._failed_hosts.values())
            self._has_names = is_by_name and bool(self._known_names.addresses())
            return None if self._has_names or not self._failed_hosts else NOTHING_REACHED
        known = self._known_names.addresses()
        addresses = {frozenset(each) for each in known.values()}
        # Two well-known names belong to two operators, who share no server.
        if len(known) > 1 and len(addresses) == 1 and addresses >= set(self._addresses.values()):
            return SAME_ADDRESS
        return SAME_ANSWER if self._is_same_answer(known) else None

    def _is_same_answer(self, known: Iterable[str]) -> bool:
        """Return whether a well-known server gives the only answer that there was, too."""
        name = next((name for name in known if name not in self._faces), None)
        target, face = next(iter(self._faces.values()), (None, None))
        is_same = all(other == face for _, other in self._faces.values())
        if name is None or target is None or face is None or not is_same:
            return False
        if len(self._faces) == 1 and face[0] == "page":
            return False  # one page of one host says nothing about others
        return face_of(*self._known_names.fetch(name, target)) == face


def face_of(url: str, answer: Answer) -> Face | None:
    """Return what two answers of a captive portal have in common; None if ``answer`` has nothing.

    ``url`` is that of the link.
    """
    if answer.hops:
        host = host_of(answer.hops[-1].url)
        if host.removeprefix("www.") != host_of(url).removeprefix("www."):
            return "to", host
    if answer.failure in (Failure.CERTIFICATE, Failure.AUTHORITY):
        return ("certificate",)
    if answer.status == _LOGIN_STATUS:
        return "status", _LOGIN_STATUS
    if answer.failure is None and answer.page is not None:
        return "page", answer.page
    if answer.failure is None and answer.status == 200 and answer.media_type and answer.length:
        return "page", answer.media_type, answer.length
    return None


def _has_no_name(result: FinishedTarget) -> bool:
    return result.answer.failure is Failure.NO_SUCH_NAME


def is_public_name(host: str) -> bool:
    """Return whether ``host`` is a name for a resolver: no address, and not the machine itself."""
    return _is_public(host) and not _is_address(host)


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
