"""The systemd units of docs/automation.md, as systemd reads them, and what they run."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.documents import feedpub_calls, text_of
from support.machines import running

PAGE = text_of("docs/automation.md")
UNITS = dict(re.findall(r"`/etc/systemd/system/([^`]+)`.*?```ini\n(.*?)```", PAGE, re.DOTALL))
SERVICES = sorted(name for name in UNITS if name.endswith(".service"))
TIMERS = sorted(name for name in UNITS if name.endswith(".timer"))
MORE = re.search(r"lines that follow the build.*?```ini\n\[Service\]\n(.*?)```", PAGE, re.DOTALL)

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


def on_this_machine(unit: str, folder: Path) -> str:
    """``unit`` with the programs and folders that it names replaced by some that are here."""
    for there, here in {
        "/srv/news/.venv/bin/feedpub": str(Path(sys.executable).parent / "feedpub"),
        "/srv/news": str(folder),
        "/usr/sbin/sendmail": "/bin/cat",
        "/usr/bin/rsync": "/bin/true",
        "User=news\n": "User=root\n",
    }.items():
        unit = unit.replace(there, here)
    return unit


def verified(units: dict[str, str], folder: Path) -> str:
    """Return the output of systemd-analyze for ``units``."""
    for name, text in units.items():
        (folder / name).write_text(on_this_machine(text, folder), encoding="utf-8")
    named = [str(folder / name.replace("@.", "@feedpub-build.service.")) for name in units]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--generators=no", *named],
        capture_output=True,
        text=True,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"},
    )
    ours = [line for line in done.stderr.splitlines() if "feedpub" in line]
    return "\n".join(ours) + ("" if done.returncode == 0 or ours else done.stderr)


def test_the_units_are_found() -> None:
    assert len(UNITS) == 5
    assert {name.removesuffix(".timer") for name in TIMERS} == {"feedpub-build", "feedpub-check"}


@pytest.mark.campaign
@needs_systemd
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    assert verified(UNITS, tmp_path) == ""


@pytest.mark.campaign
@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_lines_that_copy_and_ping(tmp_path: Path) -> None:
    assert MORE is not None
    build = UNITS["feedpub-build.service"]
    extended = build.replace("feedpub build\n", f"feedpub build\n{MORE[1]}")
    assert verified({**UNITS, "feedpub-build.service": extended}, tmp_path) == ""


@pytest.mark.campaign
@needs_systemd
@pytest.mark.parametrize(
    ("good", "bad"), [("ReadWritePaths=", "ReadWritePath="), ("ExecStart=", "ExecStart=/nowhere"), ("Type=", "Type=x")]
)
def test_systemd_sees_what_is_wrong(good: str, bad: str, tmp_path: Path) -> None:
    name = "feedpub-build.service"
    assert verified({**UNITS, name: UNITS[name].replace(good, bad)}, tmp_path) != ""


@pytest.mark.campaign
@needs_systemd
@pytest.mark.parametrize("name", TIMERS)
def test_systemd_understands_when(name: str) -> None:
    when = re.search(r"^OnCalendar=(.*)$", UNITS[name], re.MULTILINE)
    assert when is not None
    done = subprocess.run(["systemd-analyze", "calendar", when[1]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", [one for one in SERVICES if "@" not in one])
def test_what_a_service_runs_does_its_work(name: str, tmp_path: Path) -> None:
    started = re.findall(r"^ExecStart=(.*)$", UNITS[name], re.MULTILINE)
    assert len(started) == 1
    (call,) = feedpub_calls(started[0])
    with running(tmp_path) as machine:
        done = machine.run(f"feedpub {' '.join(call)}")
    assert done.returncode == 0, done.stderr


def test_each_timer_starts_a_service_that_there_is() -> None:
    assert {name.replace(".timer", ".service") for name in TIMERS} <= set(SERVICES)


def test_a_service_that_fails_starts_the_one_that_mails() -> None:
    for name in SERVICES:
        unit = configparser.ConfigParser(interpolation=None, strict=False)
        unit.read_string(UNITS[name])
        assert unit.get("Unit", "OnFailure", fallback=None) == (None if "@" in name else "feedpub-failed@%n.service")


@pytest.mark.slow
def test_the_mail_has_a_head_and_says_what_failed(tmp_path: Path) -> None:
    command = re.search(r"/bin/sh -c '(.*)'$", UNITS["feedpub-failed@.service"], re.MULTILINE)
    assert command is not None
    script = on_this_machine(command[1], tmp_path).replace("%i", "feedpub-build.service").replace("%H", "web")
    script = script.replace("cat -t", "cat")
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=False)
    head = "To: editor@example.org\nSubject: feedpub-build.service failed on web\n\n"
    assert (done.returncode, done.stdout[: len(head)]) == (0, head)
