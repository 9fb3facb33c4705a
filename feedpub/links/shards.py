"""How links are shared out among processes, and whether that helps. Pure.

One interpreter runs one thread at a time, so its threads are kept busy only up to what it computes for each link: about
2,000 links a second where connections are kept. Measured with two cores, plain HTTP and the server on the same cores:
where servers take 200 ms, 256 workers in two processes are no faster than in one, and 512 are 1.2 times as fast; where
they take 50 ms, 256 are 1.35 times as fast, where they answer at once 1.45 times; with a TLS handshake for each link
1.0 to 1.3 times. What servers take is not known before, so it is taken to be 200 ms, and a run is shared out where
computing would then take longer than waiting. A process takes 40 to 60 MB.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from feedpub.links.model import Target
from feedpub.links.politeness import Politeness, host_of

# Seconds that an interpreter is busy with a link, and with a connection over TLS.
_PER_LINK = 0.00045
_PER_HANDSHAKE = 0.001
# Seconds that a server takes to answer.
_LATENCY = 0.2
# Seconds for which it is not worth while to start processes.
_SHORT = 2.0


def shards(targets: Iterable[Target], count: int) -> list[list[Target]]:
    """``targets`` in ``count`` lists, in their order. The links of a host are in one list, and on any machine in the
    same.
    """
    lists: list[list[Target]] = [[] for _ in range(count)]
    for target in targets:
        lists[zlib.crc32(host_of(target.url).encode()) % count].append(target)
    return lists


def useful_processes(
    targets: Sequence[Target], politeness: Callable[[str], Politeness], *, workers: int, cores: int
) -> int:
    """How many processes fetch ``targets`` faster than one; 1 where none do."""
    if cores == 1 or len(targets) * (_PER_LINK + _PER_HANDSHAKE) <= _SHORT:
        return 1
    links: Counter[str] = Counter()
    encrypted: Counter[str] = Counter()
    for target in targets:
        host = host_of(target.url)
        links[host] += 1
        encrypted[host] += target.url.startswith("https:")
    at_once = math.ceil(workers / len(links))
    handshakes, alone = 0, 0.0
    for host, count in links.items():
        polite = politeness(host)
        handshakes += min(encrypted[host], polite.per_host, at_once)
        alone = max(alone, count * polite.delay)
    busy = len(targets) * _PER_LINK + handshakes * _PER_HANDSHAKE
    waiting = max(_SHORT, alone, len(targets) * _LATENCY / workers)
    return max(1, min(cores, math.ceil(busy / waiting)))
