"""How links are shared out among processes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from feedpub.links.model import Target
from feedpub.links.politeness import Politeness, host_of
from feedpub.links.shards import shards, useful_processes


def targets(hosts: int, links: int, scheme: str = "https") -> list[Target]:
    """``links`` of each of ``hosts``."""
    return [Target(url=f"{scheme}://h{host}.example/{link}") for link in range(links) for host in range(hosts)]


def processes(links: Sequence[Target], politeness: Politeness, *, workers: int = 256, cores: int = 8) -> int:
    return useful_processes(links, lambda _: politeness, workers=workers, cores=cores)


def test_every_link_is_in_one_shard_and_a_host_is_in_one_too() -> None:
    links = targets(50, 4)
    lists = shards(links, 3)
    assert sorted(target.url for each in lists for target in each) == sorted(target.url for target in links)
    hosts = [{host_of(target.url) for target in each} for each in lists]
    assert sum(map(len, hosts)) == 50
    assert min(map(len, hosts)) >= 10


def test_shards_keep_the_order_and_know_a_host_in_any_spelling() -> None:
    links = [Target(url=url) for url in ("https://a.example/2", "http://A.example:80/1", "https://a.example./3")]
    assert [each for each in shards(links, 7) if each] == [links]


def test_links_that_cost_a_handshake_each_are_shared_out() -> None:
    links = targets(20_000, 1)
    assert processes(links, Politeness(), cores=2) == 2
    assert processes(links, Politeness(), cores=8) == 2, "more would wait"
    assert processes(links, Politeness(), cores=1) == 1


@pytest.mark.parametrize(
    "links",
    [
        pytest.param(targets(0, 0), id="none"),
        pytest.param(targets(1000, 1), id="few"),
        pytest.param(targets(20_000, 1, "http"), id="plain"),
        pytest.param(targets(200, 100), id="connections are kept"),
    ],
)
def test_links_that_keep_no_interpreter_busy_are_not_shared_out(links: list[Target]) -> None:
    assert processes(links, Politeness(delay=0)) == 1


def test_links_that_wait_for_their_host_anyway_are_not_shared_out() -> None:
    links = [*targets(20_000, 1), *targets(1, 2000)]
    assert processes(links, Politeness(delay=0.1)) == 1
    assert processes(links, Politeness(delay=0)) == 2


def test_more_workers_than_an_interpreter_keeps_busy_are_shared_out() -> None:
    links = targets(200, 100, "http")
    assert processes(links, Politeness(delay=0), workers=512) == 2
    assert processes(links, Politeness(delay=0), workers=512, cores=1) == 1
