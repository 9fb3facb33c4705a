"""Whose turn it is: hosts that wait for their time, and those whose time has come.

Two heaps. An entry of which a host has a newer one is passed over when it is met, so putting a host elsewhere costs no
more than putting it somewhere.
"""

from __future__ import annotations

import heapq
import itertools

from feedpub.links.schedule.host import Host

# Seconds by which a host with much left may overtake others: a run ends no sooner than its longest host, but nobody
# waits for more than this.
_HEAD_START = 10.0


class HostQueue:
    """Hosts in the order of their turns: who might have started first, which without delays and pauses is who started
    last the longest ago. ``now`` never goes back.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._ready: list[tuple[float, int, Host]] = []
        self._waiting: list[tuple[float, int, Host]] = []

    def place(self, host: Host, now: float) -> None:
        """Put ``host`` where it is found when its time comes, if it is not there already: then it keeps its place."""
        time = host.ready_at()
        if time is None:
            host.ticket = 0
        elif not host.ticket or time != host.time:
            host.ticket, host.time = next(self._numbers), time
            if time <= now:
                self._line_up(host)
            else:
                heapq.heappush(self._waiting, (time, host.ticket, host))

    def pop(self, now: float) -> Host | None:
        """The host whose turn it is; it has no place any more."""
        self._wake(now)
        while self._ready:
            _, ticket, host = heapq.heappop(self._ready)
            if ticket == host.ticket:
                host.ticket = 0
                return host
        return None

    def next_time(self, now: float) -> float | None:
        """When the next waiting host's time comes, after ``now``, if it is not put elsewhere. None where none waits."""
        self._wake(now)
        return self._waiting[0][0] if self._waiting else None

    def _line_up(self, host: Host) -> None:
        heapq.heappush(self._ready, (host.time - min(host.need, _HEAD_START), host.ticket, host))

    def _wake(self, now: float) -> None:
        while self._waiting and self._waiting[0][0] <= now:
            _, ticket, host = heapq.heappop(self._waiting)
            if ticket == host.ticket:
                self._line_up(host)
