"""The Dockerfile and docs/container.md fit each other, feedpub's command line, and what engines understand."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from test_documented_commands import parse
from test_units import needs_systemd, verified

from support.documents import COMMANDS, ROOT, blocks, commands, feedpub_calls, text_of

PAGE = "docs/container.md"
DOCKERFILE = text_of("Dockerfile")
IMAGE = "feedpub:0.1.0"
# Those of `docker run` and `docker build`, of version 20.10 on, that the page uses; the number of words that follow.
RUN = {"--rm": 0, "--read-only": 0, "--cap-drop": 1, "--security-opt": 1, "--mount": 1}
BUILD = {"--tag": 1}


def docker_calls() -> Iterator[list[str]]:
    """The arguments of every call of docker on the page."""
    for block in blocks(COMMANDS):
        if block.name == PAGE:
            for words in commands(block.text):
                if "docker" in words:
                    yield words[words.index("docker") + 1 :]


def split(words: list[str], options: dict[str, int]) -> tuple[list[list[str]], list[str]]:
    """The options that ``words`` begin with, each with its values, and the rest."""
    found = []
    while words and words[0].startswith("-"):
        end = 1 + options[words[0]]
        found.append(words[:end])
        words = words[end:]
    return found, words


RUNS = [words[1:] for words in docker_calls() if words[0] == "run"]
MANIFESTS = [yaml.safe_load(block.text) for block in blocks("yaml") if block.name == PAGE]
(CRON_JOB,) = (one for one in MANIFESTS if one.get("kind") == "CronJob")
JOB: dict[str, Any] = CRON_JOB["spec"]["jobTemplate"]["spec"]
POD: dict[str, Any] = JOB["template"]["spec"]
(CONTAINER,) = POD["containers"]


def instructions(name: str) -> list[str]:
    """Return the arguments of an instruction of the Dockerfile, for each occurrence."""
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def test_every_call_of_docker_is_understood() -> None:
    assert len(RUNS) == 2
    for words in RUNS:
        _, (image, *call) = split(words, RUN)
        assert image == IMAGE
        if call != ["$@"]:
            # --version ends what parses it.
            with contextlib.suppress(click.exceptions.Exit):
                parse(call)
    (build,) = (words[1:] for words in docker_calls() if words[0] == "build")
    assert split(build, BUILD) == ([["--tag", IMAGE]], ["."])
    assert {words[0] for words in docker_calls()} == {"run", "build"}


@pytest.mark.campaign
@pytest.mark.skipif(shutil.which("docker") is None, reason="docker is not installed")
@pytest.mark.parametrize(("command", "options"), [("run", {*RUN, "--user"}), ("build", {*BUILD, "--build-arg"})])
def test_docker_has_these_options(command: str, options: set[str]) -> None:
    done = subprocess.run(["docker", command, "--help"], capture_output=True, text=True, check=True)
    assert options <= set(re.findall(r"--[a-z-]+", done.stdout))


def test_what_is_mounted_is_what_the_page_says() -> None:
    told = dict(re.findall(r"^\| `(/site/\S+)` \|.*\| (read-only|writable)", text_of(PAGE), re.MULTILINE))
    needed = {path: rights for path, rights in told.items() if path != "/site/templates"}
    assert {path for path, rights in needed.items() if rights == "writable"} == {"/site/output", "/site/.feedpub"}
    options, _ = split(RUNS[1], RUN)
    mounts = [dict(part.partition("=")[::2] for part in value.split(",")) for name, value in _pairs(options)]
    by_docker = {one["target"]: "read-only" if "readonly" in one else "writable" for one in mounts}
    by_kubernetes = {
        one["mountPath"]: "read-only" if one.get("readOnly") else "writable" for one in CONTAINER["volumeMounts"]
    }
    assert by_docker == by_kubernetes == needed
    assert {one["name"] for one in CONTAINER["volumeMounts"]} == {one["name"] for one in POD["volumes"]}


def _pairs(options: list[list[str]]) -> Iterator[tuple[str, str]]:
    return ((words[0], words[1]) for words in options if words[0] == "--mount")


def test_the_cron_job_runs_one_build_at_a_time_as_somebody_without_rights() -> None:
    assert CRON_JOB["apiVersion"] == "batch/v1"
    assert CRON_JOB["spec"]["concurrencyPolicy"] == "Forbid"
    assert re.fullmatch(r"(\S+ ){4}\S+", CRON_JOB["spec"]["schedule"])
    assert POD["restartPolicy"] == "Never"
    assert POD["securityContext"]["runAsNonRoot"] is True
    security = CONTAINER["securityContext"]
    assert (security["readOnlyRootFilesystem"], security["allowPrivilegeEscalation"]) == (True, False)
    assert f"{POD['securityContext']['runAsUser']}:{POD['securityContext']['runAsGroup']}" == instructions("USER")[-1]
    parse(CONTAINER["args"])


def test_the_cron_job_does_for_each_status_what_the_page_says() -> None:
    rules = JOB["podFailurePolicy"]["rules"]
    by_status = {
        status: rule["action"] for rule in rules if "onExitCodes" in rule for status in rule["onExitCodes"]["values"]
    }
    assert by_status == {1: "FailJob", 2: "FailJob", 3: "Ignore"}
    assert {rule["onExitCodes"]["containerName"] for rule in rules if "onExitCodes" in rule} == {CONTAINER["name"]}
    told = dict(re.findall(r"^\| (\d) \| .* \| (.*) \|$", text_of(PAGE), re.MULTILINE))
    statuses = re.findall(r"^\| `(\d+)` \|", text_of("docs/cli.md").partition("\n## ")[0], re.MULTILINE)
    assert list(told) == [status for status in statuses if status in "1234"]
    assert "PodFailurePolicy" in told["1"]
    assert "no failure" in told["3"]
    assert JOB["backoffLimit"] == 2
    assert "two more pods" in told["4"]


def test_alerts_name_the_cron_job() -> None:
    (groups,) = (one["groups"] for one in MANIFESTS if "groups" in one)
    expressions = [rule["expr"] for group in groups for rule in group["rules"]]
    name = CRON_JOB["metadata"]["name"]
    (job_names,) = re.findall(r'job_name=~"([^"]+)"', expressions[0])
    assert re.fullmatch(job_names, f"{name}-29360160")
    assert f'cronjob="{name}"' in expressions[1]


def test_the_image_is_not_run_by_root_and_starts_feedpub_in_the_folder_that_is_mounted() -> None:
    assert instructions("WORKDIR")[-1] == "/site"
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", instructions("USER")[-1])
    (script,) = tomllib.loads(text_of("pyproject.toml"))["project"]["scripts"]
    assert instructions("ENTRYPOINT") == [f'["{script}"]']
    assert instructions("STOPSIGNAL") == ["SIGINT"]


def test_the_build_sees_what_it_copies_and_nothing_else() -> None:
    ignore = ROOT / ".dockerignore"
    copied = [source for line in instructions("COPY") if "--from" not in line for source in line.split()[:-1]]
    seen = re.findall(r"^!(.*)$", ignore.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(copied) == sorted(seen)
    assert len(copied) == 6


@pytest.mark.campaign
@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    (unit,) = (block.text for block in blocks("ini") if block.name == PAGE)
    mail = "[Service]\nType=oneshot\nExecStart=/bin/true\n"
    (started,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    parse(*feedpub_calls(started))
    here = unit.replace("/usr/local/bin/feedpub", "/bin/true")
    assert verified({"feedpub-build.service": here, "feedpub-failed@.service": mail}, tmp_path) == ""
