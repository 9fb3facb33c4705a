"""Hostile servers in a network of its own in which every address is reachable and every connection is logged: a round of it.

`python -m campaigns.hostile_network` goes on for an hour.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.hostile_network import namespace
from campaigns.hostile_network.cases import KINDS, case, hub_plan
from campaigns.hostile_network.places import PUBLIC, special, spelled
from campaigns.hostile_network.tally import LEAST_ROUNDS, Sample, Tally
from feedpub.links.net.addresses import literal, refusal

ROOT = Path(__file__).parents[2]


@pytest.mark.campaign
def test_a_round_of_check_and_ping_touches_no_other_address_and_leaves_nothing_behind() -> None:
    """The run has a control of its own: the same links with everything allowed, which the log has to show."""
    if (why := namespace.missing()) is not None:
        pytest.skip(why)
    options = ("--rounds=1", "--cases=30", "--timeout=0.5", "--retries=0", "--seed=3")
    # The run hides /dev/shm, where the temporary files of the tests and their byte code are.
    environment = {name: value for name, value in os.environ.items() if name not in ("TMPDIR", "PYTHONPYCACHEPREFIX")}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", "campaigns.hostile_network", *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("every bar is met\n")
    allowed, others = numbers(r"addresses connected to: (\d+) that are allowed, (\d+) that are not", done.stdout)
    assert (allowed > 5, others) == (True, 0)
    seen, missed, lost = numbers(r"control: (\d+) forbidden .* (\d+) missed; .*: (\d+)", done.stdout)
    assert (seen > 30, missed, lost) == (True, 0, 0)
    (links,) = numbers(r"distinct cases, (\d+) links", done.stdout)
    assert links > 40


def numbers(pattern: str, text: str) -> list[int]:
    found = re.search(pattern, text)
    assert found, text
    return [int(one) for one in found.groups()]


def test_a_seed_and_a_number_give_the_same_case_and_others_give_others() -> None:
    found = [case(1, number) for number in range(1500)]
    assert found == [case(1, number) for number in range(1500)]
    assert {one.kind for one in found} == set(KINDS)
    assert len({str(one) for one in found}) == 1500
    assert found != [case(2, number) for number in range(1500)]
    assert hub_plan(1, 1, "a") == hub_plan(1, 1, "a")
    assert len({str(hub_plan(1, number, "a")) for number in range(100)}) > 50


def test_what_the_run_takes_for_special_feedpub_refuses_in_every_spelling() -> None:
    """Two lists, written down apart."""
    chance = random.Random(1)
    for _ in range(5000):
        address = special(chance)
        assert refusal(address) is not None, address
        assert literal(spelled(chance, address)) == address
    assert [one for one in sorted(PUBLIC) if refusal(one) is not None] == []


def good() -> Tally:
    """Of a run in which all went well."""
    tally = Tally(2.0)
    tally.seen = 50
    tally.samples = [Sample(40.0, 150_000, 1, 5)] * LEAST_ROUNDS
    tally.peaks = [40.0] * LEAST_ROUNDS
    tally.link("mutated.1", "ok", 2.1)
    tally.ran("feedpub check", 1, (0, 1), 3.0, [])
    return tally


def test_a_run_in_which_all_went_well_misses_no_bar() -> None:
    assert list(good().failures()) == []
    assert len(good().quarters()) == 4
    assert any("control: 50" in line for line in good().lines())


def test_every_bar_can_be_missed() -> None:
    for spoil, said in (
        (lambda tally: tally.breaches.append("tcp 10.0.0.1 port 80"), "10.0.0.1"),
        (lambda tally: tally.missed.append("tcp to 10.0.0.1"), "control"),
        (lambda tally: setattr(tally, "seen", 0), "no control"),
        (lambda tally: setattr(tally, "dropped", 1), "lost 1"),
        (lambda tally: tally.link("mutated.2", "unreachable", 8.1), "hangs"),
        (lambda tally: tally.link("address.2.forbidden", "ok", 0.1), "is found ok"),
        (lambda tally: tally.ran("feedpub check", 2, (0, 1), 1.0, []), "exit status 2"),
        (lambda tally: tally.ran("feedpub check", 1, (0, 1), 1.0, ["Traceback"]), "Traceback"),
        (lambda tally: tally.samples.append(Sample(40.0, 150_000, 2, 5)), "threads"),
        (lambda tally: tally.samples.append(Sample(40.0, 150_000, 1, 6)), "descriptors"),
        (lambda tally: tally.samples.extend([Sample(45.0, 150_000, 1, 5)] * 6), "memory of the long-lived process"),
        (lambda tally: tally.samples.extend([Sample(40.0, 155_000, 1, 5)] * 6), "blocks of the long-lived process"),
        (lambda tally: tally.peaks.extend([45.0] * 6), "peak memory of the commands"),
    ):
        tally = good()
        spoil(tally)
        (failure,) = tally.failures()
        assert said in failure
