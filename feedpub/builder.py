"""The build as one function: read, select, render, write, and only then remember.

Data moves one way. Whatever fails before the first rename leaves output/ as it was.
"""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from feedpub import fingerprints
from feedpub.cache import BuildCache, Memory, OutputFile
from feedpub.collect import Progress, scan_content, silent, state_folder
from feedpub.config import Config
from feedpub.errors import AttentionError, ProblemKind
from feedpub.executors import DaskWorkers, LocalWorkers, Workers, cores
from feedpub.lock import build_lock
from feedpub.models import FeedKind
from feedpub.outcome import NOTHING, Files, Plan, last_build, output_state, report_of
from feedpub.reader import Scan, stamp_of
from feedpub.rendering import ChangedError, paths_of, render, signature
from feedpub.report import FeedCounts, Report
from feedpub.selection import select, sort_out
from feedpub.snapshot import Snapshot, Work, is_racy, take
from feedpub.spool import Spool
from feedpub.state import OutputState, PublishedState, check_output, output_folder, output_key
from feedpub.work import content_digest
from feedpub.writer import Changes, Stage, digest, remove_strays

_GUARDED_FROM = 20
# How often to begin anew where articles change while they are read.
_TRIES = 3


class BuildOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of ``feedpub build``."""

    output: Path | None = None
    """Instead of ``output.path``."""
    full: bool = False
    """Forget what build.db remembers."""
    strict: bool = False
    prune: bool = False
    allow_shrink: bool = False
    dry_run: bool = False
    jobs: int | None = None
    """Processes; all cores where it is not set."""
    scheduler: str | None = None
    """The address of a Dask scheduler whose workers do the work instead."""
    now: datetime | None = None
    """The clock of embargoes, aware; the present where it is not set."""
    progress: Progress = silent


class ShrunkError(AttentionError):
    """Fewer than half of the articles of the last build are still found."""


class StrictError(AttentionError):
    """A strict build met articles that are invalid or duplicates. ``report`` names them."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


def build(config: Config, options: BuildOptions | None = None) -> Report:
    """Publish ``config``'s articles. Raises :class:`~feedpub.errors.FeedpubError` where it cannot."""
    options = options or BuildOptions()
    check_output(config, output_folder(config, options.output))
    lock = contextlib.nullcontext() if options.dry_run else build_lock(state_folder(config))
    with lock, _workers(options) as workers, _no_collector():
        for _ in range(_TRIES - 1):
            with contextlib.suppress(ChangedError):
                return _Build(config, options, workers).run()
        return _Build(config, options, workers).run()


def _workers(options: BuildOptions) -> Workers:
    return DaskWorkers(options.scheduler) if options.scheduler else LocalWorkers(options.jobs or cores())


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """A build makes many objects and no cycles: to look for cycles again and again would cost a tenth of it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Build:
    def __init__(self, config: Config, options: BuildOptions, workers: Workers) -> None:
        self.config = config
        self.options = options
        self.clock = time.monotonic()
        self.started = time.time_ns()
        self.now = options.now or datetime.now(UTC)
        self.folder = output_folder(config, options.output)
        self.output = output_key(config, options.output)
        state = state_folder(config)
        self.published = PublishedState(state)
        self.cache = BuildCache(state, read_only=options.dry_run)
        self.spool = Spool(state if state.is_dir() else None)
        self.work = Work(workers, self.spool, options.progress, options.full)

    def run(self) -> Report:
        try:
            return self._run()
        finally:
            self.cache.close()
            self.spool.close()

    def _run(self) -> Report:
        old = self.published.of(self.output)
        tree = scan_content(self.config)
        program = fingerprints.rendering(self.config)
        others = (str(self.options.prune), *map(str, tree.problems))
        inputs = fingerprints.inputs(program, self.config, tree.sources, others)
        if not self.options.dry_run:
            remove_strays((state_folder(self.config), *_own_folders(self.folder)))
        report = self._nothing_to_do(tree, inputs, old)
        if report is not None:
            return report
        reading = fingerprints.reading(self.config)
        snapshot = take(self.config, tree, self.cache, reading, self.work)
        self._guard(old, snapshot)
        standing = sort_out(snapshot.candidates, self.now)
        problems = tuple(sorted((*snapshot.problems(), *standing.problems())))
        feeds = select(standing.published, self.config, old.feeds, prune=self.options.prune)
        plan = Plan(old=old, snapshot=snapshot, standing=standing, problems=problems, feeds=feeds)
        if self.options.strict and any(problem.kind is not ProblemKind.REPAIRED for problem in problems):
            raise StrictError("nothing was written: --strict, and there are problems", self._report(plan, NOTHING))
        files = self._write(plan, program)
        report = self._report(plan, files.changes)
        if not self.options.dry_run:
            self._remember(plan, files, report, reading, inputs)
        return msgspec.structs.replace(report, warnings=(*self._warnings(), *_left(files.changes)))

    def _nothing_to_do(self, tree: Scan, inputs: bytes, old: OutputState) -> Report | None:
        """The report of a build that would change nothing; None where that is not certain."""
        last = None if self.options.full or self.options.strict else self.cache.last(self.output)
        if (
            last is None
            or last.inputs != _with_history(inputs, old)
            or not last.valid_from <= self.now.timestamp() < last.valid_until
        ):
            return None
        last_started = self.cache.started()
        if any(is_racy(source.stamp, last_started) for source in tree.sources):
            return None
        outputs = self.cache.outputs(self.output)
        if outputs.keys() != old.files.keys() or any(
            stamp_of(self.folder / path) != file.stamp for path, file in outputs.items()
        ):
            return None
        return Report(
            articles=last.articles,
            feeds=FeedCounts(total=last.feeds.total, unchanged=last.feeds.total),
            problems=last.problems,
            new_problems=(),
            files=(),
            warnings=self._warnings(),
            seconds=time.monotonic() - self.clock,
        )

    def _guard(self, old: OutputState, snapshot: Snapshot) -> None:
        """An unmounted disk must not empty the feeds."""
        last = max(old.articles, self.cache.articles())
        if last < _GUARDED_FROM or snapshot.readable * 2 >= last or self.options.allow_shrink:
            return
        raise ShrunkError(
            f"only {snapshot.readable} of the {last} articles of the last build are still found; nothing was written "
            "(is a disk missing? --allow-shrink goes ahead)"
        )

    def _write(self, plan: Plan, program: bytes) -> Files:
        outputs = {} if self.options.full else self.cache.outputs(self.output)
        digests: dict[str, str] = {}
        signatures: dict[str, bytes] = {}
        to_render = []
        for feed in plan.feeds:
            sign = signature(feed, program, plan.snapshot.digest)
            paths = paths_of(feed, self.config).values()
            signatures |= dict.fromkeys(paths, sign)
            if all(self._is_there(path, sign, outputs.get(path), plan.old) for path in paths):
                digests |= {path: plan.old.files[path] for path in paths}
            else:
                to_render.append(feed)
        with Stage(self.folder, dry_run=self.options.dry_run) as stage:
            for path, data in render(to_render, self.config, plan.snapshot.origin, self.work.workers, self.spool):
                digests[path] = digest(data)
                stage.put(path, data)
            orphans = {path: written for path, written in plan.old.files.items() if path not in digests}
            return Files(stage.commit(orphans), digests, signatures)

    def _is_there(self, path: str, sign: bytes, file: OutputFile | None, old: OutputState) -> bool:
        """Whether ``path`` holds what it should, as far as can be told without rendering it."""
        if file is None or file.signature != sign or path not in old.files:
            return False
        return stamp_of(self.folder / path) == file.stamp

    def _remember(self, plan: Plan, files: Files, report: Report, reading: bytes, inputs: bytes) -> None:
        """Commit the state, after the last rename."""
        state = output_state(plan, files, self.folder)
        self.published.save(self.output, state)
        # What the disk refused may be there next time, without a trace in any stamp.
        everything = _with_history(inputs, state) if plan.snapshot.is_complete else b""
        stamps = {path: stamp_of(self.folder / path) for path in files.signatures}
        self.cache.save(
            Memory(
                articles=plan.snapshot.readable,
                started=self.started,
                reading=reading,
                changed=plan.snapshot.changed,
                gone=plan.snapshot.gone,
                output=self.output,
                outputs={path: OutputFile(files.signatures[path], stamp) for path, stamp in stamps.items() if stamp},
                last=last_build(plan.standing, report, everything),
                problems=frozenset(map(plan.row, plan.problems)),
            )
        )

    def _report(self, plan: Plan, changes: Changes) -> Report:
        known = frozenset() if self.options.full else self.cache.known()
        report = report_of(plan, changes, known)
        return msgspec.structs.replace(report, warnings=self._warnings(), seconds=time.monotonic() - self.clock)

    def _warnings(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.published.warning, self.cache.warning)))


def _left(changes: Changes) -> list[str]:
    return [f"{path}: was changed by someone else, and is left in place" for path in sorted(changes.foreign)]


def _with_history(inputs: bytes, history: OutputState) -> bytes:
    return content_digest(inputs + msgspec.msgpack.encode(history, order="sorted"))


def _own_folders(output: Path) -> Iterator[Path]:
    """Every folder that a build may have left a temporary file in."""
    yield output
    for group in (kind.value for kind in FeedKind if kind is not FeedKind.SITE):
        with contextlib.suppress(OSError):
            yield from sorted(path for path in (output / group).iterdir() if os.path.isdir(path))
