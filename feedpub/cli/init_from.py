"""The option ``--from`` of ``feedpub init``: a configuration for an existing site."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from feedpub.config import load_config
from feedpub.config.load import ConfigError
from feedpub.content.generators import facts_of
from feedpub.content.generators.facts import SiteFacts
from feedpub.content.loading import LoadedArticles, load_articles
from feedpub.core.errors import ProblemKind, StorageError, UsageError, message_of, printable
from feedpub.core.generators import GENERATORS
from feedpub.feeds.status import group_by_status

_PLACEHOLDER = "https://example.org/"
_REASONS = 5
_EXAMPLES = 3
_PATH = re.compile(r"^.+?:\d+: ")


def start_from(site: Path, folder: Path, *, is_quiet: bool) -> None:
    """Write config.yaml into ``folder`` for the ``site``, and print what was understood.

    Raise :class:`UsageError` if no generator's configuration is in ``site``.
    """
    if not site.is_dir():
        raise UsageError(f"{site}: there is no such folder; nothing was written")
    facts = facts_of(site)
    if facts is None:
        raise UsageError(f"{site}: holds no configuration of {', '.join(GENERATORS)}; nothing was written")
    config = folder / "config.yaml"
    _write(config, config_text(facts, site, folder))
    try:
        loaded = load_articles(load_config(config))
    except (ConfigError, UsageError) as error:
        raise UsageError(f"{error}\n{config}: was written; correct it, then run 'feedpub validate'") from None
    if not is_quiet:
        for line in (*_understood(facts, config), *_entries(loaded), *_left_out(loaded), *_next(facts, folder)):
            click.echo(printable(line))


def config_text(facts: SiteFacts, site: Path, folder: Path) -> str:
    """Return the text of config.yaml in ``folder`` for a ``site`` with these ``facts``."""
    paths = [_relative(site / path, folder) for path in facts.paths]
    content = {
        "path": paths[0] if len(paths) == 1 else paths,
        "generator": facts.generator,
        "pattern": facts.pattern if facts.pattern != "**/*.md" else None,
        "exclude": [*facts.exclude] or None,
        "timezone": facts.timezone or None,
        **facts.content,
    }
    if "mounts" in content:
        mounts = facts.content["mounts"]
        content["mounts"] = [{**mount, "path": _relative(site / mount["path"], folder)} for mount in mounts]
    if content.get("authors"):
        content["authors"] = _relative(site / content["authors"], folder)
    author = {"name": facts.author, "email": facts.email if "@" in facts.email else None}
    values = {
        "title": facts.title or "FILL IN: the title of the site",
        "base_url": facts.base_url or _PLACEHOLDER,
        "description": facts.description or None,
        "language": _language(facts.language),
        "author": {key: value for key, value in author.items() if value} if facts.author else None,
    }
    comments = {
        "title": "" if facts.title else "FILL IN",
        "base_url": "" if facts.base_url else "FILL IN: the address of the site",
        "path": "the articles, relative to this file",
        "generator": f"its rules for drafts, dates, titles and URLs; read from {facts.file}",
        "permalink": "as the site has it",
        "timezone": "of dates without an offset",
    }
    lines = ["# Written by 'feedpub init --from'. Every key: 'feedpub schema config'.", "site:"]
    lines += _lines(values, comments)
    lines += ["content:", *_lines(content, comments)]
    lines += ["output:", "  path: output  # the folder to serve", "  limit: 50", ""]
    return "\n".join(lines)


def _lines(values: dict[str, Any], comments: dict[str, str]) -> Iterator[str]:
    for key, value in values.items():
        if value is not None:
            comment = f"  # {comments[key]}" if comments.get(key) else ""
            yield f"  {key}: {json.dumps(value, ensure_ascii=False)}{comment}"


def _language(text: str) -> str:
    tag = text.partition(".")[0].replace("_", "-")
    return tag if re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", tag) else "en"


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _write(config: Path, text: str) -> None:
    try:
        config.parent.mkdir(parents=True, exist_ok=True)
        with config.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(f"{config}: exists; nothing was written") from None
    except OSError as error:
        raise StorageError(f"{error.filename or config}: cannot be written: {message_of(error)}") from None


def _understood(facts: SiteFacts, config: Path) -> Iterator[str]:
    yield f"wrote {config} from {facts.generator}'s {facts.file}"
    shown = {
        "title": facts.title,
        "address": facts.base_url,
        "language": facts.language,
        "time zone": facts.timezone,
        "author": facts.author,
        **{key: json.dumps(value, ensure_ascii=False) for key, value in facts.content.items()},
    }
    yield from (f"  {key}: {value}" for key, value in shown.items() if value)


def _entries(loaded: LoadedArticles) -> Iterator[str]:
    published = group_by_status(loaded.articles, datetime.now(UTC)).published
    newest = sorted(published, key=lambda article: (article.published_at, article.id), reverse=True)
    if newest:
        yield "compare these with the live site:"
    urls = {article.path: article.url for article in loaded.articles}
    titles = {article.path: article.title for article in loaded.articles}
    for article in newest[:_EXAMPLES]:
        yield f"  {urls[article.path]}  {titles[article.path]}"


def _left_out(loaded: LoadedArticles) -> Iterator[str]:
    standing = group_by_status(loaded.articles, datetime.now(UTC))
    reasons: Counter[str] = Counter(article.withheld or "" for article in standing.unpublished)
    reasons.update({"its date is in the future": len(standing.embargoed), "expired": len(standing.expired)})
    reasons.update({"another file has its id": len(standing.duplicates)})
    first = {problem.path: problem for problem in reversed(loaded.problems) if problem.kind is ProblemKind.INVALID}
    reasons.update(_reason(str(problem)) for problem in first.values())
    count = len(standing.published)
    noun = "article" if loaded.file_count == 1 else "articles"
    yield f"{loaded.file_count} {noun}, {count} published, {loaded.file_count - count} left out"
    yield from (f"  {count} because: {reason}" for reason, count in reasons.most_common(_REASONS) if count)


def _reason(problem: str) -> str:
    """Return a problem without its file, its line and its value, so that equal ones are counted."""
    return re.sub("'[^']*'", "…", _PATH.sub("", problem), count=1)


def _next(facts: SiteFacts, folder: Path) -> Iterable[str]:
    missing = [name for name, value in (("site.title", facts.title), ("site.base_url", facts.base_url)) if not value]
    yield from (f"fill in {name} in config.yaml: {facts.file} does not say it" for name in missing)
    yield from facts.notes
    change_folder = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
    yield f"next: {change_folder}feedpub build"
