"""Golden files: what some feeds of the corpus look like, to the byte.

After a change that is meant to be seen, ``FEEDPUB_GOLDEN=write python -m pytest
tests/output/formats/test_golden.py`` writes them anew; read the difference before it is committed.
"""

import os
from pathlib import Path

import pytest

from support.published_feeds import NOW, SITES, copied, published, storied
from support.site import SiteFolder

GOLDEN = Path(__file__).parent / "golden"
FOLDERS = (
    "",
    "topics/ai",
    "providers/example.com",
    "providers/the-gazette",
    "feeds/hot-ai",
    "feeds/best",
    "feeds/by~ai~example.com~en",
    "feeds/digest",
    "feeds/flip",
    "feeds/nothing-yet",
    "feeds/pod",
)
FILES = [f"{folder}/{name}".lstrip("/") for folder in FOLDERS for name in ("rss.xml", "atom.xml", "feed.json")]

COPIES = ("rss.xml", "atom.xml", "feed.json")
STORIES = ("rss.xml", "atom.xml", "feed.json", "topics/ai/index.html")


@pytest.mark.parametrize("path", FILES)
def test_the_feed_has_the_bytes_of_its_golden_file(path: str) -> None:
    compare(GOLDEN / path, published("corpus").files[path])


@pytest.mark.parametrize("path", STORIES)
def test_a_feed_of_stories_has_the_bytes_of_its_golden_file(path: str) -> None:
    compare(GOLDEN / "stories" / path, storied().files[path])


@pytest.mark.parametrize("path", COPIES)
def test_a_feed_of_archived_copies_has_the_bytes_of_its_golden_file(path: str) -> None:
    compare(GOLDEN / "copies" / path, copied().files[path])


def compare(golden: Path, data: bytes) -> None:
    """Compare ``data`` with a golden file, or write it."""
    if os.environ.get("FEEDPUB_GOLDEN") == "write":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(data)
    assert data.decode() == golden.read_bytes().decode()


def test_there_is_no_golden_file_that_nothing_is_compared_with() -> None:
    expected = {*FILES, *(f"stories/{path}" for path in STORIES), *(f"copies/{path}" for path in COPIES)}
    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*") if path.is_file()} == expected


def test_the_corpus_gives_the_feeds_that_its_articles_call_for() -> None:
    assert sorted(published("corpus").feeds) == [
        "",
        "feeds/best",
        "feeds/by-name",
        "feeds/by~ai~example.com~en",
        "feeds/by~ai~example.net~en",
        "feeds/by~ai~新聞社~en",
        "feeds/by~bücher~xn--bcher-kva.example~en",
        "feeds/digest",
        "feeds/flip",
        "feeds/hot-ai",
        "feeds/nothing-yet",
        "feeds/pod",
        "providers/example.com",
        "providers/example.net",
        "providers/the-gazette",
        "providers/xn--bcher-kva.example",
        "providers/新聞社",
        "topics/--6146299cd54818a0e659",
        "topics/1e3",
        "topics/2020-01-01",
        "topics/ai",
        "topics/audio",
        "topics/bücher",
        "topics/c--cedb1bac7efcd7db47e9",
        "topics/html",
        "topics/machine-learning",
        "topics/no",
        "topics/own",
        "topics/podcasts",
        "topics/tools",
        "topics/ünïcödé",
        "topics/日本語",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"},
    ],
    ids=["seed 1, C", "seed 4242, German"],
)
def test_the_command_writes_the_same_bytes_whatever_the_hash_seed_locale_and_time_zone(
    site: SiteFolder, environment: dict[str, str]
) -> None:
    config = (SITES["corpus"] / "config.yaml").read_text(encoding="utf-8")
    site.configure(base=config)
    for article in (SITES["corpus"] / "content").iterdir():
        site.write(article.stem, article.read_bytes())
    done = site.run_process("build", "--now", NOW.isoformat(), env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    assert site.files() == published("corpus").files


@pytest.mark.parametrize("word", ["c2VjcmV0IHBheWxvYWQ", "bmV2ZXIgc2hvd24", "Never shown", "never shown", "Not yet"])
def test_what_is_secret_or_withheld_is_in_no_file(word: str) -> None:
    assert [path for path, data in published("corpus").files.items() if word.encode() in data] == []


@pytest.mark.parametrize("path", ["rss.xml", "atom.xml", "feed.json"])
def test_text_is_utf_8_and_not_escaped(path: str) -> None:
    assert "日本語のタイトル 👩\u200d👩\u200d👧\u200d👦" in published("corpus").files[path].decode()
