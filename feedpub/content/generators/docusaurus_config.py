"""The configuration of a site of Docusaurus (https://docusaurus.io/docs/api/docusaurus-config).

It is a program: what it computes from its environment cannot be known.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from feedpub.content.generators.facts import SiteFacts, SiteFiles, flag, joined, literal, mapping, text_of
from feedpub.content.generators.javascript import FunctionCall, Script, Source, strings

_CONFIGS = tuple(f"docusaurus.config.{kind}" for kind in ("ts", "mts", "cts", "js", "mjs", "cjs"))
_DEFAULT_INCLUDE = ["**/*.{md,mdx}"]


def facts_of_docusaurus(site: SiteFiles) -> SiteFacts | None:
    """Return what the configuration says of the site and of its blogs; None if there is none."""
    file = site.first(*_CONFIGS)
    if not file:
        return None
    text = site.text(file)
    script = site.script(file)
    named = script.exported("config")
    config = script.default() or mapping(named)
    trailing = config.get("trailingSlash")
    slash = "/" if (flag(text, "trailingSlash") if trailing is None else trailing) is True else ""
    blogs = [blog for blog in _blogs(config) if site.exists(_folder(blog))] or [{}]
    patterns = {_folder(blog): _pattern(blog, slash) for blog in blogs}
    content: dict[str, Any] = {}
    if len(patterns) > 1:
        content["permalinks"] = {posixpath.basename(folder): pattern for folder, pattern in patterns.items()}
    elif (pattern := next(iter(patterns.values()))) != "/blog/{slug}":
        content["permalink"] = pattern
    authors = posixpath.normpath(f"{_folder(blogs[0])}/{text_of(blogs[0], 'authorsMapPath') or 'authors.yml'}")
    if posixpath.dirname(authors) not in patterns and site.exists(authors):
        content["authors"] = authors
    url = text_of(config, "url") or _last_address(script, config.get("url")) or ("" if config else literal(text, "url"))
    local = url.startswith(("http://localhost", "http://127.0.0.1"))
    return SiteFacts(
        generator="docusaurus",
        file=file,
        title=text_of(config, "title") or literal(text, "title"),
        base_url="" if local else joined(url, text_of(config, "baseUrl") or literal(text, "baseUrl")),
        description=text_of(config, "tagline") or literal(text, "tagline"),
        language=text_of(config, "i18n.defaultLocale") or literal(text, "defaultLocale"),
        paths=tuple(patterns),
        pattern=_included(blogs),
        exclude=tuple(dict.fromkeys(pattern for blog in blogs for pattern in _texts(blog.get("exclude")))),
        content=content,
        notes=_notes(config, blogs),
    )


def _blogs(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the options of each blog: of presets, and of plugins of their own."""
    for preset in _list(config.get("presets")):
        options = preset[1] if isinstance(preset, list) and len(preset) > 1 else None
        if isinstance(preset, str) or (isinstance(options, dict) and options.get("blog") is not False):
            blog = options.get("blog") if isinstance(options, dict) else None
            yield mapping(blog)
    for plugin in _list(config.get("plugins")):
        named, options = (plugin[0], plugin[1:2]) if isinstance(plugin, list) and plugin else (plugin, [])
        if any("content-blog" in name for name in strings(named)):
            yield options[0] if options and isinstance(options[0], dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [text for text in _list(value) if isinstance(text, str)]


def _folder(blog: dict[str, Any]) -> str:
    return posixpath.normpath(text_of(blog, "path") or "blog")


def _pattern(blog: dict[str, Any], slash: str) -> str:
    route = blog.get("routeBasePath")
    route = route if isinstance(route, str) else "blog"
    return f"/{route.strip('/')}/{{slug}}{slash}".replace("//", "/")


def _included(blogs: list[dict[str, Any]]) -> str:
    """Return the one pattern of the blogs' files; the default if they have several."""
    patterns = {tuple(_texts(blog.get("include"))) or tuple(_DEFAULT_INCLUDE) for blog in blogs}
    one = next(iter(patterns)) if len(patterns) == 1 else ()
    return one[0] if len(one) == 1 else _DEFAULT_INCLUDE[0]


def _last_address(script: Script, value: Any) -> str:
    """Return the last whole address in a function, which is that of production."""
    source = script.exported(value.name) if isinstance(value, FunctionCall) else value
    texts = strings(source) if isinstance(source, Source) else []
    return next((text for text in reversed(texts) if text.startswith("https://")), "")


def _notes(config: dict[str, Any], blogs: list[dict[str, Any]]) -> list[str]:
    notes = []
    locales = config.get("i18n")
    if isinstance(locales, dict) and len(_texts(locales.get("locales"))) > 1:
        notes.append("The articles are those of the default language; other languages need a configuration each.")
    if any(not isinstance(blog.get("routeBasePath", ""), str) for blog in blogs):
        notes.append("The route of a blog is computed: set content.permalink, such as /blog/{slug}.")
    return notes
