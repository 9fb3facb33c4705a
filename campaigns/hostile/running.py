"""The runner of hostile cases, in a process of its own with bounded time and memory.

A case goes the way of a build: bytes → article or problems → entry → every format and a fragment of a page. What it
ends in is looked at, not only that it ends: problems have the form of the contract, XML and JSON parse, and hold no
character that they must not.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import resource
import signal
import time
import traceback
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lxml import etree

from campaigns.hostile.cases import Case
from feedpub.config import Config
from feedpub.config.model import Site
from feedpub.content import ArticleFile, ReadSettings, display, read_article
from feedpub.content.batches import encode_article
from feedpub.core.models import Article
from feedpub.links.find.article_links import links_of
from feedpub.output.entry import make_entry
from feedpub.output.formats import format_of
from feedpub.output.formats.base import FeedHead
from feedpub.output.pages import Pages
from feedpub.output.site import page_settings, site_of

MOST_SECONDS = 5.0
"""Of the processor, for one case: other work on the machine does not count."""
PATIENCE = 60.0
"""Seconds by the clock after which a case that waits for something is one that hangs, too."""
MOST_MEMORY = 500 << 20
"""Bytes of address space that a batch may take beyond what the process has when it begins."""

_LINE = re.compile(r"(?s).+?:[1-9][0-9]*: [^:\n]+: [^\n]+")
_BASE = "https://news.example.org/"


class Result(NamedTuple):
    """The result of one case."""

    is_article: bool
    seconds: float
    """Of the processor."""
    error: str
    """A traceback, or what is wrong with what it ended in; empty where all is well."""


class Batch(NamedTuple):
    """The results of several cases."""

    results: tuple[Result, ...]
    """Of those that ended."""
    hung: Case | None
    """What killed the process, or had not ended in time."""
    memory: float
    """Peak resident memory beyond that of the idle process, in MB."""


def settings(zone: str = "Pacific/Kiritimati") -> ReadSettings:
    """Those of a site with pages of its own, in the zone that is farthest ahead."""
    return ReadSettings(base_url=_BASE, zone=ZoneInfo(zone), permalink="/{year}/{month}/{day}/{path}/{slug}/")


def run_case(case: Case) -> bool:
    """Return whether ``case`` is an article. Raise any error, and AssertionError for a wrong result."""
    below = display(case.below)
    source = ArticleFile(f"content/{below}", below, "")
    reading = read_article(source, case.data, settings())
    for problem in reading.problems:
        assert _LINE.fullmatch(str(problem)), f"no line of the contract: {str(problem)[:200]!r}"
    assert reading.article or reading.problems, "left out without a word"
    links_of(source, case.data, settings())
    if reading.article is not None:
        _publish(reading.article)
    return reading.article is not None


def run_batch(cases: Sequence[Case]) -> Batch:
    """Run ``cases`` in a process of their own. It ends with the first that does not end."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(cases, theirs))
    process.start()
    theirs.close()
    results: list[Result] = []
    memory = 0.0
    try:
        while len(results) < len(cases) and ours.poll(PATIENCE):
            result, memory = ours.recv()
            results.append(result)
    except EOFError:
        pass
    process.kill()
    process.join()
    return Batch(tuple(results), cases[len(results)] if len(results) < len(cases) else None, memory)


def _work(cases: Sequence[Case], to: Connection) -> None:
    _site()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open("/proc/self/statm", encoding="ascii") as file:
        size, resident = (int(number) * os.sysconf("SC_PAGE_SIZE") for number in file.read().split()[:2])
    resource.setrlimit(resource.RLIMIT_AS, (size + MOST_MEMORY, resource.RLIM_INFINITY))
    for case in cases:
        started = time.process_time()
        is_article, error = False, ""
        try:
            is_article = run_case(case)
        except BaseException:  # noqa: BLE001  # whatever it is, it is what is looked for
            error = traceback.format_exc()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - resident
        to.send((Result(is_article, time.process_time() - started, error), max(peak, 0) / (1 << 20)))


def _publish(article: Article) -> None:
    """Render ``article`` in every form, and look at what came."""
    site, pages, head = _site()
    encode_article(article)
    entry = make_entry(article, site)
    for name in ("rss", "atom", "json"):
        chosen = format_of(name)
        document = chosen.render_feed(head, [chosen.render_entry(entry, site)])
        if name == "json":
            assert len(json.loads(document)["items"]) == 1
        else:
            etree.fromstring(document, etree.XMLParser(huge_tree=True, resolve_entities=False))
    fragment = pages.entry(entry, frozenset())
    assert re.search(rb"<(?!/?(?:article|a|img|div|h3|p|span|time|ul|li|details|summary)[\s>])", fragment) is None


@cache
def _site() -> tuple[Any, Pages, FeedHead]:
    config = Config(site=Site(title="AI News", base_url=_BASE), root=Path(), file=Path("config.yaml"))
    site = site_of(config)
    head = FeedHead(
        site=site,
        title="AI News",
        description="What matters in AI.",
        language="en",
        self_url=f"{_BASE}rss.xml",
        media_type="application/rss+xml",
        home_url=_BASE,
        updated=datetime.fromisoformat("2024-05-01T00:00:00Z"),
    )
    return site, Pages(page_settings(config)), head
