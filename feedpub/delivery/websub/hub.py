"""One hub, and one notification about a feed's URL.

WebSub leaves open how a publisher notifies its hub (https://www.w3.org/TR/websub/#publishing).
Hubs accept the ping of PubSubHubbub 0.4
(https://pubsubhubbub.github.io/PubSubHubbub/pubsubhubbub-core-0.4.html#publishing): a form with
``hub.mode=publish`` and the feed's URL, which some hubs expect in ``hub.url`` and others in
``hub.topic``. The form has both.

The connection is that of the link check, :mod:`feedpub.links.net.session`: one deadline covers
every byte. A second notification is harmless, so a ping is repeated as freely as a GET. Redirects
are not followed. :mod:`feedpub.delivery.websub.pinging` selects the feeds and records the result.
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
    """The result of a notification."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """The hub answered, but not with a 2xx."""
    NO_ANSWER = "no answer"


class HubReply(msgspec.Struct, frozen=True):
    """The hub's reply to the notification about one feed."""

    outcome: HubOutcome
    reason: str = ""
    """Why the notification failed: printable, in a few words."""
    is_about_feed: bool = True
    """True if another feed may succeed: the hub accepted this one, or refused it with a 4xx."""


class Hub:
    """The hub at ``url``; safe to use from many threads.

    ``settings`` have the proxy, the retries and the time-out for its host, and the headers for its
    origin. The hub may have any address, also a private one, because the owner of the site has
    chosen it.

    ``sleep``, ``clock`` and ``resolve`` are parameters for tests.
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
        self._headers = CaseInsensitiveDict({**settings.headers_for(url), **_HEADERS})
        self._politeness = Politeness(retries=self._settings.retries)
        self._sleep = sleep
        self._clock = clock
        self._random = Random()  # noqa: S311  # pauses are no secret
        self._router = Router(settings, Resolver(lambda _: EVERYWHERE, resolve=resolve))
        self._session = CheckSession()

    @property
    def timeout(self) -> float:
        """The seconds for one notification, the retries included."""
        return self._settings.timeout

    def notify(self, feed_url: str) -> HubReply:
        """Notify the hub that the feed at ``feed_url`` changed. Errors of the hub are replies."""
        deadline = Deadline(self.timeout, self._clock)
        for failures in count(1):
            answer = self._post(feed_url, deadline)
            wait = self._wait(answer, failures)
            if wait is None or deadline.elapsed() + wait >= self.timeout:
                break
            self._sleep(wait)
        return _reply(answer)

    def _wait(self, answer: Answer, failures: int) -> float | None:
        """Return the seconds until the next attempt; None if there is no further attempt."""
        pause = pause_of(answer, self._politeness)
        if failures > self._politeness.retries or (pause is None and is_final(answer, self._politeness)):
            return None
        return max(pause or 0.0, backoff(failures, self._random))

    def close(self) -> None:
        """Close the idle connections and end the resolver's threads."""
        self._router.close()
        self._session.close()

    def _post(self, feed_url: str, deadline: Deadline) -> Answer:
        form = urlencode({"hub.mode": "publish", "hub.url": feed_url, "hub.topic": feed_url}).encode()
        try:
            terms = RequestTerms(self._router.route(self.url, deadline.remaining()), deadline, keep_alive=True)
            response = self._session.call(Call("POST", self.url, self._headers.copy(), terms, form))
        except TransportError as error:
            return Answer(failure=error.failure, message=str(error))
        except DeadlineError:
            return Answer(failure=Failure.TIMEOUT, message="no answer in time")
        try:
            return self._answer(response)
        finally:
            response.finish()

    def _answer(self, response: Response) -> Answer:
        status, first = response.status_code, response.first
        retry_after = response_headers.retry_after(first("Retry-After"), first("Date"), datetime.now(UTC))
        location = first("Location") if status in response_headers.REDIRECTS else None
        if 200 <= status <= 299:
            return Answer(status=status)
        message = _redirect(self.url, location) if location else f"answers {status}: {_reason(response)}"
        return Answer(status=status, message=message, retry_after=retry_after if status in (429, 503) else None)


def _reply(answer: Answer) -> HubReply:
    status = answer.status
    if status is None:
        return HubReply(HubOutcome.NO_ANSWER, answer.message, is_about_feed=False)
    if 200 <= status <= 299:
        return HubReply(HubOutcome.ACCEPTED)
    return HubReply(
        HubOutcome.REFUSED, answer.message, is_about_feed=400 <= status <= 499 and status not in (408, 425, 429)
    )


def _redirect(url: str, location: str) -> str:
    """Return a message with the target: the owner decides whether that is the hub's new URL."""
    try:
        target = response_headers.redirect_target(url, location)
    except TransportError as error:
        return str(error)
    return printable(f"redirects to {quoted(target, _LONGEST_REASON)}, which is not followed; is that the hub?")


def _reason(response: Response) -> str:
    """Return the first line of the hub's answer; the status's phrase if it is empty or a page."""
    body, _ = response.page(_MOST_BODY)
    lines = (line.strip() for line in body.decode("utf-8", "replace").splitlines())
    text = next(filter(None, lines), "")
    if not text or text.startswith("<"):
        phrases = {status.value: status.phrase for status in HTTPStatus}
        return phrases.get(response.status_code, "no reason")
    return printable(text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…")
