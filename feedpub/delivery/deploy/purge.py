"""The purge: a command gets the changed URLs, and removes them from the caches of a CDN."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from feedpub.config.deploy_model import Purge
from feedpub.core.errors import message_of, printable
from feedpub.delivery.deploy.store import LONGEST_REASON
from feedpub.feeds.paths import url_path

LONGEST = 300
"""Seconds after which the command is killed."""


def urls_of(paths: Iterable[str], base_url: str) -> tuple[str, ...]:
    """Return the sorted URLs of the files at ``paths``; a page also has the URL of its folder."""
    urls = set()
    for path in paths:
        urls.add(base_url + url_path(path))
        folder, _, name = path.rpartition("/")
        if name == "index.html":
            urls.add(base_url + (f"{url_path(folder)}/" if folder else ""))
    return tuple(sorted(urls))


def purge(settings: Purge, urls: Iterable[str], root: Path) -> str | None:
    """Run the command in ``root`` with ``urls`` on its standard input, one a line.

    Return None if it succeeds, or else the reason, in a few words.
    """
    program = os.path.basename(settings.command[0])
    try:
        done = subprocess.run(  # noqa: S603  # the owner's own command, without a shell
            settings.command,
            input="".join(f"{url}\n" for url in urls).encode(),
            capture_output=True,
            cwd=root,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{program} was killed after {LONGEST} s"
    except OSError as error:
        return f"{program} cannot be run: {message_of(error)}"
    if done.returncode == 0:
        return None
    lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    reason = f": {printable(lines[-1])[:LONGEST_REASON]}" if lines else ""
    return f"{program} exited with {done.returncode}{reason}"
