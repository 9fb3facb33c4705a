"""The issues of digests as entries: the best articles of a period, as a list of links. Pure.

The workers render each article as an item of the list (:func:`list_item`); the entries are made of
these items.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.core.feed_models import Feed, Issue
from feedpub.core.models import Article
from feedpub.feeds.paths import path_in, url_path
from feedpub.output.entry import Entry, SiteInfo
from feedpub.output.styles import EntryStyle, excerpt_block, lead_image_block

LIST_ITEM = "list item"
"""The form of articles in the issues of digests, beside the names of the formats."""


def list_item(entry: Entry, style: EntryStyle, site: SiteInfo) -> bytes:
    """Return ``entry`` as an item of HTML: picture, title with link, provider and excerpt."""
    from markupsafe import Markup  # noqa: PLC0415  # most sites need no such HTML

    provider = entry.article.provider
    name = Markup(" ({})").format(provider.label) if provider and provider.label else ""
    blocks = (
        lead_image_block(entry, None) if style.lead_image != "media" else None,
        Markup('<p><a href="{}">{}</a>{}</p>').format(entry.url, entry.title, name),
        excerpt_block(entry) if style.content == "full" else None,
    )
    is_foreign = entry.language and entry.language != (style.language or site.language)
    language = Markup(' lang="{}"').format(entry.language) if is_foreign else ""
    html = "\n".join(map(str, filter(None, blocks)))
    return f"<li{language}>\n{html}\n</li>".encode()


def issue_entry(
    issue: Issue, feed: Feed, items: Mapping[str, bytes], site: SiteInfo, *, has_page: bool = True
) -> Entry:
    """Return ``issue`` as an entry of ``feed``.

    ``items`` are the list items of the articles, by path; without any, the entry has no content.
    The entry's link leads to its place in the page of the feed, or to the site if there is no page.
    """
    entry_id = f"{site.base_url}{path_in(url_path(feed.folder), '')}#{issue.name}"
    lines = [items[article.path].decode() for article in issue.articles if article.path in items]
    content = "\n".join(("<ol>", *lines, "</ol>")) if lines else None
    article = Article(
        path="",
        id=entry_id,
        url=entry_id if has_page else site.base_url,
        title=f"{feed.title}: {issue.name}",
        published_at=issue.end,
        updated_at=issue.end,
    )
    return Entry(
        id=article.id,
        url=article.url,
        title=article.title,
        published=article.published_at,
        updated=article.updated_at,
        authors=(site.author,),
        topics=(),
        summary=None,
        summary_html=None,
        summary_is_html=False,
        body_html=content,
        content_html=content,
        language=None,
        attachments=(),
        images=(),
        lead=None,
        article=article,
        digest=tuple(one.id for one in issue.articles),
    )
