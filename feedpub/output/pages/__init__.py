"""The HTML pages: an overview of all feeds, a page for every feed, and one for missing pages.

Pure functions from values to bytes. The result does not depend on the clock, on the machine, or on
any file but the templates. This package does not decide which pages exist and where they are
written; :mod:`feedpub.output.documents` does. An article is rendered once, as a fragment of HTML,
and every page that shows the article contains the fragment. In a fragment, :data:`ROOT` stands for
the relative path to the top of the site, and each page puts in its own path.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from feedpub.config import CustomFeed
from feedpub.core.feed_models import FeedListing
from feedpub.core.models import FeedKind
from feedpub.feeds.paths import ConfiguredSlugs, folders_with
from feedpub.output.entry import Entry, SiteInfo
from feedpub.output.pages.languages import words_for
from feedpub.output.pages.template_files import ASSETS, TemplateError, TemplateFiles, load_templates, package_file
from feedpub.output.pages.template_values import FeedView
from feedpub.output.pages.views import PAGE_FILE, article_view, feed_view
from feedpub.output.pages.words import is_rtl

if TYPE_CHECKING:
    from feedpub.output.pages.environment import PageEnvironment

__all__ = [
    "ASSETS",
    "INDEX_ARTICLES",
    "NOT_FOUND_PAGE",
    "PAGE_FILE",
    "ROOT",
    "STYLESHEET",
    "PageSettings",
    "Pages",
    "TemplateError",
    "pages_of",
]

ROOT = "\0"
"""The placeholder for the relative path to the top of the site. No text holds a NUL."""
STYLESHEET = "feedpub.css"
"""The path in output/ of the stylesheet of pages and XML feeds."""
NOT_FOUND_PAGE = "404.html"
"""The path in output/ of the page that web servers show at an address at which nothing is."""
INDEX_ARTICLES = 6
"""The number of the newest articles on the overview."""

_ARCHIVES = 100
"""The number of archives that a page links; each archive links the one before it."""
_TO_TOP = "../../"
_TEMPLATES = ("index.html", "feed.html", "article.html", "base.html", "subscribe.html", "404.html")


class PageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of all pages."""

    site: SiteInfo
    templates: str | None = None
    """The absolute path of the folder with the owner's templates."""
    templates_shown: str = ""
    """The same path as config.yaml has it, for messages; ``templates`` if empty."""
    custom_feeds: tuple[CustomFeed, ...] = ()
    """The custom feeds; a page describes such a feed by its rule."""
    slugs: ConfiguredSlugs = ((), ())
    """The configured slugs of topics and providers."""


def pages_of(settings: PageSettings) -> Pages:
    """Return the pages of ``settings`` with the current templates.

    If neither has changed since the last call, the result is the same object. Raise
    :class:`TemplateError` if the owner's folder cannot be read.
    """
    return _pages(settings, load_templates(settings.templates, settings.templates_shown or settings.templates or ""))


@lru_cache(2)
def _pages(settings: PageSettings, files: TemplateFiles) -> Pages:
    return Pages(settings, files)


class Pages:
    """The renderer of a site's pages. Every method may raise :class:`TemplateError`."""

    def __init__(self, settings: PageSettings, files: TemplateFiles | None = None) -> None:
        shown = settings.templates_shown or settings.templates or ""
        self._settings = settings
        self._files = files or load_templates(settings.templates, shown)
        self._language, self._words = words_for(settings.site.language)
        self._folders = folders_with(settings.slugs)
        self._custom_feeds = {f"{FeedKind.CUSTOM.value}/{feed.slug}": feed for feed in settings.custom_feeds}

    def entry(self, entry: Entry, linked: frozenset[str]) -> bytes:
        """Return an article as a fragment of HTML, for :meth:`feed_page` and :meth:`index_page`.

        A topic or a provider is a link if the folder of its feed is in ``linked``.
        """
        article = article_view(entry, self._settings.site, self._words, linked, self._folders)
        return self._engine.render("article.html", article=article, root=ROOT)

    def feed_page(
        self,
        feed: FeedListing,
        entries: Sequence[bytes],
        archives: int,
        issues: Sequence[tuple[str, Sequence[int]]] = (),
    ) -> bytes:
        """Return the page of ``feed``.

        The feed has ``archives`` archives; archive 1 is the oldest. The ``issues`` of a digest have
        names, and the places of their articles in ``entries``.
        """
        root = _TO_TOP if feed.folder else ""
        return self._page("feed.html", self._view(feed), entries, archives, root, issues=issues)

    def index_page(self, feeds: Sequence[FeedListing], entries: Sequence[bytes], archives: int) -> bytes:
        """Return the overview: all ``feeds``, with the site's first, and the newest articles.

        ``entries`` holds the :data:`INDEX_ARTICLES` newest articles; ``archives`` is the number of
        the site's archives.
        """
        views = [self._view(feed) for feed in feeds]
        sections = [
            (kind.value, title, tuple(view for view in views if view.kind == kind.value))
            for kind, title in self._titles.items()
        ]
        sections_with_feeds = [section for section in sections if section[2]]
        return self._page("index.html", views[0], entries, archives, "", sections=sections_with_feeds)

    def not_found_page(self, site: FeedListing, kinds: Container[FeedKind]) -> bytes:
        """Return the page for addresses at which nothing is, which works at each of them.

        It links the feed of the whole ``site``, and the sections of the overview, which has feeds
        of ``kinds``.
        """
        contents = [(kind.value, title) for kind, title in self._titles.items() if kind in kinds]
        root = urlsplit(self._settings.site.base_url).path
        return self._page(NOT_FOUND_PAGE, self._view(site), (), 0, root, contents=contents)

    def assets(self) -> dict[str, bytes]:
        """Return the static files of all pages by their paths in output/."""
        owner_assets = {name: self._files.asset(name) for name in ASSETS}
        return {name: self._package_asset(name) if data is None else data for name, data in owner_assets.items()}

    def check(self) -> None:
        """Compile all templates, and render none."""
        self._engine.check(_TEMPLATES)

    def fingerprint(self) -> bytes:
        """Return a digest of the templates and the libraries.

        Besides the settings and the arguments of the methods, only these change the bytes of pages.
        """
        libraries = f"jinja2 {version('jinja2')} markupsafe {version('markupsafe')}"
        return blake2b(self._files.fingerprint() + libraries.encode(), digest_size=16).digest()

    @cached_property
    def _engine(self) -> PageEnvironment:
        from markupsafe import Markup  # noqa: PLC0415 - only a page needs it

        from feedpub.output.pages.environment import PageEnvironment  # noqa: PLC0415

        site = self._settings.site
        has_other_language = site.language.partition("-")[0].lower() != self._language
        lang = Markup(' lang="{}"')
        values = {
            "site": site,
            "words": self._words,
            "ui": lang.format(self._language) if has_other_language else "",
            "unless_ui": lang.format(site.language) if has_other_language else "",
            "direction": "rtl" if is_rtl(site.language) else None,
        }
        return PageEnvironment(self._files, values)

    @property
    def _titles(self) -> dict[FeedKind, str]:
        """The titles of the sections of the overview, in their order."""
        words = self._words
        return {FeedKind.CUSTOM: words.own, FeedKind.TOPIC: words.topics, FeedKind.PROVIDER: words.providers}

    def _view(self, feed: FeedListing) -> FeedView:
        settings = self._settings
        return feed_view(feed, settings.site, self._words, self._custom_feeds)

    def _page(
        self, template: str, feed: FeedView, entries: Sequence[bytes], archives: int, root: str, **values: Any
    ) -> bytes:
        from markupsafe import Markup  # noqa: PLC0415 - only a page needs it

        return self._engine.render(
            template,
            feed=feed,
            articles=[Markup(entry.decode().replace(ROOT, root)) for entry in entries],  # noqa: S704 - our template's
            archives=_archives(archives),
            root=root,
            **values,
        )

    def _package_asset(self, name: str) -> bytes:
        data = package_file(name)
        if name.endswith(".css"):
            # Only the stylesheet can add text of the interface to a feed in a browser.
            data += f'\n:root {{ --feed-hint: "{self._words.feed_hint}"; }}\n'.encode()
        return data


def _archives(number: int) -> list[int]:
    """Return the numbers of the archives that a page links, the newest first.

    The oldest archive is always in the list.
    """
    newest = list(range(number, max(number - _ARCHIVES, 0), -1))
    return newest if not newest or newest[-1] == 1 else [*newest, 1]
