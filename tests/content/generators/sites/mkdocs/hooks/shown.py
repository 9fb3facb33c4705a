"""A list of all posts as Material shows them."""

import json
from pathlib import Path

_pages = []


def on_page_context(context, page, config, nav):
    """Take what the page shows, if it is a post."""
    if hasattr(page, "authors") and hasattr(page.config, "date"):
        _pages.append(
            {
                "url": page.canonical_url,
                "title": page.title,
                "date": page.config.date.created.isoformat(),
                "authors": [author.name for author in page.authors],
                "topics": [*(category.title for category in page.categories), *page.meta.get("tags", [])],
                "excerpt": page.meta.get("description"),
                "image": page.meta.get("image"),
                "body": page.content,
            }
        )


def on_post_build(config):
    """Write the list."""
    Path(config.site_dir, "shown.json").write_text(json.dumps(_pages), encoding="utf-8")
