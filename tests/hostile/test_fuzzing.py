"""Every target of fuzzing.py for some seconds, from seeds of the hostile corpus: FUZZ_SECONDS sets how many."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.hostile.cases import cases
from campaigns.hostile.pools import MARKUP, NAMES, PAYLOADS, URLS

pytestmark = pytest.mark.campaign

SECONDS = int(os.environ.get("FUZZ_SECONDS", "2"))
SEEDS = {
    "reader": [case.data for kind in ("yaml", "text", "dates") for case in cases(kind, 40)],
    "sanitizer": [one.encode("utf-8", "replace") for one in (*PAYLOADS, *MARKUP)],
    "names": [one.encode("utf-8", "replace") for one in NAMES],
    "addresses": [one.encode("utf-8", "replace") for one in URLS],
    "amp": [one.encode("utf-8", "replace") for one in (*URLS, *MARKUP)],
    "robots": [b"User-agent: *\nDisallow: /a*b$\nAllow: /%61\n", b"\xef\xbb\xbfuser-agent:feedpub\rdisallow:/"],
    "redirects": [one.encode("utf-8", "replace") for one in URLS],
}


@pytest.mark.parametrize("target", SEEDS)
def test_no_input_that_coverage_leads_to_is_a_defect(target: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris is not installed: pip install '.[fuzz]'")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(SEEDS[target]):
        (corpus / str(number)).write_bytes(seed)
    program = Path(__file__).parents[1] / "support" / "fuzzing.py"
    done = subprocess.run(
        [
            sys.executable,
            str(program),
            target,
            f"-max_total_time={SECONDS}",
            "-seed=1",  # the same inputs each time, as far as time goes: what fails has to do with what changed
            f"-artifact_prefix={tmp_path}/",
            str(corpus),
        ],
        capture_output=True,
        timeout=SECONDS + 120,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-3000:]
    assert b"DONE" in done.stderr
