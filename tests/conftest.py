"""Fixtures and hooks of all tests: an empty site, the tiers, a place in memory for temporary files."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from support.site import SiteFolder
from support.tiers import (  # noqa: F401  # hooks
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_runtest_call,
    pytest_runtest_setup,
    pytest_runtest_teardown,
)

# Every build flushes what it writes: on a disk, the tests would wait for it most of the time.
_MEMORY = "/dev/shm"
if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > 1 << 30:
    os.environ["TMPDIR"] = tempfile.tempdir = _MEMORY


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    """An empty site."""
    return SiteFolder(tmp_path / "site")
