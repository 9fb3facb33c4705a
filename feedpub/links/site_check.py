"""The link check of a site as one function, and its report.

:func:`check` consists of two steps. A program that handles signals can run them separately:
:func:`find_links` reads the articles, and :func:`check_links` fetches the links.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from feedpub.config import Config
from feedpub.content.loading import scan_content
from feedpub.core.errors import Problem, StorageError
from feedpub.core.urls import page_of
from feedpub.core.workers import LocalWorkers, cores
from feedpub.links.archive import DEAD, ArchiveSearch, find_copies, first_dates
from feedpub.links.check import LinkCheck
from feedpub.links.find.site_links import SiteLinks, read_links
from feedpub.links.model import LinkKind, LinkResult, Verdict
from feedpub.links.options import CheckOptions
from feedpub.links.remember.store import LinkStore
from feedpub.links.run.engine import RunOutcome, StopFlag
from feedpub.links.run.from_config import engine_of
from feedpub.links.schedule.politeness import host_of
from feedpub.links.settings import SettingsByHost


class CheckReport(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The report of a link check."""

    unchecked: int
    """The number of links without a result (not fetched, or the check was stopped)."""
    is_stopped: bool
    """True if ``stop`` ended the check before the last answer."""
    problems: tuple[Problem, ...]
    """The problems of invalid articles, sorted. The links of these articles are not checked."""
    warnings: tuple[str, ...]
    """The faults that did not end the check: of feedpub's own files, or of the archive."""
    _check: LinkCheck
    _copies: Mapping[str, str]
    """The URLs of archived copies, by the links' URLs without fragment."""

    def results(self) -> Iterator[LinkResult]:
        """Yield one result for each URL of each kind, in no order.

        Each call makes the results anew, because a hundred thousand of them need much memory.
        """
        if not self._copies:
            return self._check.results()
        return map(self._with_copy, self._check.results())

    def _with_copy(self, result: LinkResult) -> LinkResult:
        # A page may be dead for a link of one kind, and not for one of another kind.
        copy = self._copies.get(page_of(result.url)) if result.verdict in DEAD else None
        return result if copy is None else msgspec.structs.replace(result, archived_url=copy)

    def fails(self, result: LinkResult) -> bool:
        """Return whether the check fails because of ``result``."""
        return self._check.fails(result)

    def has_failures(self) -> bool:
        """Return whether the check fails: ``feedpub check`` then exits with 1."""
        return any(map(self.fails, self.results()))


def check(config: Config, options: CheckOptions | None = None) -> CheckReport:
    """Check whether the links of the articles still resolve, and return the report.

    The answers are stored in ``.feedpub/links.db``, and a later check uses the recent ones. Several
    processes read the articles, and several threads fetch the links.

    Raise :class:`UsageError` if a content folder or a path is missing, and :class:`StorageError` if
    there is no network or if links.db cannot be written.

    Example::

        >>> from pathlib import Path
        >>> from feedpub import CheckOptions, LinkKind, check, load_config
        >>> config = load_config(Path("config.yaml"))
        >>> options = CheckOptions(kinds=frozenset({LinkKind.SOURCE}), offline=True)
        >>> report = check(config, options)
        >>> report.has_failures()
        True
        >>> for result in report.results():
        ...     print(result.verdict.value, result.url, result.locations)
        invalid http://10.0.0.1/hello (('content/hello.md', 4),)
    """
    options = options or CheckOptions()
    return check_links(config, find_links(config, options), options)


def find_links(config: Config, options: CheckOptions) -> SiteLinks:
    """Return the links to check. Raise :class:`UsageError` if a folder or a path is missing."""
    scan = scan_content(config, options.paths)
    with LocalWorkers(cores()) as workers:
        return read_links(config, scan, workers, options)


def check_links(config: Config, links: SiteLinks, options: CheckOptions) -> CheckReport:
    """Check ``links`` and return the report.

    Raise :class:`StorageError` if there is no network or if links.db cannot be written.
    """
    by_host = SettingsByHost.of(config)
    with LinkStore(config.state_folder) as store:
        warnings = (store.warning,) if store.warning else ()
        for warning in warnings:
            if options.on_warning is not None:
                options.on_warning(warning)
        link_check = LinkCheck(links.links, by_host, options, store, options.now or datetime.now(UTC))
        outcome = _run(config, link_check, options)
        if not options.paths and not options.offline and outcome.no_network is None:
            used = (*(link.url for link in links.links), *links.other_urls)
            store.forget_unused(map(page_of, used), datetime.now(UTC))
        search = ArchiveSearch({}, None)
        if outcome.no_network is None and (options.suggest_archive or by_host.archive_broken):
            search = _find_copies(config, link_check, links, store, options)
    if outcome.no_network:
        recorded = "nothing else" if outcome.answered else "nothing"
        raise StorageError(f"no network: {outcome.no_network}; {recorded} was recorded")
    if search.warning is not None and options.on_warning is not None:
        options.on_warning(search.warning)
    return CheckReport(
        unchecked=link_check.unchecked,
        is_stopped=outcome.is_stopped or search.is_stopped,
        problems=links.problems,
        warnings=(*warnings, *((search.warning,) if search.warning else ())),
        _check=link_check,
        _copies=search.copies,
    )


def _find_copies(
    config: Config, link_check: LinkCheck, links: SiteLinks, store: LinkStore, options: CheckOptions
) -> ArchiveSearch:
    """Find the archived copies that the report or feeds show, and store which ones feeds show."""
    by_host = SettingsByHost.of(config)

    def is_for_feeds(result: LinkResult) -> bool:
        return result.kind is LinkKind.SOURCE and by_host.settings_for(host_of(result.url)).archives_broken

    results = (result for result in link_check.results() if options.suggest_archive or is_for_feeds(result))
    search = find_copies(first_dates(results, links.dates), config.check.archive, by_host, store, options)
    pages: dict[bool, set[str]] = {True: set(), False: set()}
    for result in link_check.results():
        if result.kind is LinkKind.SOURCE and result.verdict in (*DEAD, Verdict.OK, Verdict.REDIRECTED):
            pages[result.verdict in DEAD].add(page_of(result.url))
    store.show_copies(dead=pages[True], alive=pages[False] - pages[True])
    return search


def _run(config: Config, link_check: LinkCheck, options: CheckOptions) -> RunOutcome:
    with engine_of(config) as engine:
        return link_check.run(engine, options.on_progress or _ignore, options.stop or StopFlag())


def _ignore(_done: int, _total: int) -> None:
    """Show nothing."""
