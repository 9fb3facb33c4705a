"""The bounds of markup: what they leave, and what they take away first."""

from __future__ import annotations

import pytest

from feedpub.core.markup_bounds import within_bounds

LONG = "<p>a <code class='language-py'>b</code> <i lang=\"fr\">c</i></p>"


@pytest.mark.parametrize(("count", "more"), [(10, ""), (60, "<table><td>x</td></table>"), (250, "")])
def test_long_markup_whose_tags_are_closed_stays(count: int, more: str) -> None:
    markup = LONG * count + more
    assert within_bounds(markup) == markup


@pytest.mark.parametrize("more", ["<object></object>", "<b title=x>", "<!-- </b> -->", "<td>", "<noscript></noscript>"])
def test_more_formatting_tags_that_may_stay_open_lose_their_attributes(more: str) -> None:
    markup = LONG * 250 + more
    assert within_bounds(markup) == markup.replace(" class='language-py'", "").replace(' lang="fr"', "").replace(
        "<b title=x>", "<b>"
    )


def test_too_many_lists_in_each_other_are_not_left() -> None:
    assert within_bounds("<ul><li>" * 300 + "</ul>" * 300) is None
    assert within_bounds("<li>a</li>" * 20_001) is None


def test_of_far_too_many_the_text_alone_is_left() -> None:
    broken = "<b title='<'>" * 600
    assert within_bounds(broken) is None
