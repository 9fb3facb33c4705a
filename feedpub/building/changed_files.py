"""The article files that differ from those of the last build, found without reading all of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from feedpub.building.fingerprints import folder_path
from feedpub.content import ArticleFile, Scan, Stamp
from feedpub.content.files import is_racy
from feedpub.core.urls import page_key
from feedpub.state.build_db import BuildCache
from feedpub.state.group_index import GroupIndex


def changed_files(
    scan: Scan, cache: BuildCache, index: GroupIndex, folders: Mapping[str, bytes], checked: Iterable[str]
) -> tuple[tuple[ArticleFile, ...], tuple[str, ...]]:
    """Return the files that are new or may have changed, and the paths of those that are gone.

    ``folders`` are the fingerprints of the folders as they are now. An article counts as changed if
    it has one of the URLs ``checked``, about which link checks found something new.
    """
    known = cache.folders()
    differing = {folder for folder in known.keys() | folders.keys() if known.get(folder) != folders.get(folder)}
    stamps = {folder: index.stamps(folder) for folder in differing}
    with_new_facts = index.paths_with_page_keys(frozenset(map(page_key, checked)))
    changed = _changed(scan, stamps, cache.last_start(), with_new_facts)
    present = {file.path for files in scan.folders if folder_path(files) in differing for file in files}
    gone = {path for known_files in stamps.values() for path in known_files} - present
    return tuple(changed), tuple(sorted(gone))


def _changed(
    scan: Scan, stamps: Mapping[str, Mapping[str, Stamp]], started: int, with_new_facts: Container[str]
) -> Iterator[ArticleFile]:
    """Yield the files whose stamps are not in ``stamps`` or too recent to trust, and those of
    ``with_new_facts``.
    """
    for files in scan.folders:
        known = stamps.get(folder_path(files))
        for file in files:
            has_other_stamp = known is not None and known.get(file.path) != file.stamp
            if has_other_stamp or is_racy(file.stamp, started) or file.path in with_new_facts:
                yield file
