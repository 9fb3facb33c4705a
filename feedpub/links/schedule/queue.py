"""A queue of hosts: those that can be fetched from now, and those that wait for a time.

The queue has two heaps. A host that moves gets a new entry, and its old entry is skipped later. So
moving a host costs as much as adding it.
"""

from __future__ import annotations

import heapq
import itertools

from feedpub.links.schedule.host import Host

# The largest number of seconds by which a host with many queued targets can overtake others. A run
# lasts as long as its slowest host, so that host goes first, but no other host waits for longer.
_HEAD_START = 10.0


class HostQueue:
    """A queue of hosts in the order of their turns. ``now`` never decreases.

    The host that could start the earliest is first. Without delays and pauses, this is the host
    whose last start was the longest ago.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._ready: list[tuple[float, int, Host]] = []
        self._waiting: list[tuple[float, int, Host]] = []

    def update(self, host: Host, now: float) -> None:
        """Add ``host`` at the time of its next fetch, unless it already has that entry."""
        time = host.ready_at()
        if time is None:
            host.entry_number = 0
        elif not host.entry_number or time != host.entry_time:
            host.entry_number, host.entry_time = next(self._numbers), time
            if time <= now:
                self._add_ready(host)
            else:
                heapq.heappush(self._waiting, (time, host.entry_number, host))

    def pop(self, now: float) -> Host | None:
        """Remove and return the host whose turn it is; None if no host is ready."""
        self._move_due(now)
        while self._ready:
            _, entry_number, host = heapq.heappop(self._ready)
            if entry_number == host.entry_number:
                host.entry_number = 0
                return host
        return None

    def next_time(self, now: float) -> float | None:
        """Return the time, after ``now``, of the next waiting host; None if no host waits."""
        self._move_due(now)
        return self._waiting[0][0] if self._waiting else None

    def _add_ready(self, host: Host) -> None:
        heapq.heappush(self._ready, (host.entry_time - min(host.min_duration, _HEAD_START), host.entry_number, host))

    def _move_due(self, now: float) -> None:
        while self._waiting and self._waiting[0][0] <= now:
            _, entry_number, host = heapq.heappop(self._waiting)
            if entry_number == host.entry_number:
                self._add_ready(host)
