"""Bringing output/ to what a plan says: what is there already is left alone, the rest is rendered, and all of it is
written before anything is renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from feedpub.building.plan import BuildPlan, PublishedFiles
from feedpub.building.rendering import Renderer, render
from feedpub.building.snapshot import BuildTools
from feedpub.config import Config
from feedpub.content import stamp_of
from feedpub.links.facts import LinkFacts
from feedpub.output.compression import files_with_copies, paths_with_copies
from feedpub.output.documents import Documents, InputDigests
from feedpub.state.atomic_files import Stage, digest
from feedpub.state.journal import Journal
from feedpub.state.published import OutputState
from feedpub.state.records import OutputFile


class Publishing:
    """Publishing into ``folder``, in which the last build left ``outputs``; ``intent`` is told of changes."""

    def __init__(
        self, config: Config, folder: Path, intent: Journal, outputs: Mapping[str, OutputFile], *, dry_run: bool
    ) -> None:
        self._config = config
        self._folder = folder
        self._intent = intent
        self._outputs = outputs
        self._dry_run = dry_run

    def run(self, plan: BuildPlan, basis: InputDigests, facts: LinkFacts, work: BuildTools) -> PublishedFiles:
        """Publish. Raises :class:`~feedpub.core.errors.StorageError` and :class:`~feedpub.output.pages.TemplateError`."""
        config, old = self._config, plan.old
        untouched = set(filter(plan.leaves_alone, self._outputs))
        digests = {path: old.files[path] for path in untouched}
        signatures = {path: self._outputs[path].signature for path in untouched}
        documents = Documents(config, plan.feeds, plan.listed, basis)
        to_render = []
        for document in documents:
            paths = paths_with_copies(document.paths, config.output.precompress)
            signatures |= dict.fromkeys(paths, document.signature)
            if all(self._is_there(path, document.signature, old) for path in paths):
                digests |= {path: old.files[path] for path in paths}
            else:
                to_render.append(document)
        renderer = Renderer(
            config=config,
            origin=plan.snapshot.origin,
            homes=documents.linked_folders,
            facts=facts,
            workers=work.workers,
            spool=work.spool,
        )
        with Stage(self._folder, dry_run=self._dry_run) as stage:
            for path, data in files_with_copies(render(to_render, renderer), config.output.precompress):
                digests[path] = digest(data)
                stage.put(path, data)
            orphans = {path: written for path, written in old.files.items() if path not in digests}
            changes = stage.commit(orphans, lambda: self._intent.note({path: digests[path] for path in stage.changed}))
            return PublishedFiles(changes, digests, signatures)

    def _is_there(self, path: str, sign: bytes, old: OutputState) -> bool:
        """Whether ``path`` holds what it should, as far as can be told without rendering it."""
        file = self._outputs.get(path)
        if file is None or file.signature != sign or path not in old.files:
            return False
        return stamp_of(self._folder / path) == file.stamp
