"""Articles, configurations and files in one line, and any text, for tests of what is pure."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from feedpub.building.render_jobs import ArticleOrigin
from feedpub.building.rendering import Renderer, render
from feedpub.config import Config
from feedpub.config.model import Site
from feedpub.content.batches import encode_article
from feedpub.content.read_settings import read_settings
from feedpub.core.feed_models import Feed
from feedpub.core.models import Article, Provider, Topic
from feedpub.core.text import match_key
from feedpub.core.workers import LocalWorkers
from feedpub.output.documents import Documents, InputDigests
from feedpub.state.scratch import Scratch

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
BASE_URL = "https://news.example.org/"

_HOSTILE = """
    ]]> <![CDATA[ </title> &amp; &#0; & < "' <b> <!-- --> <?x?> \\ {{ % --- ../ / ,
    \u202e \u2066 \u200d \ufeff \ufffe \ud800 \udfff \u0627\u0644 e\u0301
    \N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}
    """.split()
_CHARACTERS = st.characters(codec=None, exclude_categories=())
_HOSTILE_TEXT = st.lists(st.sampled_from([*_HOSTILE, *"\x00\x0b\x85\u2028\r\n\t "]), max_size=12).map("".join)
_LONG_TEXT = st.text(_CHARACTERS, min_size=1, max_size=20).map(lambda text: (text * 10_000)[:10_000])

# JSON, by which lone surrogates come, joins the two halves of a pair.
ANY_TEXT = (st.text(_CHARACTERS, max_size=60) | _HOSTILE_TEXT | _LONG_TEXT).map(
    lambda text: json.loads(json.dumps(text))
)
"""What an author may write in any field, and what he never would: all of Unicode, up to 10,000 characters."""


def day(number: int) -> datetime:
    """Noon of a day in May 2024."""
    return datetime(2024, 5, number, 12, tzinfo=UTC)


def article(name: str = "a", topics: tuple[str, ...] = (), provider: Provider | None = None, **values: Any) -> Article:
    """A published article, as the reader makes them."""
    url = f"https://example.com/{name}"
    made = {
        "path": f"content/{name}.md",
        "url": url,
        "id": url,
        "title": f"Title of {name}",
        "published_at": day(1),
        "topics": tuple(Topic(match_key(label), label) for label in topics),
        "provider": provider,
        **values,
    }
    return Article(**{"updated_at": made["published_at"], **made})


def configuration(**sections: Any) -> Config:
    """A configuration with nothing but what is required, and ``sections``."""
    return Config(
        **{
            "site": Site(title="AI News", base_url=BASE_URL),
            "root": Path(),
            "file": Path("config.yaml"),
            **sections,
        }
    )


def rendered(feeds: Sequence[Feed], config: Config) -> dict[str, bytes]:
    """Every file of ``feeds``, which hold whole articles."""
    input_digests = InputDigests(program=b"", pages=b"", article=lambda path: b"")
    return made(Documents(config, feeds, feeds, input_digests), config)


def made(documents: Documents, config: Config) -> dict[str, bytes]:
    """Every file of ``documents``, which hold whole articles."""
    with contextlib.closing(Scratch(None)) as scratch:
        renderer = Renderer(
            settings=read_settings(config),
            config=config,
            origin=lambda one: ArticleOrigin(encode_article(one)),
            linked_folders=documents.linked_folders,
            workers=LocalWorkers(1),
            scratch=scratch,
        )
        return dict(render(list(documents), renderer))
