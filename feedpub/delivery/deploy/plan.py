"""The plan of a deploy: which files to upload, in which order, and which to remove. Pure.

A feed must never link a file that is not there. So archives come first, and the lists that lead to
the feeds last; files are removed in the opposite order, when everything is uploaded. The overview
page is a list, but feeds link it, too: it comes before them if the target does not have it yet.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import IntEnum

import msgspec

from feedpub.config.deploy_model import DeployTarget
from feedpub.content.globs import matcher
from feedpub.core.format_registry import format_of_path
from feedpub.delivery.deploy.manifest import DeployedFile, Headers, Manifest
from feedpub.delivery.media_types import content_coding
from feedpub.feeds.paths import is_archived
from feedpub.output.compression import EXTENSIONS

_OVERVIEW = "index.html"


class UploadPhase(IntEnum):
    """The step of an upload in which a file has its turn; each step waits for the one before."""

    ARCHIVES = 0
    """Archives, and the style sheets and scripts of pages."""
    PAGES = 1
    FEEDS = 2
    LISTS = 3
    """The files that list feeds: OPML, the overview page, and files in ``.well-known/``."""


class WantedFile(msgspec.Struct, frozen=True):
    """A file that the target should have."""

    source: str
    """The file in output/ with its bytes: the path itself, or its compressed copy."""
    deployed: DeployedFile


class DeployPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The changes that make the target equal to the output. Paths are those in the target."""

    uploads: tuple[tuple[str, ...], ...]
    """The paths to upload: one tuple for each phase that has any, in their order."""
    removals: tuple[tuple[str, ...], ...]
    """The paths to remove, in the same form; the phases are in the opposite order."""
    refused_removals: int = 0
    """The number of files that are not removed, because they are too many."""

    @property
    def changed(self) -> frozenset[str]:
        """All paths that change."""
        return frozenset(path for phase in (*self.uploads, *self.removals) for path in phase)


def wanted_files(
    files: Mapping[str, str], target: DeployTarget, headers_of: Callable[[str], tuple[str, str]]
) -> dict[str, WantedFile]:
    """Return the files that ``target`` should have, by their paths there.

    ``files`` are those in output/: path → digest. ``headers_of`` returns Content-Type and
    Cache-Control of a path; ``cache_control`` of the target replaces the latter.
    """
    rules = [(matcher(pattern), value) for pattern, value in target.cache_control.items()]
    copies = {path for path in files if target.encoding and content_coding(path)[1]}
    wanted = {}
    for path in files:
        if path in copies:
            continue
        content_type, cache_control = headers_of(path)
        cache_control = next((value for matches, value in rules if matches(path)), cache_control)
        copy = path + EXTENSIONS[target.encoding] if target.encoding else ""
        source, encoding = (copy, target.encoding or "") if copy in copies else (path, "")
        headers = Headers(content_type, cache_control, encoding) if target.has_headers else Headers()
        wanted[path] = WantedFile(source, DeployedFile(files[source], headers))
    return wanted


def deploy_plan(wanted: Mapping[str, WantedFile], manifest: Manifest, max_deletes: int) -> DeployPlan:
    """Return the changes that lead from the files of ``manifest`` to those of ``wanted``.

    If more than ``max_deletes`` files would be removed, none is.
    """
    known, pending = manifest.files, manifest.pending
    uploads = [path for path, file in wanted.items() if path in pending or known.get(path) != file.deployed]
    removals = (known.keys() | pending) - wanted.keys()
    refused = len(removals) if len(removals) > max_deletes else 0
    early = () if _OVERVIEW in known else (_OVERVIEW,)
    return DeployPlan(
        uploads=_in_phases(uploads, early),
        removals=() if refused else _in_phases(removals)[::-1],
        refused_removals=refused,
    )


def phase_of(path: str) -> UploadPhase:
    """Return the phase of the file ``path``, which may be a compressed copy."""
    path, _ = content_coding(path)
    name = path.rpartition("/")[2]
    if path == _OVERVIEW or name.endswith(".opml") or path.startswith(".well-known/"):
        return UploadPhase.LISTS
    if is_archived(path):
        return UploadPhase.ARCHIVES
    if format_of_path(path):
        return UploadPhase.FEEDS
    return UploadPhase.PAGES if name.endswith(".html") else UploadPhase.ARCHIVES


def _in_phases(paths: Iterable[str], early: Collection[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Return ``paths`` by phase; those of ``early`` are pages, whatever else they are."""
    phases: dict[UploadPhase, list[str]] = {phase: [] for phase in UploadPhase}
    for path in sorted(paths):
        phases[UploadPhase.PAGES if path in early else phase_of(path)].append(path)
    return tuple(tuple(phase) for phase in phases.values() if phase)
