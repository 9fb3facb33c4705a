"""How many sockets the system lets a check have: one that cannot be opened must not look like a dead link."""

from __future__ import annotations

import resource

# Connections that are kept, look-ups under way, databases and what Python itself has open.
_BESIDES = 64 + 64 + 64


def affordable(workers: int) -> int:
    """How many of ``workers`` can have a socket each, once the limit is raised as far as it may be; at least 1."""
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
