"""Any front matter, read by the rules of every generator: an article or problems, never an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.content.generators.rules import ListedAuthor
from feedpub.core.generators import GENERATORS
from support.generators import reading_of

KEYS = """
title Title date Date publishDate published draft permalink slug url path tags tag category categories taxonomies extra
author authors image images cover heroImage build headless status lang date.created updated build unlisted eleventy
""".split()
TEXTS = [
    "",
    " ",
    "true",
    "2024-05-01",
    "0001-01-01",
    "{{ title | slugify }}",
    "/:year/:title[1:]/",
    "%",
    "/../x",
    "ada",
    "a b, c",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9999) | st.sampled_from(TEXTS) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYS, "render", "path", "created", "name", "label"]), inner, max_size=3)
    ),
    max_leaves=8,
)
PATHS = [
    "a.md",
    "index.md",
    "_posts/2024-1-5-.md",
    "x/_drafts/b.md",
    "2024-05-01/index.md",
    "p/.fr.md",
    "0000-00-00-x.md",
    "p/a.fr.md",
]


@pytest.mark.parametrize("generator", GENERATORS)
@given(front=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), below=st.sampled_from(PATHS))
def test_any_front_matter_gives_an_article_or_problems(generator: str, front: dict[str, Any], below: str) -> None:
    text = f"---\n{json.dumps(front)}\n---\n# Heading\n"
    reading = reading_of(generator, below, text, authors={"ada": ListedAuthor("Ada")})
    assert reading.article is not None or reading.problems
    if reading.article is not None and not reading.article.withheld:
        assert not any(value is True for key, value in front.items() if key.lower() == "draft")
