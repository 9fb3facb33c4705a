"""The client of the verification: one request, with what the response says of a feed.

It follows redirects, vets addresses and keeps to deadlines as the link check does, with the same
modules; :mod:`feedpub.links.run.engine` calls it, and limits how much a host is asked. The hosts
that the owner of the site has chosen (of the verified URL, of ``site.base_url`` and of the hub) may
have any address; others only public ones and those of ``check.allow_private``.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from feedpub.core.urls import UrlError, normalize
from feedpub.delivery.verify.content import facts_of, is_html
from feedpub.delivery.verify.model import ContentFacts, ContentState, ExpectedFeed, FeedAnswer, FeedRequest, Purpose
from feedpub.delivery.verify.reader_agents import READER_AGENTS
from feedpub.links.fetch.redirects import RedirectFollower, RedirectResult, RequestPlan
from feedpub.links.fetch.robots import MOST_BYTES, Robots
from feedpub.links.model import Answer, Failure, LinkTarget
from feedpub.links.net import cloudflare, response_headers
from feedpub.links.net.addresses import IPNetwork
from feedpub.links.net.failures import TransportError
from feedpub.links.net.resolver import Resolution, Resolver, system_addresses
from feedpub.links.net.routes import EVERYWHERE, Router
from feedpub.links.net.session import CheckSession, Response
from feedpub.links.settings import SettingsByHost

MOST_PAGE = 5_000_000
"""The maximum number of bytes that are read of a page or a list of feeds."""
_MOST_OTHER = 16 * 1024
"""The same of a response whose first bytes are enough."""
_MARGIN = 1_000_000
"""The number of bytes that are read beyond the size of the expected feed."""

_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"
_METHODS = {Purpose.HEAD: "HEAD"}
_COMPARED = (Purpose.FEED, Purpose.READER)


class PublicClient:
    """A :class:`~feedpub.links.model.Fetch` of requests for the files in ``output``.

    ``chosen_hosts`` may have any address. Tests pass a ``context`` with their own certificate
    authority, and a ``resolve`` with their own host names.
    """

    def __init__(
        self,
        settings: SettingsByHost,
        output: Path,
        chosen_hosts: Iterable[str],
        *,
        context: ssl.SSLContext | None = None,
        resolve: Callable[[str], Iterable[str]] = system_addresses,
    ) -> None:
        chosen = frozenset(chosen_hosts)

        def allowed_for(host: str) -> Sequence[IPNetwork]:
            return EVERYWHERE if host in chosen else settings.settings_for(host).allow_private

        self._settings = settings
        self._output = output
        self._session = CheckSession(context)
        self._router = Router(settings, Resolver(allowed_for, resolve=resolve))
        self._robots = Robots()

    def resolve(self, host: str) -> Future[Resolution]:
        """Begin to resolve ``host``, so that no thread has to wait for it later."""
        return self._router.resolve(host)

    def close(self) -> None:
        """Close the idle connections, and end the resolver's threads."""
        self._router.close()
        self._session.close()

    def __call__(self, target: LinkTarget, *, keep_alive: bool) -> Answer:
        """Send the request ``target``, a :class:`FeedRequest`, and return the answer."""
        if not isinstance(target, FeedRequest):
            raise TypeError("only a FeedRequest can be sent")
        try:
            url = normalize(target.url)
        except UrlError as error:
            return FeedAnswer(failure=Failure.INVALID_URL, message=str(error))
        follower = RedirectFollower(self._session, self._router, self._settings, self._robots, keep_alive=keep_alive)
        try:
            result = follower.follow(_plan_of(target), url)
            try:
                return self._answer(target, result, follower)
            finally:
                result.finish()
        finally:
            follower.close()

    def _answer(self, request: FeedRequest, result: RedirectResult, follower: RedirectFollower) -> FeedAnswer:
        response, hops = result.response, tuple(result.hops)
        if response is None:
            error = result.error or TransportError(Failure.PROTOCOL, "no answer")
            return FeedAnswer(failure=error.failure, message=str(error), hops=hops, final_url=result.url)
        body, cut = response.page(self._limit(request, response))
        content = None
        if request.feed is not None and request.purpose in _COMPARED and response.status_code == 200:
            content = self._facts(request.feed, response, body)
        elif cut is not None and response.status_code == 200:
            return FeedAnswer(failure=cut.failure, message=str(cut), hops=hops, final_url=result.url)
        first, media_type = response.first, response_headers.media_type(response.first("Content-Type"))
        return FeedAnswer(
            status=response.status_code,
            hops=hops,
            final_url=result.url,
            retry_after=response_headers.retry_after(first("Retry-After"), first("Date"), datetime.now(UTC)),
            is_challenge=first("cf-mitigated") is not None or cloudflare.is_challenge(response.status_code, body),
            media_type=media_type,
            headers={name.lower(): ", ".join(response.raw.headers.getlist(name)) for name in response.raw.headers},
            content=content,
            is_html=bool(body) and is_html(body, media_type),
            body=body if request.purpose in (Purpose.PAGE, Purpose.ROBOTS) else b"",
            elapsed=follower.elapsed,
        )

    def _limit(self, request: FeedRequest, response: Response) -> int:
        if response.status_code != 200:
            return _MOST_OTHER
        if request.purpose is Purpose.ROBOTS:
            return MOST_BYTES
        if request.purpose is Purpose.PAGE:
            return MOST_PAGE
        if request.feed is None or request.purpose not in _COMPARED:
            return _MOST_OTHER
        try:
            return (self._output / request.feed.path).stat().st_size + _MARGIN
        except OSError:
            return MOST_PAGE

    def _facts(self, feed: ExpectedFeed, response: Response, body: bytes) -> ContentFacts:
        """Return the facts of ``body``; one that broke off is compared as far as it came."""
        try:
            path = self._output / feed.path
            file, written = path.read_bytes(), path.stat().st_mtime
        except OSError:
            file, written = None, None
        modified = _timestamp(response.first("Last-Modified"))
        newer_by = modified - written if modified is not None and written is not None else None
        facts = facts_of(body, feed.format, feed.digest, file, newer_by)
        if is_html(body, None) and facts.state is not ContentState.SAME:
            return ContentFacts(state=ContentState.HTML, size=len(body))
        age = max(time.time() - written, 0.0) if written is not None else None
        return ContentFacts(state=facts.state, size=facts.size, self_url=facts.self_url, hubs=facts.hubs, file_age=age)


def _plan_of(request: FeedRequest) -> RequestPlan:
    # Readers ask for gzip, so that both compressed copies of a feed are compared.
    coding = "gzip" if request.reader else "gzip, br"
    return RequestPlan(
        method=_METHODS.get(request.purpose, "GET"),
        headers={"Accept": _ACCEPT, "Accept-Encoding": coding, **dict(request.validators)},
        user_agent=READER_AGENTS[request.reader] if request.reader else None,
        obeys_robots=False,  # it is for crawlers; the owner asks, as subscribers would
    )


def _timestamp(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text or "").timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
