"""A list of all articles as Pelican shows them."""

import json
from pathlib import Path

from pelican import signals


def write(generator, writer):
    """Write the articles of ``generator``."""
    rows = [
        {
            "url": f"{generator.settings['SITEURL']}/{article.url}",
            "title": article.title,
            "date": article.date.isoformat(),
            "authors": [author.name for author in article.authors],
            "topics": [article.category.name, *(tag.name for tag in getattr(article, "tags", []))],
            "image": getattr(article, "image", None),
            "body": article.content,
            "summary": article.metadata.get("summary"),
        }
        for article in generator.articles
    ]
    Path(writer.output_path, "shown.json").write_text(json.dumps(rows), encoding="utf-8")


def register():
    """Connect the plugin."""
    signals.article_writer_finalized.connect(write)
