"""The secrecy of ``secured`` and unknown keys: no value is in output/, .feedpub/, messages or reports.

A marker is looked for as it is, in base64 (whichever of three bytes it begins at), in hex and as JSON escapes it, in all that
the commands write or say, in what other processes can see of them, and in what they leave behind.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.site import SiteFolder

MARKER = "Zq9SecretMarker7xK"
SHORT = MARKER[3:]


def spellings(marker: str = MARKER) -> list[bytes]:
    """The marker in every way in which it might get out."""
    found = [marker.encode(), marker.lower().encode(), marker[::-1].encode(), marker.encode().hex().encode()]
    found += [marker.encode("utf-16-le"), "".join(f"\\u{ord(one):04x}" for one in marker).encode()]
    for offset in range(3):
        # Only the characters that depend on nothing around the marker.
        coded = base64.b64encode(b"\0" * offset + marker.encode())
        found.append(coded[(0, 2, 3)[offset] : len(coded) // 4 * 4 - 4])
        found.append(base64.urlsafe_b64encode(b"\0" * offset + marker.encode())[(0, 2, 3)[offset] : -4])
    return found


SPELLINGS = spellings()


def leaks(data: bytes | str) -> bool:
    text = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    return any(spelled in text for spelled in SPELLINGS)


VALID = "title: A title\ndate: 2024-05-01\nsourceUrl: https://example.com/{}\n"
M = MARKER
YAML = {
    "secured": f"secured: {M}",
    "list": f"secured: [{M}, {{{M}: {M}}}]",
    "nested": f"x:\n  y:\n    - {M}: {M}",
    "key": f"{M}: 1",
    "complex-key": f"? [{M}]\n: {M}",
    "block": f"secured: |\n  {M}\n  {M}",
    "in-provider": f"provider: {{name: P, {M}: {M}, secured: {M}}}",
    "in-image": f"images: [{{url: /a.png, secured: {M}}}]",
    "in-related": f"related: [{{title: r, sourceUrl: 'http://r.example/', secured: {M}}}]",
    "anchor": f"x: &{M} [{M}]\ny: *{M}",
    "tag": f"x: !{M} {M}",
    "python-tag": f"x: !!python/object:{M} {{}}",
    "comment": f"# {M}",
    "bytes": f"secured: !!binary {M}",
    "mended": f"secured: \x00{M}",
    "merged": f"x: &x {{{M}: {M}}}\n<<: *x",
}
INVALID = {
    "twice": f"{M}: 1\n{M}: 2",
    "twice-nested": f"provider:\n  {M}: 1\n  {M}: 2",
    "alias": f"secured: *{M}",
    "anchor-twice": f"a: &{M} 1\nb: &{M} 2\nc: *{M}\nheat: x",
    "handle": f"x: !{M}!y {M}",
    "tag-url": f"x: !<{M} {M}",
    "open-quote": f'secured: "{M}',
    "escape": f'secured: "\\q{M}"',
    "tab": f"secured:\n\t{M}: x",
    "colon": f"secured: {M}: {M}",
    "indent": f"secured: {M}\n   {M}: x",
    "deep": f"secured: {'[' * 120}{M}",
    "merge": f"<<: {M}",
    "flow": f"secured: {{{M}",
    "at": f"secured: @{M}",
    "percent": f"%{M} x\nsecured: y",
    "control": f"heat: x\nsecured: \x01{M}",
    "other-key": f"heat: x\nsecured: {M}",
    "directives": f"%{M}\n" * 200,
    "list": f"- {M}",
}
TOML = {
    "fine": (True, f'secured = "{M}"\n[{M}]\n{M} = 1\n[[x]]\ny = "{M}"'),
    "twice": (False, f"{M} = 1\n{M} = 2"),
    "quoted": (False, f'"{M}\'x" = 1\n"{M}\'x" = 2'),
    "inline": (False, f'x = {{"{M}\'x" = 1, "{M}\'x" = 2}}'),
    "table": (False, f'["{M})\'a"]\n["{M})\'a"]'),
    "tables": (False, f'["x)\'{M}"."b"]\n["x)\'{M}"."b"]'),
    "frozen": (False, f'x = {{a = 1}}\n[x."{M}\'"]\nb = 1'),
    "array": (False, f'x = []\n[[x."{M}\'"]]'),
    "value": (False, f"secured = {M}"),
    "escape": (False, f'secured = "\\{M}"'),
    "open": (False, f'secured = "{M}'),
    "open-literal": (False, f"secured = '{M}"),
    "open-list": (False, f'secured = ["{M}",\n{M}'),
    "no-comma": (False, f'secured = [\n"{M}"\n"{M}"\n]'),
    "again": (False, f'secured = [\n"{M}"\n]\nsecured = """\n{M}"""'),
    "number": (True, f"secured = [0x1F, 07:32:00.10, '{M}']"),
    "open-long": (False, f'secured = """{M}'),
    "date": (False, f"secured = 2024-99-99{M}"),
}
JSON = {
    "fine": (True, f'"secured": "{M}", "{M}": [{{"{M}": "{M}"}}]'),
    "twice": (False, f'"{M}": 1, "{M}": 2'),
    "open": (False, f'"secured": "{M}'),
    "value": (False, f'"secured": {M}'),
    "escape": (False, f'"secured": "\\q{M}"'),
    "control": (False, f'"secured": "\x01{M}", "heat": "x"'),
}
SIZE = 20_000


def write(site: SiteFolder) -> None:
    """Every case as an article of the site, and one that is too large, no UTF-8, or not closed."""
    for name, text in {**YAML, **{f"bad-{name}": text for name, text in INVALID.items()}}.items():
        site.write(f"yaml-{name}", f"---\n{VALID.format(name)}{text}\n---\nThe body.\n")
    for name, (_, text) in TOML.items():
        head = f'title = "A"\ndate = "2024-05-01"\nsourceUrl = "https://example.com/toml-{name}"\n'
        site.write(f"toml-{name}", f"+++\n{head}{text}\n+++\n")
    for name, (_, text) in JSON.items():
        head = f'"title": "A", "date": "2024-05-01", "sourceUrl": "https://example.com/json-{name}"'
        site.write(f"json-{name}", f"{{{head}, {text}}}\n")
    site.write("too-large", f"---\n{VALID.format('large')}secured: {M * SIZE}\n---\n")
    site.write("latin", f"---\n{VALID.format('latin')}secured: {M}\xff\n---\n".encode("latin-1"))
    site.write("not-closed", f"---\n{VALID.format('open')}secured: {M}\n")
    site.write("unpublished", f"---\n{VALID.format('draft')}draft: true\nsecured: {M}\n---\n")
    site.write("embargoed", f"---\ntitle: A\ndate: 2999-05-01\nsourceUrl: http://a.example/\nsecured: {M}\n---\n")
    for number in range(60):
        site.write(
            f"more/{number}", f"---\n{VALID.format(f'more{number}')}secured: {M}{number}\n{M}: {number}\n---\nBody.\n"
        )
    site.configure(
        "  max_file_size: 100 KB\noutput: {archive: true, precompress: [gzip]}\ncheck: {kinds: [source, related, image]}\n"
    )


@pytest.fixture
def secret(site: SiteFolder) -> SiteFolder:
    write(site)
    return site


def test_every_spelling_is_found() -> None:
    for before in ("", "a", "ab", "abc"):
        coded = base64.b64encode(f"{before}{MARKER}{before}".encode())
        assert leaks(b"x" + coded + b"x")
    assert leaks(f"x {MARKER}")
    assert not leaks("nothing")


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All that is in ``folder``, but for the articles."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "content" not in path.parts:
            yield str(path), path.read_bytes()


COMMANDS = [
    ("validate",),
    ("-v", "validate"),
    ("build", "--jobs", "2", "--report", "report.json"),
    ("-v", "build", "--full", "--jobs", "1"),
    ("build", "--strict"),
    ("build", "--dry-run"),
    ("list", "articles", "--json"),
    ("list", "articles"),
    ("list", "topics", "--json"),
    ("list", "providers"),
    ("list", "feeds"),
    ("explain", "content/yaml-secured.md"),
    ("explain", "content/yaml-bad-twice.md"),
    ("explain", "content/toml-quoted.md"),
    *(("check", "--all", "--offline", "--format", name) for name in ("text", "json", "junit", "github", "sarif")),
    ("-v", "check", "--all", "--offline", "--output", "check.txt"),
    ("check", "--offline", "--fix-redirects", "--yes"),
    ("schema", "article"),
]


@pytest.mark.slow
def test_no_command_tells_it_or_leaves_it_anywhere(secret: SiteFolder, tmp_path: Path) -> None:
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    environment = {**os.environ, "TMPDIR": str(scratch)}
    before = {path: path.read_bytes() for path in secret.content.rglob("*.md")}
    for command in COMMANDS:
        done = secret.run_process(*command, env=environment)
        assert "Traceback" not in done.stderr, done.stderr
        for line in (done.stdout + done.stderr).splitlines():
            assert not leaks(line), (command, line)
    found = [path for path, data in (*everything(secret.root), *everything(scratch)) if leaks(data) or leaks(path)]
    assert found == []
    assert (secret.state / "build.db").exists()
    assert (secret.root / "report.json").stat().st_size > 1000
    assert {path: path.read_bytes() for path in secret.content.rglob("*.md")} == before


def test_articles_are_read_and_refused_as_they_should_be(secret: SiteFolder) -> None:
    # Else nothing would have been tested.
    said = secret.run("validate").stderr + secret.run("validate").stdout
    for name in YAML:
        assert f"yaml-{name}.md:" not in said or name == "mended", name
    for name in INVALID:
        assert f"yaml-bad-{name}.md:" in said, name
    for kind, cases in (("toml", TOML), ("json", JSON)):
        for name, (is_valid, _) in cases.items():
            assert (f"{kind}-{name}.md:" in said) is not is_valid, (kind, name)
    assert "too-large.md:1: file: is larger" in said


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no /proc here")
def test_nor_does_a_process_show_it_or_a_temporary_file_while_it_runs(secret: SiteFolder, tmp_path: Path) -> None:
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    for number in range(600):
        secret.write(
            f"many/{number}", f"---\n{VALID.format(f'm{number}')}secured: {M}\n{M}: {M}\n---\n" + "Body. *x* " * 300
        )
    process = subprocess.Popen(
        [sys.executable, "-m", "feedpub", "-v", "build", "--jobs", "3"],
        cwd=secret.root,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.append(process.stdout.read() if process.stdout else b""))
    reader.start()
    looks, seen = 0, set()
    known: set[tuple[Path, int, int, int]] = set()
    while process.poll() is None:
        for pid in family(process.pid):
            for name in ("cmdline", "environ", "comm"):
                data = read(Path(f"/proc/{pid}/{name}"))
                assert not leaks(data), (pid, name)
            seen.add(pid)
        for folder in (scratch, secret.output, secret.state):
            for path in list(folder.rglob("*")) if folder.exists() else []:
                if (version := version_of(path)) not in known:
                    assert not leaks(read(path)), path
                    known.add(version)
        looks += 1
        time.sleep(0.02)
    reader.join()
    assert process.returncode == 0, said
    assert not leaks(said[0])
    assert looks > 3
    assert len(seen) > 2, "no worker was seen"
    assert list(scratch.iterdir()) == []


def version_of(path: Path) -> tuple[Path, int, int, int]:
    """Return what tells one content of a file from the next."""
    try:
        status = path.stat()
    except OSError:
        return path, 0, 0, 0
    return path, status.st_ino, status.st_size, status.st_mtime_ns


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        # It ended, or is a folder.
        return b""


def family(pid: int) -> set[int]:
    """``pid`` and its descendants."""
    found = {pid}
    for child in read(Path(f"/proc/{pid}/task/{pid}/children")).split():
        found |= family(int(child))
    return found
