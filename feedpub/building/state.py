"""The state of one output folder, which a build loads before it reads and saves after it writes.

This module decides how much of the last build still holds. It does not write into the output
folder.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import msgspec

from feedpub.building.fingerprints import Fingerprints
from feedpub.building.options import BuildContext
from feedpub.building.plan import BuildPlan, PreviousBuild, PublishedFiles, new_output_state
from feedpub.building.report import Report
from feedpub.content import Scan, stamp_of
from feedpub.content.files import is_racy
from feedpub.core.digests import content_digest
from feedpub.state.atomic_files import file_in, possibly_ours
from feedpub.state.build_db import BuildCache
from feedpub.state.build_db_writer import save_build
from feedpub.state.event_log import EntryChanges, EventLog
from feedpub.state.group_index import group_rows, number_files
from feedpub.state.journal import Journal
from feedpub.state.published import OutputState, PublishedState, output_key
from feedpub.state.records import BuildRecord, LastBuild, OutputFile, ProblemRow


class BuildState:
    """The files in ``.feedpub/`` that hold the state of one output folder."""

    def __init__(self, context: BuildContext) -> None:
        self._context = context
        self._started = time.time_ns()
        folder = context.config.state_folder
        self._output = output_key(context.config, context.options.output)
        self._published = PublishedState(folder)
        self.journal = Journal(folder, self._output)
        self.event_log = EventLog(folder, self._output)
        self.cache = BuildCache(folder, context.config.cache_name, read_only=context.options.dry_run)

    def close(self) -> None:
        """Close build.db."""
        self.cache.close()

    def warnings(self) -> tuple[str, ...]:
        """Return the faults of published.json, build.db and the log of entries."""
        return tuple(filter(None, (self._published.warning, self.cache.warning, self.event_log.warning)))

    def load(self) -> OutputState:
        """Return the state of the output folder, with the files that a killed build left there."""
        state = self._published.output_state(self._output)
        planned = self.journal.read()
        if planned is None:
            return state
        # A file that cannot be read now counts as ours: once the journal is gone, no later build
        # would remove it.
        ours = possibly_ours(self._context.folder, planned)
        state = msgspec.structs.replace(state, files=state.files | {path: planned[path] for path in ours})
        if not self._context.options.dry_run:
            self._published.save(self._output, state)
            self.journal.delete()
        return state

    def last_counts(self, published: OutputState) -> tuple[int, int]:
        """Return how many articles the last build found, and how many it published.

        ``published`` is the state of the output folder; build.db replaces it if it was lost.
        """
        last = self.cache.last_build(self._output)
        found = max(published.articles, self.cache.article_count())
        return found, max(published.published, last.articles.published if last else 0)

    def previous_build(self, fingerprints: Fingerprints, published: OutputState) -> PreviousBuild | None:
        """Return the last build if only article files and link facts can have changed since.

        The program, the configuration, the options, the published feeds and the output files are as
        that build left them, and the same articles are embargoed. Return None otherwise.
        """
        options = self._context.options
        last = None if options.full or options.strict else self.cache.last_build(self._output)
        if last is None or last.inputs != _inputs_digest(fingerprints, published):
            return None
        if not last.clock_span.contains(self._context.now):
            return None
        outputs = self.cache.outputs(self._output)
        if outputs.keys() != published.files.keys() or any(
            stamp_of(file_in(self._context.folder, path)) != file.stamp for path, file in outputs.items()
        ):
            return None
        return PreviousBuild(last=last, published=published, outputs=outputs)

    def is_unchanged(self, scan: Scan, fingerprints: Fingerprints, previous: PreviousBuild) -> bool:
        """Return whether no article file and no link fact has changed since ``previous``."""
        if (previous.last.tree, previous.last.checks) != (fingerprints.tree, fingerprints.checks):
            return False
        started = self.cache.last_start()
        return not any(is_racy(file.stamp, started) for files in scan.folders for file in files)

    def can_plan_changes(self, fingerprints: Fingerprints, previous: PreviousBuild) -> bool:
        """Return whether the groups in build.db are those of the ``previous`` build, and the log of
        entries can be continued: a new one begins with all entries.
        """
        last = previous.last
        are_groups_current = bool(last.tree) and self.cache.group_inputs() == fingerprints.inputs + last.tree
        return are_groups_current and (self._context.options.dry_run or self.event_log.is_ready())

    def outputs(self, previous: PreviousBuild | None) -> Mapping[str, OutputFile]:
        """Return the files that the last build left in the output folder."""
        # An incremental plan keeps files of the last build, also if build.db has failed since.
        if previous is not None:
            return previous.outputs
        return {} if self._context.options.full else self.cache.outputs(self._output)

    def known_problems(self) -> frozenset[ProblemRow]:
        """Return the problems that an earlier build named."""
        return frozenset() if self._context.options.full else self.cache.problems()

    def save(
        self,
        plan: BuildPlan,
        files: PublishedFiles,
        report: Report,
        fingerprints: Fingerprints,
        entries: EntryChanges,
    ) -> None:
        """Save the state after the last rename.

        Raise :class:`~feedpub.core.errors.StorageError` if published.json or the log of entries
        cannot be written.
        """
        state = new_output_state(plan, files, self._context.folder)
        self._published.save(self._output, state)
        self.journal.delete()
        # Before build.db: a build that finds nothing changed does not compare entries again.
        self.event_log.append(entries)
        stamps = {path: stamp_of(file_in(self._context.folder, path)) for path in files.signatures}
        outputs = {path: OutputFile(files.signatures[path], stamp) for path, stamp in stamps.items() if stamp}
        # A file that the disk refused may be readable next time, with the same stamp.
        tree = fingerprints.tree if plan.snapshot.is_complete else b""
        last = LastBuild(
            inputs=_inputs_digest(fingerprints, state),
            tree=tree,
            clock_span=plan.clock_span,
            has_postdated=plan.has_postdated,
            linked=plan.linked,
            checks=fingerprints.checks,
            articles=report.articles,
            feeds=report.feeds,
            problems=report.problems,
        )
        self._save_cache(plan, last, outputs, fingerprints)

    def _save_cache(
        self, plan: BuildPlan, last: LastBuild, outputs: Mapping[str, OutputFile], fingerprints: Fingerprints
    ) -> None:
        snapshot, groups = plan.snapshot, plan.groups
        known = self.cache.file_numbers()
        last_number = self.cache.last_number() if known else 0
        numbers = plan.file_numbers if groups is None else number_files(snapshot.changed, known, last_number)
        # Numbers that a failed build.db did not give would be wrong.
        if not self.cache.is_open:
            return
        save_build(
            self.cache,
            BuildRecord(
                articles=snapshot.readable_count,
                # Unlisted files were last compared by the build before.
                started=self._started if snapshot.is_walked else self.cache.last_start(),
                reading=self._context.reading,
                changed=snapshot.changed,
                gone=snapshot.gone,
                file_numbers=numbers,
                last_ids=snapshot.last_ids,
                groups=plan.group_rows if groups is None else group_rows(groups, numbers),
                has_all_groups=groups is not None,
                group_inputs=fingerprints.inputs + last.tree,
                folders=fingerprints.folders,
                output=self._output,
                outputs=outputs,
                last=last,
                problems=frozenset(map(plan.problem_row, plan.problems)),
            ),
        )


def _inputs_digest(fingerprints: Fingerprints, state: OutputState) -> bytes:
    """Return the digest of the inputs of a build and of the state that it leaves."""
    return content_digest(fingerprints.inputs + msgspec.msgpack.encode(state, order="sorted"))
