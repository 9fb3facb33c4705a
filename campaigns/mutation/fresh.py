"""A pytest plugin for mutmut's runs: a test is noted with all that it calls, and sees nothing from before the mutant.

mutmut runs the tests once to note which calls what, and then forks for each mutant. What tests and code have remembered
by then (``functools.cache``) is without the mutant, and would hide it; and of tests that share what is remembered only
the first would be seen to call the code. What a program calls that a test starts is not seen at all: such a test counts
for whatever the others of its file call. Tests that build whole sites take too long to be run for every mutant.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from typing import Any

import pytest
from mutmut.state import state

_CHOSEN = "MUTANT_UNDER_TEST"
"""mutmut's environment variable: a mutant, or ``stats`` while calls are noted."""
_starters: set[str] = set()


def pytest_sessionstart() -> None:
    """Begin with nothing remembered. Programs that tests start have the mutant, too."""
    _forget()
    if _is_noting():
        sys.addaudithook(_note_program)
    else:
        os.environ["PYTHONPATH"] = os.getcwd()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what builds sites."""
    slow = [item for item in items if "site" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]


def pytest_runtest_setup() -> None:
    """While calls are noted, every test makes its own."""
    if _is_noting():
        _forget()


def pytest_sessionfinish() -> None:
    """Add the tests that start programs."""
    for tests in state().tests_by_mangled_function_name.values():
        files = set(map(_file_of, tests))
        tests |= {test for test in _starters if _file_of(test) in files}


def _is_noting() -> bool:
    return os.environ.get(_CHOSEN) == "stats"


def _note_program(event: str, _: object) -> None:
    if event == "subprocess.Popen" and _is_noting():
        # Its identifier, and which part of it is running.
        _starters.add(os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0])


def _file_of(test: str) -> str:
    return test.partition("::")[0]


def _forget() -> None:
    for function in _caches():
        function.cache_clear()


def _caches() -> Iterator[_lru_cache_wrapper[Any]]:
    here = os.path.join(os.getcwd(), "")
    for module in list(sys.modules.values()):
        if (getattr(module, "__file__", None) or "").startswith(here):
            yield from (value for value in vars(module).values() if isinstance(value, _lru_cache_wrapper))
