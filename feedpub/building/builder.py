"""The build as one function: read, select, render, write, and only then remember.

Data moves one way. Whatever fails before the first rename leaves output/ as it was.
"""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from feedpub.building import fingerprints
from feedpub.building.options import BuildOptions, ShrunkError, StrictError
from feedpub.building.plan import (
    NOTHING,
    BuildPlan,
    PreviousBuild,
    PublishedFiles,
    counts_of,
    due_of,
    output_state,
    report_of,
)
from feedpub.building.publishing import Publishing
from feedpub.building.rendering import ChangedError
from feedpub.building.report import Report
from feedpub.building.snapshot import BuildTools, Snapshot, take
from feedpub.config import Config
from feedpub.content import Scan, stamp_of
from feedpub.content.files import is_racy
from feedpub.content.fingerprint import reading_fingerprint
from feedpub.content.loading import scan_content
from feedpub.core.digests import content_digest
from feedpub.core.errors import ProblemKind
from feedpub.core.models import FeedCounts
from feedpub.core.workers import DaskWorkers, LocalWorkers, Workers, cores
from feedpub.feeds.paths import folders_in
from feedpub.feeds.selection import feeds_of, group_by_status, groups_of
from feedpub.links.facts import NO_FACTS, LinkFacts
from feedpub.output.documents import InputDigests
from feedpub.state.atomic_files import Changes, claimable, remove_strays
from feedpub.state.build_db import BuildCache
from feedpub.state.group_index import numbered, rows_of
from feedpub.state.journal import Journal
from feedpub.state.lock import build_lock
from feedpub.state.published import OutputState, PublishedState, check_output, output_folder, output_key
from feedpub.state.records import BuildRecord, LastBuild, OutputFile
from feedpub.state.scratch import Scratch

if TYPE_CHECKING:
    from feedpub.links.remember.for_builds import MeasuredLinks

_GUARDED_FROM = 20
# Seconds: a check that keeps what it read has the lock for a moment.
_PATIENCE = 1.0
# How often to begin anew where articles change while they are read.
_TRIES = 3


def build(config: Config, options: BuildOptions | None = None) -> Report:
    """Publish the articles as feeds and pages, and return the report.

    Invalid articles are left out; the report has their problems.

    Raise :class:`UsageError` if a template, the output folder or a content folder cannot be used,
    :class:`LockedError` if another build of the site is running, :class:`StrictError` or
    :class:`ShrunkError` if a person has to decide, and :class:`StorageError` if the output or the
    state cannot be written. Every published file is whole, even then.

    Example::

        >>> from pathlib import Path
        >>> from feedpub import build, load_config
        >>> report = build(load_config(Path("config.yaml")))
        >>> report.articles.published, report.articles.invalid
        (1, 1)
        >>> "topics/python/rss.xml" in report.files
        True
    """
    options = options or BuildOptions()
    check_output(config, output_folder(config, options.output))
    lock = contextlib.nullcontext() if options.dry_run else build_lock(config.state_folder, _PATIENCE)
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
        state = config.state_folder
        self.published = PublishedState(state)
        self.intent = Journal(state, self.output)
        self.cache = BuildCache(state, read_only=options.dry_run)
        self.spool = Scratch(state if os.path.isdir(state) else None)
        self.learned = _learned(state, untouched=options.dry_run)
        self.work = BuildTools(workers, self.spool, options.progress, options.full)

    def run(self) -> Report:
        try:
            return self._run()
        finally:
            self.cache.close()
            self.spool.close()
            if self.learned is not None:
                self.learned.close()

    def _run(self) -> Report:
        old = self._known()
        tree = scan_content(self.config)
        program = fingerprints.rendering(self.config)
        learned = self.learned.fingerprint() if self.learned else ""
        pages = fingerprints.pages(self.config)
        others = (str(self.options.prune), learned, pages.hex(), *map(str, tree.problems))
        inputs = fingerprints.inputs(program, self.config, others)
        folders = fingerprints.folders(tree.folders)
        if not self.options.dry_run:
            remove_strays((self.config.state_folder, *folders_in(self.folder)), below=self.folder)
        before = self._before(inputs, old, folders)
        if before is not None and self._is_all_as_it_was(tree, before):
            return self._nothing_to_do(before.last)
        plan = self._plan_changes(tree, inputs, before) or self._plan(tree, old)
        self._guard(old, plan.snapshot)
        if self.options.strict and any(problem.kind is not ProblemKind.REPAIRED for problem in plan.problems):
            raise StrictError("nothing was written: --strict, and there are problems", self._report(plan, NOTHING))
        files = self._write(plan, before, program, pages)
        report = self._report(plan, files.changes)
        if not self.options.dry_run:
            self._remember(plan, files, report, inputs, folders)
        return msgspec.structs.replace(report, warnings=(*self._warnings(), *_left(files.changes)))

    def _known(self) -> OutputState:
        """What is kept of the output, with what a killed build put there and did not come to keep."""
        old = self.published.of(self.output)
        intended = self.intent.files()
        if intended is None:
            return old
        # One that cannot be read now is kept in mind, too: the note goes, and nobody else would remove it.
        ours = claimable(self.folder, intended)
        known = msgspec.structs.replace(old, files=old.files | {path: intended[path] for path in ours})
        if not self.options.dry_run:
            self.published.save(self.output, known)
            self.intent.forget()
        return known

    def _before(self, inputs: bytes, old: OutputState, folders: Mapping[str, bytes]) -> PreviousBuild | None:
        """The last build, where nothing but articles can have changed since, and the output is as it left it."""
        last = None if self.options.full or self.options.strict else self.cache.last(self.output)
        if last is None or last.inputs != _with_history(inputs, old) or not last.due.holds(self.now):
            return None
        outputs = self.cache.outputs(self.output)
        if outputs.keys() != old.files.keys() or any(
            stamp_of(self.folder / path) != file.stamp for path, file in outputs.items()
        ):
            return None
        return PreviousBuild(last=last, old=old, outputs=outputs, folders=folders)

    def _is_all_as_it_was(self, tree: Scan, before: PreviousBuild) -> bool:
        if before.last.tree != fingerprints.tree(before.folders):
            return False
        started = self.cache.started()
        return not any(is_racy(source.stamp, started) for sources in tree.folders for source in sources)

    def _nothing_to_do(self, last: LastBuild) -> Report:
        """The report of a build that changes nothing."""
        return Report(
            articles=last.articles,
            feeds=FeedCounts(total=last.feeds.total, unchanged=last.feeds.total),
            problems=last.problems,
            new_problems=(),
            files=(),
            warnings=self._warnings(),
            seconds=time.monotonic() - self.clock,
        )

    def _plan_changes(self, tree: Scan, inputs: bytes, before: PreviousBuild | None) -> BuildPlan | None:
        """The plan at the cost of what changed; None where everything has to be looked at."""
        if before is None or not before.last.tree or self.cache.tree() != inputs + before.last.tree:
            return None
        # What takes part in it is not needed where nothing changed.
        from feedpub.building.incremental import BuildContext, plan_changes  # noqa: PLC0415

        around = BuildContext(config=self.config, now=self.now, prune=self.options.prune, work=self.work)
        return plan_changes(around, tree, self.cache, before)

    def _plan(self, tree: Scan, old: OutputState) -> BuildPlan:
        """The plan after a look at everything."""
        snapshot = take(self.config, tree, self.cache, reading_fingerprint(self.config), self.work)
        standing = group_by_status(snapshot.candidates, self.now)
        groups = tuple(groups_of(standing.published, self.config))
        feeds = feeds_of(groups, self.config, old.feeds, () if self.options.prune else old.feeds)
        return BuildPlan(
            old=old,
            snapshot=snapshot,
            articles=counts_of(snapshot, standing),
            due=due_of(standing),
            problems=tuple(sorted((*snapshot.problems(), *standing.problems()))),
            feeds=feeds,
            listed=feeds,
            groups=groups,
        )

    def _facts(self) -> LinkFacts:
        """What checks learned of links."""
        if self.learned is None:
            return NO_FACTS
        from feedpub.links.settings import SettingsByHost  # noqa: PLC0415

        return self.learned.facts(SettingsByHost(self.config.check, self.config.site.base_url))

    def _guard(self, old: OutputState, snapshot: Snapshot) -> None:
        """An unmounted disk must not empty the feeds."""
        last = max(old.articles, self.cache.articles())
        if last < _GUARDED_FROM or snapshot.readable * 2 >= last or self.options.allow_shrink:
            return
        raise ShrunkError(
            f"only {snapshot.readable} of the {last} articles of the last build are still found; nothing was written "
            "(is a disk missing? --allow-shrink goes ahead)"
        )

    def _write(self, plan: BuildPlan, before: PreviousBuild | None, program: bytes, pages: bytes) -> PublishedFiles:
        facts = self._facts()
        basis = InputDigests(
            program=program + facts.digest() if facts else program, pages=pages, article=plan.snapshot.digest
        )
        # A plan that leaves files alone needs to know them, also if build.db has failed since.
        outputs = before.outputs if before else {} if self.options.full else self.cache.outputs(self.output)
        publishing = Publishing(self.config, self.folder, self.intent, outputs, dry_run=self.options.dry_run)
        return publishing.run(plan, basis, facts, self.work)

    def _remember(
        self, plan: BuildPlan, files: PublishedFiles, report: Report, inputs: bytes, folders: Mapping[str, bytes]
    ) -> None:
        """Commit the state, after the last rename."""
        state = output_state(plan, files, self.folder)
        self.published.save(self.output, state)
        self.intent.forget()
        # What the disk refused may be there next time, without a trace in any stamp.
        tree = fingerprints.tree(folders) if plan.snapshot.is_complete else b""
        numbers = plan.numbers if plan.groups is None else numbered(plan.snapshot.changed, self.cache.numbers())
        stamps = {path: stamp_of(self.folder / path) for path in files.signatures}
        if not self.cache.is_open:
            return
        self.cache.save(
            BuildRecord(
                articles=plan.snapshot.readable,
                started=self.started,
                reading=reading_fingerprint(self.config),
                changed=plan.snapshot.changed,
                gone=plan.snapshot.gone,
                numbers=numbers,
                groups=plan.rows if plan.groups is None else rows_of(plan.groups, numbers),
                is_whole=plan.groups is not None,
                tree=inputs + tree,
                folders=folders,
                output=self.output,
                outputs={path: OutputFile(files.signatures[path], stamp) for path, stamp in stamps.items() if stamp},
                last=LastBuild(
                    inputs=_with_history(inputs, state),
                    tree=tree,
                    due=plan.due,
                    articles=report.articles,
                    feeds=report.feeds,
                    problems=report.problems,
                ),
                problems=frozenset(map(plan.row, plan.problems)),
            )
        )

    def _report(self, plan: BuildPlan, changes: Changes) -> Report:
        known = frozenset() if self.options.full else self.cache.known()
        report = report_of(plan, changes, known)
        return msgspec.structs.replace(report, warnings=self._warnings(), seconds=time.monotonic() - self.clock)

    def _warnings(self) -> tuple[str, ...]:
        learned = self.learned.warning if self.learned else None
        return tuple(filter(None, (self.published.warning, self.cache.warning, learned)))


def _learned(state: Path, *, untouched: bool) -> MeasuredLinks | None:
    """What checks found out; None where there was none, as on most sites, which then need not load what reads it."""
    if not os.path.lexists(state / "links.db"):
        return None
    from feedpub.links.remember.for_builds import MeasuredLinks  # noqa: PLC0415

    return MeasuredLinks(state, untouched=untouched)


def _left(changes: Changes) -> list[str]:
    return [f"{path}: was changed by someone else, and is left in place" for path in sorted(changes.foreign)]


def _with_history(inputs: bytes, history: OutputState) -> bytes:
    return content_digest(inputs + msgspec.msgpack.encode(history, order="sorted"))
