"""``feedpub hosting``: what is printed. tests/delivery/hosting/test_hosting_servers.py asks the servers themselves."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from feedpub.config.feed_model import Grouping
from feedpub.config.model import Output, Site
from feedpub.core.errors import UsageError
from feedpub.delivery.hosting.rendering import configuration as printed
from feedpub.delivery.hosting.servers import SERVERS
from support.making import configuration
from support.site import SiteFolder

EVERY = pytest.mark.parametrize("server", SERVERS)
TYPED = pytest.mark.parametrize("server", ["nginx", "caddy", "apache", "netlify", "cloudflare-headers"])
"""Those whose configuration has the media types and Cache-Control."""


def below(path: str = "", **values: object) -> Site:
    return Site(title="A", base_url=f"https://news.example.org/{path}", **values)  # type: ignore[arg-type]


@EVERY
def test_the_command_prints_it(site: SiteFolder, server: str) -> None:
    done = site.run("hosting", server)
    assert (done.returncode, done.stderr) == (0, "")
    assert "news.example.org" in done.stdout
    assert done.stdout.endswith("\n")
    assert not site.output.exists()


def test_the_help_names_every_server(site: SiteFolder) -> None:
    shown = " ".join(site.run("hosting", "--help").stdout.split()).replace("cloudflare- ", "cloudflare-")
    assert [name for name in SERVERS if f"{name}," not in shown and f"or {name}." not in shown] == []


@pytest.mark.parametrize("args", [[], ["iis"]])
def test_another_server_exits_2(site: SiteFolder, args: list[str]) -> None:
    done = site.run("hosting", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "nginx" in done.stderr


@TYPED
def test_only_the_formats_that_are_written_are_named(server: str) -> None:
    text = printed(server, configuration(output=Output(formats=("atom",))))
    assert "application/atom+xml" in text
    assert "rss" not in text.lower()
    assert "json" not in text


@TYPED
def test_caches_keep_feeds_no_longer_than_the_site_allows(server: str) -> None:
    assert "public, max-age=300" in printed(server, configuration())
    assert "public, max-age=120" in printed(server, configuration(site=below(ttl=2)))


@pytest.mark.parametrize("server", ["nginx", "caddy", "apache"])
def test_compressed_files_are_asked_for_where_they_are_written(server: str) -> None:
    word = {"nginx": "gzip_static on;", "caddy": "precompressed br gzip", "apache": "AddEncoding gzip .gz"}[server]
    assert word not in printed(server, configuration())
    assert word in printed(server, configuration(output=Output(precompress=("gzip", "br"))))


@EVERY
def test_links_need_a_hub(server: str) -> None:
    assert 'rel=\\"hub\\"' not in printed(server, configuration())


@TYPED
def test_feeds_are_pages_only_where_there_is_a_style_sheet(server: str) -> None:
    texts = [printed(server, configuration(output=output)) for output in (Output(), Output(pages=False))]
    assert ["application/xml" in text for text in texts] == [True, False]
    without = printed(server, configuration(output=Output(formats=("json",))))
    assert "application/xml" not in without
    # Two can only say that they cannot.
    assert ("Sec-Fetch-Dest" in texts[0]) == (server not in {"netlify", "cloudflare-headers"})
    assert "Sec-Fetch-Dest" not in texts[1]


@EVERY
def test_no_line_of_a_folder_becomes_a_directive(server: str) -> None:
    with pytest.raises(UsageError, match=r"output\.path"):
        printed(server, configuration(output=Output(path="a\nb")))


@pytest.mark.parametrize(
    ("server", "name"),
    [
        ("caddy", "a{b}"),
        ("caddy", "a*"),
        ("caddy", "a\\b"),
        ("apache", "a${b}"),
        ("apache", "%{b}"),
        ("apache", "a[b]"),
        ("apache", "a\\b"),
    ],
)
def test_a_folder_that_the_server_would_fill_in_is_refused(server: str, name: str) -> None:
    with pytest.raises(UsageError, match="contains"):
        printed(server, configuration(output=Output(path=name)))


@pytest.mark.parametrize("path", ["n%C3%A9ws/", "50%25/", "a*/"])
def test_a_path_that_caddy_cannot_strip_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match=r"site\.base_url"):
        printed("caddy", configuration(site=below(path)))


NEWS = "https://news.example.org/news/"
MOVED = {
    "nginx": [
        """location ~ "^/news/topics/ml(?:/(?<feedpub_file>[A-Za-z0-9._/-]*))?$" {""",
        """return 301 "https://news.example.org/news/topics/gr%C3%B6sse/$feedpub_file";""",
    ],
    "caddy": [
        """@moved_1 path_regexp moved_1 "^/topics/ml(?:/([A-Za-z0-9._/-]*))?$\"""",
        """redir @moved_1 "https://news.example.org/news/topics/gr%C3%B6sse/{re.moved_1.1}" 301""",
    ],
    "apache": [
        rf'RewriteRule "^/news/topics/ml(?:/([A-Za-z0-9._/-]*))?$" "{NEWS}topics/gr\%C3\%B6sse/$1" [R=301,L,NE]',
    ],
}


@pytest.mark.parametrize("server", MOVED)
def test_the_folder_of_an_alias_is_redirected(server: str) -> None:
    site = below("news/")
    aliases = Grouping(aliases={"ML": "Größe"})
    lines = printed(server, configuration(site=site, topics=aliases)).splitlines()
    assert set(MOVED[server]) <= set(map(str.strip, lines))
    assert "301" not in printed(server, configuration(site=site))


RETIRED = {
    "nginx": 'location ~ "^/news/(?:topics/grösse|feeds/old[-]one)(?:/|$)" { return 410; }',
    "caddy": '@retired path_regexp "^/(?:topics/grösse|feeds/old[-]one)(?:/|$)"',
    "apache": 'RewriteRule "^/news/(?:topics/grösse|feeds/old[-]one)(?:/|$)" - [G]',
}


@pytest.mark.parametrize("server", RETIRED)
def test_the_folder_of_a_retired_feed_is_gone(server: str) -> None:
    config = configuration(site=below("news/"), retired=("topics/grösse", "feeds/old-one"))
    assert RETIRED[server] in map(str.strip, printed(server, config).splitlines())


def test_netlify_answers_that_a_retired_feed_is_gone() -> None:
    rest = {"to": "/index.html", "status": 410, "force": True}
    assert tomllib.loads(printed("netlify", configuration(retired=("feeds/old", "topics/ö"))))["redirects"] == [
        {"from": path, **rest} for path in ("/feeds/old/*", "/topics/ö/*", "/topics/%C3%B6/*")
    ]


def test_netlify_redirects_the_folder_of_an_alias_as_clients_may_write_it() -> None:
    text = printed("netlify", configuration(providers=Grouping(aliases={"Größe": "new.example", "a.example": "b"})))
    to_new, rest = {"to": "/providers/new.example/:splat"}, {"status": 301, "force": True}
    assert tomllib.loads(text)["redirects"] == [
        {"from": "/providers/grösse/*", **to_new, **rest},
        {"from": "/providers/gr%C3%B6sse/*", **to_new, **rest},
        {"from": "/providers/a.example/*", "to": "/providers/b/:splat", **rest},
    ]
    assert "redirects" not in tomllib.loads(printed("netlify", configuration()))


def netlify(**sections: object) -> tuple[str, dict[str, dict[str, str]]]:
    document = tomllib.loads(printed("netlify", configuration(**sections)))
    rules = document["headers"]
    assert len({rule["for"] for rule in rules}) == len(rules)
    return document["build"]["publish"], {rule["for"]: rule["values"] for rule in rules}


def headers_at(rules: dict[str, dict[str, str]], path: str) -> dict[str, str]:
    """Return the headers that Netlify sends with ``path``. Two rules with one header add up.

    https://docs.netlify.com/routing/headers/
    """
    sent: dict[str, str] = {}
    for rule, values in rules.items():
        if re.fullmatch(re.sub(":[a-z]+", "[^/]+", rule.replace("*", ".*")), path):
            assert not sent.keys() & values
            sent |= values
    return sent


@pytest.mark.parametrize("folder", ["/", "/topics/ai/", "/providers/example.com/", "/feeds/hot-ai/"])
def test_netlify_sends_each_feed_as_what_it_is(folder: str) -> None:
    publish, rules = netlify(output=Output(path="a 'b' \"c\" é"))
    assert publish == "a 'b' \"c\" é"
    caching = {"Cache-Control": "public, max-age=300"}
    json = {"Content-Type": "application/feed+json", "Access-Control-Allow-Origin": "*"}
    assert headers_at(rules, f"{folder}rss.xml") == {"Content-Type": "application/rss+xml", **caching}
    assert headers_at(rules, f"{folder}atom.xml") == {"Content-Type": "application/atom+xml", **caching}
    assert headers_at(rules, f"{folder}feed.json") == {**json, **caching}
    assert headers_at(rules, f"{folder}index.html") == caching


def test_netlify_sends_archives_and_opml_as_what_they_are() -> None:
    _, rules = netlify(output=Output(archive=True))
    for folder in ("/", "/topics/ai/", "/providers/example.com/", "/feeds/hot-ai/"):
        assert headers_at(rules, f"{folder}archive/12/atom.xml")["Content-Type"] == "application/atom+xml"
    for name in ("feeds", "topics", "providers"):
        assert headers_at(rules, f"/{name}.opml")["Content-Type"] == "text/x-opml"
    assert not any("archive" in rule for rule in netlify()[1])


def test_netlify_serves_no_site_below_a_path_and_no_folder_outside() -> None:
    with pytest.raises(UsageError, match="/news/"):
        printed("netlify", configuration(site=below("news/")))
    for path in ("../output", "/srv/output"):
        with pytest.raises(UsageError, match=r"output\.path"):
            printed("netlify", msgspec.structs.replace(configuration(output=Output(path=path)), root=Path("/site")))
    assert netlify(output=Output(path="..out"))[0] == "..out"
