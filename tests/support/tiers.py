"""The tiers of tests: *quick*, *all* and *campaign*; CONTRIBUTING.md says when each is run.

A test is quick unless it, or its module, is marked ``slow`` or ``campaign``. What quick promises is kept here: a quick
test that starts a process or uses a network fails.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3  # noqa: F401  # tries a port when it is first imported
from hypothesis import HealthCheck, settings

_NOT_QUICK = ("slow", "campaign")
# https://docs.python.org/3/library/audit_events.html
_REFUSED = {
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.system",
    "socket.bind",
    "socket.connect",
    "subprocess.Popen",
}

# A property holds on however slow a machine. Each tier has its number of examples.
settings.register_profile("campaign", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("all", settings.get_profile("campaign"), max_examples=30)
settings.register_profile("quick", settings.get_profile("campaign"), max_examples=20)
_PROFILES = {"quick": "quick", "not campaign": "all"}


class QuickError(Exception):
    """A quick test does what is not quick."""


class _Guard:
    """Refuses processes and networks while a quick test runs."""

    def __init__(self) -> None:
        self.is_quick = False
        self.refused: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_quick and event in _REFUSED:
            self.refused.append(f"{event}{arguments!r:.200}")
            raise QuickError(self.refused[-1])


_guard = _Guard()
sys.addaudithook(_guard)


def pytest_configure(config: pytest.Config) -> None:
    """Give properties the examples of the tier that runs, unless ``--hypothesis-profile`` names another."""
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile(_PROFILES.get(config.option.markexpr, "campaign"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the properties, which the campaign runs, too, and mark as quick what is nothing else."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("property")
        if not any(item.get_closest_marker(name) for name in _NOT_QUICK):
            item.add_marker("quick")


@pytest.hookimpl(wrapper=True)
def _guarded(item: pytest.Item) -> Iterator[None]:
    """One phase of a test; what was refused fails it, though the code under test went on."""
    _guard.is_quick = item.get_closest_marker("quick") is not None
    _guard.refused.clear()
    try:
        yield
    finally:
        _guard.is_quick = False
    if _guard.refused:
        pytest.fail(f"a test that is not marked slow: {_guard.refused[0]}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    return (yield from _guarded(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    return (yield from _guarded(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    return (yield from _guarded(item))
