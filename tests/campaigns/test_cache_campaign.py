"""Damage to build.db at random: some trials always, and more in the campaign."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.cache.__main__ import main
from feedpub.state import checksums

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.mark.parametrize("trials", [4, pytest.param(25, marks=pytest.mark.campaign)])
def test_a_damaged_build_db_changes_no_file_and_ends_no_command(
    trials: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--trials", str(trials)]) == 0
    assert "failed" not in capsys.readouterr().out


@pytest.mark.campaign
def test_a_cache_that_believes_everything_is_noticed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checksums, "checksum", lambda *_: bytes(checksums.SIZE))
    monkeypatch.setattr("feedpub.state.build_db_writer.checksum", lambda *_: bytes(checksums.SIZE))
    assert main(["--trials", "100", "--kind", "bytes"]) == 1
    assert "failed" in capsys.readouterr().out
