"""One hub, told of one topic at a time.

WebSub leaves open how a publisher tells its hub (https://www.w3.org/TR/websub/#publishing); hubs take the ping of
PubSubHubbub 0.4 (https://pubsubhubbub.github.io/PubSubHubbub/pubsubhubbub-core-0.4.html#publishing): a form with
``hub.mode=publish`` and the topic, which some look for in ``hub.url`` and others in ``hub.topic``. Both are sent.

The connection is that of the link check, :mod:`feedpub.links.net.session`: one deadline covers every byte. To tell a hub
twice does no harm, so a ping is repeated as freely as a GET. A redirect is not followed.

Which topics there are, and what is remembered, is said elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import Enum
from http import HTTPStatus
from itertools import count
from random import Random
from urllib.parse import urlencode

import msgspec
from requests.structures import CaseInsensitiveDict

from feedpub.core.errors import printable, quoted
from feedpub.links.model import Answer, Failure
from feedpub.links.net import response_headers
from feedpub.links.net.deadline import Deadline, DeadlineError
from feedpub.links.net.failures import TransportError
from feedpub.links.net.resolver import Resolver, system_addresses
from feedpub.links.net.routes import EVERYWHERE, Router
from feedpub.links.net.session import Call, CheckSession, RequestTerms, Response
from feedpub.links.schedule.politeness import Politeness, backoff, host_of, is_final, pause_of
from feedpub.links.settings import SettingsByHost

_MOST_BODY = 2000
_LONGEST_REASON = 120
_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}


class HubOutcome(Enum):
    """What became of telling a hub."""

    TOLD = "told"
    REFUSED = "refused"
    """It answered, but not with a 2xx."""
    NO_ANSWER = "no answer"


class HubReply(msgspec.Struct, frozen=True):
    """What a hub made of one topic."""

    outcome: HubOutcome
    reason: str = ""
    """Why it was not told: printable, in a few words."""
    is_about_topic: bool = True
    """Whether another topic may well fare better: it was told, or refused with a 4xx."""


class Hub:
    """The hub at ``url``; safe to use from many threads. It is asked as ``settings`` have it for its host: with what
    headers, by which proxy, with how many retries, and for how long, the retries included. It may be anywhere, because
    the owner has chosen it.

    ``sleep``, ``clock`` and ``resolve`` are for tests that have their own.
    """

    def __init__(
        self,
        url: str,
        settings: SettingsByHost,
        *,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        resolve: Callable[[str], Iterable[str]] = system_addresses,
    ) -> None:
        self.url = url
        self._settings = settings.settings_for(host_of(url))
        self._politeness = Politeness(retries=self._settings.retries)
        self._sleep = sleep
        self._clock = clock
        self._random = Random()  # noqa: S311  # who waits how long is no secret
        self._router = Router(settings, Resolver(lambda _: EVERYWHERE, resolve=resolve))
        self._session = CheckSession()

    @property
    def timeout(self) -> float:
        """Seconds for one topic, the retries included."""
        return self._settings.timeout

    def tell(self, topic: str) -> HubReply:
        """Tell it that the feed at the URL ``topic`` changed. Never raises for anything that a server does."""
        deadline = Deadline(self.timeout, self._clock)
        for failures in count(1):
            answer = self._ask(topic, deadline)
            wait = self._wait(answer, failures)
            if wait is None or deadline.elapsed() + wait >= self.timeout:
                break
            self._sleep(wait)
        return _reply(answer)

    def _wait(self, answer: Answer, failures: int) -> float | None:
        """Seconds until it is asked again; None where that would not help, or it was asked often enough."""
        pause = pause_of(answer, self._politeness)
        if failures > self._politeness.retries or (pause is None and is_final(answer, self._politeness)):
            return None
        return max(pause or 0.0, backoff(failures, self._random))

    def close(self) -> None:
        """Close what was kept, and let the threads end."""
        self._router.close()
        self._session.close()

    def _ask(self, topic: str, deadline: Deadline) -> Answer:
        form = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode()
        try:
            terms = RequestTerms(self._router.route(self.url, deadline.remaining()), deadline, keep_alive=True)
            headers = CaseInsensitiveDict({**self._settings.headers, **_HEADERS})
            arrival = self._session.call(Call("POST", self.url, headers, terms, form))
        except TransportError as error:
            return Answer(failure=error.failure, message=str(error))
        except DeadlineError:
            return Answer(failure=Failure.TIMEOUT, message="no answer in time")
        try:
            return self._answer(arrival)
        finally:
            arrival.finish()

    def _answer(self, arrival: Response) -> Answer:
        status, first = arrival.status_code, arrival.first
        retry_after = response_headers.retry_after(first("Retry-After"), first("Date"), datetime.now(UTC))
        location = first("Location") if status in response_headers.REDIRECTS else None
        if 200 <= status <= 299:
            return Answer(status=status)
        message = _redirect(self.url, location) if location else f"answers {status}: {_words(arrival)}"
        return Answer(status=status, message=message, retry_after=retry_after if status in (429, 503) else None)


def _reply(answer: Answer) -> HubReply:
    status = answer.status
    if status is None:
        return HubReply(HubOutcome.NO_ANSWER, answer.message, is_about_topic=False)
    if 200 <= status <= 299:
        return HubReply(HubOutcome.TOLD)
    return HubReply(
        HubOutcome.REFUSED, answer.message, is_about_topic=400 <= status <= 499 and status not in (408, 425, 429)
    )


def _redirect(url: str, location: str) -> str:
    """Where the hub wants us to go: whether that is the hub, too, is for the owner to decide."""
    try:
        target = response_headers.redirect_target(url, location)
    except TransportError as error:
        return str(error)
    return printable(f"redirects to {quoted(target, _LONGEST_REASON)}, which is not followed; is that the hub?")


def _words(arrival: Response) -> str:
    """The first line of what the hub says, unless it is a page; else what the status means."""
    body, _ = arrival.page(_MOST_BODY)
    lines = (line.strip() for line in body.decode("utf-8", "replace").splitlines())
    text = next(filter(None, lines), "")
    if not text or text.startswith("<"):
        known = {status.value: status.phrase for status in HTTPStatus}
        return known.get(arrival.status_code, "no reason")
    return printable(text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…")
