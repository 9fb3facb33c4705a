"""config.yaml: what is accepted, what it means, and what is said of a mistake."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feedpub.config import Config, ConfigDocument, ConfigError, CustomFeed, Top, load_config
from feedpub.config.check_model import HostCheck, Ttl
from feedpub.config.deploy_model import DeployTarget, Purge
from feedpub.config.model import Content, Site, SiteAuthor, size_of
from feedpub.core.errors import UsageError
from feedpub.output.site import site_of
from support.site import SiteFolder

EVERY_KEY = Path(__file__).with_name("every_key.yaml")
SECTIONS = "site, content, output, topics, providers, feeds, retired, hub, deploy, check"
MINIMAL = "site:\n  title: T\n  base_url: https://x.org/\n"

Load = Callable[[str | bytes], Config]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads a config.yaml that holds the text, or the bytes, it is given."""

    def loaded(text: str | bytes) -> Config:
        file = tmp_path / "config.yaml"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_config(file)

    return loaded


@pytest.fixture
def complaints(load: Load, tmp_path: Path) -> Callable[[str | bytes], list[str]]:
    """The messages for a config.yaml that cannot be used, one a line, without the file's folder."""

    def said(text: str | bytes) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(text)
        assert caught.value.exit_status == 2
        lines = str(caught.value).splitlines()
        assert len(lines) == len(caught.value.problems)
        return [line.removeprefix(f"{tmp_path}/config.yaml:") for line in lines]

    return said


Complaints = Callable[[str | bytes], list[str]]


# What is accepted.


def test_every_key_of_the_contract_is_accepted() -> None:
    config = load_config(EVERY_KEY)
    assert config.site == Site(
        title="AI News",
        base_url="https://news.example.org/",
        description="What matters in AI, by topic and by source.",
        author=SiteAuthor(name="Example News", email="editor@example.org"),
    )
    hot, everything, pairs, best, week, pod = config.feeds
    assert hot == CustomFeed(slug="hot-ai", title="Hot in AI", topics=("AI",), min_heat=80, min_quality=50)
    assert everything.icon == "https://news.example.org/everything.png"
    assert (pairs.dimensions, pairs.min_articles) == (("topics", "providers", "languages"), 3)
    assert best.top == Top(count=10, per="week", by="heat")
    assert week.top == Top(digest=True)
    assert pod.podcast is not None
    assert pod.podcast.categories == ("News > Daily News",)
    assert pod.podcast.image == "https://news.example.org/cover.jpg"
    # The rest of the example is what holds by default.
    target = DeployTarget(url="s3://bucket/prefix", purge=Purge(command=("./purge.sh",)))
    assert config.deploy == {"production": target}
    plain = ConfigDocument(site=config.site, feeds=config.feeds, content=Content(path="seeds"), deploy=config.deploy)
    for name in ConfigDocument.__struct_fields__:
        assert getattr(config, name) == getattr(plain, name)


def test_only_title_and_base_url_are_required(load: Load) -> None:
    config = load(MINIMAL)
    assert config.site == Site(title="T", base_url="https://x.org/")
    plain = ConfigDocument(site=config.site)
    for name in ConfigDocument.__struct_fields__:
        assert getattr(config, name) == getattr(plain, name)


@pytest.mark.parametrize(
    ("written", "key", "value"),
    [
        ("content: {path: [a, b/c]}", "content.path", ("a", "b/c")),
        ("content: {pattern: '*.markdown'}", "content.pattern", "*.markdown"),
        ("content: {exclude: [README.md, _index.md]}", "content.exclude", ("README.md", "_index.md")),
        ("content: {fields: {topics: [keywords]}}", "content.fields", {"topics": ("keywords",)}),
        ("content: {permalink: '/{year}/{month}/{day}/{slug}/'}", "content.permalink", "/{year}/{month}/{day}/{slug}/"),
        ("content: {permalink: '/{path}.html'}", "content.permalink", "/{path}.html"),
        ("content: {timezone: Europe/Berlin}", "content.timezone", "Europe/Berlin"),
        ("content: {max_file_size: 100 kB}", "max_file_size", 100_000),
        ("output: {path: ../public}", "output.path", "../public"),
        ("output: {formats: [json]}", "output.formats", ("json",)),
        ("output: {limit: 10000}", "output.limit", 10_000),
        ("output: {pages: off}", "output.pages", False),
        ("output: {archive: YES}", "output.archive", True),
        ("output: {precompress: [gzip, br]}", "output.precompress", ("gzip", "br")),
        ("output: {templates: mine}", "output.templates", "mine"),
        ("output: {max_article_output: 5 GB}", "max_article_output", 5_000_000_000),
        ("topics: {exclude: [AI, No], min_articles: 3}", "topics.exclude", ("AI", "No")),
        ("providers: {min_articles: 2}", "providers.min_articles", 2),
        ("hub: https://hub.example.org/", "hub", "https://hub.example.org/"),
        ("check: {kinds: [image, related]}", "check.kinds", ("image", "related")),
        ("check: {delay: 0}", "check.delay", 0),
        ("check: {timeout: 2.5}", "check.timeout", 2.5),
        ("check: {headers: {X-Number: 010, X-Word: yes}}", "check.headers", {"X-Number": "010", "X-Word": "yes"}),
        ("check: {accept: [403, 500-599]}", "check.accept", ("403", "500-599")),
        ("check: {ttl: {ok: 12h}}", "check.ttl", Ttl(ok="12h")),
        ("check: {on_broken: omit}", "check.on_broken", "omit"),
        ("check: {fail_on: []}", "check.fail_on", ()),
        ("check: {robots: true}", "check.robots", True),
        (
            "check: {hosts: {'*.wsj.com': {per_host: 1, accept: [401], robots: null}}}",
            "check.hosts",
            {"*.wsj.com": HostCheck(per_host=1, accept=("401",))},
        ),
        ("content:\noutput: null\nfeeds: ~\ncheck: {hosts: }", "feeds", ()),
    ],
)
def test_a_value_means_what_is_written(load: Load, written: str, key: str, value: Any) -> None:
    found: Any = load(MINIMAL + written)
    for name in key.split("."):
        found = getattr(found, name)
    assert found == value


@pytest.mark.parametrize("title", ["No", "010", "1e3", "12:30", "2020-01-01", "null-ish", "1_000", "true", "=", "0x1F"])
def test_text_stays_what_is_written(load: Load, title: str) -> None:
    assert load(f"site: {{title: {title}, base_url: https://x.org/}}").site.title == title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('"a\\0b"', "ab"),
        ('"a\\ud7ffb"', "a\ud7ffb"),
        ("|\n    AI\n    News\n", "AI News"),
        (">\n    AI News\n\n", "AI News"),
        ("'  AI  News '", "AI  News"),
    ],
    ids=["control character", "last before the surrogates", "literal block", "folded block", "blanks around"],
)
def test_text_is_repaired_and_on_one_line(load: Load, written: str, title: str) -> None:
    assert load(f"site:\n  base_url: https://x.org/\n  title: {written}").site.title == title


@pytest.mark.parametrize(
    ("written", "normalized"),
    [
        ("https://x.org", "https://x.org/"),
        ("https://x.org/feeds", "https://x.org/feeds/"),
        ("http://localhost:8000/", "http://localhost:8000/"),
        ("https://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9/"),
    ],
)
def test_base_url_is_normalized_and_ends_with_a_slash(load: Load, written: str, normalized: str) -> None:
    assert load(f"site: {{title: T, base_url: '{written}'}}").site.base_url == normalized


def test_pictures_and_pages_of_the_site_resolve_against_base_url(load: Load) -> None:
    site = load(MINIMAL + "  icon: /icon.png\n  logo: art/logo.png\n  author: {name: Me, url: about}").site
    assert (site.icon, site.logo) == ("https://x.org/icon.png", "https://x.org/art/logo.png")
    assert site.author == SiteAuthor(name="Me", url="https://x.org/about")


def test_description_and_author_fall_back_to_the_title(load: Load) -> None:
    site = site_of(load(MINIMAL))
    assert (site.description, site.author.name) == ("T", "T")


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"# a comment\n", b"---\n"])
def test_what_may_stand_before_the_keys(load: Load, prefix: bytes) -> None:
    assert load(prefix + MINIMAL.encode()).site.title == "T"


def test_crlf_line_ends_are_line_ends(load: Load) -> None:
    assert load(MINIMAL.replace("\n", "\r\n")).site == load(MINIMAL).site


def test_anchors_and_merge_keys_work(load: Load) -> None:
    config = load(MINIMAL + "topics: &same {min_articles: 2}\nproviders: {<<: *same, exclude: [x.org]}")
    assert (config.providers.min_articles, config.providers.exclude) == (2, ("x.org",))


def test_a_tag_does_nothing(load: Load) -> None:
    assert load("site: {title: !!python/name:os.system x, base_url: https://x.org/}").site.title == "x"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("500", 500),
        ("500 B", 500),
        ("5 kB", 5_000),
        ("5KB", 5_000),
        ("5 MB", 5_000_000),
        ("1.5 MiB", 1_572_864),
        ("2K", 2_000),
        ("1 Ki", 1024),
        ("1 GB", 1_000_000_000),
    ],
)
def test_sizes(load: Load, text: str, size: int) -> None:
    assert load(f"{MINIMAL}content: {{max_file_size: {text}}}").max_file_size == size
    assert size_of(text) == size


def test_paths_are_relative_to_the_file(site: SiteFolder, tmp_path: Path) -> None:
    site.add("a")
    assert site.run("-c", str(site.root / "config.yaml"), "build").returncode == 0
    assert "rss.xml" in site.files()
    assert load_config(site.root / "config.yaml").root == site.root
    assert tmp_path in site.root.parents


# What is refused: each message begins with the line.


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("outptu: {}", "4: outptu: unknown key; did you mean output?"),
        ("output:\n  limti: 5", "5: output.limti: unknown key; did you mean limit?"),
        ("  titel: x", "4: site.titel: unknown key; did you mean title?"),
        (
            "check:\n  hosts:\n    x.org: {retires: 2}",
            "6: check.hosts.x.org.retires: unknown key; did you mean retries?",
        ),
        (
            "feeds:\n  - slug: a\n    title: A\n    min_haet: 3",
            "7: feeds[0].min_haet: unknown key; did you mean min_heat?",
        ),
        (
            "content:\n  fields: {publised_at: [d]}",
            "5: content.fields.publised_at: unknown key; did you mean published_at?",
        ),
        ("check: {ttl: {okay: 7d}}", "4: check.ttl.okay: unknown key; did you mean ok?"),
        ("zzz: 1", f"4: zzz: unknown key; the keys here are {SECTIONS}"),
        ("1: x", f"4: 1: unknown key; the keys here are {SECTIONS}"),
        ("? [a, b]\n: x", "4: config: has a list as a key; a key is text"),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_nearest(complaints: Complaints, written: str, said: str) -> None:
    assert complaints(MINIMAL + written) == [said]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("output: {limit: 0}", "4: output.limit: '0' is not a whole number from 1 to 10000"),
        ("output: {limit: 10001}", "4: output.limit: '10001' is not a whole number from 1 to 10000"),
        ("output: {limit: many}", "4: output.limit: 'many' is not a whole number from 1 to 10000"),
        ("output: {limit: 010}", "4: output.limit: '010' is not a whole number from 1 to 10000"),
        ("output: {limit: [5]}", "4: output.limit: is a list; it must be a whole number from 1 to 10000"),
        ("output: {pages: maybe}", "4: output.pages: 'maybe' is not true or false"),
        ("output: {pages: 1}", "4: output.pages: '1' is not true or false"),
        ("output: {formats: []}", "4: output.formats: is an empty list; it must have an item"),
        ("output: {formats: [rss, rdf]}", "4: output.formats[1]: 'rdf' is not one of atom, json, rss"),
        ("output: x", "4: output: is text; it must be a mapping of keys and values"),
        ("content: {path: []}", "4: content.path: is an empty list; it must have an item"),
        ("content: {path: {a: b}}", "4: content.path: is a mapping; it must be text"),
        ("content: {max_file_size: 5 mb}", "4: content.max_file_size: '5 mb' is not a size such as 5 MB"),
        ("content: {max_file_size: -1}", "4: content.max_file_size: '-1' is not a size such as 5 MB"),
        ("content: {fields: {topics: keywords}}", "4: content.fields.topics: 'keywords' is not a list"),
        ("topics: {exclude: AI}", "4: topics.exclude: 'AI' is not a list"),
        ("topics: {exclude: [AI, ~]}", "4: topics.exclude[1]: null is not text"),
        ("providers: {min_articles: 0}", "4: providers.min_articles: '0' is not a whole number from 1"),
        ("feeds: {slug: a}", "4: feeds: is a mapping; it must be a list"),
        ("feeds: [hot]", "4: feeds[0]: is text; it must be a mapping of keys and values"),
        ("feeds:\n  - null", "5: feeds[0]: null is not a mapping of keys and values"),
        ("feeds:\n  - {slug: a}", "5: feeds[0].title: missing; it is required"),
        ("feeds: [{slug: a, title: A, min_heat: -1}]", "4: feeds[0].min_heat: '-1' is not a whole number from 0"),
        ("feeds: [{slug: a, title: A, min_heat: 8.5}]", "4: feeds[0].min_heat: '8.5' is not a whole number from 0"),
        (
            "topics: {sort: heat, archive: true}",
            "4: topics.archive: archives are in the order of dates; drop it, or sort: heat",
        ),
        (
            "output: {group_stories: true, archive: true}",
            "4: output.archive: archives have an entry for each article; drop it, or group_stories",
        ),
        (
            "feeds: [{slug: a, title: A, group_stories: true, top: {}}]",
            "4: feeds[0].group_stories: top shows articles, not stories; drop it, or top",
        ),
        ("topics: {feeds: {AI: {sort: hot}}}", "4: topics.feeds.AI.sort: 'hot' is not one of date, heat"),
        (
            "topics:\n  feeds:\n    Power Apps: {limit: 2}\n    power-apps: {limit: 3}",
            "7: topics.feeds.power-apps: is the same topic as 'Power Apps'; keep one of them",
        ),
        (
            "providers: {feeds: {wsj.com: {icon: 'http://[/a'}}}",
            "4: providers.feeds.wsj.com.icon: 'http://[/a' has no valid host and port",
        ),
        (
            "feeds: [{slug: a, title: A, podcast: {category: Books}}]",
            "4: feeds[0].podcast.category: 'Books' is not a category of Apple Podcasts; did you mean Arts > Books?",
        ),
        (
            "feeds:\n  - slug: a\n    title: A\n    podcast:\n      category: [News, Nwes]",
            "8: feeds[0].podcast.category[1]: 'Nwes' is not a category of Apple Podcasts; did you mean News?",
        ),
        (
            "feeds: [{slug: a, title: A, podcast: {category: News, funding: {url: 'ftp://x', text: T}}}]",
            "4: feeds[0].podcast.funding.url: 'ftp://x' is not an http:// or https:// URL",
        ),
        (
            "feeds: [{slug: a, title: A, podcast: {category: News, guid: 7}}]",
            "4: feeds[0].podcast.guid: '7' is not a UUID such as 917393e3-1b1e-5cef-ace4-edaa54e1f810",
        ),
        (
            "feeds: [{slug: a, title: A, top: {digest: true}, podcast: {category: News}}]",
            "4: feeds[0].top.digest: a podcast has no episodes in a digest; drop it, or podcast",
        ),
        ("feeds: [{slug: a, title: A, profiles: [flip]}]", "4: feeds[0].profiles[0]: 'flip' is not one of flipboard"),
        ("feeds: [{slug: a, title: A, podcast: {}}]", "4: feeds[0].podcast.category: missing; it is required"),
        (
            "feeds: [{slug: a, title: A, any: [{since: 0h}]}]",
            "4: feeds[0].any[0].since: '0h' excludes every article; give a span such as 48h or 7d",
        ),
        (
            "feeds: [{slug: a, title: A, combine: [topic]}]",
            "4: feeds[0].combine[0]: 'topic' is not one of providers, topics",
        ),
        (
            "feeds: [{slug: a, title: A, combine: [topics, topics]}]",
            "4: feeds[0].combine: has 'topics' twice; keep one of them",
        ),
        (
            "feeds:\n- slug: a\n  title: A\n  min_articles: 2",
            "7: feeds[0].min_articles: has no effect without combine or languages: true; remove it",
        ),
        (
            "feeds: [{slug: a, title: A, combine: [topics], top: {}}]",
            "4: feeds[0].top: chooses from one feed, and combine makes many; drop one of them",
        ),
        (
            "feeds: [{slug: a, title: A, languages: true, podcast: {category: News, new_feed_url: /x.xml}}]",
            "4: feeds[0].podcast.new_feed_url: belongs to one podcast, and combine makes many; remove it",
        ),
        (
            "feeds: [{slug: a, title: A, none: {languages: true}}]",
            "4: feeds[0].none.languages: true makes feeds, and goes beside slug; give a list such as [en]",
        ),
        ("feeds: [{slug: a, title: A, top: 10}]", "4: feeds[0].top: is text; it must be a mapping of keys and values"),
        (
            "feeds: [{slug: a, title: A, top: {count: 0}}]",
            "4: feeds[0].top.count: '0' is not a whole number from 1 to 1000",
        ),
        (
            "feeds: [{slug: a, title: A, top: {per: year}}]",
            "4: feeds[0].top.per: 'year' is not one of day, month, week",
        ),
        ("feeds: [{slug: a, title: A, top: {by: date}}]", "4: feeds[0].top.by: 'date' is not one of heat, quality"),
        (
            "feeds: [{slug: a, title: A, digest: true}]",
            "4: feeds[0].digest: unknown key; did you mean top.digest?",
        ),
        (
            "feeds: [{slug: a, title: A, archive: true, top: {}}]",
            "4: feeds[0].archive: archives have all articles, and top has few; drop one of them",
        ),
        (
            "feeds: [{slug: a, title: A, sort: heat, top: {}}]",
            "4: feeds[0].sort: top shows the newest periods first; drop it, or top",
        ),
        (
            "feeds: [{slug: a, title: A, none: {topic: [x]}}]",
            "4: feeds[0].none.topic: unknown key; did you mean topics?",
        ),
        ("check: {delay: -1}", "4: check.delay: '-1' is not a number from 0 to 86400"),
        ("check: {delay: nan}", "4: check.delay: 'nan' is not a number from 0 to 86400"),
        ("check: {timeout: 0}", "4: check.timeout: '0' is not a number above 0 to 86400"),
        ("check: {ttl: {ok: soon}}", "4: check.ttl.ok: 'soon' is not a span such as 7d or 12h"),
        ("check: {accept: [99]}", "4: check.accept[0]: '99' is not a status or a range such as 403 or 500-599"),
        ("check: {on_broken: drop}", "4: check.on_broken: 'drop' is not one of archive, keep, omit"),
        ("check: {hosts: {x.org: }}", "4: check.hosts.x.org: null is not a mapping of keys and values"),
        ("  language: english!", "4: site.language: 'english!' is not a language tag such as en or pt-BR"),
        ("  ttl: 0", "4: site.ttl: '0' is not a whole number from 1"),
        ("  author: Me", "4: site.author: is text; it must be a mapping of keys and values"),
        ("  author: {email: me@x.org}", "4: site.author.name: missing; it is required"),
        ("  author: {name: Me, email: nobody}", "4: site.author.email: 'nobody' is not an e-mail address"),
        ("  icon: javascript:alert(1)", "4: site.icon: 'javascript:alert(1)' is not an http:// or https:// URL"),
        ("hub: hub.example.org", "4: hub: 'hub.example.org' is not an http:// or https:// URL"),
        ("topics: {}\ntopics: {}", "5: topics: this key is set on line 4 already; keep one of the two"),
        (
            "topics:\n  exclude: []\n  exclude: []",
            "6: topics.exclude: this key is set on line 5 already; keep one of the two",
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_line(complaints: Complaints, written: str, said: str) -> None:
    assert complaints(MINIMAL + written) == [said]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", ["1: site: missing; it is required"]),
        ("# nothing but a comment\n", ["1: site: missing; it is required"]),
        ("site:", ["1: site: null is not a mapping of keys and values"]),
        ("site: {}", ["1: site.title: missing; it is required", "1: site.base_url: missing; it is required"]),
        ("site: {title: null, base_url: https://x.org/}", ["1: site.title: null is not text"]),
        ("site: {title: '  ', base_url: https://x.org/}", ["1: site.title: '' is not text"]),
        ("- a\n- b", ["1: config: is a list; it must be a mapping of keys and values"]),
        ("hello", ["1: config: is text; it must be a mapping of keys and values"]),
    ],
)
def test_what_is_missing_is_named(complaints: Complaints, written: str, said: list[str]) -> None:
    assert complaints(written) == said


@pytest.mark.parametrize(
    ("base_url", "said"),
    [
        ("x.org", "'x.org' is not an http:// or https:// URL"),
        ("ftp://x.org/", "'ftp://x.org/' is not an http:// or https:// URL"),
        ("https://x.org/?a=b", "'https://x.org/?a=b' has a query or a fragment; give the folder's URL"),
        ("https://x.org/#a", "'https://x.org/#a' has a query or a fragment; give the folder's URL"),
        ("https://me:secret@x.org/", "holds user information before an @; write the URL without it"),
        ("https://x.org:99999/", "'https://x.org:99999/' has no valid host and port"),
        ("https:///feeds", "'https:///feeds' has no valid host and port"),
    ],
)
def test_a_base_url_has_to_be_the_url_of_a_folder(complaints: Complaints, base_url: str, said: str) -> None:
    assert complaints(f"site:\n  title: T\n  base_url: '{base_url}'") == [f"3: site.base_url: {said}"]


@pytest.mark.parametrize(
    "permalink",
    [
        "{slug}",
        "https://x.org/{slug}",
        "/{title}/",
        "/{}/",
        "/{slug",
        "/{slug!r}/",
        "/{slug:d}/",
        "/{slug:>9}/",
        "/{slug.x}",
        "/{slug[0]}",
        "/{{slug}}",
        "/{s:lug}",
    ],
)
def test_a_permalink_is_a_path_with_known_fields(complaints: Complaints, permalink: str) -> None:
    (said,) = complaints(f"{MINIMAL}content:\n  permalink: '{permalink}'")
    allowed = "{category}, {day}, {filename}, {folder}, {month}, {path}, {slug}, {year}"
    assert said == f"5: content.permalink: '{permalink}' is not a path from / with any of {allowed}"


def test_a_permalink_gives_every_article_a_url_of_its_own(complaints: Complaints) -> None:
    (said,) = complaints(f"{MINIMAL}content: {{permalink: '/{{year}}/{{month}}/'}}")
    assert said == "4: content.permalink: '/{year}/{month}/' gives many articles one URL; add {slug} or {path}"


@pytest.mark.parametrize(
    ("zone", "hint"),
    [
        ("Europe/Berlni", "; did you mean Europe/Berlin?"),
        ("xyz", " such as Europe/Berlin"),
        ("../../etc/passwd", " such as Europe/Berlin"),
        ("Europe", "; did you mean Europe/"),
        ("/etc/localtime", " such as Europe/Berlin"),
    ],
)
def test_an_unknown_time_zone_is_named(complaints: Complaints, zone: str, hint: str) -> None:
    (said,) = complaints(f"{MINIMAL}content: {{timezone: {zone}}}")
    assert said.startswith(f"4: content.timezone: '{zone}' is not a time zone{hint}")


@pytest.mark.parametrize("slug", ["Hot AI", "hot_ai", "-hot", "hot--ai", "../hot", "a/b", "é", "x" * 61, "."])
def test_a_slug_is_lower_case_words_joined_by_hyphens(complaints: Complaints, slug: str) -> None:
    (said,) = complaints(f"{MINIMAL}feeds:\n  - {{title: A, slug: '{slug}'}}")
    assert said.startswith("5: feeds[0].slug: '")
    assert said.endswith("is not lower-case words joined by hyphens, at most 60 characters")


def test_a_slug_is_no_device_of_windows(complaints: Complaints) -> None:
    (said,) = complaints(f"{MINIMAL}feeds: [{{title: A, slug: com1}}]")
    assert said == "4: feeds[0].slug: 'com1' is a device name of Windows; choose another"


@pytest.mark.parametrize("section", ["topics", "providers"])
def test_slugs_of_topics_and_providers_are_checked_each_on_its_line(complaints: Complaints, section: str) -> None:
    slugs = "{section}:\n  slugs:\n    C++: cpp\n    C#: Cs\n    CPP: cpp\n    C +  +: x\n    c++: y\n    d: con\n"
    assert complaints(MINIMAL + slugs.format(section=section)) == [
        f"7: {section}.slugs.C#: 'Cs' is not lower-case words joined by hyphens, at most 60 characters"
    ]
    assert complaints(MINIMAL + slugs.format(section=section).replace("Cs", "cs")) == [
        f"8: {section}.slugs.CPP: 'cpp' is the slug of 'C++', too; choose another",
        f"10: {section}.slugs.c++: is the same {section[:-1]} as 'C++'; keep one of them",
        f"11: {section}.slugs.d: 'con' is a device name of Windows; choose another",
    ]


def test_two_spellings_of_a_domain_are_one_provider(complaints: Complaints) -> None:
    (said,) = complaints(f"{MINIMAL}providers: {{slugs: {{bücher.example: a, XN--BCHER-KVA.example: b}}}}")
    assert said.endswith("slugs.XN--BCHER-KVA.example: is the same provider as 'bücher.example'; keep one of them")


def test_a_slug_is_taken_once(complaints: Complaints) -> None:
    (said,) = complaints(f"{MINIMAL}feeds:\n- {{title: A, slug: a}}\n- {{title: B, slug: b}}\n- {{title: C, slug: a}}")
    assert said == "7: feeds[2].slug: 'a' is the slug of an earlier feed; choose another"


def test_every_mistake_is_named_in_the_order_of_the_lines(complaints: Complaints) -> None:
    said = complaints("hub: 1\noutput: {limit: 0, pages: x}\nsite:\n  title: T\nzzz: 1")
    assert [line.split(":")[:2] for line in said] == [
        ["2", " output.limit"],
        ["2", " output.pages"],
        ["3", " site.base_url"],
        ["5", " zzz"],
    ]


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (MINIMAL.encode() + b"hub: caf\xe9", 4, "byte 0xe9 is not UTF-8"),
        (MINIMAL.encode("utf-16"), 1, "byte 0xff is not UTF-8"),
        (MINIMAL.encode() + "\n# é\nhub: \x7f".encode(), 6, "not valid YAML: "),
        (b"site:\n\ttitle: T", 2, "not valid YAML: "),
        (b"site: {title: T", 2, "not valid YAML: "),
        (b"site: 'T", 1, "not valid YAML: "),
        (MINIMAL.encode() + b"---\nsite: {}", 4, "not valid YAML: "),
        (MINIMAL.encode() + b"hub: *nobody", 4, "an alias (*) needs an anchor (&) before it"),
        (MINIMAL.encode() + b"check: " + b"[" * 60_000, 4, "nested more than 100 deep"),
        (MINIMAL.encode() + b"check: " + b"{a: " * 60_000, 4, "nested more than 100 deep"),
        (MINIMAL.encode() + b"#" * 1_000_000, 1, "is larger than 1000000 bytes"),
    ],
    ids=lambda value: value[-20:] if isinstance(value, bytes) else None,
)
def test_what_is_no_yaml_is_one_clear_line(complaints: Complaints, data: bytes, line: int, said: str) -> None:
    (complaint,) = complaints(data)
    assert complaint.startswith(f"{line}: config: {said}")


def test_merges_nested_deep_are_refused(complaints: Complaints) -> None:
    chain = "\n".join(f"  m{level}: &m{level} {{<<: *m{level - 1}}}" for level in range(1, 102))
    nested = f"  m0: &m0 {{}}\n{chain}\n  <<: *m101\n"
    assert complaints(f"{MINIMAL}output:\n{nested}") == ["7: output: nested more than 100 deep"]


def test_aliases_do_not_grow_past_all_bounds(complaints: Complaints) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (said,) = complaints(MINIMAL + "\n".join(lines))
    assert "each alias counts as the values that it repeats" in said


def test_a_missing_file_points_to_init(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such file or directory; 'feedpub init' writes one$"):
        load_config(tmp_path / "config.yaml")


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read: is a directory$"):
        load_config(tmp_path)


def test_a_typo_ends_the_command_with_status_2_and_one_line(site: SiteFolder) -> None:
    site.configure("ouptut: {}\n")
    done = site.run("build")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "config.yaml:8: ouptut: unknown key; did you mean output?\n"


def test_a_path_that_is_longer_than_a_name_can_be_is_named(complaints: Complaints) -> None:
    told = complaints(MINIMAL + f"content: {{path: [a, {'b' * 300}]}}\noutput: {{path: {'c' * 300}}}\n")
    assert [line.partition(" '")[0] for line in told] == ["4: content.path[1]:", "5: output.path:"]
    assert all(line.endswith(" is longer than the system allows for a file name") for line in told)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["content: {path: cü}", "output: {path: cü}", "output: {templates: cü}"])
def test_a_path_that_the_system_s_file_names_cannot_hold_is_named(site: SiteFolder, key: str) -> None:
    site.configure(f"{key}\n", base=MINIMAL)
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8"}
    for command in ("validate", "build"):
        done = site.run_process(command, env=environment)
        assert (done.returncode, done.stdout) == (2, "")
        assert re.match(r"config\.yaml:\d+: [a-z.]+: holds 'ü', which a file name in ascii cannot hold; ", done.stderr)


BROKEN = "is not a regular expression: missing ), unterminated subpattern at position 0"


@pytest.mark.parametrize(
    ("generator", "line", "complaint"),
    [
        ("pelican", "name_fields: '(?P<slug>'", f"name_fields: '(?P<slug>' {BROKEN}"),
        ("pelican", "slug_substitutions: {'(': x}", f"slug_substitutions.(: '(' {BROKEN}"),
        (
            "hugo",
            "slug_substitutions: {a: x}",
            "slug_substitutions: has no effect without a rule of Pelican's; remove it",
        ),
        (
            "pelican",
            "permalink: '/{stem}/'",
            "permalink: 'stem' is no part of an article's URL; see docs/moving.md",
        ),
    ],
)
def test_patterns_of_a_generator_are_checked(complaints: Complaints, generator: str, line: str, complaint: str) -> None:
    assert complaints(f"{MINIMAL}content:\n  generator: {generator}\n  {line}\n") == [f"6: content.{complaint}"]


def test_a_group_of_a_pattern_is_a_part_of_the_url(load: Load) -> None:
    content = "{generator: pelican, path_fields: '(?P<stem>.*)', permalink: '/{stem}/', slug_substitutions: {a: b}}"
    assert load(f"{MINIMAL}content: {content}\n").content.permalink == "/{stem}/"


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ("{title: [a + b]}", "fields.title[0]: merges keys with '+', but only "),
        ("{topics: [tags, a +  + b]}", "fields.topics[1]: 'a +  + b' lacks a key beside a '+'"),
    ],
)
def test_only_lists_merge_keys_and_each_has_its_name(complaints: Complaints, fields: str, complaint: str) -> None:
    (said,) = complaints(f"{MINIMAL}content: {{fields: {fields}}}\n")
    assert said.startswith(f"4: content.{complaint}")
