"""The rules of a site with a generator: from config.yaml, and from the site's data of authors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from feedpub.config import Config
from feedpub.config.model import CascadeEntry
from feedpub.content.generators import generator_of
from feedpub.content.generators.data import read_data
from feedpub.content.generators.folder_data import content_folders, names_in
from feedpub.content.generators.rules import Cascade, ListedAuthor, Mount, SiteRules
from feedpub.content.scanning import Scan
from feedpub.core.text import one_line
from feedpub.core.zones import zone_of

_SUFFIXES = frozenset((".yml", ".yaml", ".toml", ".json"))
_PROGRAMS = frozenset((".js", ".cjs", ".mjs", ".ts"))
_MAX_FILES = 10_000


def site_rules(config: Config) -> SiteRules:
    """Return the rules of the generator of ``config``.

    Raise :class:`~feedpub.core.errors.UsageError` if ``content.authors`` cannot be read.
    """
    content = config.content
    generator = str(content.generator)
    rules = SiteRules(
        generator=generator,
        language=config.site.language,
        permalink=content.permalink,
        permalinks=content.permalinks,
        languages=content.languages,
        language_folders=content.language_folders,
        prefix_default_language=content.prefix_default_language,
        ugly_urls=content.ugly_urls,
        file_dates=content.file_dates,
        file_names=content.file_names,
        category_slugs=content.category_slugs,
        slugify=content.slugify,
        slug_source=content.slug_source,
        slug_substitutions=tuple(content.slug_substitutions.items()),
        name_fields=content.name_fields,
        path_fields=content.path_fields,
        translation_permalink=content.translation_permalink,
        authors=_authors(config, generator),
        defaults=tuple((default.path, default.values) for default in content.defaults),
        excerpt_separator=content.excerpt_separator,
        zone=zone_of(content.timezone),
        url_zone=zone_of(content.url_timezone) if content.url_timezone else None,
        date_keys=content.date_keys,
        language_urls=content.language_urls,
        mounts=tuple(_mounts(config)),
        cascades=tuple(_cascade(entry) for entry in content.cascade),
    )
    return generator_of(generator).with_site(rules, config)


def _mounts(config: Config) -> Iterator[Mount]:
    for mount in config.content.mounts:
        top = os.path.relpath((config.root / mount.path).resolve(), config.root.resolve()).replace(os.sep, "/")
        yield Mount(top=f"{top}/", language=mount.language or "", target=(mount.target or "").strip("/"))


def _cascade(entry: CascadeEntry) -> Cascade:
    """Return the cascade of config.yaml, whose keys with a dot are keys in a mapping."""
    values: dict[str, Any] = {}
    for key, text in entry.values.items():
        outer, _, inner = key.partition(".")
        if inner:
            values.setdefault(outer, {})[inner] = text
        else:
            values[key] = text
    return Cascade(path=entry.path, languages=entry.languages, values=values)


def without_resources(scan: Scan, generator: str) -> Scan:
    """Return ``scan`` without the files that are no pages (:meth:`Generator.resources`)."""
    tops: dict[str, list[str]] = {}
    for source in scan.sources:
        tops.setdefault(source.path.removesuffix(source.below), []).append(source.below)
    resources = {top + below for top, paths in tops.items() for below in generator_of(generator).resources(paths)}
    if not resources:
        return scan
    folders = (tuple(source for source in folder if source.path not in resources) for folder in scan.folders)
    return Scan(tuple(folder for folder in folders if folder), scan.problems)


def site_files(config: Config) -> list[Path]:
    """Return the data files that articles are read with, and that may be outside of their folders.

    A few files beside them, such as the configuration of the generator, are among them.
    """
    if config.content.generator is None:
        return []
    generator = generator_of(config.content.generator)
    places = [*_author_files(config, generator.name)]
    if generator.configurations:
        places += [above for folder in content_folders(config, generator.configurations) for above in folder.parents]
    nested = ([place / name for name in names_in(place)] if place.is_dir() else [place] for place in places)
    return [file for files in nested for file in files if file.suffix in (*_SUFFIXES, *_PROGRAMS)]


def _author_files(config: Config, generator: str) -> list[Path]:
    """Return the files of authors, and the folders of these."""
    files = [config.root / folder / name for folder in config.folders for name in generator_of(generator).author_files]
    files = [file for file in files if os.path.exists(file)]
    return [*files, config.root / config.content.authors] if config.content.authors else files


def _authors(config: Config, generator: str) -> dict[str, ListedAuthor]:
    authors: dict[str, ListedAuthor] = {}
    for file in _author_files(config, generator):
        for name, values in _named(file):
            if isinstance(values, dict) and (author := _author(name, values)) is not None:
                authors[name] = author
    return authors


def _named(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield the name and the values of each author in a file, or in the files of a folder."""
    if path.is_dir():
        for file in map(path.joinpath, names_in(path)[:_MAX_FILES]):
            if file.suffix in _SUFFIXES:
                yield file.stem, read_data(file)
        return
    data = read_data(path)
    if isinstance(data, dict):
        # Material for MkDocs has all authors below one key.
        inner = data.get("authors")
        data = inner if isinstance(inner, dict) and not isinstance(inner.get("name"), str) else data
        yield from ((str(name), values) for name, values in data.items())
    elif isinstance(data, list):
        for values in data:
            if isinstance(values, dict):
                keys = (values.get(key) for key in ("id", "slug", "username", "short_name", "key", "name"))
                name = next((key for key in keys if isinstance(key, str)), None)
                if name:
                    yield name, values


def _author(name: str, values: dict[str, Any]) -> ListedAuthor | None:
    def text(*keys: str) -> str:
        found = (values.get(key) for key in keys)
        return next((one_line(value) for value in found if isinstance(value, str) and value.strip()), "")

    shown = text("name", "display_name", "title", "full_name", "displayName") or name
    return ListedAuthor(shown, text("url", "web", "website", "uri", "site", "homepage", "home"), text("email", "mail"))
