"""``feedpub explain``: in which feeds an article is, at what position, and why it is not in the others."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from support.site import SiteFolder

CONFIGURATION = """\
output: {limit: 2}
topics: {exclude: [Spam], min_articles: 2}
feeds:
  - {slug: hot, title: Hot, min_heat: 80}
  - {slug: space, title: Space only, topics: [Space]}
"""


@pytest.fixture
def stocked(site: SiteFolder) -> SiteFolder:
    """Three articles, of which a feed holds two, and some that are held back."""
    site.configure(CONFIGURATION)
    site.add("new", publishedDateTime="2024-05-03", topics=["AI"], heat=90)
    site.add("mid", publishedDateTime="2024-05-02", topics=["AI", "Spam", "Rare"], heat=10)
    site.add("old", publishedDateTime="2024-05-01", topics=["AI"], provider={"name": "Journal"}, id="urn:example:old")
    site.add("draft", draft=True, topics=["AI"])
    site.add("later", publishedDateTime="2999-01-01")
    site.add("twin", sourceUrl="https://example.com/mid", publishedDateTime="2023-01-01")
    site.write("bad", "---\ntitle: Bad\ndate: never\n---\n")
    return site


def explain(site: SiteFolder, what: str) -> tuple[str, dict[str, str]]:
    """The first line, and what is said of each feed."""
    done = site.run("explain", what)
    assert (done.returncode, done.stderr) == (0, "")
    first, _id, _title, *places = done.stdout.splitlines()
    found = (re.fullmatch(r"  (\S+) +(.+?)  \(.*\)", line) for line in places)
    return first, {match[1]: match[2] for match in found if match}


def test_positions_and_reasons_are_given_feed_by_feed(stocked: SiteFolder) -> None:
    assert explain(stocked, "content/mid.md") == (
        "content/mid.md: published",
        {
            ".": "position 2",
            "topics/ai": "position 2",
            "topics/spam": "not in it: the topic is in topics.exclude",
            "topics/rare": "not in it: 1 of topics.min_articles 2",
            "feeds/hot": "not in it: heat 10 < min_heat 80",
            "feeds/space": "not in it: has none of the topics Space",
        },
    )


@pytest.mark.parametrize("what", ["content/new.md", "elsewhere/new.md", "../named/content/new.md"])
def test_an_article_is_known_by_any_path_to_it(stocked: SiteFolder, what: str) -> None:
    stocked.content.rename(stocked.root / "elsewhere")
    stocked.content.symlink_to("elsewhere")
    (stocked.root.parent / "named").symlink_to(stocked.root)
    for path in (what, str(stocked.root / what)):
        assert stocked.run("explain", path).stdout.startswith("elsewhere/new.md: published\n")
    assert stocked.run("explain", "-c", "../named/config.yaml", what).stdout.startswith("elsewhere/new.md: published\n")


def test_an_article_past_the_limit_or_of_unknown_heat_is_told_so(stocked: SiteFolder) -> None:
    _, places = explain(stocked, "content/old.md")
    assert places["."] == places["topics/ai"] == "not in it: beyond the limit of 2"
    assert places["providers/journal"] == "position 1"
    assert places["feeds/hot"] == "not in it: heat is not known, min_heat is 80"


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("draft", "unpublished (draft: true)"),
        ("later", "embargoed until 2999-01-01T00:00:00Z"),
        ("twin", "duplicate of content/mid.md, which is published instead"),
    ],
)
def test_an_article_that_is_held_back_is_in_no_feed_for_that_reason(
    stocked: SiteFolder, name: str, standing: str
) -> None:
    first, places = explain(stocked, f"content/{name}.md")
    assert first == f"content/{name}.md: {standing}"
    assert set(places.values()) == {f"not in it: {standing}"}


@pytest.mark.parametrize(
    "what", ["content/old.md", "./content/../content/old.md", "urn:example:old", "https://example.com/old"]
)
def test_an_article_is_found_by_path_id_or_source_url(stocked: SiteFolder, what: str) -> None:
    assert explain(stocked, what)[0] == "content/old.md: published"


def test_an_id_that_two_files_share_explains_both(stocked: SiteFolder) -> None:
    lines = stocked.run("explain", "https://example.com/mid").stdout.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert [line.partition(":")[0] for line in heads] == ["content/mid.md", "content/twin.md"]


def test_an_invalid_article_is_explained_by_its_problems(stocked: SiteFolder) -> None:
    done = stocked.run("explain", "content/bad.md")
    assert done.returncode == 0
    first, *problems = done.stdout.splitlines()
    assert first == "content/bad.md: invalid, so no feed contains it"
    assert all(problem.startswith("  content/bad.md:") for problem in problems)
    assert len(problems) == 2


@pytest.mark.slow
@pytest.mark.parametrize("folder", [".", "content", ".."])
def test_a_path_may_be_as_the_shell_completes_it_or_as_a_message_names_it(stocked: SiteFolder, folder: str) -> None:
    config = stocked.root / "config.yaml"
    for path in (stocked.content / "old.md", "content/old.md"):
        command = [sys.executable, "-m", "feedpub", "explain", str(path), "-c", str(config)]
        done = subprocess.run(command, cwd=stocked.root / folder, capture_output=True, text=True, check=False)
        assert done.stdout.startswith("content/old.md: published\n"), done.stderr


@pytest.mark.parametrize(
    "what", ["content/missing.md", "https://example.com/missing", "https://e.example/" + "x" * 5000, "a\nb", ""]
)
def test_what_is_unknown_exits_2(stocked: SiteFolder, what: str) -> None:
    done = stocked.run("explain", what)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"feedpub: .*: none of the 7 articles has this path, id or source URL\n", done.stderr)


def test_a_file_that_is_no_article_is_told_from_one_that_is_not_there(stocked: SiteFolder) -> None:
    done = stocked.run("explain", "config.yaml")
    assert done.returncode == 2
    assert done.stderr.startswith("feedpub: config.yaml: is not an article; ")
