"""The manifest of a target under the lease of one run.

Two runs must not change a target at once. A run writes its lease into the manifest on the condition
that nobody has changed the manifest since it was read, where the store has conditional writes;
elsewhere, two runs that begin within the same moment are not kept apart.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from feedpub.core.errors import AttentionError, LockedError
from feedpub.delivery.deploy.manifest import NAME, Headers, Lease, Manifest, decode, encode
from feedpub.delivery.deploy.store import ConflictError, Store

DURATION = timedelta(seconds=60)
"""The time of a lease. A run renews it long before."""
_SKEW = timedelta(minutes=5)
"""The difference between the clocks of two machines that is no fault."""
_HEADERS = Headers("application/json", "no-store")


class LeasedManifest:
    """The manifest in ``store``, which the run with the id ``run`` reads and then writes.

    ``last_run`` is the id of the run of this site that began last, which has ended. ``now`` is a
    parameter for tests.
    """

    def __init__(
        self, store: Store, run: str, last_run: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._run = run
        self._last_run = last_run
        self._now = now
        self._version = ""

    def read(self, *, repair: bool) -> Manifest | None:
        """Return the manifest; None if there is none, or if it is damaged and ``repair`` is set.

        Raise :class:`~feedpub.core.errors.AttentionError` if it is damaged.
        """
        stored = self._store.read(NAME)
        self._version = stored.version if stored else ""
        try:
            return decode(stored.data, self._store.where) if stored else None
        except AttentionError:
            if repair:
                return None
            raise

    def check(self, manifest: Manifest, *, repair: bool) -> None:
        """Check that no other run has a lease.

        Raise :class:`~feedpub.core.errors.LockedError` if one has, and
        :class:`~feedpub.core.errors.AttentionError` if its end is so late that a clock is wrong,
        unless ``repair`` is set.
        """
        lease, now = manifest.lease, self._now()
        if lease is None or lease.run in (self._run, self._last_run) or lease.until <= now:
            return
        until = f"{lease.until:%Y-%m-%dT%H:%M:%SZ}"
        if lease.until - now <= DURATION + _SKEW:
            raise LockedError(
                f"{self._store.where}: another deploy is running, or was killed (its lease ends at {until}); "
                "nothing was uploaded"
            )
        if not repair:
            raise AttentionError(
                f"{self._store.where}: a lease ends at {until}, so the clock of this machine or of the last deploy's "
                "is wrong; nothing was uploaded; if no deploy is running, 'feedpub deploy --verify-all' ends the lease"
            )

    def write(self, manifest: Manifest, *, keep_lease: bool) -> None:
        """Write ``manifest``, with a new lease or without one.

        Raise :class:`~feedpub.core.errors.LockedError` if another run has written it meanwhile.
        """
        lease = Lease(run=self._run, until=self._now() + DURATION) if keep_lease else None
        data = encode(msgspec.structs.replace(manifest, lease=lease))
        try:
            self._version = self._store.write(NAME, data, _HEADERS, self._version)
        except ConflictError:
            # The answer to an earlier attempt of the same write may have been lost.
            stored = self._store.read(NAME)
            if stored is None or stored.data != data:
                raise LockedError(f"{self._store.where}: another deploy began meanwhile and goes on") from None
            self._version = stored.version
