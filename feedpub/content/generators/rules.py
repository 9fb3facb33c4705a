"""The settings of config.yaml, and of a site's own files, that a generator reads articles with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

import msgspec


class ListedAuthor(msgspec.Struct, frozen=True):
    """An author in the data files of a site, by the short name that articles use."""

    name: str
    url: str = ""
    email: str = ""


class Mount(msgspec.Struct, frozen=True, kw_only=True):
    """A content folder whose articles have a language, or a place below other folders."""

    top: str
    """The start of its articles' paths in messages; empty, or ending in a slash."""
    language: str = ""
    target: str = ""


class Cascade(msgspec.Struct, frozen=True, kw_only=True):
    """Front matter that Hugo gives the pages below a folder that a target matches."""

    folder: str = ""
    """The folder of the section's file, below the content folder."""
    path: str = ""
    """A glob pattern of the pages' logical paths, such as ``/blog/**``; empty for all."""
    languages: tuple[str, ...] = ()
    """Glob patterns of languages; empty for all."""
    values: Mapping[str, Any]


class FolderValues(msgspec.Struct, frozen=True):
    """Front matter that a data file gives the articles whose paths begin with ``path``."""

    path: str
    """The start of the paths in messages."""
    values: Mapping[str, Any]


class SiteRules(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the configuration that decide what a generator makes of an article."""

    generator: str
    language: str = "en"
    permalink: str | None = None
    permalinks: Mapping[str, str] = {}
    languages: tuple[str, ...] | None = None
    language_folders: bool = False
    prefix_default_language: bool = False
    ugly_urls: bool | tuple[str, ...] = False
    """True, or the sections of which it is true."""
    file_dates: bool | None = None
    date_keys: tuple[str, ...] = ()
    language_urls: Mapping[str, str] = {}
    mounts: tuple[Mount, ...] = ()
    cascades: tuple[Cascade, ...] = ()
    """The cascades of Hugo, those that win first."""
    folder_values: tuple[FolderValues, ...] = ()
    """The front matter in data files, that of the nearest first."""
    tag_labels: Mapping[str, str] = {}
    """The texts of topics, by the short names that articles use."""
    file_names: str | None = None
    """The pattern of the paths of files (new_post_name of Hexo)."""
    category_slugs: Mapping[str, str] = {}
    slugify: str | None = None
    slug_source: str | None = None
    slug_substitutions: tuple[tuple[str, str], ...] = ()
    name_fields: str | None = None
    path_fields: str | None = None
    translation_permalink: str | None = None
    authors: Mapping[str, ListedAuthor] = {}
    defaults: tuple[tuple[str, Mapping[str, str | tuple[str, ...]]], ...] = ()
    excerpt_separator: str | None = None
    drafts: tuple[str, ...] = ()
    """The folders whose sections are drafts; an empty one is the content folder itself."""
    zone: tzinfo = UTC
    url_zone: tzinfo | None = None
    """The zone of dates in URLs, if it is another."""
    sections: tuple[str, ...] = ()
    """The folders with an ``_index`` file, which Hugo takes for sections."""
    bundles: tuple[str, ...] = ()
    """The folders with an ``index`` file that is not Markdown: files below them are no pages."""
