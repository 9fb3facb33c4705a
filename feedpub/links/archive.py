"""The archived copies of dead links, from the availability API of a web archive.

https://archive.org/help/wayback_api.php describes the API of the Wayback Machine. It returns the
snapshot nearest to a time, which may be a later one. Then the request is repeated for earlier
times, until the snapshot is one from before the article.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import msgspec

from feedpub.core import urls
from feedpub.core.models import ArchivedCopy
from feedpub.links.fetch.redirects import RedirectFollower, RequestPlan
from feedpub.links.fetch.robots import Robots
from feedpub.links.model import Failure, LinkResult, Verdict
from feedpub.links.net.failures import TransportError
from feedpub.links.net.resolver import Resolver
from feedpub.links.net.routes import Router
from feedpub.links.net.session import CheckSession
from feedpub.links.options import CheckOptions
from feedpub.links.redact import has_user_information
from feedpub.links.remember.copies import StoredCopy
from feedpub.links.remember.store import LinkStore
from feedpub.links.run.engine import Stop, StopFlag
from feedpub.links.schedule.politeness import host_of
from feedpub.links.settings import SettingsByHost

DEAD = (Verdict.BROKEN, Verdict.GONE)
"""The verdicts on links for which a copy is looked for."""

_PLAN = RequestPlan(method="GET", headers={"Accept": "application/json"}, obeys_robots=False)
_MOST_BYTES = 100_000
_MOST_REQUESTS = 4
"""The maximum number of requests for one link."""
_MOST_FAILURES = 3
"""The number of failed requests in a row after which the archive is asked no more."""
_OLDEST = datetime(1996, 1, 1, tzinfo=UTC)
"""A time before all snapshots: the Wayback Machine began in that year."""
_TIME_FORMAT = "%Y%m%d%H%M%S"
_DELAYS = 10
"""The pause between two requests, in times of ``check.delay``: archives limit the rate strictly."""
_SLICE = 0.1
"""Seconds between two looks at the stop flag."""


class ArchiveError(Exception):
    """An error for a request that the archive did not answer as documented."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final
        """True if the archive must not be asked again in this run."""


class ArchiveSearch(NamedTuple):
    """The result of looking for archived copies."""

    copies: Mapping[str, str]
    """The URL of the archived copy, by the link's URL without fragment."""
    warning: str | None
    """A line on the links for which the archive did not answer; None if it answered for all."""
    is_stopped: bool = False
    """True if ``stop`` ended the search."""


class _Closest(msgspec.Struct, frozen=True):
    url: str
    timestamp: str
    status: str | int
    available: bool = True


class _Snapshots(msgspec.Struct, frozen=True):
    closest: _Closest | None = None


class _Reply(msgspec.Struct, frozen=True):
    """The documented answer; without a snapshot, ``archived_snapshots`` is empty."""

    archived_snapshots: _Snapshots


_DECODE = msgspec.json.Decoder(_Reply).decode


def find_copies(
    wanted: Mapping[str, datetime], address: str, settings: SettingsByHost, store: LinkStore, options: CheckOptions
) -> ArchiveSearch:
    """Return the archived copies of the URLs ``wanted``, from before the date of each.

    ``address`` is the URL of the API. It is asked only for what ``store`` has no answer to; one
    request is sent at a time, and each answer is stored at once.
    """
    now, stop = options.now or datetime.now(UTC), options.stop or StopFlag()
    known = {} if options.refresh else {url: store.copy(url) for url in wanted}
    copies: dict[str, str] = {}
    to_ask = []
    for url, date in sorted(wanted.items()):
        stored = known.get(url)
        if stored is None or not stored.answers(date, now):
            to_ask.append(url)
        elif stored.copy is not None:
            copies[url] = stored.copy.url
    if options.offline or stop.is_set() or not to_ask:
        return ArchiveSearch(copies, None, stop.is_set())
    unanswered, row, reason = 0, 0, ""
    with contextlib.closing(_Archive(address, settings, stop)) as archive:
        for number, url in enumerate(to_ask):
            try:
                found = archive.copy_before(url, wanted[url])
            except ArchiveError as error:
                unanswered, row, reason = unanswered + 1, row + 1, reason or str(error)
                if error.is_final or row == _MOST_FAILURES:
                    unanswered += len(to_ask) - number - 1
                    break
                continue
            if stop.is_set():
                break
            row = 0
            store.add_copy(url, StoredCopy(found, wanted[url], datetime.now(UTC)))
            if found is not None:
                copies[url] = found.url
    return ArchiveSearch(copies, _warning(host_of(address), unanswered, reason), stop.is_set())


def first_dates(results: Iterable[LinkResult], dates: Mapping[str, datetime]) -> dict[str, datetime]:
    """Return the date of the first article of each dead link, by the URL without fragment.

    ``dates`` has the date of each article by its path.
    """
    wanted: dict[str, datetime] = {}
    for result in results:
        if result.verdict in DEAD and not has_user_information(result.url):
            page = urls.page_of(result.url)
            date = min(dates[path] for path, _ in result.locations)
            wanted[page] = min(date, wanted.get(page, date))
    return wanted


def _warning(host: str, unanswered: int, reason: str) -> str | None:
    if not unanswered:
        return None
    links = "1 link" if unanswered == 1 else f"{unanswered} links"
    return f"the archive {host} did not answer for {links}: {reason}"


class _Archive:
    """A client of the availability API at ``address``, which sends one request at a time."""

    def __init__(self, address: str, settings: SettingsByHost, stop: Stop) -> None:
        self._address = address
        self._settings = settings
        self._stop = stop
        self._pause = _DELAYS * settings.settings_for(host_of(address)).delay
        self._is_first = True
        self._session = CheckSession()
        self._router = Router(settings, Resolver(lambda host: settings.settings_for(host).allow_private))

    def copy_before(self, url: str, date: datetime) -> ArchivedCopy | None:
        """Return a snapshot from before ``date``, near to it. Raise :class:`ArchiveError`.

        After a later snapshot, the requested time goes back further than that snapshot is away. The
        last request is for the oldest snapshot, so one from before ``date`` is found if it exists.
        """
        moment = date
        for number in range(1, _MOST_REQUESTS + 1):
            if self._stop.is_set():
                return None
            found = self._nearest(url, moment)
            if found is None or found.taken_at <= date:
                return found
            gap = 3 * max(found.taken_at - moment, timedelta(days=1))
            is_next_last = number == _MOST_REQUESTS - 1
            moment = _OLDEST if is_next_last or gap >= date - _OLDEST else date - gap
        return None

    def close(self) -> None:
        """Close the connection, and end the resolver's threads."""
        self._router.close()
        self._session.close()

    def _nearest(self, url: str, moment: datetime) -> ArchivedCopy | None:
        """Return the snapshot nearest to ``moment``. Pause between two requests."""
        if not self._is_first:
            _wait(self._pause, self._stop)
        self._is_first = False
        separator = "&" if urlsplit(self._address).query else "?"
        timestamp = moment.astimezone(UTC).strftime(_TIME_FORMAT)
        query = f"url={quote(url, safe='')}&timestamp={timestamp}"
        follower = RedirectFollower(self._session, self._router, self._settings, Robots(), keep_alive=True)
        return _request(follower, f"{self._address}{separator}{query}")


def _wait(seconds: float, stop: Stop) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not stop.is_set():
        time.sleep(min(left, _SLICE))


def _request(follower: RedirectFollower, url: str) -> ArchivedCopy | None:
    """Return the snapshot that the API names in its answer to ``url``. Raise ArchiveError."""
    result = follower.follow(_PLAN, url)
    try:
        if result.response is None:
            raise ArchiveError(str(result.error or TransportError(Failure.PROTOCOL, "no answer")))
        status = result.response.status_code
        if status != 200:
            raise ArchiveError(f"status {status}", is_final=status in (429, 503))
        body, cut = result.response.page(_MOST_BYTES)
    finally:
        result.finish()
    if cut is not None:
        raise ArchiveError(str(cut))
    return _parse(body)


def _parse(body: bytes) -> ArchivedCopy | None:
    """Return the snapshot in an answer; None if there is none of a good page."""
    try:
        closest = _DECODE(body).archived_snapshots.closest
        if closest is None or not closest.available or str(closest.status) != "200":
            return None
        moment = datetime.strptime(closest.timestamp, _TIME_FORMAT).replace(tzinfo=UTC)
        return ArchivedCopy(_secure(urls.normalize(closest.url)), moment)
    except (ValueError, RecursionError):  # also those of msgspec and UrlError
        raise ArchiveError("its answer is not that of an availability API") from None


def _secure(url: str) -> str:
    """Return ``url`` with https if it is of the Wayback Machine, whose API answers with http."""
    prefix = "http://web.archive.org/"
    return f"https://web.archive.org/{url.removeprefix(prefix)}" if url.startswith(prefix) else url
