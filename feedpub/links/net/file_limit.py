"""The system's limit on open files, so that a lack of sockets does not look like dead links."""

from __future__ import annotations

import resource

from feedpub.links.net.session import KEPT

# Idle connections, look-ups under way, and databases with the files that Python itself has open.
_BESIDES = KEPT + 64 + 64


def affordable(workers: int) -> int:
    """Raise the limit on open files as far as is allowed, and return how many workers it permits.

    Each worker needs one socket. The result is between 1 and ``workers``.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = workers + _BESIDES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return workers
    raised = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
    except (OSError, ValueError):
        raised = soft
    return max(1, min(workers, raised - _BESIDES))
