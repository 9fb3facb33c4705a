"""``feedpub check`` on networks that lead nowhere, with resolvers and portals of our own on loopback."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from feedpub.links.fetch.fetcher import Fetcher
from support.links.hostile import EXPIRED, UNTRUSTED, Hostile, client_context
from support.site import SiteFolder

pytestmark = pytest.mark.slow

Resolve = Callable[[str], list[str]]
KNOWN = ("one.known.test", "two.known.test")


@pytest.fixture
def server() -> Iterator[Hostile]:
    with Hostile(addresses=6) as hostile:
        yield hostile


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Resolve], None]:
    """A function that replaces the resolver of the next checks, and gives the authority of our servers."""

    def replace(resolve: Resolve) -> None:
        monkeypatch.setattr(
            "feedpub.links.run.from_config.Fetcher",
            lambda settings: Fetcher(settings, resolve=resolve, context=client_context()),
        )

    return replace


def configure(
    site: SiteFolder, server: Hostile, *hosts: str, path: str = "/ok", known: tuple[str, ...] = KNOWN
) -> None:
    """Configure known names at the server's port, and a link to each of ``hosts``."""
    names = [f"{name}:{server.port}" for name in known]
    check = {"allow_private": ["127.0.0.0/8"], "delay": 0, "retries": 0, "timeout": 30, "known_names": names}
    site.configure(f"check: {json.dumps(check)}\n")
    for host in hosts:
        site.add(host, sourceUrl=server.url(path, host))


def nowhere(host: str) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def elsewhere(host: str) -> list[str]:
    """Another address for each name."""
    names = ("a.test", "b.test", "c.test", *KNOWN)
    return [f"127.0.0.{names.index(host) + 2}"] if host in names else nowhere(host)


def recorded(site: SiteFolder) -> int:
    with closing(sqlite3.connect(site.state / "links.db")) as db:
        return int(db.execute("SELECT count(*) FROM answers").fetchone()[0])


def assert_no_network(site: SiteFolder) -> None:
    done = site.run("check")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("feedpub: no network: ")
    assert done.stderr.count("\n") == 1
    assert recorded(site) == 0


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize(
    "resolve",
    [nowhere, lambda _: ["0.0.0.0"], lambda _: ["10.0.0.1"], lambda _: ["127.0.0.9"]],
    ids=["NXDOMAIN", "sinkhole", "private", "portal"],
)
def test_a_resolver_that_says_the_same_of_every_name_is_no_network(
    site: SiteFolder, server: Hostile, use: Callable[[Resolve], None], resolve: Resolve, count: int
) -> None:
    use(resolve)
    configure(site, server, *("a.test", "b.test", "c.test")[:count])
    assert_no_network(site)


@pytest.mark.parametrize("path", ["/ok", "/status/404", "/to/302/" + b"/login".hex()])
def test_a_portal_at_one_address_for_every_name_is_no_network(
    site: SiteFolder, server: Hostile, use: Callable[[Resolve], None], path: str
) -> None:
    use(lambda _: ["127.0.0.2"])
    configure(site, server, "a.test", "b.test", path=path)
    assert_no_network(site)


@pytest.mark.parametrize("count", [1, 3])
def test_a_portal_that_redirects_every_host_is_no_network(
    site: SiteFolder, server: Hostile, use: Callable[[Resolve], None], count: int
) -> None:
    use(elsewhere)
    server.portal = server.url("/login", "127.0.0.6")
    configure(site, server, *("a.test", "b.test", "c.test")[:count])
    assert_no_network(site)


def test_a_server_on_this_machine_does_not_show_that_names_are_resolved(
    site: SiteFolder, server: Hostile, use: Callable[[Resolve], None]
) -> None:
    configure(site, server, "127.0.0.1", "a.test")
    for run in ("first", "with an answer of this machine that is remembered"):
        use(nowhere)
        done = site.run("check")
        assert (done.returncode, done.stdout) == (4, ""), run
        assert done.stderr.startswith("feedpub: no network: ")
        assert recorded(site) == 1, "what this machine answered"
    use(elsewhere)
    done = site.run("check")
    assert (done.returncode, done.stdout) == (0, "2 ok\n")
    use(nowhere)
    site.add("b.test", sourceUrl=server.url("/ok", "b.test"))
    assert site.run("check").returncode == 4
    assert recorded(site) == 2


def test_names_that_do_not_exist_are_broken_where_others_resolve(
    site: SiteFolder, server: Hostile, use: Callable[[Resolve], None]
) -> None:
    use(elsewhere)
    configure(site, server, "gone.test")
    done = site.run("check")
    assert done.returncode == 1
    assert "broken: " in done.stdout
    assert "the name does not exist" in done.stdout
    assert server.requests == [], "a name that resolves is enough"


def test_a_link_to_where_others_lead_too_is_judged(
    site: SiteFolder, server: Hostile, use: Callable[[Resolve], None]
) -> None:
    use(elsewhere)
    configure(site, server, "a.test", "b.test", path="/to/301/" + server.url("/ok", "127.0.0.6").encode().hex())
    done = site.run("check")
    assert done.returncode == 0, done.stderr
    assert "2 redirected" in done.stdout


@pytest.mark.parametrize(("known", "is_network"), [("wrong.test", False), ("good.test", True)])
def test_a_certificate_that_is_wrong_for_every_host_is_no_network(
    site: SiteFolder, use: Callable[[Resolve], None], known: str, is_network: bool
) -> None:
    use({known: ["127.0.0.3"], EXPIRED: ["127.0.0.4"], UNTRUSTED: ["127.0.0.5"]}.__getitem__)
    with Hostile(addresses=6, tls=True) as server:
        configure(site, server, EXPIRED, UNTRUSTED, known=(known,))
        if is_network:
            done = site.run("check")
            assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "1 broken, 1 unreachable")
        else:
            assert_no_network(site)
