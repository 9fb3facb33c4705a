"""The report of a deploy, and its form as lines."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


class DeployReport(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a deploy. Files are given by their paths in the target."""

    target: str
    """The name of the target in config.yaml."""
    uploaded: tuple[str, ...] = ()
    """The files that were uploaded; in a dry run, that would be."""
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    size: int = 0
    """The bytes that were uploaded."""
    refused_removals: int = 0
    """The number of files that stay, because they are more than the limit of removals."""
    max_deletes: int = 0
    foreign: tuple[str, ...] = ()
    """The files in the target that are not feedpub's, as far as they were looked for."""
    purged: int = 0
    """The number of URLs that were purged."""
    unpurged: int = 0
    """The number of URLs whose purge failed; the next deploy repeats it."""
    purge_failure: str | None = None
    seconds: float = 0.0

    @property
    def exit_status(self) -> int:
        """1 if a person has to look at something; otherwise 0."""
        return 1 if self.refused_removals or self.foreign or self.purge_failure else 0

    @property
    def changed(self) -> bool:
        """True if the deploy changed the target."""
        return bool(self.uploaded or self.removed)

    def line(self, *, dry_run: bool = False) -> str:
        """Return what the deploy did, in one line."""
        if not self.changed and not self.purged:
            return f"nothing to deploy to {self.target}: {_files(self.unchanged)} unchanged"
        size = "" if dry_run else f" ({self.size / 1000:,.1f} kB)"
        parts = [
            f"{_files(len(self.uploaded))} {'to upload' if dry_run else 'uploaded'} to {self.target}{size}",
            f"{len(self.removed):,} {'to remove' if dry_run else 'removed'}" if self.removed else "",
            f"{self.unchanged:,} unchanged",
            f"{_urls(self.purged)} purged" if self.purged else "",
        ]
        return ", ".join(filter(None, parts)) + f" in {self.seconds:.2f} s"

    def problems(self) -> Iterator[str]:
        """Yield what a person has to look at, one line each."""
        if self.refused_removals:
            yield (
                f"{self.target}: {_files(self.refused_removals)} would be removed, and --max-deletes is "
                f"{self.max_deletes}; none was removed"
            )
        if self.foreign:
            yield (
                f"{self.target}: {_files(len(self.foreign))} not of feedpub, such as {self.foreign[0]}; they stay, and "
                "nothing was removed"
            )
        if self.purge_failure:
            yield (
                f"{self.target}: {_urls(self.unpurged)} could not be purged: {self.purge_failure}; "
                "the next deploy repeats it"
            )


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"


def _urls(count: int) -> str:
    return "1 URL" if count == 1 else f"{count:,} URLs"
