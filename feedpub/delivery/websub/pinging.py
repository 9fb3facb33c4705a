"""One ping: find what changed since the hub was last told, tell it, and remember what it took.

The lock of the build is held only while something is remembered, never while the hub is asked. Two pings at a time may
tell the same twice, which does no harm.
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
from feedpub.delivery.websub.feed_urls import changed, topics_of, url_of
from feedpub.delivery.websub.hub import Hub, HubOutcome, HubReply
from feedpub.links.run.engine import Stop, StopFlag
from feedpub.links.settings import SettingsByHost
from feedpub.state.lock import build_lock
from feedpub.state.published import HubState, PublishedState, output_folder, output_key

LONGEST = 300.0
"""Seconds after which no further topic is told."""
AT_ONCE = 8
"""Topics that are told at once. After as many in a row that the hub, by its own fault, was not told of, it is left
alone; and after one that took all the time of a topic, unless another fared better meanwhile.
"""

_PATIENCE = 60.0  # seconds for a build to end
_MOST_REASONS = 5


class PingReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a ping. A topic is named by its URL."""

    hub: str
    baseline: int | None = None
    """How many topics the hub will be told of from now on; None where this was no first ping."""
    told: tuple[str, ...] = ()
    failed: tuple[tuple[str, HubReply], ...] = ()
    unasked: tuple[str, ...] = ()
    """Those that the hub was not asked about, because it gave no good answer before, or time was over."""

    @property
    def exit_status(self) -> int:
        """1 where the hub refused, which needs a person; 4 where it could not be reached, or not for all."""
        if any(reply.outcome is HubOutcome.REFUSED for _, reply in self.failed):
            return 1
        return 4 if self.failed or self.unasked else 0

    def line(self) -> str:
        """What was done."""
        if self.baseline is not None:
            return f"{_urls(self.baseline)} known; from now on {self.hub} is told which of them change"
        return f"{_urls(len(self.told))} told to {self.hub}" if self.told else f"nothing new to tell {self.hub}"

    def problems(self) -> Iterator[str]:
        """What went wrong, a line for each reason."""
        reasons: dict[tuple[HubOutcome, str], list[str]] = {}
        for url, reply in self.failed:
            reasons.setdefault((reply.outcome, reply.reason), []).append(url)
        for (outcome, reason), urls in list(reasons.items())[:_MOST_REASONS]:
            what = urls[0] if len(urls) == 1 else f"{_urls(len(urls))}, such as {urls[0]}"
            verb = "refused" if outcome is HubOutcome.REFUSED else "could not be told of"
            yield f"{self.hub}: {verb} {what}: {reason}"
        more = sum(map(len, list(reasons.values())[_MOST_REASONS:]))
        if more:
            yield f"{self.hub}: {_urls(more)} more failed, for other reasons"
        if self.unasked:
            yield f"{self.hub}: {_urls(len(self.unasked))} left for the next ping"


def ping(config: Config, output: Path | None = None, stop: Stop | None = None) -> PingReport:
    """Tell ``config``'s hub which of the feeds published into ``output`` changed since it was last told.

    Raises :class:`~feedpub.core.errors.UsageError` where there is no hub, or nothing was published;
    :class:`~feedpub.core.errors.StorageError`, :class:`~feedpub.core.errors.LockedError` where nothing can be remembered.
    """
    hub = hub_of(config)
    key = output_key(config, output)
    published = PublishedState(config.state_folder)
    topics = topics_of(published.of(key), config)
    if not published.of(key).feeds:
        unknown = f" ({published.warning})" if published.warning else ""
        raise UsageError(f"{output_folder(config, output)}: nothing was published there; run feedpub build{unknown}")
    told = published.told(key)
    if told is None or told.hub != hub:
        _remember(config, key, None)
        return PingReport(hub=hub, baseline=len(topics))
    paths = changed(topics, told)
    replies: Mapping[str, HubReply | None] = {}
    if paths:
        with contextlib.closing(Hub(hub, SettingsByHost(config.check, config.site.base_url))) as asked:
            replies = _Run(asked, config, stop or StopFlag()).tell(paths)
    done = {path: topics[path] for path, reply in replies.items() if reply and reply.outcome is HubOutcome.TOLD}
    if done or told.files.keys() - topics.keys():
        _remember(config, key, done)
    return _result(config, hub, replies)


def hub_of(config: Config) -> str:
    """The hub's URL. Raises :class:`~feedpub.core.errors.UsageError` where there is none."""
    if not config.hub:
        raise UsageError(f"{config.file}: hub: is not set; give the URL of a WebSub hub")
    return config.hub


class _Run:
    """Tells a hub of many topics, some at once."""

    def __init__(self, hub: Hub, config: Config, stop: Stop) -> None:
        self._hub = hub
        self._config = config
        self._stop = stop
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._last_good = time.monotonic()
        self._ends = self._last_good + LONGEST

    def tell(self, paths: Sequence[str]) -> dict[str, HubReply | None]:
        """The reply for each of ``paths``, in their order; None for those that were not asked about."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return dict(zip(paths, threads.map(self._tell, paths), strict=True))

    def _tell(self, path: str) -> HubReply | None:
        if self._is_over():
            return None
        reply = self._hub.tell(url_of(path, self._config))
        with self._lock:
            if reply.is_about_topic:
                self._in_a_row, self._last_good = 0, time.monotonic()
            else:
                self._in_a_row += 1
        return reply

    def _is_over(self) -> bool:
        now = time.monotonic()
        with self._lock:
            is_slow = self._in_a_row > 0 and now - self._last_good >= self._hub.timeout
            return self._stop.is_set() or is_slow or self._in_a_row >= AT_ONCE or now >= self._ends


def _result(config: Config, hub: str, replies: Mapping[str, HubReply | None]) -> PingReport:
    by_url = [(url_of(path, config), reply) for path, reply in replies.items()]
    return PingReport(
        hub=hub,
        told=tuple(url for url, reply in by_url if reply and reply.outcome is HubOutcome.TOLD),
        failed=tuple((url, reply) for url, reply in by_url if reply and reply.outcome is not HubOutcome.TOLD),
        unasked=tuple(url for url, reply in by_url if reply is None),
    )


def _remember(config: Config, key: str, done: Mapping[str, str] | None) -> None:
    """Keep what the hub was told, path → digest; a baseline where that is None; drop what is published no more."""
    hub, folder = hub_of(config), config.state_folder
    try:
        with build_lock(folder, _PATIENCE):
            # What it holds now: builds and other pings may have come between.
            published = PublishedState(folder)
            topics, told = topics_of(published.of(key), config), published.told(key)
            if told is not None and told.hub == hub:
                files = {**told.files, **(done or {})}
            elif done is None:
                files = topics
            else:
                # What was published was forgotten meanwhile: with this alone, every other feed would seem to be new.
                return
            published.save_told(key, HubState(hub=hub, files={path: files[path] for path in files if path in topics}))
    except LockedError as error:
        who = str(error).partition(";")[0]
        raise LockedError(f"{who}; what the hub was told is not remembered, and is told again") from None


def _urls(count: int) -> str:
    return "1 feed URL" if count == 1 else f"{count:,} feed URLs"
