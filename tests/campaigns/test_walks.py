"""Random walks of builds: some of them, and a build that is wrong, which they have to notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.walks.__main__ import main
from feedpub.building.state import BuildState

pytestmark = pytest.mark.campaign


@pytest.fixture(autouse=True)
def _temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_every_build_of_a_walk_equals_one_from_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--builds", "50", "--seconds", "120", "--seed", "1000"]) == 0
    assert capsys.readouterr().out.endswith("no difference\n")


def test_every_build_with_a_list_of_changes_equals_one_from_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--builds", "50", "--seconds", "120", "--seed", "77", "--listed"]) == 0
    assert capsys.readouterr().out.endswith("no difference\n")


def test_a_build_that_misses_changes_is_noticed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BuildState, "is_unchanged", lambda *_: True)
    assert main(["--builds", "200", "--seconds", "120"]) == 1
    assert "differ from those of a build from nothing" in capsys.readouterr().out
