"""Pings that are killed, or beside a build."""

from __future__ import annotations

import time
from collections.abc import Container, Mapping

from support.faults.arena import Arena
from support.faults.hubs import NotingHub
from support.faults.oracle import Tally
from support.faults.sites import FEW


def pings(arena: Arena, count: int, hub: NotingHub, *, killed: bool) -> Tally:
    """A ping that is killed, or beside a build: both keep what they did in published.json."""
    tally = Tally("ping killed" if killed else "ping beside a build")
    assert arena.zygote.run(arena.site.root, "ping").status == 0
    duration = _ping_duration(arena)
    while tally.injected < count:
        told, known = len(hub.told), arena.oracle.published()["hubs"]["output"]["files"]
        assert arena.build(FEW).status == 0
        before = arena.oracle.published()
        child = arena.zygote.start(arena.site.root, "ping")
        if killed:
            if child.ends_within(duration * arena.random.uniform(0, 1)) or child.kill().status == 0:
                continue
        else:
            beside = arena.build(FEW)
            arena.oracle.check_message(beside, tally, (0, 3))
            arena.oracle.check_message(child.wait(), tally, (0,))
            before = {**before, "outputs": arena.oracle.published()["outputs"]}
        tally.injected += 1
        _check_pings(arena, before, tally)
        arena.oracle.check_message(arena.zygote.run(arena.site.root, "ping"), tally, (0,))
        _check_told(arena, known, hub.told[told:], tally)
    return tally


def _ping_duration(arena: Arena) -> float:
    arena.build(FEW)
    began = time.monotonic()
    arena.zygote.run(arena.site.root, "ping")
    return time.monotonic() - began


def _check_pings(arena: Arena, before: dict[str, object], tally: Tally) -> None:
    """Check that published.json still has what builds wrote, and a recorded notification."""
    try:
        now = arena.oracle.published()
    except ValueError:
        tally.fail("torn", "published.json after a ping")
        return
    if now["outputs"] != before["outputs"] or not now["hubs"]:
        tally.fail("lost", "published.json after a ping")


def _check_told(arena: Arena, before: Mapping[str, str], told: Container[str], tally: Tally) -> None:
    """Check that the hub, recorded ``before`` in published.json, was ``told`` what published.json says now, which is
    all that is published.
    """
    now = arena.oracle.published()
    digests = now["outputs"]["output"]["files"]
    known = now["hubs"]["output"]["files"]
    if any(digests[path] != digest for path, digest in known.items()):
        tally.fail("lost", "a topic that the hub was not told of")
    for path, digest in known.items():
        if before.get(path) != digest and f"https://news.example.org/{path}" not in told:
            tally.fail("lost", f"the hub was not told of {path}")
