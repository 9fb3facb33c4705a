"""Hostile articles of each class through reading, rendering and whole builds: an article, or lines of the contract's form.

`python -m campaigns.hostile` runs as many as one likes.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from lxml import etree

from campaigns.hostile.cases import KINDS, cases
from campaigns.hostile.running import run_batch
from support.site import SiteFolder


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_case_ends_as_an_article_or_in_lines(kind: str) -> None:
    found = list(cases(kind, 400))
    assert len({(case.below, case.data) for case in found}) == 400
    done = run_batch(found)
    assert done.hung is None, done.hung
    assert [result.error for result in done.results if result.error] == []
    assert done.memory < 500
    assert sum(result.is_article for result in done.results) > 10


def test_the_same_seed_gives_the_same_cases_and_another_gives_others() -> None:
    for kind in KINDS:
        assert list(cases(kind, 20)) == list(cases(kind, 20))
        assert list(cases(kind, 20)) != list(cases(kind, 20, seed=1))


@pytest.mark.parametrize("kind", KINDS)
def test_a_build_of_them_is_whole(site: SiteFolder, kind: str) -> None:
    for number, case in enumerate(cases(kind, 80, seed=2)):
        site.write(f"{kind}{number}", case.data)
    site.configure(
        "  permalink: /{year}/{path}/\n  timezone: Pacific/Kiritimati\noutput: {limit: 200, archive: true}\n"
    )
    done = site.run("build", "--now", "9999-12-31T00:00:00Z")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    for line in done.stderr.splitlines():
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line), line
    files = site.files()
    assert len(files) > 5
    for path, data in files.items():
        if path.endswith((".xml", ".opml")):
            etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
        elif path.endswith(".json"):
            json.loads(data)
        assert b"\0" not in data


def test_what_is_no_regular_file_is_a_line_or_nothing(site: SiteFolder, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Outside\ndate: 2024-05-01\nsourceUrl: http://outside.example/\n---\n")
    site.add("good")
    content = site.content
    os.mkfifo(content / "fifo.md")
    (content / "folder.md").mkdir()
    (content / "folder.md" / "inner.md").write_bytes((content / "good.md").read_bytes().replace(b"/good", b"/inner"))
    (content / "out.md").symlink_to(secret)
    (content / "out-folder").symlink_to(tmp_path)
    (content / "device.md").symlink_to("/dev/zero")
    (content / "proc.md").symlink_to("/proc/self/environ")
    (content / "loop.md").symlink_to("loop.md")
    (content / "up").symlink_to("..")
    (content / "nothing.md").symlink_to("nowhere")
    (content / "sparse.md").touch()
    os.truncate(content / "sparse.md", 1 << 40)
    Path(os.fsdecode(os.fsencode(content) + b"/\xff\x1b[2J\n.md")).write_bytes(
        (content / "good.md").read_bytes().replace(b"/good", b"/x")
    )
    (content / ("n" * 252 + ".md")).write_bytes((content / "good.md").read_bytes().replace(b"/good", b"/n"))
    for command in (("validate",), ("build",), ("check", "--offline"), ("list", "articles")):
        done = site.run(*command)
        assert done.returncode in (0, 1)
        assert "Traceback" not in done.stderr
        assert "\x1b" not in done.stderr
        assert "Outside" not in done.stdout + done.stderr
    assert b"outside.example" not in b"".join(site.files().values())
    assert site.files()["rss.xml"].count(b"<item>") == 4
