"""The helpers of the reader's tests: an article's text, and the reading of it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from feedpub.content import ArticleFile, ArticleReading, ReadSettings, keys_of, read_article
from feedpub.core.errors import ProblemKind
from feedpub.core.models import Article

BASE = "https://news.example.org/blog/"
VALID = {"title": "A title", "date": "2024-05-01", "sourceUrl": "https://example.com/a"}


def text_of(*lines: str, body: str = "", **values: str | None) -> str:
    """An article with YAML front matter: the valid one, with ``values`` as they are written (None drops a key), and
    with ``lines`` after them.
    """
    written = {**VALID, **values}
    own = [f"{key}: {value}" for key, value in written.items() if value is not None]
    return "\n".join(["---", *own, *lines, "---", body])


def read(
    text: str | bytes, *, below: str = "a.md", fields: dict[str, list[str]] | None = None, **more: Any
) -> ArticleReading:
    """Return the reading of the file ``content/<below>`` with ``text``; ``more`` are settings."""
    data = text.encode() if isinstance(text, str) else text
    settings = ReadSettings(**{"base_url": BASE, "zone": UTC, "fields": keys_of(fields or {}), **more})
    return read_article(ArticleFile(f"content/{below}", below, f"/srv/content/{below}"), data, settings)


def article(text: str | bytes, **more: Any) -> Article:
    """The article in ``text``, which has no problem."""
    reading = read(text, **more)
    assert reading.problems == ()
    assert reading.article is not None
    return reading.article


def problems(text: str | bytes, *, kept: bool = False, **more: Any) -> list[str]:
    """Return the lines that a user reads of ``text``, which is a valid article if it is ``kept``."""
    reading = read(text, **more)
    assert (reading.article is not None) is kept
    return [str(problem) for problem in reading.problems]


def places(text: str | bytes, *, kept: bool = False, **more: Any) -> list[tuple[int, str]]:
    """Return the line and the key of each problem of ``text``; see :func:`problems`."""
    reading = read(text, **more)
    assert (reading.article is not None) is kept
    assert not kept or {problem.kind for problem in reading.problems} <= {ProblemKind.IGNORED}
    return [(problem.line, problem.key) for problem in reading.problems]
