"""One ping: notifying the hub of the feeds that changed since the last ping, and recording it.

A ping holds the build's lock only while it records the result, never while it waits for the hub.
Two simultaneous pings may notify the hub of the same change twice, which is harmless.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from feedpub.config import Config
from feedpub.core.errors import LockedError, UsageError
from feedpub.delivery.websub.feed_urls import changed_feeds, feed_digests, feed_url
from feedpub.delivery.websub.hub import Hub, HubOutcome, HubReply
from feedpub.links.run.engine import Stop, StopFlag
from feedpub.links.settings import SettingsByHost
from feedpub.state.lock import build_lock
from feedpub.state.published import HubState, PublishedState, output_folder, output_key

LONGEST = 300.0
"""Seconds after which a ping sends no further notification."""
AT_ONCE = 8
"""The number of simultaneous notifications.

A ping also ends after this many consecutive failures of the hub. One failure is enough if there
was no success during the whole time-out of a notification.
"""

_PATIENCE = 60.0  # seconds to wait for the end of a build
_MOST_REASONS = 5


class PingReport(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a ping. Feeds are given by their URLs."""

    hub: str
    baseline: int | None = None
    """The number of feed URLs that a first ping recorded; None for every later ping."""
    accepted: tuple[str, ...] = ()
    failed: tuple[tuple[str, HubReply], ...] = ()
    skipped: tuple[str, ...] = ()
    """The feeds without a notification: the hub had failed too often, or the time was over."""

    @property
    def exit_status(self) -> int:
        """1 if the hub refused a feed; 4 if a feed got no answer or was skipped; otherwise 0."""
        if any(reply.outcome is HubOutcome.REFUSED for _, reply in self.failed):
            return 1
        return 4 if self.failed or self.skipped else 0

    def line(self) -> str:
        """Return what the ping did, in one line."""
        if self.baseline is not None:
            return f"recorded {_urls(self.baseline)}; from now on, a ping notifies {self.hub} of those that changed"
        if self.accepted:
            return f"notified {self.hub} of {_urls(len(self.accepted))}"
        return f"no feed changed since the last ping to {self.hub}"

    def problems(self) -> Iterator[str]:
        """Yield what went wrong, one line for each reason."""
        reasons: dict[tuple[HubOutcome, str], list[str]] = {}
        for url, reply in self.failed:
            reasons.setdefault((reply.outcome, reply.reason), []).append(url)
        for (outcome, reason), urls in list(reasons.items())[:_MOST_REASONS]:
            feeds = urls[0] if len(urls) == 1 else f"{_urls(len(urls))}, such as {urls[0]}"
            verb = "refused" if outcome is HubOutcome.REFUSED else "could not be notified of"
            yield f"{self.hub}: {verb} {feeds}: {reason}"
        more = sum(map(len, list(reasons.values())[_MOST_REASONS:]))
        if more:
            yield f"{self.hub}: {_urls(more)} more failed, for other reasons"
        if self.skipped:
            yield f"{self.hub}: {_urls(len(self.skipped))} left for the next ping"


def ping(config: Config, output: Path | None = None, stop: Stop | None = None) -> PingReport:
    """Notify the hub of the feeds in ``output`` that changed since the last ping.

    Raise :class:`~feedpub.core.errors.UsageError` if there is no hub or nothing was published, and
    :class:`~feedpub.core.errors.StorageError` or :class:`~feedpub.core.errors.LockedError` if the
    result cannot be recorded.
    """
    url = hub_of(config)
    key = output_key(config, output)
    published = PublishedState(config.state_folder)
    digests = feed_digests(published.output_state(key))
    if not published.output_state(key).feeds:
        unknown = f" ({published.warning})" if published.warning else ""
        raise UsageError(f"{output_folder(config, output)}: nothing was published there; run feedpub build{unknown}")
    hub_state = published.hub_state(key)
    if hub_state is None or hub_state.hub != url:
        _record(config, key, None)
        return PingReport(hub=url, baseline=len(digests))
    paths = changed_feeds(digests, hub_state)
    replies: Mapping[str, HubReply | None] = {}
    if paths:
        with contextlib.closing(Hub(url, SettingsByHost.of(config))) as hub:
            replies = _Run(hub, config, stop or StopFlag()).notify(paths)
    accepted = {
        path: digests[path] for path, reply in replies.items() if reply and reply.outcome is HubOutcome.ACCEPTED
    }
    if accepted or hub_state.files.keys() - digests.keys():
        _record(config, key, accepted)
    return _report_of(config, url, replies)


def hub_of(config: Config) -> str:
    """Return the hub's URL. Raise :class:`~feedpub.core.errors.UsageError` if there is none."""
    if not config.hub:
        raise UsageError(f"{config.file}: hub: is not set; give the URL of a WebSub hub")
    return config.hub


class _Run:
    """The notifications of one ping, some of them at the same time."""

    def __init__(self, hub: Hub, config: Config, stop: Stop) -> None:
        self._hub = hub
        self._config = config
        self._stop = stop
        self._lock = threading.Lock()
        self._consecutive_failures = 0
        self._last_good = time.monotonic()
        self._deadline = self._last_good + LONGEST

    def notify(self, paths: Sequence[str]) -> dict[str, HubReply | None]:
        """Return the reply for each of ``paths``, in their order; None for each skipped one."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return dict(zip(paths, threads.map(self._notify, paths), strict=True))

    def _notify(self, path: str) -> HubReply | None:
        if self._is_over():
            return None
        reply = self._hub.notify(feed_url(path, self._config))
        with self._lock:
            if reply.is_about_feed:
                self._consecutive_failures, self._last_good = 0, time.monotonic()
            else:
                self._consecutive_failures += 1
        return reply

    def _is_over(self) -> bool:
        now = time.monotonic()
        with self._lock:
            is_slow = self._consecutive_failures > 0 and now - self._last_good >= self._hub.timeout
            has_failed = is_slow or self._consecutive_failures >= AT_ONCE
            return self._stop.is_set() or has_failed or now >= self._deadline


def _report_of(config: Config, hub: str, replies: Mapping[str, HubReply | None]) -> PingReport:
    by_url = [(feed_url(path, config), reply) for path, reply in replies.items()]
    return PingReport(
        hub=hub,
        accepted=tuple(url for url, reply in by_url if reply and reply.outcome is HubOutcome.ACCEPTED),
        failed=tuple((url, reply) for url, reply in by_url if reply and reply.outcome is not HubOutcome.ACCEPTED),
        skipped=tuple(url for url, reply in by_url if reply is None),
    )


def _record(config: Config, key: str, accepted: Mapping[str, str] | None) -> None:
    """Record ``accepted``, path → digest, or a baseline if it is None; drop unpublished feeds."""
    hub, folder = hub_of(config), config.state_folder
    try:
        with build_lock(folder, _PATIENCE):
            # Read the state again: there may have been other builds and pings since.
            published = PublishedState(folder)
            digests, hub_state = feed_digests(published.output_state(key)), published.hub_state(key)
            if hub_state is not None and hub_state.hub == hub:
                files = {**hub_state.files, **(accepted or {})}
            elif accepted is None:
                files = digests
            else:
                # The state was lost meanwhile. If it held these alone, all other feeds would
                # count as new at the next ping.
                return
            published.save_hub_state(
                key, HubState(hub=hub, files={path: files[path] for path in files if path in digests})
            )
    except LockedError as error:
        holder = str(error).partition(";")[0]
        raise LockedError(f"{holder}; the ping could not be recorded, and the next ping repeats it") from None


def _urls(count: int) -> str:
    return "1 feed URL" if count == 1 else f"{count:,} feed URLs"
