"""``feedpub serve --watch``: a real edit, a build, and the page that hears of it."""

from __future__ import annotations

import contextlib
import http.client
import re
import shutil
import time
from collections.abc import Callable

import pytest

from feedpub.delivery.serving.live_reload import Reloads
from support.asking import Asked, running, serving, target
from support.site import CONFIG, SiteFolder

pytestmark = pytest.mark.slow

PATIENCE = 100


def wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.05)


def has(asked: Asked, text: str, path: str = "/rss.xml") -> Callable[[], bool]:
    def there() -> bool:
        # A file that a build replaces just before the server opens it ends the answer: ask again.
        with contextlib.suppress(http.client.IncompleteRead):
            return text.encode() in asked.ask(path).body
        return False

    return there


def revision_of(page: bytes) -> str:
    found = re.search(rb'<script src="/\.feedpub/reload\.js\?r=([^"]+)"></script></body>', page)
    assert found, page
    return found[1].decode()


@pytest.fixture
def page(site: SiteFolder) -> SiteFolder:
    """A site with a page of its own beside the feeds."""
    site.configure("output: {pages: false}\n")
    site.add("a")
    site.build()
    (site.output / "own.html").write_text("<!doctype html><html><body><p>A page</p></body></html>")
    return site


def test_an_edit_is_served_and_the_page_reloads(page: SiteFolder) -> None:
    with running(page, "--watch") as (_, asked, _):
        wait_for(lambda: asked.ask("/.feedpub/revision").body.endswith(b"-1"))
        shown = asked.ask("/own.html")
        assert shown.headers["Cache-Control"] == "no-cache"
        script = asked.ask("/.feedpub/reload.js")
        assert (script.status, script.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
        assert b'"/.feedpub/revision"' in script.body
        revision = revision_of(shown.body)
        assert asked.ask("/.feedpub/revision").body.decode() == revision
        page.add("b", title="Something new")
        wait_for(lambda: asked.ask("/.feedpub/revision").body.decode() != revision)
        assert has(asked, "Something new")()
        again = asked.ask("/own.html")
        assert revision_of(again.body) == asked.ask("/.feedpub/revision").body.decode()
        # Nothing but pages is touched.
        assert asked.ask("/rss.xml").body == (page.output / "rss.xml").read_bytes()


def test_it_builds_first_where_nothing_was_built(site: SiteFolder) -> None:
    site.add("a", title="First of all")
    with running(site, "--watch") as (_, asked, _):
        assert has(asked, "First of all")()


def test_what_cannot_be_built_the_first_time_ends_it(site: SiteFolder) -> None:
    shutil.rmtree(site.content)
    done = site.run_process("serve", "--watch", "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert "content" in done.stderr


def test_what_changed_before_it_was_started_is_built(site: SiteFolder) -> None:
    site.add("a")
    site.build()
    site.add("b", title="Meanwhile")
    with running(site, "--watch") as (_, asked, _):
        wait_for(has(asked, "Meanwhile"))


def test_a_broken_configuration_is_told_and_the_server_goes_on(site: SiteFolder) -> None:
    site.add("a", title="As it was")
    site.build()
    with running(site, "--watch") as (process, asked, _):
        wait_for(has(asked, "As it was"))
        site.configure("outputs: {}\n")
        assert process.stderr
        assert "outputs: unknown key" in process.stderr.readline()
        assert has(asked, "As it was")()
        site.configure(
            base="site: {title: Renamed, base_url: 'https://news.example.org/news/'}\ncontent: {path: content}\n"
        )
        # Where the site is has changed: it says so, and serves it there.
        assert process.stdout
        assert process.stdout.readline() == f"http://127.0.0.1:{asked.port}/news/\n"
        wait_for(has(asked, "Renamed", "/news/rss.xml"))
        assert asked.ask("/rss.xml").status == 404
        process.terminate()
        assert process.wait(30) == 0


def test_a_bad_article_is_named(site: SiteFolder) -> None:
    site.add("a")
    site.build()
    with running(site, "--watch") as (process, asked, _):
        site.write("bad", "no front matter")
        assert process.stderr
        assert process.stderr.readline().startswith("content/bad.md:1: ")
        assert asked.ask("/rss.xml").status == 200


def test_a_content_folder_that_comes_back_is_watched_again(site: SiteFolder) -> None:
    site.add("a")
    site.build()
    with running(site, "--watch") as (_, asked, _):
        site.content.rename(site.root / "away")
        time.sleep(1.5)
        (site.root / "away").rename(site.content)
        site.add("b", title="Back again")
        wait_for(has(asked, "Back again"))


@pytest.mark.parametrize("name", ["content/content.json", "home.json", "people.yml"])
def test_data_files_are_watched_also_beside_the_content_folder(site: SiteFolder, name: str) -> None:
    home = SiteFolder(site.root / "home")
    home.configure("", base=CONFIG + "  generator: eleventy\n  authors: people.yml\n")
    (home.root / "eleventy.config.js").touch()
    (home.root / "people.yml").touch()
    home.add("a", author="ada")
    home.build()
    with running(home, "--watch") as (_, asked, _):
        wait_for(lambda: asked.ask("/.feedpub/revision").body.endswith(b"-1"))
        text = "ada: {name: Somebody New}" if name == "people.yml" else '{"tags": ["Somebody New"]}'
        (home.root / name).write_text(text, encoding="utf-8")
        wait_for(has(asked, "Somebody New"))


def test_what_is_written_into_the_content_folder_by_a_build_starts_none(site: SiteFolder) -> None:
    site.configure("output: {path: content/public}\n")
    site.add("a")
    site.build()
    with running(site, "--watch", "-v") as (process, asked, _):
        site.add("b", title="Something new")
        wait_for(has(asked, "Something new"))
        time.sleep(2.5)
        process.terminate()
        assert process.stderr
        told = process.stderr.read().splitlines()
    # With -v, one that finds nothing to do says so, too. The first may have seen the edit.
    assert sum(" read, " in line for line in told) in {1, 2}, told


def test_pages_are_as_they_are_without_watch(page: SiteFolder) -> None:
    with serving(target(page.output)) as asked:
        assert asked.ask("/own.html").body == (page.output / "own.html").read_bytes()
        assert asked.ask("/.feedpub/reload.js").status == 404
    with serving(target(page.output), Reloads()) as asked:
        assert revision_of(asked.ask("/own.html").body)
        assert asked.ask("/rss.xml", Sec_Fetch_Dest="document").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (b"<body>a</body></html>", b"<body>aX</body></html>"),
        (b"<BODY>a</BODY >", b"<BODY>aX</BODY >"),
        (b"<!-- </body> --><body>a</body>", b"<!-- </body> --><body>aX</body>"),
        (b"<p>a", b"<p>aX"),
        (b"", b"X"),
    ],
)
def test_the_script_is_put_at_the_end_of_the_body(page: bytes, shown: bytes) -> None:
    reloads = Reloads()
    tag = f'<script src="/.feedpub/reload.js?r={reloads.revision}"></script>'.encode()
    assert reloads.edit(page) == shown.replace(b"X", tag)
