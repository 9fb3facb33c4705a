"""Push, end to end: articles, a build, a ping, a hub that verifies, fetches and distributes, a subscriber that reads
what it is sent. The hub is Flask-WebSub's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest

from support.site import SiteFolder
from support.websub import FileServer, Subscriber, configure, real_hub, served, subscriber

pytestmark = pytest.mark.slow

pytest.importorskip("flask_websub", reason="Flask-WebSub, whose hub this is, is not installed")
pytest.importorskip("celery", reason="celery, which Flask-WebSub's hub works with, is not installed")


class Web:
    """A site, its web server, its hub and a reader."""

    def __init__(self, site: SiteFolder, server: FileServer, reader: Subscriber) -> None:
        self.site = site
        self.server = server
        self.reader = reader

    def subscribe(self, *paths: str) -> None:
        for path in paths:
            assert self.reader.subscribe(self.server.url(f"/{path}")) == self.server.url(f"/{path}")
        assert self.reader.confirmed == self.reader.wanted

    @property
    def news(self) -> dict[str, bytes]:
        """The content that the reader received, by path."""
        return {topic.removeprefix(self.server.url("/")): body for topic, body in self.reader.received}


@pytest.fixture
def web(site: SiteFolder, tmp_path: Path) -> Iterator[Web]:
    with served(site) as server, real_hub(tmp_path) as hub, subscriber() as reader:
        server.hub = hub
        configure(site, hub, base_url=server.url())
        yield Web(site, server, reader)


def test_a_subscriber_gets_the_feeds_that_changed_and_no_others(web: Web) -> None:
    site = web.site
    site.add("first", topics=["AI"])
    site.add("other", topics=["Space"])
    site.build()
    assert site.run("ping").returncode == 0
    feeds = ("rss.xml", "atom.xml", "feed.json", "topics/ai/atom.xml", "topics/space/atom.xml")
    web.subscribe(*feeds)
    web.server.fetched.clear()

    site.add("first", topics=["AI"], title="Mended")
    done = site.run("build", "--ping")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"notified {web.server.hub} of 6 feed URLs"

    assert not web.reader.forged
    assert web.news == {path: (site.output / path).read_bytes() for path in feeds if "space" not in path}
    assert len(web.reader.received) == len(web.news), "each once"
    titles = [entry.title for entry in feedparser.parse(web.news["topics/ai/atom.xml"]).entries]
    assert titles == ["Mended"]
    told = {"/rss.xml", "/atom.xml", "/feed.json", "/topics/ai/rss.xml", "/topics/ai/atom.xml", "/topics/ai/feed.json"}
    assert set(web.server.fetched) == told, "the hub fetched what it was told of"


def test_what_is_deployed_after_the_build_is_what_subscribers_get(web: Web) -> None:
    """docs/push.md: build, deploy, ping."""
    site = web.site
    site.add("first")
    site.build()
    site.run("ping")
    web.subscribe("rss.xml")
    site.add("first", title="Mended")
    site.build()
    assert not web.reader.received, "nobody hears of it before the ping"
    done = site.run("ping")
    assert (done.returncode, done.stdout) == (0, f"notified {web.server.hub} of 3 feed URLs\n")
    assert web.news == {"rss.xml": (site.output / "rss.xml").read_bytes()}
    again = site.run("ping")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert len(web.reader.received) == 1
