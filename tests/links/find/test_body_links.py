"""The links and pictures in the body of an article, each with its line."""

from __future__ import annotations

import json
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.content import ArticleFile, ReadSettings, keys_of
from feedpub.links.find.article_links import links_of
from feedpub.links.model import LinkKind
from support.links.hostile import Hostile
from support.site import SiteFolder

HEAD = "---\ntitle: T\ndate: 2024-05-01\nsourceUrl: https://example.com/a\n---\n"
"""Five lines."""
READING = ReadSettings(base_url="https://news.example.org/", zone=UTC, fields=keys_of({}), has_body_links=True)


X = "https://x.org/"


def found(body: str) -> list[tuple[str, int]]:
    """Return URL and line of each link in the body, which begins in line 6."""
    reading = links_of(ArticleFile("a.md", "a.md", "/srv/a.md"), (HEAD + body).encode(), READING)
    assert reading.article is not None
    return [(link.url, link.line) for link in reading.links if link.kind is LinkKind.BODY]


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("A [link](https://x.org/a).", [("https://x.org/a", 6)]),
        (
            "One\n\ntwo\n[three](https://x.org/a) and\n![four](https://x.org/b.png)",
            [("https://x.org/a", 9), ("https://x.org/b.png", 10)],
        ),
        ("<p>\n<a class=x\n href='https://x.org/?a=1&amp;b=2'>a</a>", [("https://x.org/?a=1&b=2", 8)]),
        ("A [reference][1].\n\n[1]: https://x.org/a", [("https://x.org/a", 8)]),
        ("See https://x.org/a .\n\nAnd again https://x.org/a#b", [("https://x.org/a", 6), ("https://x.org/a#b", 8)]),
        ("\n![p](/images/1.png)", [("https://news.example.org/images/1.png", 7)]),
        ("\n[a](<https://x.org/a b>)\n![ü](https://x.org/ü?a&amp;b)", [(f"{X}a%20b", 7), (f"{X}%C3%BC?a&b", 8)]),
        ("[b](https://x.org/b)\n[a](https://x.org/a)", [("https://x.org/b", 6), ("https://x.org/a", 7)]),
        ("[own](#part) [source](https://example.com/a#b) [mail](mailto:a@x.org) [file](../other.md)", []),
        ("`https://x.org/a`\n\n    [code](https://x.org/b)", []),
        ("<script src=https://x.org/a></script><iframe src=https://x.org/b></iframe>", [("https://x.org/b", 6)]),
        ("[bad](http://[x/) [worse](javascript:a)", []),
        ("", []),
    ],
)
def test_the_links_of_a_body_have_their_lines(body: str, links: list[tuple[str, int]]) -> None:
    assert found(body) == links


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300))
def test_any_body_has_links_or_none(body: str) -> None:
    lines = body.count("\n") + body.count("\r") + 6
    assert all(6 <= line <= lines + 1 for _, line in found(body))


PART = f"<p id=a>x<a name='b c'>x<h2 id=user-content-d>x<p id='é'>{'words ' * 20}".encode()


@pytest.mark.parametrize(
    ("fragment", "is_there"),
    [
        *((part, True) for part in ("a", "b%20c", "d", "%C3%A9", "top", "/route", "!bang", ":~:text=x", "")),
        *((part, False) for part in ("e", "A", "words", "a.", "%5B%28")),
    ],
)
@pytest.mark.slow
def test_the_part_of_a_page_is_looked_for_where_that_is_wanted(site: SiteFolder, fragment: str, is_there: bool) -> None:
    with Hostile() as server:
        check = {"allow_private": ["127.0.0.0/8"], "delay": 0, "retries": 0, "kinds": ["source", "body"]}
        url = server.url(f"/page/200/{PART.hex()}?Content-Type=text/html")
        site.add("a", f"[part]({url}#{fragment})", sourceUrl=server.url("/ok"))
        site.configure(f"check: {json.dumps(check)}\n")
        assert "suspect: " not in site.run("check").stdout
        site.configure(f"check: {json.dumps({**check, 'fragments': True})}\n")
        for _ in range(2):
            done = site.run("check")
            assert done.returncode == 0
            assert ("suspect: " in done.stdout) is not is_there
            assert ("the page has no part" in done.stdout) is not is_there
        asked = 2 if fragment and fragment[0] not in "/!:" and fragment != "top" else 1
        assert sum(path.startswith("/page/") and "feedpub-no-such" not in path for path in server.paths()) == asked, (
            "once for each configuration"
        )
        site.add("b", f"[new]({url}#new)", sourceUrl=server.url("/ok?b"))
        assert "#new" in site.run("check").stdout


@pytest.mark.slow
def test_a_page_that_scripts_fill_has_every_part(site: SiteFolder) -> None:
    with Hostile() as server:
        shell = b"<div id=root></div><script src=a.js></script>".hex()
        url = server.url(f"/page/200/{shell}?Content-Type=text/html")
        site.add("a", sourceUrl=f"{url}#part")
        site.configure("check: {allow_private: [127.0.0.0/8], delay: 0, retries: 0, fragments: true}\n")
        assert site.run("check").stdout == "1 ok\n"


@pytest.mark.slow
def test_the_links_of_bodies_are_checked_where_that_is_wanted(site: SiteFolder) -> None:
    with Hostile() as server:
        check = {"allow_private": ["127.0.0.0/8"], "delay": 0, "retries": 0}
        site.configure(f"check: {json.dumps(check)}\n")
        body = f"\n[good]({server.url('/ok')})\n[bad]({server.url('/status/404')})"
        site.add("a", body, sourceUrl=server.url("/status/200"))
        assert site.run("check").returncode == 0
        for _ in range(2):
            done = site.run("check", "--kind", "body")
            assert done.returncode == 1
            assert done.stdout.startswith(f"content/a.md:8: broken: {server.url('/status/404')} (body: 404")
        site.configure(f"check: {json.dumps({**check, 'hosts': {'127.0.0.1': {'kinds': ['source', 'body']}}})}\n")
        assert site.run("check").stdout.endswith("1 broken, 2 ok\n")
