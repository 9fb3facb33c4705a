"""Bringing output/ to what a plan says: what is there already is left alone, the rest is rendered, and all of it is
written before anything is renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from feedpub.compression import with_copied, with_copies
from feedpub.config import Config
from feedpub.documents import Basis, Documents
from feedpub.facts import Facts
from feedpub.intent import Intent
from feedpub.memory import OutputFile
from feedpub.outcome import Files, Plan
from feedpub.reader import stamp_of
from feedpub.rendering import Renderer, render
from feedpub.snapshot import Work
from feedpub.state import OutputState
from feedpub.writer import Stage, digest


class Publishing:
    """Publishing into ``folder``, in which the last build left ``outputs``; ``intent`` is told of changes."""

    def __init__(
        self, config: Config, folder: Path, intent: Intent, outputs: Mapping[str, OutputFile], *, dry_run: bool
    ) -> None:
        self._config = config
        self._folder = folder
        self._intent = intent
        self._outputs = outputs
        self._dry_run = dry_run

    def run(self, plan: Plan, basis: Basis, facts: Facts, work: Work) -> Files:
        """Publish. Raises :class:`~feedpub.errors.StorageError` and :class:`~feedpub.pages.TemplateError`."""
        config, old = self._config, plan.old
        untouched = set(filter(plan.leaves_alone, self._outputs))
        digests = {path: old.files[path] for path in untouched}
        signatures = {path: self._outputs[path].signature for path in untouched}
        documents = Documents(config, plan.feeds, plan.listed, basis)
        to_render = []
        for document in documents:
            paths = with_copies(document.paths, config.output.precompress)
            signatures |= dict.fromkeys(paths, document.signature)
            if all(self._is_there(path, document.signature, old) for path in paths):
                digests |= {path: old.files[path] for path in paths}
            else:
                to_render.append(document)
        renderer = Renderer(
            config=config,
            origin=plan.snapshot.origin,
            homes=documents.homes,
            facts=facts,
            workers=work.workers,
            spool=work.spool,
        )
        with Stage(self._folder, dry_run=self._dry_run) as stage:
            for path, data in with_copied(render(to_render, renderer), config.output.precompress):
                digests[path] = digest(data)
                stage.put(path, data)
            orphans = {path: written for path, written in old.files.items() if path not in digests}
            changes = stage.commit(orphans, lambda: self._intent.note({path: digests[path] for path in stage.changed}))
            return Files(changes, digests, signatures)

    def _is_there(self, path: str, sign: bytes, old: OutputState) -> bool:
        """Whether ``path`` holds what it should, as far as can be told without rendering it."""
        file = self._outputs.get(path)
        if file is None or file.signature != sign or path not in old.files:
            return False
        return stamp_of(self._folder / path) == file.stamp
