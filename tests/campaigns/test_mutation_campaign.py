"""The copy of the project that the mutation benchmark mutates: decorators are calls in it, and it does the same."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.mutation.staging import stage, undecorated
from support.site import SiteFolder

PROJECT = Path(__file__).parents[2]

DECORATED = '''\
@cache
@bound(3, name="f")
def f(a):
    """Doc."""
    return a


class A(B):
    @property
    def b(self): return 1

    @classmethod
    def c(cls): return 2


last = 1
'''

PLAIN = '''\
def f(a):
    """Doc."""
    return a
f = cache(bound(3, name='f')(f))


class A(B):
    def b(self): return 1
    b = property(b)

    @classmethod
    def c(cls): return 2


last = 1
'''


def test_a_decorator_becomes_the_call_that_it_stands_for() -> None:
    assert undecorated(DECORATED) == PLAIN
    assert undecorated(PLAIN) == PLAIN


@pytest.mark.slow
def test_the_copy_builds_the_same_site(site: SiteFolder, tmp_path: Path) -> None:
    stage(PROJECT, tmp_path)
    functions = [
        inner
        for node in ast.parse((tmp_path / "feedpub/output/formats/base.py").read_bytes()).body
        for inner in (node.body if isinstance(node, ast.ClassDef) else [node])
        if isinstance(inner, ast.FunctionDef)
    ]
    assert functions
    assert not any(function.decorator_list for function in functions)
    site.add(topics=["AI"], body="Text.")
    site.build()
    before = site.files()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    asked = [sys.executable, "-c", "import feedpub; print(feedpub.__file__)"]
    assert (
        subprocess.check_output(asked, cwd=site.root, env=environment, text=True).strip()
        == f"{tmp_path}/feedpub/__init__.py"
    )
    assert site.run_process("build", "--full", env=environment).returncode == 0
    assert site.files() == before


def test_what_changed_is_copied_again_and_what_is_gone_is_removed(tmp_path: Path) -> None:
    project, copy = tmp_path / "project", tmp_path / "copy"
    for name in ("a.py", "b.py", "c.py"):
        (project / "feedpub").mkdir(parents=True, exist_ok=True)
        (project / "feedpub" / name).write_text(DECORATED)
    stage(project, copy)
    stamps = {path.name: path.stat().st_mtime_ns for path in (copy / "feedpub").iterdir()}
    assert (copy / "feedpub/a.py").read_text() == PLAIN
    (project / "feedpub/b.py").write_text("b = 1\n")
    (project / "feedpub/c.py").unlink()
    stage(project, copy)
    assert {path.name for path in (copy / "feedpub").iterdir()} == {"a.py", "b.py"}
    assert (copy / "feedpub/a.py").stat().st_mtime_ns == stamps["a.py"]
    assert (copy / "feedpub/b.py").read_text() == "b = 1\n"
