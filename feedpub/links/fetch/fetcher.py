"""The fetch of one link: HEAD, then GET where HEAD is not enough, and the values of the response.

HEAD is the cheapest request for a server, but some servers refuse it, break off or answer it
wrongly. In these cases the response to GET counts. A page whose body is needed is fetched with
GET at once. Of a body, only the necessary bytes are read, at most one megabyte.

RFC 9110 sections 9.3.1 (GET), 9.3.2 (HEAD), 14.2 (Range). :mod:`feedpub.links.judge.verdicts`
judges the answers; :mod:`feedpub.links.schedule.scheduler` decides on further attempts and their
times.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import UTC, datetime
from http import HTTPStatus

import msgspec

from feedpub.core import urls
from feedpub.core.errors import printable
from feedpub.links.fetch.redirects import RedirectFollower, RedirectResult, RequestPlan
from feedpub.links.fetch.robots import Robots
from feedpub.links.judge.amp import read_amp_page
from feedpub.links.judge.soft import is_read, is_there, missing_fragments, most_bytes, read_page, sends_on
from feedpub.links.model import AmpPage, Answer, Failure, Hop, LinkTarget, PageFacts, PageSign
from feedpub.links.net import cloudflare, response_headers
from feedpub.links.net.failures import TransportError
from feedpub.links.net.resolver import Resolution, Resolver, system_addresses
from feedpub.links.net.response_headers import REDIRECTS, redirect_target
from feedpub.links.net.routes import Router
from feedpub.links.net.session import CheckSession, Response
from feedpub.links.settings import SettingsByHost

MOST_PAGE = 1_000_000
"""The maximum number of bytes that are read of a page, before and after decoding."""

# A server that never answers HEAD may answer GET: a part of the time is reserved for that.
_HEAD_SHARE = 2 / 3
# The part of the remaining time for the text of a page whose status is known already.
_TEXT_SHARE = 1 / 4
# How often a page may send on to another one; two are rare already.
_MOST_PAGES = 3
# Some sites answer so with the page that was asked for.
_WITH_PAGE = (HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR)
# A page that says this is not asked where it sends on to.
_ENDS = frozenset((PageSign.PARKED, PageSign.VIDEO_GONE, PageSign.WALL))
_NO_VALID_ANSWER = (Failure.PROTOCOL, Failure.TIMEOUT)
_TITLE = re.compile("<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
# The pages of nginx, Apache, IIS and others under a redirect.
_REDIRECT_TITLE = re.compile(r"\b30[12378]\b|\bmoved\b|\bredirect", re.IGNORECASE)
_AS_IT_IS = {"Accept-Encoding": "identity"}
_ONE_BYTE = RequestPlan(method="GET", headers={**_AS_IT_IS, "Range": "bytes=0-0"})


class Fetcher:
    """A :class:`~feedpub.links.model.Fetch` that sends requests in the calling thread.

    Tests pass a ``context`` with their own certificate authority, and a ``resolve`` with their own
    host names.
    """

    def __init__(
        self,
        settings: SettingsByHost,
        *,
        context: ssl.SSLContext | None = None,
        resolve: Callable[[str], Iterable[str]] = system_addresses,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._session = CheckSession(context)
        resolver = Resolver(lambda host: settings.settings_for(host).allow_private, resolve=resolve)
        self._router = Router(settings, resolver)
        self._robots = Robots()
        self._now = now

    def __call__(self, target: LinkTarget, *, keep_alive: bool) -> Answer:
        """Fetch ``target`` and return the answer. No server and no URL makes it raise."""
        try:
            url = urls.normalize(target.url)
        except urls.UrlError as error:
            return Answer(failure=Failure.INVALID_URL, message=printable(str(error)))
        follower = RedirectFollower(self._session, self._router, self._settings, self._robots, keep_alive=keep_alive)
        try:
            if target.wants_page:
                answer = self._page(follower, url)
            elif target.wants_text and not target.wants_length:
                answer = self._text(follower, url, target.fragments)
            else:
                answer = self._headers(follower, url, target)
            return msgspec.structs.replace(answer, elapsed=follower.elapsed)
        finally:
            follower.close()

    def resolve(self, host: str) -> Future[Resolution]:
        """Begin to resolve ``host``, so that no thread has to wait for it later."""
        return self._router.resolve(host)

    def close(self) -> None:
        """Close the idle connections, and end the resolver's threads."""
        self._router.close()
        self._session.close()

    def _headers(self, follower: RedirectFollower, url: str, target: LinkTarget) -> Answer:
        headers = _AS_IT_IS if target.wants_length else {}
        result = follower.follow(RequestPlan(method="HEAD", headers=headers, share=_HEAD_SHARE), url)
        result.finish()
        answer = self._answer(result)
        # Some servers redirect HEAD alone from a picture to a page.
        is_page = target.wants_length and bool(answer.hops) and answer.media_type == "text/html"
        if is_page or _needs_get(answer):
            result = follower.follow(RequestPlan(method="GET", headers=headers), url)
            answer = self._answer_with_page(result)
        if target.wants_length and answer.status == 200 and not (answer.length and answer.media_type):
            return self._measured(follower, answer)
        return answer

    def _measured(self, follower: RedirectFollower, answer: Answer) -> Answer:
        """Return ``answer`` with the type and length from a request for one byte of the body."""
        result = follower.follow(_ONE_BYTE, answer.final_url or "")
        result.finish()
        partial = self._answer(result)
        return msgspec.structs.replace(
            answer, media_type=answer.media_type or partial.media_type, length=partial.length or answer.length
        )

    def _page(self, follower: RedirectFollower, url: str) -> Answer:
        result = follower.follow(RequestPlan(method="GET"), url)
        response = result.response
        answer = self._answer(result)
        if response is None or not 200 <= response.status_code <= 299:
            return self._answer_with_page(result)
        try:
            body, cut = response.page(MOST_PAGE)
        finally:
            result.finish()
        page = _amp_page(response, answer, body)
        if cut is not None and not (page.is_amp and page.canonical):
            return msgspec.structs.replace(answer, failure=cut.failure, message=str(cut))
        return msgspec.structs.replace(answer, amp=page)

    def _text(self, follower: RedirectFollower, url: str, fragments: tuple[str, ...]) -> Answer:
        """Return the answer to GET, with the facts of the page if it is one.

        A page that breaks off or is slow is judged by what there is of it.
        """
        hops: tuple[Hop, ...] = ()
        for _ in range(_MOST_PAGES):
            result = follower.follow(RequestPlan(method="GET"), url)
            answer, target = self._text_of(result, fragments)
            answer = msgspec.structs.replace(answer, hops=hops + answer.hops)
            if target is None:
                break
            hops, url = (*answer.hops, Hop(status=200, url=target)), target
        return answer

    def _text_of(self, result: RedirectResult, fragments: tuple[str, ...]) -> tuple[Answer, str | None]:
        """Return the answer with the facts of its page, and the URL to which the page sends on."""
        answer, response = self._answer(result), result.response
        if response is None or answer.status != 200 or not is_read(answer.media_type):
            return self._answer_with_page(result, reads_text=True), None
        limit = MOST_PAGE if fragments else most_bytes(response.url, answer.media_type)
        try:
            body, cut = response.page(limit, _TEXT_SHARE)
        finally:
            result.finish()
        content_type = response.first("Content-Type")
        facts = read_page(body, content_type, response.url)
        if not body and response.first("Content-Encoding"):  # it cannot be decoded
            facts = PageFacts(PageSign.NOTHING)
        if fragments:
            is_whole = cut is None and len(body) < limit
            missing = missing_fragments(body, content_type, fragments) if is_whole else ()
            facts = msgspec.structs.replace(facts, sought=fragments, missing=missing)
        target = sends_on(body, content_type, response.first("Refresh")) if facts.sign not in _ENDS else None
        is_wall = facts.sign is PageSign.WALL
        return (
            msgspec.structs.replace(answer, page=facts, is_challenge=answer.is_challenge or is_wall),
            _target_of(response.url, target) if target else None,
        )

    def _answer_with_page(self, result: RedirectResult, *, reads_text: bool = False) -> Answer:
        """Return the values of a finished response, with what its page says where that matters.

        A browser shows the page where a redirect has no URL to follow. Cloudflare's pages say what
        is wrong with the site. Some sites answer 404 or 500 with the page.
        """
        answer, response = self._answer(result), result.response
        try:
            if response is not None and response.status_code in REDIRECTS:
                body, _ = response.page(MOST_PAGE)
                answer = msgspec.structs.replace(answer, length=len(body) if _shows_page(body) else None)
            elif response is not None and reads_text and response.status_code in _WITH_PAGE:
                body, _ = response.page(most_bytes(response.url, None), _TEXT_SHARE)
                facts = is_there(body, response.first("Content-Type"), response.url)
                answer = msgspec.structs.replace(answer, page=facts)
            elif response is not None and _is_cloudflare_error(response):
                body, _ = response.page(cloudflare.MOST_OF_AN_ERROR, _TEXT_SHARE)
                answer = msgspec.structs.replace(
                    answer,
                    message=cloudflare.reason(response.status_code, body),
                    is_challenge=answer.is_challenge or cloudflare.is_challenge(response.status_code, body),
                )
        finally:
            result.finish()
        return answer

    def _answer(self, result: RedirectResult) -> Answer:
        """Return the values of the response's headers, or the failure."""
        hops = tuple(result.hops)
        if result.response is None:
            error = result.error or TransportError(Failure.PROTOCOL, "no answer")
            return Answer(
                status=result.status, failure=error.failure, message=str(error), hops=hops, final_url=result.url
            )
        status, first = result.response.status_code, result.response.first
        is_good = 200 <= status <= 299
        # In a partial response (206), Content-Length is the length of the part.
        length = first("Content-Length") if status != 206 else None
        return Answer(
            status=status,
            hops=hops,
            final_url=result.url,
            retry_after=response_headers.retry_after(first("Retry-After"), first("Date"), self._now())
            if status in (429, 503)
            else None,
            is_challenge=first("cf-mitigated") is not None,
            media_type=response_headers.media_type(first("Content-Type")) if is_good else None,
            length=response_headers.length(length, first("Content-Range"), first("Content-Encoding"))
            if is_good
            else None,
        )


def _needs_get(answer: Answer) -> bool:
    """Return whether ``answer``, to HEAD, is not reliable, so that GET has to follow.

    A server that limits the rate gets no second request.
    """
    if answer.failure is not None:
        return answer.failure in _NO_VALID_ANSWER
    status = answer.status or 0
    is_error = status >= 400 and status != 429 and answer.retry_after is None
    # The last response is a redirect only if it has no URL to follow.
    return is_error or status in REDIRECTS


def _target_of(base: str, reference: str) -> str | None:
    """Return the URL to which a page at ``base`` sends on; None if it is its own, or no URL."""
    try:
        url = redirect_target(base, reference.encode().decode("latin-1"))
    except TransportError:
        return None
    return None if urls.page_of(url) == urls.page_of(base) else url


def _is_cloudflare_error(response: Response) -> bool:
    status = response.status_code
    is_error = cloudflare.FIRST_STATUS <= status <= cloudflare.LAST_STATUS or status in (403, 503)
    return is_error and (response.first("Server") or "").lower().startswith("cloudflare")


def _shows_page(body: bytes) -> bool:
    """Return whether ``body`` is a page, and not what a server writes under each redirect."""
    text = body.decode("utf-8", "replace")
    title = _TITLE.search(text)
    return bool(text.strip()) and not (title and _REDIRECT_TITLE.search(title[1]))


def _amp_page(response: Response, answer: Answer, body: bytes) -> AmpPage:
    """Return the data of the page, with the target if the AMP Cache redirects without HTTP.

    For a page that it does not hold, the cache serves one with status 200, the header
    ``x-silent-redirect: true``, and scripts that redirect; some have the header Location.
    """
    url = answer.final_url or ""
    page = read_amp_page(body, url)
    if response.status_code != 200 or (response.first("x-silent-redirect") or "").lower() != "true":
        return page
    try:
        target = redirect_target(url, response.first("Location") or "")
    except TransportError:
        target = ""
    return msgspec.structs.replace(page, silent_redirect="" if target == url else target)
