"""A quick test that is not quick fails; ``support/tiers.py`` tells the rule."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parent

TRIED = """
import contextlib, os, socket, subprocess, sys, threading
import pytest
from hypothesis import given, settings, strategies

def bound():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))

def connected():
    with socket.socket() as one, contextlib.suppress(OSError):
        one.connect(("127.0.0.1", 9))

def forked():
    if (pid := os.fork()) == 0:
        os._exit(0)
    os.waitpid(pid, 0)

def noticed_by_nobody():
    with contextlib.suppress(Exception):
        bound()

def in_a_thread():
    thread = threading.Thread(target=noticed_by_nobody)
    thread.start()
    thread.join()

WAYS = [
    bound, connected, forked, noticed_by_nobody, in_a_thread,
    lambda: subprocess.run([sys.executable, "-c", ""]),
    lambda: os.system("true"),
    lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0),
]

@pytest.fixture
def served():
    bound()

@pytest.mark.parametrize("way", WAYS)
def test_quick(way):
    way()

def test_quick_with_what_a_fixture_does(served):
    pass

@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_slow(way):
    way()

@pytest.mark.campaign
def test_campaign(served):
    bound()

@given(strategies.integers())
def test_property(number):
    assert settings().max_examples == 100, "of the campaign: no tier was chosen"

def test_properties_are_marked(request):
    marked = [item.name for item in request.session.items if item.get_closest_marker("property")]
    assert marked == ["test_property"]

def test_quick_after_the_others(tmp_path):
    (tmp_path / "file").write_text("text")
    one, other = socket.socketpair()
    one.close(), other.close()
"""


def test_a_quick_test_that_starts_a_process_or_uses_a_network_fails_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "test_tried.py").write_text(TRIED)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    quick:\n    slow:\n    campaign:\n    property:\n")
    command = [sys.executable, "-m", "pytest", "-p", "support.tiers", "-rA", "-n0", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    passed = [line for line in done.stdout.splitlines() if line.startswith("PASSED")]
    assert len(failed) == 9, done.stdout
    assert all("::test_quick" in line for line in failed)
    assert len(passed) == 12, done.stdout
