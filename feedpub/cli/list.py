"""The command ``feedpub list``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from feedpub.cli.common import common_options, settings, show_progress
from feedpub.cli.help_sections import UNUSABLE, HelpWithSections

if TYPE_CHECKING:
    from feedpub.config import Config
    from feedpub.content.loading import LoadedArticles
    from feedpub.feeds.groups import Group
    from feedpub.feeds.history import History
    from feedpub.feeds.status import ArticlesByStatus

Row = dict[str, Any]


class _Site:
    """The site of the rows: its articles, their status in a build, and its history."""

    def __init__(self, config: Config) -> None:
        from feedpub.content.loading import load_articles
        from feedpub.feeds.groups import groups_of
        from feedpub.feeds.paths import folders_of, moved_folders
        from feedpub.feeds.selection import check_folders
        from feedpub.feeds.status import group_by_status
        from feedpub.state.published import history_of

        self.config = config
        self.now = datetime.now(UTC)
        self.collection: LoadedArticles = load_articles(config, show_progress)
        self.by_status: ArticlesByStatus = group_by_status(self.collection.articles, self.now)
        self.history: History = history_of(config)
        self.folders = folders_of(config)
        check_folders(groups_of(self.by_status.published, config, self.now, self.history), moved_folders(config))


def _topics(site: _Site) -> Iterator[Row]:
    from feedpub.feeds.groups import topics_of

    return _groups(site, topics_of(site.by_status.published, site.folders))


def _providers(site: _Site) -> Iterator[Row]:
    from feedpub.feeds.groups import providers_of

    return _groups(site, providers_of(site.by_status.published, site.folders))


def _groups(site: _Site, groups: Mapping[str, Group]) -> Iterator[Row]:
    from feedpub.feeds.selection import refusal_of

    for _, group in sorted(groups.items()):
        reason = refusal_of(group, site.config, site.history)
        yield {
            "name": group.label,
            "folder": group.folder,
            "articles": group.total,
            "feed": reason is None,
            "reason": reason,
        }


def _feeds(site: _Site) -> Iterator[Row]:
    from feedpub.core.dates import rfc3339
    from feedpub.feeds.selection import select

    for feed in select(site.by_status.published, site.config, site.history, site.now):
        yield {
            "folder": feed.folder,
            "title": feed.title,
            "articles": feed.total,
            "entries": len(feed.issues or feed.articles),
            "updated": rfc3339(feed.updated) if feed.total else None,
        }


def _articles(site: _Site) -> Iterator[Row]:
    from feedpub.core.dates import rfc3339
    from feedpub.core.errors import ProblemKind
    from feedpub.feeds.explain import status_texts

    words = status_texts(site.by_status)
    rows: list[Row] = [
        {
            "path": article.path,
            "status": (status := words[article.path]).partition(" ")[0],
            "reason": None if status == "published" else status,
            "id": article.id,
            "url": article.url,
            "title": article.title,
            "published": rfc3339(article.published_at),
        }
        for article in site.collection.articles
    ]
    # The reason of an article with several problems is the first; problems are in order of line.
    invalid = {
        problem.path: problem for problem in reversed(site.collection.problems) if problem.kind is ProblemKind.INVALID
    }
    for path, problem in invalid.items():
        empty = dict.fromkeys(("id", "url", "title", "published"))
        rows.append({"path": path, "status": "invalid", "reason": str(problem), **empty})
    yield from sorted(rows, key=lambda row: str(row["path"]))


def _group_line(row: Row) -> str:
    reason = f"  (no feed: {row['reason']})" if row["reason"] else ""
    return f"{row['articles']:>7}  {row['folder']:<32}  {row['name']}{reason}"


def _feed_line(row: Row) -> str:
    return f"{row['articles']:>7}  {(row['updated'] or 'empty')[:10]:<10}  {row['folder'] or '.':<32}  {row['title']}"


def _article_line(row: Row) -> str:
    # A problem begins with its path.
    text = row["reason"] if row["status"] == "invalid" else f"{row['path']}: {row['reason']}"
    shown = text if row["reason"] else row["path"]
    url = f"  {row['url']}" if row["url"] else ""
    return f"{row['status']:<11}  {(row['published'] or '')[:10]:<10}  {shown}{url}"


# The lists by their names, with a function for the rows and one for the line of a row.
_LISTS: dict[str, tuple[Callable[[_Site], Iterator[Row]], Callable[[Row], str]]] = {
    "topics": (_topics, _group_line),
    "providers": (_providers, _group_line),
    "feeds": (_feeds, _feed_line),
    "articles": (_articles, _article_line),
}


@click.command(
    "list",
    cls=HelpWithSections,
    statuses={0: "Listed.", **UNUSABLE},
    examples={
        "feedpub list topics": "Print each topic with the number of its articles.",
        "feedpub list articles --json": "Print every article for a program.",
    },
)
@click.argument("list_name", type=click.Choice([*_LISTS]))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, an array of objects.")
@common_options
def command(list_name: str, *, as_json: bool) -> None:
    """List topics, providers, feeds or articles.

    Topics and providers come with the number of their published articles and, if they have no feed,
    the reason. Articles come with their status, their URL and, if they are not published, the
    reason.
    """
    import msgspec

    from feedpub.core.errors import printable, printable_json

    rows_of, line_of = _LISTS[list_name]
    rows = list(rows_of(_Site(settings().load_config())))
    if as_json:
        click.echo(printable_json(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode()))
        return
    for row in rows:
        click.echo(printable(line_of(row)))
