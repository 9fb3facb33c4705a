"""The transfer: the requests of a deploy, many at once, under its lease.

The manifest is written before the first change and after the last, and every few seconds between,
which also renews the lease. After an error or an interruption it is written, too, so that the next
run goes on where this one ended.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from feedpub.core.errors import FeedpubError, LockedError, StorageError
from feedpub.delivery.deploy.lease import DURATION, LeasedManifest
from feedpub.delivery.deploy.manifest import Manifest
from feedpub.delivery.deploy.plan import DeployPlan
from feedpub.delivery.deploy.store import AT_ONCE, Store
from feedpub.delivery.deploy.whole_output import LocalFiles
from feedpub.links.run.engine import Stop

RENEWAL = 15.0
"""Seconds between two writes of the manifest."""


class InterruptedDeployError(FeedpubError):
    """A deploy that Ctrl-C or SIGTERM ended."""

    exit_status = 130


class Transfer:
    """The change of ``store`` from the files of ``manifest`` to those of ``local``.

    A deploy ends early when ``stop`` is set.
    """

    def __init__(self, store: Store, leased: LeasedManifest, manifest: Manifest, local: LocalFiles, stop: Stop) -> None:
        self._store = store
        self._leased = leased
        self._local = local
        self._stop = stop
        self._lock = threading.Lock()
        self._files = dict(manifest.files)
        self._pending = set(manifest.pending)
        self._size = 0
        self._valid_until = 0.0
        self._failure: FeedpubError | None = None
        self._is_halted = False

    def run(self, plan: DeployPlan, progress: Callable[[int, int], object]) -> int:
        """Upload and remove what ``plan`` says; return the bytes that were uploaded."""
        if self._pending:
            self._store.remove_strays(self._pending)
        self._pending |= plan.changed
        for path in plan.changed:
            self._files.pop(path, None)
        self._write(keep_lease=True)
        try:
            with self._renewals(), contextlib.closing(self._changes(plan)) as changes:
                for done, _ in enumerate(changes, 1):
                    progress(done, len(plan.changed))
        except BaseException:
            if not isinstance(self._failure, LockedError):
                with contextlib.suppress(FeedpubError):
                    self._write(keep_lease=False)
            raise
        self._write(keep_lease=False)
        return self._size

    def _changes(self, plan: DeployPlan) -> Generator[None]:
        """Make the changes of ``plan``, and yield after each."""
        for paths in plan.uploads:
            yield from self._each(paths, self._upload)
        for paths in plan.removals:
            yield from self._each(paths, self._remove)

    def _each(self, paths: Sequence[str], action: Callable[[str], None]) -> Iterator[None]:
        """Call ``action`` for each of ``paths``, many at once, and yield after each."""
        with ThreadPoolExecutor(min(AT_ONCE, len(paths))) as pool:
            try:
                yield from pool.map(action, paths)
            except BaseException:
                self._is_halted = True
                pool.shutdown(cancel_futures=True)
                raise

    def _upload(self, path: str) -> None:
        self._check()
        data = self._local.read(path)
        file = self._local.wanted[path].deployed
        self._store.write(path, data, file.headers)
        with self._lock:
            self._files[path] = file
            self._pending.discard(path)
            self._size += len(data)

    def _remove(self, path: str) -> None:
        self._check()
        self._store.remove(path)
        with self._lock:
            self._pending.discard(path)

    def _check(self) -> None:
        """Raise if the deploy has to end: it is interrupted, or its lease is over."""
        if self._failure is not None:
            raise self._failure
        if self._stop.is_set() or self._is_halted:
            raise InterruptedDeployError("interrupted; every published file is whole, and the next deploy goes on")
        if time.monotonic() >= self._valid_until:
            raise StorageError(f"{self._store.where}: the lease is over, because the target did not answer in time")

    @contextlib.contextmanager
    def _renewals(self) -> Iterator[None]:
        """Write the manifest every few seconds, in a thread."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(RENEWAL):
                try:
                    self._write(keep_lease=True)
                except LockedError as error:
                    self._failure = error
                    return
                except FeedpubError:
                    # The lease is valid for some time; the next attempt may succeed.
                    continue

        thread = threading.Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _write(self, *, keep_lease: bool) -> None:
        started = time.monotonic()
        with self._lock:
            manifest = Manifest(files=dict(self._files), pending=frozenset(self._pending))
        self._leased.write(manifest, keep_lease=keep_lease)
        self._valid_until = started + DURATION.total_seconds()
