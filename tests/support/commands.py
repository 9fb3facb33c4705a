"""Commands of feedpub run in the process of the tests: as a user would see them, without the start of a Python."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from feedpub import cli

# What Python does not show of a program's own accord, and pytest does.
_NOT_SHOWN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


def run_here(folder: Path, args: tuple[str, ...], typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``feedpub args`` in ``folder``, on one core and off a terminal, with ``typed`` on its standard input.

    What feedpub does not expect is raised. What only a process has (signals, an environment, descriptors, workers) is
    for :meth:`conftest.SiteFolder.run_process`.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    argv = patch.object(sys, "argv", ["feedpub", *args])
    with contextlib.chdir(folder), argv, _streams(out, err, typed), one_core(), _warnings():
        status = cli.run()
    said = (stream.buffer.getvalue().decode() for stream in (out, err))
    return subprocess.CompletedProcess(["feedpub", *args], status, *said)


@contextlib.contextmanager
def _streams(out: io.TextIOWrapper, err: io.TextIOWrapper, typed: str) -> Iterator[None]:
    stdin = io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), patch("sys.stdin", stdin):
        yield


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Work is done here: a fork of the tests would have their threads' locks without the threads."""
    with patch.object(os, "sched_getaffinity", lambda _: {0}, create=True):
        yield


@contextlib.contextmanager
def _warnings() -> Iterator[None]:
    """Python's warnings as the command line shows them."""
    with warnings.catch_warnings():
        for category in _NOT_SHOWN:
            warnings.simplefilter("ignore", category)
        warnings.showwarning = cli._show_warning
        yield
