"""One deploy: from the files in output/ to the target, and the purge of the changed URLs.

The build's lock is held during the upload, so that the output stays the same. It also tells that an
earlier deploy of this site has ended, whatever its lease says.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from feedpub.config import Config
from feedpub.config.deploy_model import DeployTarget
from feedpub.core.errors import AttentionError, UsageError
from feedpub.delivery.deploy.lease import LeasedManifest
from feedpub.delivery.deploy.manifest import NAME, Manifest
from feedpub.delivery.deploy.opening import folder_of, store_of
from feedpub.delivery.deploy.plan import DeployPlan, WantedFile, deploy_plan, wanted_files
from feedpub.delivery.deploy.purge import purge, urls_of
from feedpub.delivery.deploy.report import DeployReport
from feedpub.delivery.deploy.store import Store
from feedpub.delivery.deploy.transfer import Transfer
from feedpub.delivery.deploy.verification import differing_files, verified
from feedpub.delivery.deploy.whole_output import LocalFiles, published_files
from feedpub.delivery.hosting.site_target import target_of
from feedpub.delivery.media_types import content_type
from feedpub.links.run.engine import Stop, StopFlag
from feedpub.state.deploy_record import DeployRecord, load_record, save_record
from feedpub.state.lock import build_lock
from feedpub.state.published import check_output, output_folder

MAX_DELETES = 256
"""The most files that a deploy removes, unless an option says otherwise."""

_PATIENCE = 60.0  # seconds to wait for the end of a build


class DeployOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of a deploy."""

    output: Path | None = None
    """The folder that was built, if it is not ``output.path``."""
    dry_run: bool = False
    verify_all: bool = False
    """True if the manifest is compared with the files that the target lists, and repaired."""
    max_deletes: int = MAX_DELETES
    progress: Callable[[int, int], object] = lambda _done, _total: None
    """A function that is called with the number of finished and of all files."""
    stop: Any = None
    """A :class:`~feedpub.links.run.engine.Stop`; None if nothing stops the deploy."""


def deploy(config: Config, name: str | None = None, options: DeployOptions | None = None) -> DeployReport:
    """Upload what changed in the output to the target ``name``, and return the report.

    Raise :class:`~feedpub.core.errors.AttentionError` if the target is not configured or refuses,
    or if the output is not whole; :class:`~feedpub.core.errors.UsageError` if an extra is not
    installed or nothing was published; :class:`~feedpub.core.errors.LockedError` if another build
    or deploy is running; and :class:`~feedpub.core.errors.StorageError` if the target or the state
    cannot be written. Every file in the target is whole, even then.
    """
    name = target_name(config, name)
    started = time.monotonic()
    run = _Deploy(config, name, options or DeployOptions())
    report = run.upload()
    if not run.options.dry_run:
        report = run.purge(report)
    return msgspec.structs.replace(report, seconds=time.monotonic() - started)


def check_target(config: Config, name: str, output: Path | None) -> None:
    """Check, before a build, that ``output`` can be deployed to the target ``name``.

    Raise the errors of :func:`deploy` about the configuration, the extra and the folders.
    """
    _Deploy(config, target_name(config, name), DeployOptions(output=output))


def target_name(config: Config, name: str | None) -> str:
    """Return ``name``, or that of the only target.

    Raise :class:`~feedpub.core.errors.AttentionError` if there is no such target, or if there are
    many and ``name`` is None.
    """
    names = [*config.deploy]
    if name in config.deploy or (name is None and len(names) == 1):
        return name or names[0]
    if not names:
        raise AttentionError(f"{config.file}: deploy: no target is configured; nothing was uploaded")
    asked = "give TARGET" if name is None else f"there is no target {name!r}"
    raise AttentionError(f"{config.file}: deploy: {asked}; the targets are {', '.join(names)}; nothing was uploaded")


class _Deploy:
    """One deploy to the target ``name``."""

    def __init__(self, config: Config, name: str, options: DeployOptions) -> None:
        self.options = options
        self._config = config
        self._name = name
        self._target: DeployTarget = config.deploy[name]
        self._folder = output_folder(config, options.output)
        self._stop: Stop = options.stop or StopFlag()
        check_output(config, self._folder)
        _check_folder(config, self._target, self._folder)
        self._store: Store = store_of(self._target, config.root)

    def upload(self) -> DeployReport:
        """Make the target equal to the output, and return the report."""
        with build_lock(self._config.state_folder, _PATIENCE):
            local = LocalFiles(self._folder, self._wanted_files())
            record = load_record(self._config.state_folder, self._name)
            run = secrets.token_hex(16)
            leased = LeasedManifest(self._store, run, record.run)
            manifest, foreign = self._manifest(leased, local)
            plan = deploy_plan(local.wanted, manifest, self.options.max_deletes)
            if foreign:
                plan = msgspec.structs.replace(plan, removals=())
            report = self._report(len(local.wanted), plan, foreign)
            if self.options.dry_run or not (plan.changed or manifest.lease):
                return report
            leased.check(manifest, repair=self.options.verify_all)
            self._save_record(record, run, plan)
            transfer = Transfer(self._store, leased, manifest, local, self._stop)
            size = transfer.run(plan, self.options.progress)
            return msgspec.structs.replace(report, size=size)

    def purge(self, report: DeployReport) -> DeployReport:
        """Purge the changed URLs, and those whose purge failed before; return the new report."""
        if self._target.purge is None:
            return report
        folder = self._config.state_folder
        urls = load_record(folder, self._name).purge
        if not urls:
            return report
        failure = purge(self._target.purge, sorted(urls), self._config.root)
        if failure:
            return msgspec.structs.replace(report, unpurged=len(urls), purge_failure=failure)
        with build_lock(folder, _PATIENCE):
            # Another deploy may have changed one of the URLs again.
            record = load_record(folder, self._name)
            left = {url: run for url, run in record.purge.items() if urls.get(url) != run}
            save_record(folder, self._name, msgspec.structs.replace(record, purge=left))
        return msgspec.structs.replace(report, purged=len(urls))

    def _wanted_files(self) -> dict[str, WantedFile]:
        files = published_files(self._config, self.options.output)
        cache_control = target_of(self._config).cache_control
        return wanted_files(files, self._target, lambda path: (content_type(path), cache_control))

    def _manifest(self, leased: LeasedManifest, local: LocalFiles) -> tuple[Manifest, tuple[str, ...]]:
        """Return what is known of the target, and the files there that are not feedpub's."""
        verify_all = self.options.verify_all
        manifest = leased.read(repair=verify_all)
        if manifest is not None and not verify_all:
            return manifest, ()
        listing = self._store.listing()
        listing.pop(NAME, None)
        if manifest is None and not verify_all:
            _refuse_foreign(self._store, differing_files(listing, local))
        if not verify_all:
            return Manifest(), ()
        known = (manifest.files.keys() | manifest.pending) if manifest else frozenset[str]()
        foreign = tuple(sorted(listing.keys() - known - local.wanted.keys()))
        return verified(manifest or Manifest(), listing, local), foreign

    def _report(self, wanted: int, plan: DeployPlan, foreign: tuple[str, ...]) -> DeployReport:
        uploaded = tuple(path for phase in plan.uploads for path in phase)
        return DeployReport(
            target=self._name,
            uploaded=uploaded,
            removed=tuple(path for phase in plan.removals for path in phase),
            unchanged=wanted - len(uploaded),
            refused_removals=plan.refused_removals,
            max_deletes=self.options.max_deletes,
            foreign=foreign,
        )

    def _save_record(self, record: DeployRecord, run: str, plan: DeployPlan) -> None:
        """Record the run and the URLs that it will change, before it changes them."""
        urls: dict[str, str] = {}
        if self._target.purge is not None:
            urls = record.purge | dict.fromkeys(urls_of(plan.changed, self._config.site.base_url), run)
        save_record(self._config.state_folder, self._name, DeployRecord(run=run, purge=urls))


def _refuse_foreign(store: Store, foreign: tuple[str, ...]) -> None:
    """Raise :class:`~feedpub.core.errors.AttentionError` if a first deploy would replace files."""
    if foreign:
        count = f"{len(foreign):,} other files" if len(foreign) > 1 else "another file"
        raise AttentionError(
            f"{store.where}: has no {NAME}, and {count} where the output has its own, such as {foreign[0]}; "
            "nothing was uploaded or removed; 'feedpub deploy --verify-all' replaces them"
        )


def _check_folder(config: Config, target: DeployTarget, output: Path) -> None:
    """Check that a target that is a folder is not one of the site's own."""
    if target.scheme != "file":
        return
    folder = folder_of(target, config.root)
    check_output(config, folder)
    real, source = folder.resolve(), output.resolve()
    if real.is_relative_to(source) or source.is_relative_to(real):
        raise UsageError(f"{target.url}: is in the output folder, or holds it; give a folder of its own")
