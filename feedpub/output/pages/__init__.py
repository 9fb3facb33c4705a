"""The HTML pages: an overview of all feeds, and a page beside every feed.

Pure functions from values to bytes: no clock, no machine and no file but the templates has a say in them. Which pages
there are, and where they are written, is the build's business. An article is rendered once, as a fragment, and every
page that shows it splices it in; so a fragment holds :data:`ROOT` where a page puts its own way to the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from feedpub.config import CustomFeed
from feedpub.core.models import FeedKind, FeedListing
from feedpub.output.entry import Entry, SiteInfo
from feedpub.output.pages.languages import words_for
from feedpub.output.pages.template_files import ASSETS, TemplateError, TemplateFiles, package_file, sources_of
from feedpub.output.pages.template_values import FeedView
from feedpub.output.pages.views import PAGE, article_view, feed_view
from feedpub.output.pages.words import is_rtl

if TYPE_CHECKING:
    from feedpub.output.pages.environment import PageEnvironment

__all__ = [
    "ASSETS",
    "INDEX_ARTICLES",
    "PAGE",
    "ROOT",
    "STYLESHEET",
    "PageSettings",
    "Pages",
    "TemplateError",
    "pages_of",
]

ROOT = "\0"
"""In a fragment, the relative path to the top of the site. No text holds a NUL."""
STYLESHEET = "feedpub.css"
INDEX_ARTICLES = 6
"""How many of the newest articles the overview shows."""

_ARCHIVES = 100
"""How many archives a page names: each of them names the one before."""
_TO_TOP = "../../"
_TEMPLATES = ("index.html", "feed.html", "article.html", "base.html", "subscribe.html")


class PageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What all pages depend on besides articles and feeds."""

    site: SiteInfo
    formats: tuple[str, ...]
    """``output.formats``, in their order."""
    templates: str | None = None
    """The folder with the owner's own templates, absolute."""
    templates_shown: str = ""
    """The same as the configuration has it, for messages; ``templates`` if empty."""
    own: tuple[CustomFeed, ...] = ()
    """The owner's own feeds, which are described by their rules."""


def pages_of(settings: PageSettings) -> Pages:
    """The pages of ``settings``, as the templates are now; the same as before where nothing has changed.

    Raises :class:`TemplateError` where the owner's folder cannot be read.
    """
    return _pages(settings, sources_of(settings.templates, settings.templates_shown or settings.templates or ""))


@lru_cache(2)
def _pages(settings: PageSettings, sources: TemplateFiles) -> Pages:
    return Pages(settings, sources)


class Pages:
    """The pages of a site. Every method may raise :class:`TemplateError`."""

    def __init__(self, settings: PageSettings, sources: TemplateFiles | None = None) -> None:
        shown = settings.templates_shown or settings.templates or ""
        self._settings = settings
        self._sources = sources or sources_of(settings.templates, shown)
        self._language, self._words = words_for(settings.site.language)
        self._own = {f"{FeedKind.CUSTOM.value}/{own.slug}": own for own in settings.own}

    def entry(self, entry: Entry, linked: frozenset[str]) -> bytes:
        """One article as a fragment of HTML, for :meth:`feed_page` and :meth:`index_page`.

        ``linked``: the folders of the feeds that there are. Topics and the provider link to those among them.
        """
        article = article_view(entry, self._settings.site, self._words, linked)
        return self._engine.render("article.html", article=article, root=ROOT)

    def feed_page(self, feed: FeedListing, entries: Sequence[bytes], archives: int) -> bytes:
        """The page in the folder of ``feed``, with ``archives`` archive documents, of which 1 is the oldest."""
        root = _TO_TOP if feed.folder else ""
        return self._page("feed.html", self._view(feed), entries, archives, root)

    def index_page(self, feeds: Sequence[FeedListing], entries: Sequence[bytes], archives: int) -> bytes:
        """The page at the top: all ``feeds``, the site's first, and :data:`INDEX_ARTICLES` of the newest articles."""
        views = [self._view(feed) for feed in feeds]
        sections = [
            (kind.value, title, tuple(view for view in views if view.kind == kind.value))
            for kind, title in (
                (FeedKind.CUSTOM, self._words.own),
                (FeedKind.TOPIC, self._words.topics),
                (FeedKind.PROVIDER, self._words.providers),
            )
        ]
        filled = [section for section in sections if section[2]]
        return self._page("index.html", views[0], entries, archives, "", sections=filled)

    def assets(self) -> dict[str, bytes]:
        """The static files of all pages, by their paths in output/."""
        owned = {name: self._sources.asset(name) for name in ASSETS}
        return {name: self._package_asset(name) if data is None else data for name, data in owned.items()}

    def check(self) -> None:
        """Look at all templates, as far as that can be done without a page to make."""
        self._engine.check(_TEMPLATES)

    def fingerprint(self) -> bytes:
        """A digest of all that decides the bytes of pages besides settings and arguments."""
        libraries = f"jinja2 {version('jinja2')} markupsafe {version('markupsafe')}"
        return blake2b(self._sources.fingerprint() + libraries.encode(), digest_size=16).digest()

    @cached_property
    def _engine(self) -> PageEnvironment:
        from markupsafe import Markup  # noqa: PLC0415 - Jinja2 is imported when a page is made

        from feedpub.output.pages.environment import PageEnvironment  # noqa: PLC0415

        site = self._settings.site
        is_foreign = site.language.partition("-")[0].lower() != self._language
        lang = Markup(' lang="{}"')
        values = {
            "site": site,
            "words": self._words,
            "ui": lang.format(self._language) if is_foreign else "",
            "unless_ui": lang.format(site.language) if is_foreign else "",
            "direction": "rtl" if is_rtl(site.language) else None,
        }
        return PageEnvironment(self._sources, values)

    def _view(self, feed: FeedListing) -> FeedView:
        settings = self._settings
        return feed_view(feed, settings.site, settings.formats, self._words, self._own)

    def _page(
        self, template: str, feed: FeedView, entries: Sequence[bytes], archives: int, root: str, **more: Any
    ) -> bytes:
        from markupsafe import Markup  # noqa: PLC0415 - what Jinja2 takes as escaped already

        return self._engine.render(
            template,
            feed=feed,
            articles=[Markup(entry.decode().replace(ROOT, root)) for entry in entries],  # noqa: S704 - ours
            archives=_archives(archives),
            root=root,
            **more,
        )

    def _package_asset(self, name: str) -> bytes:
        data = package_file(name)
        if name.endswith(".css"):
            # A style sheet is the only thing that a feed can bring into a browser: its hint has to come from here.
            data += f'\n:root {{ --feed-hint: "{self._words.feed_hint}"; }}\n'.encode()
        return data


def _archives(number: int) -> list[int]:
    """The numbers of the archives that a page names, the newest first; the oldest is always among them."""
    newest = list(range(number, max(number - _ARCHIVES, 0), -1))
    return newest if not newest or newest[-1] == 1 else [*newest, 1]
