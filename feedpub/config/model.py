"""The model of config.yaml: the types, defaults and descriptions of all keys.

The checks, the JSON Schema and the reference in the docs follow from it. The module
:mod:`feedpub.config.load` checks each value on its own, so that each problem has its own line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from feedpub.config.check_model import Check
from feedpub.config.deploy_model import DeployTarget
from feedpub.config.feed_model import (
    Archived,
    CustomFeed,
    FeedOptions,
    Formats,
    Grouping,
    GroupStories,
    LeadImage,
    Limit,
    MaxBytes,
    ShownContent,
)
from feedpub.config.value_types import (
    Email,
    FieldName,
    GeneratorName,
    Language,
    Section,
    Size,
    SlugRule,
    Text,
    size_of,
)
from feedpub.core.field_keys import FIELDS
from feedpub.core.format_registry import FORMATS


class SiteAuthor(Section, frozen=True, kw_only=True):
    """The author of articles that name none."""

    name: Annotated[Text, Meta(description="The author of articles that name neither author nor provider.")]
    email: Annotated[Email | None, Meta(description="Shown in the feeds.")] = None
    url: Annotated[str | None, Meta(description="The author's own page.")] = None


class Site(Section, frozen=True, kw_only=True):
    """The site as a whole."""

    title: Annotated[Text, Meta(description="The title of the site's feed, and the start of every other title.")]
    base_url: Annotated[Text, Meta(description="The URL at which output/ is served: https://news.example.org/.")]
    description: Annotated[str | None, Meta(description="One sentence about the site. If not set: the title.")] = None
    language: Annotated[Language, Meta(description="A language tag, such as en or pt-BR.")] = "en"
    author: Annotated[SiteAuthor | None, Meta(description="The author of the site. If not set: the title.")] = None
    icon: Annotated[str | None, Meta(description="A small square picture: a URL, or a path below base_url.")] = None
    logo: Annotated[str | None, Meta(description="A larger picture: a URL, or a path below base_url.")] = None
    ttl: Annotated[int, Meta(description="Minutes that a feed reader may wait between two polls (RSS).", ge=1)] = 60
    rights: Annotated[str | None, Meta(description="The copyright notice: © 2026 Example News.")] = None
    categories: Annotated[tuple[Text, ...], Meta(description="The categories of the site as a whole.")] = ()
    webmaster: Annotated[
        Email | None, Meta(description="The e-mail address for technical problems with the feeds.")
    ] = None


class FrontMatterDefaults(Section, frozen=True, kw_only=True):
    """Front matter of the articles in a folder that have no value of their own."""

    path: Annotated[Text, Meta(description="A glob pattern of the articles, such as news/**.")]
    values: Annotated[
        dict[Text, Text | tuple[Text, ...]], Meta(description="The keys, and the text or the list of texts of each.")
    ]


class CascadeEntry(Section, frozen=True, kw_only=True):
    """Front matter that Hugo's configuration cascades to articles."""

    path: Annotated[str, Meta(description="Hugo's pattern of their paths, such as /blog/**; all if not set.")] = ""
    languages: Annotated[tuple[Text, ...], Meta(description="Their languages; all if not set.")] = ()
    values: Annotated[dict[Text, Text], Meta(description="The keys and their texts; build.list is a key in a mapping.")]


class ContentMount(Section, frozen=True, kw_only=True):
    """The language and the place of the articles in one content folder."""

    path: Annotated[Text, Meta(description="One of the folders of content.path.")]
    language: Annotated[Language | None, Meta(description="The language of its articles.")] = None
    target: Annotated[str | None, Meta(description="The folder in which they are for the generator.")] = None


class Content(Section, frozen=True, kw_only=True):
    """The folders of the articles, and the settings for reading them."""

    path: Annotated[
        Text | Annotated[tuple[Text, ...], Meta(min_length=1)],
        Meta(description="The folder of the articles, relative to config.yaml, or a list."),
    ] = "seeds"
    generator: Annotated[
        GeneratorName | None,
        Meta(description="The site generator whose rules for keys, drafts, dates, titles and URLs hold."),
    ] = None
    pattern: Annotated[Text, Meta(description="A glob pattern of the files that are articles.")] = "**/*.md"
    exclude: Annotated[
        tuple[Text, ...], Meta(description="Glob patterns of files that are not, e.g. README.md, drafts/**.")
    ] = ()
    fields: Annotated[
        dict[FieldName, tuple[Text, ...]],
        Meta(
            description=(
                "Further front-matter keys for a field; taxonomies.tags is a key in a mapping, and"
                " categories + tags are merged to one list."
            ),
            # msgspec does not add the keys to the schema.
            extra_json_schema={"propertyNames": {"enum": [*FIELDS]}},
        ),
    ] = {}
    permalink: Annotated[
        str | None,
        Meta(
            description=(
                "The URL of an article without a source: /{year}/{month}/{day}/{slug}/, or {path}, {folder},"
                " {filename}, {category}."
            )
        ),
    ] = None
    permalinks: Annotated[
        dict[Text, Text], Meta(description="Permalinks of the articles in a folder: {posts: /:year/:slug/}.")
    ] = {}
    slugify: Annotated[
        SlugRule | None, Meta(description="The rule that makes slugs of names. If not set: the generator's.")
    ] = None
    file_dates: Annotated[
        bool | None, Meta(description="Dates in file names are no part of URLs. If not set: as the generator does.")
    ] = None
    slug_source: Annotated[
        Literal["title", "name"] | None,
        Meta(description="Pelican: slugs are made of titles, or of the names of files. If not set: of titles."),
    ] = None
    slug_substitutions: Annotated[
        dict[Text, str],
        Meta(description="Pelican: regular expressions, and what replaces them in slugs, in order."),
    ] = {}
    name_fields: Annotated[
        str | None,
        Meta(description="A regular expression for names of files, whose groups are front matter: (?P<date>.{10})."),
    ] = None
    path_fields: Annotated[
        str | None, Meta(description="The same for paths below the content folder, with suffix.")
    ] = None
    translation_permalink: Annotated[
        str | None, Meta(description="Pelican: the permalink of articles that are not in the site's language.")
    ] = None
    file_names: Annotated[
        str | None, Meta(description="The pattern of the files' paths, as Hexo's new_post_name: :year/:title.md.")
    ] = None
    category_slugs: Annotated[
        dict[Text, Text], Meta(description="The slugs of categories in URLs that are not their names: {C++: cpp}.")
    ] = {}
    ugly_urls: Annotated[
        bool | tuple[Text, ...],
        Meta(description="URLs end in .html, not in a slash; or a list of the folders of which this is true."),
    ] = False
    languages: Annotated[
        tuple[Language, ...] | None,
        Meta(description="The languages in the names of files (post.fr.md), the default one first."),
    ] = None
    language_folders: Annotated[bool, Meta(description="The first folder of an article is its language.")] = False
    prefix_default_language: Annotated[
        bool, Meta(description="URLs of the default language also begin with the language.")
    ] = False
    language_urls: Annotated[
        dict[Language, Text], Meta(description="The addresses of languages that have their own: {fr: https://…}.")
    ] = {}
    mounts: Annotated[
        tuple[ContentMount, ...], Meta(description="The language of a content folder, or its place among others.")
    ] = ()
    cascade: Annotated[
        tuple[CascadeEntry, ...],
        Meta(description="Front matter that Hugo's configuration cascades; the first that is set wins."),
    ] = ()
    date_keys: Annotated[
        tuple[Text, ...],
        Meta(description="Hugo's keys of the date in URLs, in order; :filename is the date in the file's name."),
    ] = ()
    authors: Annotated[
        Text | None, Meta(description="A data file of authors, or a folder of such files, relative to config.yaml.")
    ] = None
    defaults: Annotated[
        tuple[FrontMatterDefaults, ...], Meta(description="Front matter for articles that do not have it.")
    ] = ()
    excerpt_separator: Annotated[
        str | None, Meta(description="The text in a body before which its excerpt ends, besides <!--more-->.")
    ] = None
    timezone: Annotated[Text, Meta(description="The time zone of dates without an offset, such as Europe/Berlin.")] = (
        "UTC"
    )
    url_timezone: Annotated[
        Text | None, Meta(description="The time zone of the dates in Hexo's URLs. If not set: content.timezone.")
    ] = None
    max_file_size: Annotated[Size, Meta(description="The largest article that is read.")] = "5 MB"


class Output(Section, frozen=True, kw_only=True):
    """The settings of the output."""

    path: Annotated[Text, Meta(description="The folder that is served, relative to config.yaml.")] = "output"
    formats: Formats = (*FORMATS,)
    limit: Limit = 50
    content: ShownContent = "full"
    lead_image: LeadImage = "media"
    max_bytes: MaxBytes | None = None
    related: Annotated[
        Literal["none", "content"],
        Meta(description="content: entries end with a list of the related articles in RSS and Atom."),
    ] = "none"
    pages: Annotated[bool, Meta(description="HTML pages beside the feeds.")] = True
    archive: Archived = False
    group_stories: GroupStories = False
    precompress: Annotated[
        tuple[Literal["gzip", "br"], ...], Meta(description="Compressed copies beside the files.")
    ] = ()
    templates: Annotated[str | None, Meta(description="A folder with templates of your own.")] = None
    max_article_output: Annotated[Size, Meta(description="The most that one article adds to all feeds.")] = "100 MB"


class ConfigDocument(Section, frozen=True, kw_only=True):
    """The complete config.yaml."""

    site: Site
    content: Content = Content()
    output: Output = Output()
    topics: Grouping = Grouping()
    providers: Grouping = Grouping()
    feeds: Annotated[tuple[CustomFeed, ...], Meta(description="The custom feeds.")] = ()
    retired: Annotated[
        tuple[Text, ...], Meta(description="The folders of feeds that are gone for good: [topics/x, feeds/old].")
    ] = ()
    hub: Annotated[str | None, Meta(description="The WebSub hub that feeds name.")] = None
    deploy: Annotated[dict[Text, DeployTarget], Meta(description="The places that 'feedpub deploy' uploads to.")] = {}
    check: Check = Check()


class Config(ConfigDocument, frozen=True, kw_only=True):
    """A checked configuration, with normalized URLs.

    ``file`` is config.yaml, and ``root`` is its folder, to which all paths are relative.
    """

    root: Path
    file: Path

    @property
    def folders(self) -> tuple[str, ...]:
        """The content folders."""
        return (self.content.path,) if isinstance(self.content.path, str) else self.content.path

    @property
    def state_folder(self) -> Path:
        """``.feedpub/``, beside config.yaml."""
        return self.root / ".feedpub"

    @property
    def cache_name(self) -> str:
        """The name of build.db in the state folder: each configuration file has its own."""
        return "build.db" if self.file.name == "config.yaml" else f"build-{self.file.name}.db"

    @property
    def has_stories(self) -> bool:
        """True if a feed groups the articles of a story."""
        topics, providers = self.topics, self.providers
        options: tuple[FeedOptions, ...] = (topics, *topics.feeds.values(), providers, *providers.feeds.values())
        return (
            self.output.group_stories
            or any(feed.group_stories for feed in options)
            or any(feed.group_stories for feed in self.feeds)
        )

    @property
    def max_file_size(self) -> int:
        """The largest size of an article's file in bytes."""
        return size_of(self.content.max_file_size)

    @property
    def max_article_output(self) -> int:
        """The most bytes of one article in all feeds."""
        return size_of(self.output.max_article_output)
