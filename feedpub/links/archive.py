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
from feedpub.links.fetch.redirects import RedirectFollower, RequestPlan
from feedpub.links.fetch.robots import Robots
from feedpub.links.model import Failure, LinkResult, Verdict
from feedpub.links.net.failures import TransportError
from feedpub.links.net.resolver import Resolver
from feedpub.links.net.routes import Router
from feedpub.links.net.session import CheckSession
from feedpub.links.redact import has_user_information
from feedpub.links.run.engine import Stop
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


class _Snapshot(NamedTuple):
    url: str
    time: datetime


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
    results: Iterable[LinkResult], dates: Mapping[str, datetime], address: str, settings: SettingsByHost, stop: Stop
) -> ArchiveSearch:
    """Return the archived copies of the broken and gone links of ``results``.

    ``dates`` has the date of each article by its path. ``address`` is the URL of the API. A link of
    several articles gets a copy from before the first of them. One request is sent at a time.
    """
    wanted = _wanted(results, dates)
    copies: dict[str, str] = {}
    unanswered, row, reason = 0, 0, ""
    with contextlib.closing(_Archive(address, settings, stop)) as archive:
        for number, (url, date) in enumerate(sorted(wanted.items())):
            if stop.is_set():
                break
            try:
                found = archive.snapshot_before(url, date)
            except ArchiveError as error:
                unanswered, row, reason = unanswered + 1, row + 1, reason or str(error)
                if error.is_final or row == _MOST_FAILURES:
                    unanswered += len(wanted) - number - 1
                    break
            else:
                row = 0
                if found is not None:
                    copies[url] = found.url
    return ArchiveSearch(copies, _warning(host_of(address), unanswered, reason))


def _wanted(results: Iterable[LinkResult], dates: Mapping[str, datetime]) -> dict[str, datetime]:
    """Return the first date of each dead link, by its URL without fragment."""
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

    def snapshot_before(self, url: str, date: datetime) -> _Snapshot | None:
        """Return a snapshot from before ``date``, near to it. Raise :class:`ArchiveError`.

        After a later snapshot, the requested time goes back further than that snapshot is away. The
        last request is for the oldest snapshot, so one from before ``date`` is found if it exists.
        """
        moment = date
        for number in range(1, _MOST_REQUESTS + 1):
            if self._stop.is_set():
                return None
            found = self._nearest(url, moment)
            if found is None or found.time <= date:
                return found
            gap = 3 * max(found.time - moment, timedelta(days=1))
            is_next_last = number == _MOST_REQUESTS - 1
            moment = _OLDEST if is_next_last or gap >= date - _OLDEST else date - gap
        return None

    def close(self) -> None:
        """Close the connection, and end the resolver's threads."""
        self._router.close()
        self._session.close()

    def _nearest(self, url: str, moment: datetime) -> _Snapshot | None:
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


def _request(follower: RedirectFollower, url: str) -> _Snapshot | None:
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


def _parse(body: bytes) -> _Snapshot | None:
    """Return the snapshot in an answer; None if there is none of a good page."""
    try:
        closest = _DECODE(body).archived_snapshots.closest
        if closest is None or not closest.available or str(closest.status) != "200":
            return None
        moment = datetime.strptime(closest.timestamp, _TIME_FORMAT).replace(tzinfo=UTC)
        return _Snapshot(_secure(urls.normalize(closest.url)), moment)
    except (ValueError, RecursionError):  # also those of msgspec and UrlError
        raise ArchiveError("its answer is not that of an availability API") from None


def _secure(url: str) -> str:
    """Return ``url`` with https if it is of the Wayback Machine, whose API answers with http."""
    prefix = "http://web.archive.org/"
    return f"https://web.archive.org/{url.removeprefix(prefix)}" if url.startswith(prefix) else url
