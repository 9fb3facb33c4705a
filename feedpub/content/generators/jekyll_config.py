"""Jekyll's configuration (https://jekyllrb.com/docs/configuration/) as keys of config.yaml."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from typing import Any

from feedpub.content.generators.facts import SiteFacts, SiteFiles, joined, mapping, text_of

STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
"""The permalink styles of the configuration by name."""

_MARKDOWN = "markdown,mkdown,mkdn,mkd,md"
_OUTPUTS = ("_site", "node_modules", "vendor")
_LOCAL = re.compile(r"(?:https?:)?/*(?:localhost|127\.|0\.0\.0\.0|\[::1\])", re.IGNORECASE)
_DATED = re.compile(r"[0-9]{2,4}-[0-9]{1,2}-[0-9]{1,2}-")
_DATE_KEY = re.compile(r"^date:[ \t]*\S", re.MULTILINE)
_HEAD = 3000
_MANY = 2000
_DEFAULTS = frozenset(
    """
    published author authors categories category tags tag image lang locale permalink date excerpt draft title
    description excerpt_separator slug
    """.split()
)


def facts_of_jekyll(site: SiteFiles) -> SiteFacts | None:
    """Return what ``_config.yml`` says, or what the folders of a site without one do."""
    file = site.first("_config.yml", "_config.yaml", "_config.toml")
    data = site.data(file)
    is_of_hexo = site.exists("source/_posts") and not text_of(data, "source")
    if is_of_hexo or not (file or _is_bare(site)):
        return None
    source = text_of(data, "source").strip("/") or "."
    above = text_of(data, "collections_dir").strip("/")
    top = "/".join(part for part in (source, above) if part not in ("", ".")) or "."
    collections = _collections(site, data, top)
    address = _address(site, data, source)
    author = data.get("author")
    return SiteFacts(
        generator="jekyll",
        file=file or "_posts",
        title=text_of(data, "title", "name") or address.partition("://")[2].strip("/"),
        base_url=address,
        description=text_of(data, "description", "tagline"),
        language=text_of(data, "lang", "locale", "language"),
        timezone=text_of(data, "timezone"),
        author=text_of(data, "author.name", "author.display_name")
        if isinstance(author, dict)
        else text_of(data, "author"),
        email=text_of(data, "author.email", "email"),
        paths=(top,),
        pattern=_pattern(data, collections),
        exclude=tuple(dict.fromkeys((*_OUTPUTS, *_excluded(site, data, source, above)))),
        content=_content(site, data, collections, top, above),
        notes=_notes(data, file),
    )


def _is_bare(site: SiteFiles) -> bool:
    """Return whether ``site`` has the folders of Jekyll, and files of no other generator."""
    folders = ("_posts", "*/_posts", "_layouts")
    posts, inner, layouts = (next(site.root.glob(name), None) for name in folders)
    others = ("package.json", "*eleventy*", "config.toml", "hugo.*")
    return bool((posts or inner) and layouts and not any(next(site.root.glob(name), None) for name in others))


def _content(
    site: SiteFiles, data: dict[str, Any], collections: dict[str, str], top: str, above: str
) -> dict[str, Any]:
    """Return the further keys of ``content``."""
    permalink = text_of(data, "collections.posts.permalink", "permalink")
    defaults = []
    for pattern, values in _defaults(site, data, collections, top, above):
        if pattern == "**" and "permalink" in values and not collections:
            permalink = values.pop("permalink")
        if values:
            defaults.append({"path": pattern, "values": values})
    content: dict[str, Any] = {}
    if permalink and permalink != "date":
        content["permalink"] = permalink
    if collections:
        content["permalinks"] = collections
    if defaults:
        content["defaults"] = defaults
    separator = data.get("excerpt_separator")
    if isinstance(separator, str) and separator.strip():
        content["excerpt_separator"] = separator
    return content


def _address(site: SiteFiles, data: dict[str, Any], source: str) -> str:
    """Return the address that ``url``, another configuration, ``CNAME`` or ``repository`` has."""
    base = text_of(data, "baseurl")
    others = sorted(path.name for path in site.root.glob("_config[._-]*.y*ml"))
    for settings in (data, *(site.data(name) for name in others)):
        url = text_of(settings, "url")
        if url and not _LOCAL.match(url):
            return joined(url, text_of(settings, "baseurl") or base)
    for name in ("CNAME", f"{source}/CNAME"):
        host = site.text(name).split()
        if host:
            return joined(f"https://{host[0]}", base)
    owner, _, name = text_of(data, "repository", "github.repository_nwo").partition("/")
    if not owner or not name:
        return ""
    if name.lower() in (f"{owner.lower()}.github.io", f"{owner.lower()}.github.com"):
        return joined(f"https://{owner}.github.io", base)
    return joined(f"https://{owner}.github.io", base or name)


def _collections(site: SiteFiles, data: dict[str, Any], top: str) -> dict[str, str]:
    """Return the permalinks of the collections whose documents are pages with dates, by folder."""
    listed = data.get("collections")
    if not isinstance(listed, dict):
        return {}
    style = text_of(data, "permalink") or "date"
    end = {"pretty": "/", "date": ":output_ext", "ordinal": ":output_ext", "none": ":output_ext"}.get(style, "")
    end = end or ("/" if style.endswith("/") else ":output_ext" if style.endswith(":output_ext") else "")
    return {
        f"_{label}": text_of(values, "permalink") or f"/:collection/:path{end}"
        for label, values in listed.items()
        if label != "posts"
        and isinstance(values, dict)
        and text_of(values, "output").lower() in ("true", "yes", "on")
        and _has_dates(site, f"{top}/_{label}")
    }


def _has_dates(site: SiteFiles, folder: str) -> bool:
    """Return whether most documents in ``folder`` have a date."""
    files = [path for path in (site.root / folder).rglob("*.*") if path.suffix[1:] in _MARKDOWN.split(",")]
    files = sorted(files)[:_MANY]
    count = sum(
        bool(_DATED.match(path.name) or _DATE_KEY.search(site.text(str(path.relative_to(site.root)))[:_HEAD]))
        for path in files
    )
    return count * 2 > len(files)


def _pattern(data: dict[str, Any], collections: dict[str, str]) -> str:
    listed = text_of(data, "markdown_ext") or _MARKDOWN
    suffixes = dict.fromkeys((*_MARKDOWN.split(",")[::-1], *(part.strip(" .") for part in listed.split(","))))
    names = ",".join(name for name in (*suffixes, "html") if re.fullmatch("[A-Za-z0-9]+", name))
    folders = "{**/_posts," + ",".join(collections) + "}" if collections else "**/_posts"
    return f"{folders}/**/*.{{{names}}}"


def _excluded(site: SiteFiles, data: dict[str, Any], source: str, above: str) -> Iterator[str]:
    """Yield the patterns of ``exclude`` that folders of articles or articles may match."""
    listed = data.get("exclude")
    for text in listed if isinstance(listed, list) else ():
        path = str(text).strip("/") if isinstance(text, str) else ""
        if above:
            path = path.removeprefix(f"{above}/")
        if path and ("*" in path or path.endswith(tuple(f".{name}" for name in _MARKDOWN.split(",")))):
            yield path
        elif path and (site.root / source / above / path).is_dir():
            yield f"{path}/**"


def _defaults(
    site: SiteFiles, data: dict[str, Any], collections: dict[str, str], top: str, above: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the pattern and the values of each of ``defaults``. The last one that matches wins.

    Jekyll prefers the longest path, and one with a type.
    """
    found = []
    listed = data.get("defaults")
    for default in listed if isinstance(listed, list) else ():
        if not isinstance(default, dict) or not isinstance(default.get("values"), dict):
            continue
        scope = mapping(default.get("scope"))
        path, kind = text_of(scope, "path").lstrip("/"), text_of(scope, "type")
        pattern = _scope(site, path.removeprefix(f"{above}/") if above else path, kind, collections, top)
        if pattern:
            values = {key: _value(value) for key, value in default["values"].items() if key in _DEFAULTS}
            found.append((len(path), bool(kind), pattern, {key: value for key, value in values.items() if value}))
    for _, _, pattern, values in sorted(found, key=lambda default: default[:2]):
        yield pattern, values


def _scope(site: SiteFiles, path: str, kind: str, collections: dict[str, str], top: str) -> str:
    """Return the glob pattern of a scope; empty if it is for no article."""
    is_post = kind in ("posts", "post")
    if not is_post and kind and f"_{kind}" not in collections:
        return ""
    if not path:
        folder = ("**/_posts" if is_post else f"_{kind}") if kind and collections else ""
        return f"{folder}/**".lstrip("/")
    if path.endswith("/"):
        return f"{path}**"
    # The text is the beginning of paths: "news" is also that of "newsletter/".
    found = [] if "*" in path else list((site.root / top).glob(f"{glob.escape(path)}*"))
    if len(found) == 1 and found[0].as_posix().endswith(f"/{path}"):
        return path if found[0].is_file() else f"{path}/**"
    return f"{path}{{,*,*/**,/**}}"


def _value(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [str(item) for item in value if isinstance(item, str | int | float)]
    if isinstance(value, dict):
        return text_of(value, "path", "name", "url")
    return str(value) if isinstance(value, str | int | float) and str(value).strip() else ""


def _notes(data: dict[str, Any], file: str) -> list[str]:
    keys = [key for key in ("future", "unpublished", "show_drafts") if text_of(data, key).lower() == "true"]
    return [f"{file} has {key}: true; feedpub holds such articles back all the same" for key in keys]
