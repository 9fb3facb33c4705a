"""The build as one function: read, select, render, write, and then save the state.

:meth:`_Build._run` is the table of contents: each of its steps is a module of this package. An
error before the first rename leaves the output folder unchanged.
"""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from feedpub.building import fingerprints
from feedpub.building.fingerprints import Fingerprints
from feedpub.building.options import BuildContext, BuildOptions, ShrunkError, StrictError
from feedpub.building.plan import (
    NO_CHANGES,
    BuildPlan,
    PreviousBuild,
    PublishedFiles,
    full_plan,
    report_of,
    shrink_message,
)
from feedpub.building.publishing import Publisher
from feedpub.building.rendering import ChangedError
from feedpub.building.report import Report
from feedpub.building.state import BuildState
from feedpub.config import Config
from feedpub.content import Scan
from feedpub.content.fingerprint import reading_fingerprint
from feedpub.content.loading import scan_content
from feedpub.content.read_settings import read_settings
from feedpub.core.counts import FeedCounts
from feedpub.core.errors import ProblemKind
from feedpub.core.workers import DaskWorkers, LocalWorkers, Workers, cores
from feedpub.feeds.paths import folders_in
from feedpub.links.facts import NO_FACTS, FactIndex, LinkFacts
from feedpub.output.documents import InputDigests
from feedpub.state.atomic_files import Changes, remove_strays
from feedpub.state.event_log import EntryChanges
from feedpub.state.lock import build_lock
from feedpub.state.published import OutputState, check_output, output_folder
from feedpub.state.scratch import Scratch

if TYPE_CHECKING:
    from feedpub.links.remember.for_builds import MeasuredLinks

_LOCK_PATIENCE = 1.0
"""Seconds to wait for the lock, which a check holds for a moment to save its results."""
_ATTEMPTS = 3
"""The number of attempts if articles change while they are read."""


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
    lock = contextlib.nullcontext() if options.dry_run else build_lock(config.state_folder, _LOCK_PATIENCE)
    with lock, _workers(options) as workers, _garbage_collection_disabled():
        for _ in range(_ATTEMPTS - 1):
            with contextlib.suppress(ChangedError):
                return _attempt(config, options, workers)
            # An article that a list of changes lacks may be the one.
            options = msgspec.structs.replace(options, changed=None)
        return _attempt(config, options, workers)


def _workers(options: BuildOptions) -> Workers:
    return DaskWorkers(options.scheduler) if options.scheduler else LocalWorkers(options.jobs or cores())


@contextlib.contextmanager
def _garbage_collection_disabled() -> Iterator[None]:
    """Disable the search for reference cycles, which takes a tenth of a build and finds none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _attempt(config: Config, options: BuildOptions, workers: Workers) -> Report:
    state_folder = config.state_folder
    with contextlib.closing(Scratch(state_folder if os.path.isdir(state_folder) else None)) as scratch:
        settings = read_settings(config)
        context = BuildContext(
            config=config,
            options=options,
            now=options.now or datetime.now(UTC),
            settings=settings,
            reading=reading_fingerprint(config, settings),
            folder=output_folder(config, options.output),
            workers=workers,
            scratch=scratch,
        )
        with contextlib.closing(BuildState(context)) as state:
            measured = _measured_links(state_folder, read_only=options.dry_run)
            with measured or contextlib.nullcontext():
                return _Build(context, state, measured).run()


def _measured_links(state_folder: Path, *, read_only: bool) -> MeasuredLinks | None:
    """Return the results of link checks; None if there was no check, as on most sites."""
    if not os.path.lexists(state_folder / "links.db"):
        return None
    # The import takes time that a site without checks need not spend.
    from feedpub.links.remember.for_builds import MeasuredLinks  # noqa: PLC0415

    return MeasuredLinks(state_folder, read_only=read_only)


class _WalkNeededError(Exception):
    """An error: a list of changes is not enough to build from."""


class _Build:
    """One attempt to build."""

    def __init__(self, context: BuildContext, state: BuildState, measured: MeasuredLinks | None) -> None:
        self.clock = time.monotonic()
        self.context = context
        self.config = context.config
        self.options = context.options
        self.state = state
        self.measured = measured

    def run(self) -> Report:
        """Build and return the report."""
        published = self.state.load()
        if self.options.changed is not None:
            with contextlib.suppress(_WalkNeededError):
                return self._run(self._listed_scan(self.options.changed), published)
        return self._run(scan_content(self.config), published)

    def _listed_scan(self, paths: Sequence[str]) -> Scan:
        """Return the files after changes of ``paths``."""
        from feedpub.building.listed_changes import listed_scan  # noqa: PLC0415

        try:
            return listed_scan(self.config, self.state.cache, paths)
        except (LookupError, msgspec.DecodeError):
            raise _WalkNeededError from None

    def _run(self, scan: Scan, published: OutputState) -> Report:
        """Build the files of ``scan``.

        Raise :class:`_WalkNeededError`, before anything is written, if it has too few files.
        """
        digests = self._fingerprints(scan)
        if not self.options.dry_run:
            remove_strays((self.config.state_folder, *folders_in(self.context.folder)), below=self.context.folder)
        previous = self.state.previous_build(digests, published)
        if previous is not None and self.state.is_unchanged(scan, digests, previous):
            return self._unchanged_report(previous)
        plan = self._plan(scan, digests, previous, published)
        self._refuse_to_shrink(plan)
        self._refuse_problems_if_strict(plan)
        entries = None if self.options.dry_run else self._entry_changes(plan)
        files = self._publish(plan, previous, digests)
        report = self._report(plan, files.changes)
        if entries is not None:
            self.state.save(plan, files, report, digests, entries)
        return msgspec.structs.replace(
            report, warnings=(*self._warnings(), *plan.warnings, *_foreign_files(files.changes))
        )

    def _fingerprints(self, scan: Scan) -> Fingerprints:
        rendering = fingerprints.rendering(self.context.reading, self.config)
        pages = fingerprints.pages(self.config)
        checks, revision = self.measured.state() if self.measured else ("", 0)
        further = (str(self.options.prune), checks, pages.hex(), *map(str, scan.problems))
        return Fingerprints(
            rendering=rendering,
            pages=pages,
            inputs=fingerprints.inputs(rendering, self.config, further),
            folders={**(scan.unlisted.folders if scan.unlisted else {}), **fingerprints.folders(scan.folders)},
            checks=revision,
        )

    def _plan(
        self, scan: Scan, digests: Fingerprints, previous: PreviousBuild | None, published: OutputState
    ) -> BuildPlan:
        """Return the plan made from the changes if that is possible, and else from all files."""
        plan = None
        if previous is not None and self.state.can_plan_changes(digests, previous):
            # A build that changes nothing needs no such import.
            from feedpub.building.incremental import incremental_plan  # noqa: PLC0415

            if self.measured:
                checked = self.measured.changed_since(previous.last.checks)
                if checked and scan.unlisted is not None:
                    # Unlisted articles may have new link facts.
                    raise _WalkNeededError
                previous = msgspec.structs.replace(previous, checked=checked)
            plan = incremental_plan(self.context, scan, self.state.cache, previous, digests.folders)
        if plan is None and scan.unlisted is not None:
            raise _WalkNeededError
        return plan or full_plan(self.context, scan, self.state.cache, published)

    def _refuse_to_shrink(self, plan: BuildPlan) -> None:
        """Raise :class:`ShrunkError` if most articles are gone or would no longer be published."""
        message = None if self.options.allow_shrink else shrink_message(plan, *self.state.last_counts(plan.published))
        if message:
            raise ShrunkError(message)

    def _refuse_problems_if_strict(self, plan: BuildPlan) -> None:
        if self.options.strict and any(problem.kind is not ProblemKind.REPAIRED for problem in plan.problems):
            report = self._report(plan, NO_CHANGES)
            raise StrictError("nothing was written: --strict, and there are problems", report)

    def _publish(self, plan: BuildPlan, previous: PreviousBuild | None, digests: Fingerprints) -> PublishedFiles:
        plan.snapshot.facts = FactIndex(self._link_facts())
        input_digests = InputDigests(
            program=digests.rendering, pages=digests.pages, article=plan.snapshot.article_digest
        )
        publisher = Publisher(self.context, self.state.journal, self.state.outputs(previous))
        return publisher.publish(plan, input_digests)

    def _entry_changes(self, plan: BuildPlan) -> EntryChanges:
        # A build that changes nothing needs no such import.
        from feedpub.building.entry_events import entry_changes  # noqa: PLC0415

        return entry_changes(plan, self.state.event_log, self.context)

    def _link_facts(self) -> LinkFacts:
        """Return what link checks found."""
        if self.measured is None:
            return NO_FACTS
        from feedpub.links.settings import SettingsByHost  # noqa: PLC0415

        return self.measured.facts(SettingsByHost.of(self.config))

    def _unchanged_report(self, previous: PreviousBuild) -> Report:
        """Return the report of a build that finds nothing changed."""
        last = previous.last
        return Report(
            articles=last.articles,
            feeds=FeedCounts(total=last.feeds.total, unchanged=last.feeds.total),
            problems=last.problems,
            new_problems=(),
            files=(),
            warnings=self._warnings(),
            seconds=time.monotonic() - self.clock,
        )

    def _report(self, plan: BuildPlan, changes: Changes) -> Report:
        report = report_of(plan, changes, self.state.known_problems())
        return msgspec.structs.replace(report, warnings=self._warnings(), seconds=time.monotonic() - self.clock)

    def _warnings(self) -> tuple[str, ...]:
        warning = self.measured.warning if self.measured else None
        return (*self.state.warnings(), warning) if warning else self.state.warnings()


def _foreign_files(changes: Changes) -> list[str]:
    return [f"{path}: was changed by someone else, and is left in place" for path in sorted(changes.foreign)]
