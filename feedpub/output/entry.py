"""The entry of an article: the values that every format writes, before any format writes them.

Pure functions. The entry of an article is made once; it serves every format of every feed.
"""

from __future__ import annotations

from datetime import datetime
from html import escape

import msgspec

from feedpub.core import text
from feedpub.core.html import excerpt_of, render_body, render_excerpt
from feedpub.core.models import Article, ArticleBase, Author
from feedpub.output import media
from feedpub.output.media import Media

AMP_REL = "https://www.ampproject.org/#amphtml"
"""The link relation of an AMP page.

A feed may hold only registered relations and URIs, and the bare word ``amphtml`` is not registered.
"""


ArticleLinks = tuple[tuple[str, bool, str], ...]
"""The links of a body to other articles: the text, whether it is a name, and the URL.

An empty URL means that the link is left out.
"""
_TEASER_LENGTH = 300


class SiteInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The facts about the site that every feed states."""

    title: str
    base_url: str
    """Ends with a slash."""
    description: str
    language: str
    author: Author
    icon: str | None = None
    logo: str | None = None
    ttl: int = 60
    """Minutes."""
    rights: str | None = None
    """The copyright notice of the feeds."""
    categories: tuple[str, ...] = ()
    webmaster: str | None = None
    """The e-mail address of the person who answers for technical problems."""
    related_heading: str = "Related"
    """The words above a list of related articles."""
    story_heading: str = "More on this story"
    """The words above a list of the other articles of a story."""
    archived_label: str = "Archived copy"
    """The words before the link to the archived copy of a dead source."""
    generator: str | None = None
    """The generator in whose Markdown the articles are written."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a feed: an ``item`` in RSS and JSON Feed, an ``entry`` in Atom."""

    id: str
    url: str
    title: str
    published: datetime
    updated: datetime
    authors: tuple[Author, ...]
    topics: tuple[str, ...]
    summary: str | None
    """Plain text."""
    summary_html: str | None
    """The summary as sanitized HTML."""
    summary_is_html: bool
    """True if the author wrote the summary as HTML."""
    body_html: str | None
    """The body, sanitized."""
    content_html: str | None
    """The content that formats show: the body, if the style of the feed has no other wish."""
    language: str | None
    attachments: tuple[Media, ...]
    images: tuple[Media, ...]
    """All images of the article that the elements for media show; the lead image is the first."""
    lead: Media | None
    """The lead image; None if there is none, or if the content alone shows it."""
    article: Article
    """The article itself, for values that not every format shows."""
    digest: tuple[str, ...] = ()
    """The ids of the articles that it lists, if it is an issue of a digest."""
    story: tuple[ArticleBase, ...] = ()
    """The other articles of the story that the entry stands for."""
    profiles: tuple[str, ...] = ()
    """The names of the profiles that the feed follows."""

    @property
    def media(self) -> tuple[Media, ...]:
        """The attachments and the images, without an image that is also an attachment."""
        attached_urls = {media.url for media in self.attachments}
        return (*self.attachments, *(image for image in self.images if image.url not in attached_urls))

    @property
    def enclosure(self) -> Media | None:
        """The only enclosure that an RSS item may hold."""
        return media.enclosure_of(self.attachments, self.lead)

    @property
    def teaser(self) -> str | None:
        """The beginning of the body as plain text; None if there is no body."""
        if not self.body_html:
            return None
        text_of_body = text.plain_text(self.body_html)
        if len(text_of_body) > _TEASER_LENGTH:
            start = text_of_body[:_TEASER_LENGTH]
            # Text in a script without spaces between words is cut at the limit.
            text_of_body = (start.rpartition(" ")[0] or start) + "…"
        return text_of_body or self.title

    @property
    def teaser_html(self) -> str | None:
        """The teaser as HTML."""
        teaser = self.teaser
        return escape(teaser, quote=False) if teaser else None


def make_entry(article: Article, site: SiteInfo, links: ArticleLinks = ()) -> Entry:
    """Return the entry of ``article`` for the feeds of ``site``; its body has these ``links``."""
    base = article.url if article.own else site.base_url
    attachments, images = media.media_of(article)
    urls = {(path, by_name): url for path, by_name, url in links}

    def resolve(path: str, *, by_name: bool) -> str | None:
        return urls.get((path, by_name))

    def rendered(markdown: str) -> str:
        markup = render_body(
            markdown,
            base=base,
            page=article.url,
            flavour=site.generator,
            site_url=site.base_url,
            source=article.path,
            resolve=resolve,
        )
        # Markdown makes C1 characters of references such as &#150;.
        return text.windows_1252(markup)

    excerpt = article.excerpt
    if excerpt is None and article.body:
        marked = excerpt_of(article.body, article.excerpt_separator)
        excerpt = rendered(marked) if marked else None
    content = rendered(article.body) if article.body else ""
    return Entry(
        id=article.id,
        url=article.url,
        title=article.title,
        published=article.published_at,
        updated=article.updated_at,
        authors=authors_of(article, site),
        topics=tuple(topic.label for topic in article.topics),
        summary=(text.plain_text(excerpt) or None) if excerpt else None,
        summary_html=(render_excerpt(excerpt, base=base, page=article.url) or None) if excerpt else None,
        summary_is_html=bool(excerpt and text.is_html(excerpt)),
        body_html=content or None,
        content_html=content or None,
        language=article.language,
        attachments=attachments,
        images=images,
        lead=images[0] if images else None,
        article=article,
    )


def unlisted_related(entry: Entry) -> tuple[ArticleBase, ...]:
    """Return the related articles that the list of the story does not have."""
    listed = {article.url for article in entry.story}
    return tuple(article for article in entry.article.related if article.url not in listed)


def authors_of(article: Article, site: SiteInfo) -> tuple[Author, ...]:
    """Return the authors of the article, or else of its provider.

    Without both, the author is the provider itself, else the author of the site. The picture of the
    provider is the avatar of its authors.
    """
    if article.authors:
        return article.authors
    provider = article.provider
    avatar = provider.images[0].url if provider and provider.images else None
    if provider and provider.authors:
        return tuple(msgspec.structs.replace(author, avatar=avatar) for author in provider.authors)
    if provider and provider.label:
        uri = f"https://{provider.domain}/" if provider.domain else None
        return (Author(name=provider.label, uri=uri, avatar=avatar),)
    return (site.author,)
