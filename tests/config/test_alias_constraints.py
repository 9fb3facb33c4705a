"""Aliases in config.yaml: what they lead to, and the one line that is said of a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub.config import Config, ConfigError, load_config

MINIMAL = "site:\n  title: T\n  base_url: https://x.org/\n"


def load(folder: Path, text: str) -> Config:
    (folder / "config.yaml").write_text(MINIMAL + text, encoding="utf-8")
    return load_config(folder / "config.yaml")


def complaint(folder: Path, text: str) -> str:
    """The one line that is said of ``text``, without the file's folder."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    assert caught.value.exit_status == 2
    (line,) = str(caught.value).splitlines()
    return line.removeprefix(f"{folder}/config.yaml:")


def test_an_alias_of_an_alias_leads_to_the_last(tmp_path: Path) -> None:
    config = load(tmp_path, "topics: {aliases: {ML: machine  learning, Machine-Learning: AI, Bots: Robots}}\n")
    assert config.topics.aliases == {"ML": "AI", "Machine-Learning": "AI", "Bots": "Robots"}


def test_rules_may_name_either(tmp_path: Path) -> None:
    aliases = "topics: {aliases: {ML: AI}}\nproviders: {aliases: {old.example: new.example}}\n"
    rules = "feeds: [{slug: a, title: A, topics: [ml, Go], none: [{all: {topics: [ML]}, providers: [OLD.example]}]}]\n"
    (feed,) = load(tmp_path, aliases + rules).feeds
    assert feed.topics == ("AI", "Go")
    assert isinstance(feed.none, tuple)
    inner = feed.none[0].all
    assert not isinstance(inner, tuple)
    assert inner is not None
    assert (inner.topics, feed.none[0].providers) == (("AI",), ("new.example",))


@pytest.mark.parametrize(
    ("aliases", "said"),
    [
        ("{A: B, B: C, C: a}", "4: topics.aliases.A: leads in a circle: A → B → C → a; remove one of these"),
        ("{X: A, A: B, B: A}", "4: topics.aliases.X: leads in a circle: X → A → B → A; remove one of these"),
        ("{AI: ai}", "4: topics.aliases.AI: is 'ai' itself; give the name that counts instead"),
        ("{X: AI, AI: ai}", "4: topics.aliases.X: leads in a circle: X → AI → ai; remove one of these"),
        ("{ML: AI, ml: Go}", "4: topics.aliases.ml: is the same topic as 'ML'; keep one of them"),
    ],
)
def test_an_alias_leads_to_another_topic(tmp_path: Path, aliases: str, said: str) -> None:
    assert complaint(tmp_path, f"topics: {{aliases: {aliases}}}") == said


def test_an_alias_leads_to_another_provider(tmp_path: Path) -> None:
    said = complaint(tmp_path, "providers:\n  aliases:\n    bücher.example: XN--bcher-kva.example\n")
    assert said.startswith("6: providers.aliases.bücher.example: is 'XN--bcher-kva.example' itself; ")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("feeds: {ml: {limit: 3}}", "the topic has settings of its own in topics.feeds; move them to 'AI'"),
        ("exclude: [Ml]", "the topic is in topics.exclude, too, but 'ML' is an alias of 'AI'; remove it there"),
        ("exclude: [ai]", "'AI' is in topics.exclude, and has no feed; remove one of the two"),
    ],
)
def test_no_other_setting_contradicts_an_alias(tmp_path: Path, settings: str, said: str) -> None:
    assert complaint(tmp_path, f"topics: {{aliases: {{ML: AI}}, {settings}}}") == f"4: topics.aliases.ML: {said}"


def test_a_retired_folder_may_be_written_as_in_a_url(tmp_path: Path) -> None:
    written = "[feeds/old, /topics/gr%C3%B6sse/, topics/c--cedb1bac7efcd7db47e9, providers/old.example, feeds/old/]"
    folders = ("feeds/old", "topics/grösse", "topics/c--cedb1bac7efcd7db47e9", "providers/old.example")
    assert load(tmp_path, f"retired: {written}").retired == folders


@pytest.mark.parametrize(
    ("folder", "hint"),
    [
        ("topcs/ai", "did you mean topics/ai?"),
        ("topics/AI news", "did you mean topics/ai-news?"),
        ("feeds/old/rss.xml", "did you mean feeds/old?"),
        ("providers/Old.example", "did you mean providers/old.example?"),
        ("topics/../x", "did you mean topics/--"),
        ("old", "give one such as topics/ai, providers/wsj.com or feeds/mine"),
        ("https://x.org/feeds/old/", "give one such as topics/ai, providers/wsj.com or feeds/mine"),
        ("/", "give one such as topics/ai, providers/wsj.com or feeds/mine"),
    ],
)
def test_what_is_retired_may_have_been_a_feed(tmp_path: Path, folder: str, hint: str) -> None:
    said = complaint(tmp_path, f"retired:\n  - {folder}\n")
    assert said.startswith(f"5: retired[0]: '{folder.strip('/')}' is no folder of a feed; {hint}")


@pytest.mark.parametrize(
    ("more", "folder", "said"),
    [
        ("feeds: [{slug: a, title: A}]", "feeds/a", "is the folder of a feed in feeds; remove it there first"),
        ("topics: {aliases: {ML: AI}}", "topics/ml", "is the folder of the alias 'ML'; remove one of the two"),
        ("topics: {aliases: {ML: AI}, slugs: {ml: x}}", "topics/x", "is the folder of the alias 'ML'; remove one of"),
        ("providers: {aliases: {A.example: B}}", "providers/a.example", "is the folder of the alias 'A.example'; "),
    ],
)
def test_what_is_retired_is_nothing_else(tmp_path: Path, more: str, folder: str, said: str) -> None:
    assert complaint(tmp_path, f"{more}\nretired: [{folder}]").startswith(f"5: retired[0]: '{folder}' {said}")
