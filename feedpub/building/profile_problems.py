"""The problems of feeds with a profile: what the service behind it refuses.

The feeds are made as a build makes them, with the types and lengths that link checks measured. A
picture of the site itself is measured in its file, if that is found beside the configuration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import starmap
from urllib.parse import unquote

from feedpub.config import Config
from feedpub.config.load import lines_of_keys
from feedpub.content import ArticleFile, ArticleReading, Unreadable, read_source
from feedpub.content.read_settings import read_settings
from feedpub.core.errors import Problem, ProblemKind
from feedpub.core.feed_models import Feed
from feedpub.core.image_size import HEAD_SIZE, size_of_image
from feedpub.core.models import Article
from feedpub.feeds.families import family_of
from feedpub.feeds.feed_settings import SettingsByFeed
from feedpub.feeds.selection import select
from feedpub.links.facts import enriched
from feedpub.links.find.article_links import links_of
from feedpub.links.remember.for_builds import MeasuredLinks
from feedpub.links.settings import SettingsByHost
from feedpub.output.entry import make_entry
from feedpub.output.profiles import CheckedFeed, ProfileFinding, profile_of
from feedpub.output.site import site_of
from feedpub.state.published import history_of, output_folder

_FORMAT = "rss"
# Where site generators keep the files that they copy as they are.
_STATIC_FOLDERS = ("", "static", "public", "source")


def profile_problems(
    config: Config, readings: Sequence[tuple[ArticleFile, ArticleReading]], published: Sequence[Article], now: datetime
) -> tuple[Problem, ...]:
    """Return the problems of all feeds with a profile.

    ``readings`` are those of all files, and ``published`` is in the order of the site's feed.
    """
    places = _Places(config, {file.path: file for file, _ in readings})
    # An article may be in several such feeds.
    return tuple(dict.fromkeys(starmap(places.problem, _findings(config, published, now))))


def _findings(config: Config, published: Sequence[Article], now: datetime) -> Iterator[tuple[ProfileFinding, Feed]]:
    """Yield the findings about each feed with a profile."""
    site, settings, pictures = site_of(config), SettingsByFeed(config), _Pictures(config)
    articles = {article.path: article for article in published}
    with MeasuredLinks(config.state_folder, read_only=True) as measured:
        facts = measured.facts(SettingsByHost.of(config))
    for feed in select(published, config, history_of(config), now):
        of_feed = settings.of(feed.kind, feed.key)
        if not of_feed.every_profile:
            continue
        shown = (enriched(articles[article.path], facts) for article in feed.articles)
        checked = CheckedFeed(
            settings=of_feed,
            site=site,
            entries=tuple(make_entry(article, site) for article in shown),
            total=feed.total,
            size_of=pictures.size_of,
        )
        if _FORMAT not in of_feed.formats:
            message = f"lacks {_FORMAT}, the format that follows profiles"
            yield ProfileFinding(key="formats", message=message), feed
        for name in of_feed.every_profile:
            for finding in profile_of(name).findings(checked):
                yield finding, feed


class _Places:
    """The places of findings in the files of the site."""

    def __init__(self, config: Config, files: Mapping[str, ArticleFile]) -> None:
        self._config = config
        self._files = files
        self._settings = read_settings(config)
        self._lines = lines_of_keys(config.file)
        self._links_of = cache(self._read_links)

    def problem(self, finding: ProfileFinding, feed: Feed) -> Problem:
        """Return ``finding`` about ``feed`` as a problem with its place."""
        kind = ProblemKind.REFUSED if finding.is_refused else ProblemKind.ADVISED
        key, message = finding.key, finding.message
        if finding.article is not None:
            path = finding.article.path
            line = self._links_of(path).get(finding.url, 1) if finding.url else 1
            return Problem(path=path, line=line, key=key, message=message, kind=kind)
        family = family_of(feed.kind, feed.key)
        slugs = [custom.slug for custom in self._config.feeds]
        key = f"feeds[{slugs.index(family or feed.key)}].{key}"
        message = f"{feed.folder}: {message}" if family else message
        written = key
        while written not in self._lines and "." in written:
            written = written.rpartition(".")[0]
        line = self._lines.get(written, 1)
        return Problem(path=str(self._config.file), line=line, key=key, message=message, kind=kind)

    def _read_links(self, path: str) -> dict[str, int]:
        """Return the line of each URL in the front matter of an article."""
        data = read_source(self._files[path], self._config.max_file_size)
        if isinstance(data, Unreadable):
            return {}  # someone removed it meanwhile
        return {link.url: link.line for link in links_of(self._files[path], data, self._settings).links}


class _Pictures:
    """The pictures of the site, as far as their files are beside the configuration."""

    def __init__(self, config: Config) -> None:
        self._base = config.site.base_url
        self._folders = [output_folder(config, None), *(config.root / name for name in _STATIC_FOLDERS)]
        self.size_of = cache(self._measure)

    def _measure(self, url: str) -> tuple[int, int] | None:
        """Return the width and the height of the picture at ``url``; None if there is no file."""
        name = unquote(url.removeprefix(self._base).partition("?")[0].partition("#")[0])
        if not url.startswith(self._base) or ".." in name.split("/"):
            return None
        for folder in self._folders:
            try:
                with (folder / name.lstrip("/")).open("rb") as file:
                    return size_of_image(file.read(HEAD_SIZE))
            except (OSError, ValueError):  # no such file, or a name that no file can have
                continue
        return None
