"""Whole sites in tests: what their generator shows of each article, and what feedpub publishes of it.

A site is a folder of ``tests/content/generators/sites/``. Beside it is a JSON file with what the
generator made of it, by URL. ``FEEDPUB_GOLDEN=write`` and ``-m campaign`` write it anew.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

from lxml import html

from support.commands import run_here
from support.outlines import outline

SITES = Path(__file__).parents[1] / "content" / "generators" / "sites"
NOW = "2026-06-01T00:00:00Z"
"""The time of the builds: one article of each site is of the future."""

Article = tuple[str, dict[str, Any]]
"""The URL of an article, and its title, date, authors, topics, image, excerpt and body."""
Shown = dict[str, dict[str, Any]]
"""The articles of a site."""


def copied(name: str, folder: Path) -> Path:
    """Return a copy in ``folder`` of the site of the generator ``name``."""
    return Path(shutil.copytree(SITES / name, folder / "site"))


def shown(
    url: str,
    *,
    title: str,
    date: str,
    body: str,
    authors: list[str],
    topics: list[str],
    image: str | None = None,
    excerpt: str | None = None,
    **how: Any,
) -> Article:
    """Return the URL of an article, and what a reader sees of it. ``how`` is that of :func:`outline`.

    ``title`` is HTML, and so is ``excerpt``, if the author wrote or marked one.
    """
    moment = datetime.fromisoformat(date)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return unquote(url), {
        "title": " ".join(html.fromstring(f"<p>{title}</p>").text_content().split()),
        "date": moment.astimezone(UTC).isoformat(timespec="seconds"),
        "authors": authors,
        "topics": topics,
        "image": unquote(urljoin(url, image)) if image else None,
        "excerpt": _text_of(excerpt) if excerpt else None,
        "body": outline(body, url, **how),
    }


def _text_of(markup: str) -> str:
    """Return the text of ``markup`` on one line."""
    return " ".join(html.fragment_fromstring(markup.replace("<br>", " "), create_parent="div").text_content().split())


def recorded(name: str) -> Shown:
    """Return what the generator ``name`` made of its site when it was last run."""
    return dict(json.loads((SITES / f"{name}.json").read_text(encoding="utf-8")))


def check_record(name: str, made: Shown) -> None:
    """Expect the record of the generator ``name`` to be what it ``made``, or write it."""
    if os.environ.get("FEEDPUB_GOLDEN") == "write":
        text = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True)
        (SITES / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    assert made == recorded(name)


def published(site: Path) -> Shown:
    """Return what feedpub publishes of ``site``, as ``init --from`` configures it."""
    done = run_here(site, ("init", "-q", "--from", ".", "feeds"), "")
    assert done.returncode == 0, done.stderr
    done = run_here(site / "feeds", ("build", "-q", "--now", NOW), "")
    assert done.returncode == 0, done.stderr
    feed = json.loads((site / "feeds" / "output" / "feed.json").read_text(encoding="utf-8"))
    return dict(map(_item, feed["items"]))


def _item(item: dict[str, Any]) -> Article:
    url, page = shown(
        item["url"],
        title=item["title"],
        date=item["date_published"],
        body=item.get("content_html", ""),
        authors=[author["name"] for author in item["authors"]],
        topics=item.get("tags", []),
        image=item.get("image"),
        excerpt=item.get("summary"),
    )
    # A title in JSON Feed is no HTML.
    return url, {**page, "title": item["title"]}
