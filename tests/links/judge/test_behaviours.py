"""Links to a thousand sites that behave in all sorts of ways, judged as a person with a browser would."""

from __future__ import annotations

import json
import os
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from feedpub.links.fetch.fetcher import Fetcher
from support.links.behaviours import ADDRESSES, BEHAVIOURS, Sites, links_of, resolve
from support.links.behaviours.model import ALIVE, DEAD
from support.links.behaviours.table import (
    FALSE_ALARMS,
    MISSED,
    counts,
    errors,
    errors_by_section,
    recorded,
    scores,
    tables,
)
from support.links.hostile import Hostile, client_context
from support.site import SiteFolder

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[3] / "docs" / "link-behaviours.md"
BEGIN = "<!-- behaviours: begin -->\n"
CANNOT_BE_KNOWN = ["answers 404 to programs that are no browser"]
CHECK = "check: {allow_private: [127.0.0.0/8], delay: 0, retries: 0}\n"


class Run(NamedTuple):
    """Two checks of links to all behaviours: one that asks, and one that remembers."""

    site: SiteFolder
    server: Hostile
    found: list[dict[str, dict[str, Any]]]
    """For each check, the results by URL."""
    asked: list[int]
    """For each check, the number of requests so far."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as patch, Hostile(listeners=_listeners(), either=True) as server:
        server.site = Sites(f":{server.port}")
        patch.setattr(
            "feedpub.links.run.from_config.Fetcher",
            lambda settings: Fetcher(settings, resolve=resolve, context=client_context()),
        )
        site = SiteFolder(tmp_path_factory.mktemp("behaviours") / "site")
        site.configure(CHECK)
        for number, behaviour in enumerate(BEHAVIOURS):
            for index, url in enumerate(links_of(number, f":{server.port}")):
                values = {"images": [{"url": url}]} if behaviour.kind == "image" else {"sourceUrl": url}
                site.add(f"a{number}-{index}", **values)
        site.configure(CHECK.replace("}", ', exclude: ["https://example.com/*"], kinds: [source, image]}'))
        run = Run(site, server, [], [])
        for _ in range(2):
            run.found.append(check(site))
            run.asked.append(len(server.requests))
        yield run


def _listeners() -> list[socket.socket]:
    first = socket.create_server((ADDRESSES[0], 0), backlog=1024)
    port = first.getsockname()[1]
    return [first, *(socket.create_server((address, port), backlog=1024) for address in ADDRESSES[1:])]


def check(site: SiteFolder) -> dict[str, dict[str, Any]]:
    done = site.run("check", "--format", "json")
    assert done.returncode == 1, done.stderr
    return {link["url"]: link for link in json.loads(done.stdout)["links"]}


def verdicts(run: Run, nth: int = 0) -> list[str]:
    """Return the verdict on each behaviour; several, if its links have several."""
    urls = (links_of(number, f":{run.server.port}") for number in range(len(BEHAVIOURS)))
    return [" and ".join(sorted({_verdict(run.found[nth], url) for url in of_one})) for of_one in urls]


def _verdict(found: dict[str, dict[str, Any]], url: str) -> str:
    from feedpub.core.urls import normalize

    return str(found[normalize(url)]["verdict"])


def test_no_page_that_is_there_is_called_gone(run: Run) -> None:
    assert errors(verdicts(run), ALIVE, FALSE_ALARMS) == CANNOT_BE_KNOWN


def test_hardly_a_page_that_is_gone_is_called_ok(run: Run) -> None:
    missed = errors(verdicts(run), DEAD, MISSED)
    assert len(missed) <= 0.02 * counts()[2], missed


def test_the_documentation_has_every_behaviour(run: Run) -> None:
    text = PAGE.read_text(encoding="utf-8")
    all_verdicts = {"feedpub": verdicts(run), **recorded()}
    parts = (scores(all_verdicts), errors_by_section(all_verdicts), tables(all_verdicts))
    current = text.partition(BEGIN)[0] + BEGIN + "\n\n".join(parts)
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(current, encoding="utf-8")
    assert text == current


def test_each_behaviour_has_a_name_of_its_own() -> None:
    assert [name for name, count in Counter(one.name for one in BEHAVIOURS).items() if count > 1] == []


def test_the_record_has_the_same_verdicts(run: Run) -> None:
    assert verdicts(run, 1) == verdicts(run)
    unsure = ("unreachable", "rate-limited", "invalid", "excluded")
    good = {url for url, link in run.found[0].items() if link["verdict"] not in unsure}
    assert {url for url in good if not run.found[1][url]["cached"]} == set()


def test_a_host_gets_one_probe_which_is_remembered(run: Run) -> None:
    probes = [
        {(seen.host, path) for seen in requests if "feedpub-no-such-page" in (path := seen.path.partition("?")[0])}
        for requests in (run.server.requests[: run.asked[0]], run.server.requests[run.asked[0] : run.asked[1]])
    ]
    hosts = Counter(host for host, _ in probes[0])
    assert len(hosts) < len(BEHAVIOURS)
    assert [host for host, count in hosts.items() if count > 1] == []
    assert probes[1] == set()


def test_fix_redirects_writes_no_link_that_is_gone_or_suspect(run: Run) -> None:
    before = {path.name: path.read_text() for path in run.site.content.iterdir()}
    run.site.run("check", "--fix-redirects", "--yes", "--yes-other-domains", "--offline")
    changed = {path.name for path in run.site.content.iterdir() if path.read_text() != before[path.name]}
    moved = {f"a{number}-0.md" for number, verdict in enumerate(verdicts(run)) if verdict == "redirected"}
    assert changed
    assert changed <= moved
    gone = {f"a{number}-0.md" for number, behaviour in enumerate(BEHAVIOURS) if behaviour.person == DEAD}
    assert not changed & gone
