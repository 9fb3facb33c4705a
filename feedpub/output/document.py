"""A document of output/: the files that show the same articles, and how the articles are shown.

:mod:`feedpub.output.documents` makes the documents of a site. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from feedpub.core.feed_models import Feed
from feedpub.core.models import ArticleBase, Candidate, Provider, StoryFacets
from feedpub.output.styles import EntryForm

Rendered = Callable[[EntryForm], Sequence[bytes]]
"""A function from a form to the rendered articles, in their order."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A group of files that show the same articles and are always written together."""

    paths: tuple[str, ...]
    """Relative to output/."""
    signature: bytes
    """A digest of all inputs of the bytes."""
    articles: tuple[Candidate, ...] = ()
    forms: tuple[EntryForm, ...] = ()
    """The forms of the articles that ``make`` needs."""
    make: Callable[[Rendered], Iterable[tuple[str, bytes]]]
    """A function that yields each path with its bytes."""
    stories: Mapping[str, tuple[ArticleBase, ...]] = {}
    """The other articles of the story that an article stands for, by the article's path."""

    def forms_of(self, article: Candidate) -> tuple[EntryForm, ...]:
        """Return the forms of ``article`` that ``make`` needs."""
        if article.path not in self.stories:
            return self.forms
        return tuple(self.form_of(article, form) for form in self.forms)

    def form_of(self, article: Candidate, form: EntryForm) -> EntryForm:
        """Return the one of ``forms`` as it is for ``article``."""
        story = self.stories.get(article.path)
        return msgspec.structs.replace(form, story=story) if story else form


def stories_of(feed: Feed, articles: Iterable[Candidate]) -> dict[str, tuple[ArticleBase, ...]]:
    """Return the other articles of the stories of ``feed`` that ``articles`` stand for, by path."""
    if not feed.stories:
        return {}
    paths = [article.path for article in articles if article.path in feed.stories]
    return {path: tuple(map(_story_article, feed.stories[path])) for path in paths}


def _story_article(article: Candidate) -> ArticleBase:
    """Return what an entry shows of another article of its story."""
    facets = article.story_facets or StoryFacets(url=article.id)
    provider = article.provider
    return ArticleBase(
        url=facets.url,
        title=facets.title,
        published_at=article.published_at,
        quality=article.quality,
        heat=article.heat,
        provider=Provider(name=provider.name, domain=provider.domain) if provider else None,
    )
