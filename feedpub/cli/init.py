"""The command ``feedpub init``."""

from __future__ import annotations

import os
import shlex
from datetime import UTC, datetime
from pathlib import Path

import click

from feedpub.cli.common import GivenPath, common_options, settings
from feedpub.cli.help_sections import HelpWithSections
from feedpub.core.format_registry import FORMATS

_CONFIG = """\
# Every key: 'feedpub schema config'. Only site.title and site.base_url are required.
site:
  title: My News
  base_url: https://news.example.org/   # where output/ will be served
  description: What matters, by topic and by source.
  language: en
content:
  path: content
output:
  path: output
  formats: [%s]
  limit: 50
# Feeds of your own: within a key any value matches, all keys have to.
# feeds:
#   - {slug: hot-ai, title: Hot in AI, topics: [AI], min_heat: 80}
"""

_ARTICLE = """\
---
title: Hello, feeds
excerpt: The first article of this site.
publishedDateTime: %s
sourceUrl: https://example.com/hello-feeds
provider:
  name: Example
  domain: example.com
topics:
  - Welcome
---

This is the **body**: Markdown, or HTML, or nothing at all.
"""


@click.command(
    "init",
    cls=HelpWithSections,
    statuses={
        0: "Written.",
        2: "There is a configuration already, or DIR or SITE cannot be used; nothing was written.",
        4: "A file cannot be written.",
    },
    files={"config.yaml": "The configuration.", "content/": "The articles."},
    examples={
        "feedpub init demo": "Start a site in the folder demo.",
        "feedpub init --from ~/blog feeds": "Configure feeds/ for the articles of a Hugo site.",
    },
)
@click.argument("folder", default=".", type=GivenPath(is_folder=True), metavar="[DIR]")
@click.option(
    "--from",
    "site",
    type=GivenPath(is_folder=True),
    metavar="SITE",
    help="The folder of a site that a generator such as Jekyll or Hugo makes.",
)
@common_options
def command(folder: Path, site: Path | None) -> None:
    """Start a new site: a configuration and an article, or the configuration for an existing site.

    Writes config.yaml and content/ into DIR, by default the current folder. With --from, reads the
    configuration of the site's generator, runs nothing, writes config.yaml alone, and shows what
    was understood. Never overwrites a file.
    """
    from feedpub.core.errors import StorageError, UsageError, message_of

    config = folder / "config.yaml"
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise UsageError(f"{folder}: is a file, not a folder; nothing was written")
    if os.path.lexists(config):
        raise UsageError(f"{config}: exists; nothing was written")
    if site is not None:
        from feedpub.cli.init_from import start_from

        start_from(site, folder, is_quiet=settings().quiet)
        return
    today = datetime.now(UTC).replace(microsecond=0)
    article = folder / "content" / f"{today:%Y-%m-%d}-hello-feeds.md"
    try:
        article.parent.mkdir(parents=True, exist_ok=True)
        with article.open("x", encoding="utf-8") as stream:
            stream.write(_ARTICLE % today.isoformat())
        with config.open("x", encoding="utf-8") as stream:
            stream.write(_CONFIG % ", ".join(FORMATS))
    except FileExistsError as error:
        raise UsageError(f"{error.filename}: exists; it was left as it is") from None
    except OSError as error:
        raise StorageError(f"{error.filename or folder}: cannot be written: {message_of(error)}") from None
    if not settings().quiet:
        change_folder = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
        click.echo(f"wrote {config} and {article}\nnext: {change_folder}feedpub build")
