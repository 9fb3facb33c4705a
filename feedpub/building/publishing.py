"""The step of a build that writes and removes files in the output folder, by the plan.

Files that are current stay as they are. All others are rendered and written to temporary files
before the first of them is renamed.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.building.options import BuildContext
from feedpub.building.plan import BuildPlan, PublishedFiles
from feedpub.building.rendering import Renderer, render
from feedpub.content import stamp_of
from feedpub.output.compression import files_with_copies, paths_with_copies
from feedpub.output.documents import Documents, InputDigests
from feedpub.state.atomic_files import Stage, digest, file_in
from feedpub.state.journal import Journal
from feedpub.state.published import OutputState
from feedpub.state.records import OutputFile


class Publisher:
    """A writer of the output folder, in which the last build left ``outputs``."""

    def __init__(self, context: BuildContext, journal: Journal, outputs: Mapping[str, OutputFile]) -> None:
        self._context = context
        self._journal = journal
        self._outputs = outputs

    def publish(self, plan: BuildPlan, input_digests: InputDigests) -> PublishedFiles:
        """Render and write the files that are not current, and remove those that the plan drops.

        Raise :class:`~feedpub.core.errors.StorageError` if a file cannot be written, and
        :class:`~feedpub.output.pages.TemplateError` if a template fails.
        """
        context, published = self._context, plan.published
        copies = context.config.output.precompress
        kept = set(filter(plan.keeps, self._outputs))
        digests = {path: published.files[path] for path in kept}
        signatures = {path: self._outputs[path].signature for path in kept}
        documents = Documents(context.config, plan.feeds, plan.listings, input_digests)
        to_render = []
        for document in documents:
            paths = paths_with_copies(document.paths, copies)
            signatures |= dict.fromkeys(paths, document.signature)
            if all(self._is_current(path, document.signature, published) for path in paths):
                digests |= {path: published.files[path] for path in paths}
            else:
                to_render.append(document)
        renderer = Renderer(
            config=context.config,
            settings=context.settings,
            origin=plan.snapshot.origin,
            linked_folders=documents.linked_folders,
            workers=context.workers,
            scratch=context.scratch,
        )
        with Stage(context.folder, dry_run=context.options.dry_run) as stage:
            for path, data in files_with_copies(render(to_render, renderer), copies):
                digests[path] = digest(data)
                stage.add(path, data)
            orphans = {path: old for path, old in published.files.items() if path not in digests}
            changes = stage.commit(
                orphans, lambda: self._journal.write({path: digests[path] for path in stage.changed})
            )
            return PublishedFiles(changes, digests, signatures)

    def _is_current(self, path: str, signature: bytes, published: OutputState) -> bool:
        """Return whether the file ``path`` is unchanged and has this signature."""
        file = self._outputs.get(path)
        if file is None or file.signature != signature or path not in published.files:
            return False
        return stamp_of(file_in(self._context.folder, path)) == file.stamp
