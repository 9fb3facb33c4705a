"""Which headlines tell one event, by pairs that were labelled by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from feedpub.feeds.headlines import Headline, are_alike
from support.making import ANY_TEXT

LINES = (Path(__file__).parent / "data" / "headlines.txt").read_text(encoding="utf-8").splitlines()


def pairs(section: str) -> list[tuple[str, str]]:
    """The pairs below ``[section]``."""
    lines = LINES[LINES.index(f"[{section}]") + 1 :]
    end = next((number for number, line in enumerate(lines) if line.startswith("[")), len(lines))
    found = [line.split(" | ") for line in lines[:end] if line]
    return [(one, other) for one, other in found]


def alike(one: str, other: str) -> bool:
    return are_alike(Headline(one), Headline(other))


@pytest.mark.parametrize(("one", "other"), pairs("different"))
def test_no_headlines_of_two_events_are_alike(one: str, other: str) -> None:
    assert not alike(one, other)


def test_of_the_headlines_of_one_event_nearly_half_are_alike() -> None:
    assert len(pairs("same")) == 57
    assert sum(alike(one, other) for one, other in pairs("same")) >= 27


@pytest.mark.parametrize(("one", "other"), pairs("same") + pairs("different"))
def test_likeness_has_no_direction_and_comes_with_a_common_key(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)
    assert not alike(one, other) or Headline(one).keys & Headline(other).keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("OpenAI launches GPT-5", "OpenAI launches GPT 5 for all users"),
        ("Tesla recalls 14,000 cars in China", "Tesla recalls 14000 cars in China"),
        ("U.S. bans DJI drones from December", "US bans DJI drones from December"),
        ("Nvidia\u2019s profit doubles to $31 billion", "Nvidia profit doubles to $31 billion"),
        ("Apple recalled Beats headphones in Europe", "Apple recalls Beats headphones in Europe"),
        ("STURM LEGT BAHN IN HAMBURG LAHM", "Sturm legt Bahn in Hamburg lahm"),
    ],
)
def test_the_spelling_may_differ(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tesla recalls 2 million cars in Norway", "Tesla recalls 2 million cars in Norway on October 7"),
        ("Samsung unveils Galaxy S25", "Samsung unveils Galaxy S25: Hands on"),
    ],
)
def test_the_longer_headline_may_have_numbers_and_names_of_its_own(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Apple sues Meta", "Apple sues Meta", id="three words"),
        pytest.param("Nvidia to transfer AI chips", "Nvidia to transport AI chips", id="a long ending"),
        pytest.param("Apple opts for Beats in Berlin", "Apple opens for Beats in Berlin", id="a short stem"),
        pytest.param("Mozilla Firefox gets split view", "Mozilla Firefox for Android gets split view", id="between"),
        pytest.param("Samsung unveils Galaxy S25", "Samsung unveils Galaxy S25 Ultra", id="a longer name"),
        pytest.param("U.S. bans DJI drones from May", "UK bans DJI drones from May", id="initials"),
        pytest.param(
            "Galaxy Tab has a new Samsung chip", "Huawei Galaxy Tab has a new Samsung chip", id="a name before"
        ),
    ],
)
def test_little_makes_it_another_event(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(
    "title", ["", "!?", "News", "AI AI", "No no No no No", "0:0:0:0", "\N{COMBINING ACUTE ACCENT}"]
)
def test_a_headline_that_says_nothing_is_not_even_like_itself(title: str) -> None:
    assert not alike(title, title)


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_has_words(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)
    assert not alike(one, other) or Headline(one).keys & Headline(other).keys
