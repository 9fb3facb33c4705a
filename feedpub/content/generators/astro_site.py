"""The configuration, the collections and the routes of a site of Astro.

See https://docs.astro.build/en/guides/content-collections/ and
https://docs.astro.build/en/guides/routing/.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from feedpub.content.generators.facts import SiteFacts, SiteFiles, joined, literal, mapping, text_of
from feedpub.content.generators.javascript import FunctionCall, Source
from feedpub.content.generators.permalinks import FILL_IN

DATES = ("pubDate", "publishDate", "publishedDate", "pubDatetime", "pubdate", "publishedAt", "published", "date")
"""The usual keys of the date of an article."""

_CONFIGS = tuple(f"astro.config.{kind}" for kind in ("mjs", "js", "ts", "mts", "cjs"))
_COLLECTIONS = tuple(
    f"src/{name}.{kind}" for name in ("content.config", "content/config") for kind in ("ts", "js", "mjs", "mts")
)
_CONSTANTS = tuple(
    f"src/{name}.{kind}"
    for name in (
        "consts",
        "constants",
        "config",
        "site.config",
        "config/site",
        "data/site",
        "lib/consts",
        "config/index",
    )
    for kind in ("ts", "js", "mjs", "json")
)
_FEEDS = tuple(
    f"src/pages/{name}.{kind}"
    for name in ("rss.xml", "feed.xml", "index.xml", "atom.xml", "blog/rss.xml", "blog/feed.xml")
    for kind in ("js", "ts")
)
_BLOGS = re.compile("blogs?|blog-?posts?|posts?|articles?|writings?|notes?|news|journal|essays?", re.IGNORECASE)
_CHANGE = re.compile("^(up|mod|last|edit|change)", re.IGNORECASE)
_PARTS = dict.fromkeys(("lang", "locale", "language"), "{lang}") | {
    "year": "{year}",
    "month": "{month}",
    "day": "{day}",
}
_NO_ARTICLES = re.compile("page|tags?|categor(y|ies)|authors?|series|topics?|archives?|num(ber)?|letter", re.IGNORECASE)
_MOST_ROUTES = 2_000


class Collection(NamedTuple):
    """A content collection: the folder and the pattern of its files."""

    name: str
    base: str
    pattern: str = "**/*.{md,mdx}"
    date: str = ""
    """The key of the date in its schema."""
    has_loader: bool = False
    makes_ids: bool = False
    """True if a program makes the ids of its entries."""


def facts_of(site: SiteFiles) -> SiteFacts | None:
    """Return what the configuration and the routes of the site say."""
    file = site.first(*_CONFIGS)
    if not file:
        return None
    values = site.script(file).default()
    build = values.get("build")
    i18n = values.get("i18n")
    never = values.get("trailingSlash") == "never" or (isinstance(build, dict) and build.get("format") == "file")
    slash = "" if never else "/"
    feed = site.script(site.first(*_FEEDS)).called("rss")
    constants = "\n".join(site.text(name) for name in _CONSTANTS)
    collections = [one for one in _collections(site) if site.exists(one.base)]
    articles = [one for one in collections if _BLOGS.fullmatch(one.name)] or [one for one in collections if one.date]
    return SiteFacts(
        generator="astro",
        file=file,
        title=text_of(feed, "title") or literal(constants, "SITE_TITLE") or literal(constants, "(?:title|name)"),
        base_url=joined(text_of(values, "site") or literal(constants, "website"), text_of(values, "base")),
        description=text_of(feed, "description")
        or literal(constants, "SITE_DESCRIPTION")
        or literal(constants, "desc(?:ription)?"),
        language=text_of(mapping(i18n), "defaultLocale") or literal(constants, "lang"),
        author=literal(constants, "author"),
        **(_of_collections(site, articles or collections, slash) if collections else _of_pages(slash)),
    )


def _of_pages(slash: str) -> dict[str, Any]:
    """Return the facts of a site whose articles are pages."""
    content = {"permalink": f"/{{path}}{slash}", "slugify": "off"}
    return {"paths": ("src/pages",), "pattern": "**/*.{md,mdx}", "content": content}


def _of_collections(site: SiteFiles, collections: list[Collection], slash: str) -> dict[str, Any]:
    """Return the facts of a site whose articles are in ``collections``."""
    top = os.path.commonpath([os.path.dirname(one.base) or "." for one in collections]) or "."
    routes = list(_routes(site))
    permalinks, patterns, fields, notes = {}, [], [], []
    defaults: list[dict[str, Any]] = []
    for one in collections:
        key = os.path.relpath(one.base, top)
        route = _route_of(site, one.name, routes)
        permalinks[key] = (route or f"/{one.name}/{{slug}}") + slash
        patterns.append(f"{key}/{one.pattern}")
        if not route:
            notes.append(f"look at content.permalinks: no page in src/pages shows the collection {one.name}")
        if one.makes_ids:
            notes.append(f"set permalink in content.defaults for {key}/**: generateId of the collection is a program")
            defaults.append({"path": f"{key}/**", "values": {"permalink": FILL_IN}})
        if one.date and one.date not in DATES:
            fields.append(one.date)
    content: dict[str, Any] = {"permalinks": permalinks}
    if fields:
        content["fields"] = {"published_at": list(dict.fromkeys(fields))}
    if any(one.has_loader for one in collections):
        # Only Astro's old collections leave out folders whose names begin with "_".
        defaults.insert(0, {"path": "**/_*/**", "values": {"published": "true"}})
    if defaults:
        content["defaults"] = defaults
    pattern = patterns[0] if len(patterns) == 1 else f"{{{','.join(patterns)}}}"
    return {"paths": (top,), "pattern": pattern, "content": content, "notes": notes}


def _collections(site: SiteFiles) -> Iterator[Collection]:
    """Yield the collections of Markdown files."""
    file = site.first(*_COLLECTIONS)
    exported = site.script(file).exported("collections") if file else None
    if isinstance(exported, dict):
        for name, value in exported.items():
            values = (
                next((part for part in value.arguments if isinstance(part, dict)), {})
                if isinstance(value, FunctionCall)
                else {}
            )
            yield from _collection(name, values)
        return
    folder = site.root / "src" / "content"
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    yield from (Collection(name, f"src/content/{name}") for name in names if not name.startswith("_"))


def _collection(name: str, values: dict[str, Any]) -> Iterator[Collection]:
    loader, date = values.get("loader"), _date_key(values.get("schema"))
    if loader is None and values.get("type") in (None, "content"):
        yield Collection(name, f"src/content/{name}", date=date)
    elif isinstance(loader, FunctionCall) and loader.arguments and isinstance(loader.arguments[0], dict):
        given = loader.arguments[0]
        base = os.path.normpath(text_of(given, "base") or ".")
        pattern = given.get("pattern")
        patterns = [one for one in (pattern if isinstance(pattern, list) else [pattern]) if isinstance(one, str)]
        wanted = [one.removeprefix("./") for one in patterns if not one.startswith("!")]
        if wanted and not base.startswith(".."):
            shown = wanted[0] if len(wanted) == 1 else f"{{{','.join(wanted)}}}"
            yield Collection(name, base, shown, date, has_loader=True, makes_ids="generateId" in given)


def _date_key(schema: Any) -> str:
    """Return the key of a schema that is the date of an article; empty if there is none."""
    if isinstance(schema, Source):
        schema = next(iter(schema.returned()), None)
    while isinstance(schema, FunctionCall):
        schema = next((part for part in schema.arguments if isinstance(part, dict | FunctionCall)), None)
    keys = [key for key, value in (schema or {}).items() if _is_date(value)] if isinstance(schema, dict) else []
    return next((key for key in DATES if key in keys), None) or next(
        (key for key in keys if not _CHANGE.match(key)), ""
    )


def _is_date(value: Any) -> bool:
    if isinstance(value, Source):
        return re.search(r"\bdate(time)?\(", value.text) is not None
    if isinstance(value, FunctionCall):
        return value.name.endswith((".date", ".datetime")) or any(map(_is_date, value.arguments))
    return isinstance(value, list) and any(map(_is_date, value))


def _routes(site: SiteFiles) -> Iterator[tuple[str, str]]:
    """Yield the file and the pattern of each route of articles."""
    pages = site.root / "src" / "pages"
    for count, path in enumerate(sorted(pages.glob("**/*.astro"))):
        below = path.relative_to(pages).with_suffix("").as_posix()
        if "[" not in below or count > _MOST_ROUTES:
            continue
        names = re.findall(r"\[(?:\.\.\.)?(\w+)\]", below)
        last = [name for name in names if name not in _PARTS]
        if len(last) == 1 and not _NO_ARTICLES.fullmatch(last[0]):
            pattern = re.sub(r"\[(?:\.\.\.)?(\w+)\]", lambda match: _PARTS.get(match[1], "{slug}"), below)
            yield f"src/pages/{path.relative_to(pages).as_posix()}", "/" + pattern.removesuffix("/index")


def _route_of(site: SiteFiles, name: str, routes: list[tuple[str, str]]) -> str:
    """Return the pattern of the route of the collection ``name``; empty if there is none."""
    quoted = re.compile(rf"""["'`]{re.escape(name)}["'`]""")
    shows = re.compile(r"<Content\b|\brender\(|\.render\b|set:html|<\w*Post\w*\b|<\w*Layout\b")
    found = []
    for file, pattern in routes:
        text = site.text(file)
        texts = [text, *_imported(site, file, text)]
        depth = next((index for index, one in enumerate(texts) if quoted.search(one)), None)
        if depth is not None and shows.search(text):
            folder = pattern.rpartition("/{slug}")[0].rpartition("/")[2]
            found.append((depth > 0, "{lang}" in pattern, folder.rstrip("s") != name.rstrip("s"), pattern, text))
    if not found:
        return ""
    pattern, text = min(found)[3:]
    is_nested = re.search(r"\bgetPath\(", text) is not None
    return pattern.replace("{slug}", "{folder}/{slug}") if is_nested else pattern


def _imported(site: SiteFiles, file: str, text: str) -> Iterator[str]:
    """Yield the texts of the programs that a route imports."""
    for path in re.findall(r"""from\s+["']([^"'\n]+)["']""", text):
        name = site.imported(file, path)
        if name and not name.endswith((".astro", ".json")):
            yield site.text(name)
