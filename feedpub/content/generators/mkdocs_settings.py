"""The settings of ``mkdocs.yml`` as facts for config.yaml.

https://squidfunk.github.io/mkdocs-material/plugins/blog/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from feedpub.content.generators.facts import SiteFacts, SiteFiles, mapping, text_of
from feedpub.core.errors import UsageError

CONFIGS = ("mkdocs.yml", "mkdocs.yaml", "mkdocs*.y*ml")
"""The patterns of the names of configurations, those that win first."""

_BLOG = ("blog", "material/blog")
_META = ("meta", "material/meta")
_META_FILE = ".meta.yml"
_MAX_PARENTS = 5
# The patterns of dates are those of Unicode (UTS 35).
_FORMS = {"y": "{year}", "yyyy": "{year}", "yy": "{short_year}", "MMMM": "{long_month}", "MMM": "{short_month}"} | {
    "MM": "{month}",
    "M": "{i_month}",
    "dd": "{day}",
    "d": "{i_day}",
    "D": "{y_day}",
    "ww": "{week}",
    "HH": "{hour}",
    "mm": "{minute}",
    "ss": "{second}",
}


def site_facts(site: SiteFiles) -> SiteFacts | None:
    """Return the facts in ``mkdocs.yml``, or in the first ``mkdocs*.yml`` with the blog plugin.

    Return None if none has it.
    """
    for file in _configurations(site):
        data = _inherited(site, file)
        blogs = [*_options(data.get("plugins"), _BLOG)]
        if blogs:
            return _facts(site, file, data, blogs)
    return None


def _configurations(site: SiteFiles) -> dict[str, None]:
    """Return the names of the site's configurations, those that win first."""
    return dict.fromkeys(name for pattern in CONFIGS for name in sorted(path.name for path in site.root.glob(pattern)))


def _inherited(site: SiteFiles, file: str) -> dict[str, Any]:
    """Return the settings in ``file``, and those that it inherits."""
    data: dict[str, Any] = {}
    for _ in range(_MAX_PARENTS):
        own = site.data(file)
        data = _merged(own, data)
        parent = own.get("INHERIT")
        if not isinstance(parent, str):
            break
        file = posixpath.normpath(posixpath.join(posixpath.dirname(file), parent))
    return data


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = {**base, **over}
    for key in base.keys() & over.keys():
        if isinstance(base[key], dict) and isinstance(over[key], dict):
            merged[key] = _merged(base[key], over[key])
    return merged


def _options(plugins: Any, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the options of each plugin with one of ``names`` that is switched on."""
    items = [{name: options} for name, options in plugins.items()] if isinstance(plugins, dict) else plugins
    for item in items if isinstance(items, list) else [items]:
        named = item if isinstance(item, dict) else {item: None}
        for name, options in named.items():
            # A second instance may have a label: "blog #news".
            if str(name).partition(" ")[0] in names:
                found = mapping(options)
                if text_of(found, "enabled") != "false":
                    yield found


def _facts(site: SiteFiles, file: str, data: dict[str, Any], blogs: list[dict[str, Any]]) -> SiteFacts:
    docs = posixpath.normpath(_plain(data, "docs_dir") or "docs")
    end = ".html" if text_of(data, "use_directory_urls") == "false" else "/"
    folders = [_posts(options) for options in blogs]
    permalinks = [_permalink(options, end) for options in blogs]
    content: dict[str, Any] = {"permalink": permalinks[0]}
    pattern, paths = "**/*.md", (f"{docs}/{folders[0]}",)
    if len(blogs) > 1:
        paths, pattern = (docs,), "{" + ",".join(folders) + "}/**/*.md"
        content["permalinks"] = {
            folder.partition("/")[0]: permalink for folder, permalink in zip(folders, permalinks, strict=True)
        }
    authors = _authors(site, docs, blogs[0])
    if authors:
        content["authors"] = authors
    notes: list[str] = []
    rule = _slugify(blogs[0])
    if rule == "?":
        notes.append("post_slugify is a function: set content.slugify, such as mkdocs-case or mkdocs-toc")
    elif rule != "mkdocs":
        content["slugify"] = rule
    return SiteFacts(
        generator="mkdocs",
        file=file,
        title=_plain(data, "site_name"),
        base_url=_plain(data, "site_url"),
        description=_plain(data, "site_description"),
        language=_plain(data, "theme.language"),
        author=_plain(data, "site_author"),
        paths=paths,
        pattern=pattern,
        content=content,
        notes=notes,
    )


def _plain(data: Mapping[str, Any], key: str) -> str:
    """Return the text of ``key``, or the default of ``!ENV [NAME, default]``."""
    value: Any = data
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, list) and len(value) > 1 and isinstance(value[-1], str):
        return " ".join(value[-1].split())
    return text_of(data, key)


def _posts(options: Mapping[str, Any]) -> str:
    blog = posixpath.normpath(_plain(options, "blog_dir") or "blog")
    return posixpath.normpath((_plain(options, "post_dir") or "{blog}/posts").replace("{blog}", blog))


def _permalink(options: Mapping[str, Any], end: str) -> str:
    blog = posixpath.normpath(_plain(options, "blog_dir") or "blog")
    most = _plain(options, "post_url_max_categories") or "1"
    form = (_plain(options, "post_url_format") or "{date}/{slug}").strip("/")
    form = form.replace("{categories}", f"{{categories[:{most}]}}" if most != "1" else "{category}")
    form = form.replace("{file}", "{name}").replace("{date}", _date(_plain(options, "post_url_date_format")))
    return f"/{form}{end}" if blog == "." else f"/{blog}/{form}{end}"


def _date(form: str) -> str:
    parts = re.findall(r"'[^']*'|[A-Za-z]+|[^A-Za-z']+", form or "yyyy/MM/dd")
    shown = (_FORMS.get(part, part) if part[:1].isalpha() else part.strip("'") for part in parts)
    return "".join(shown)


def _slugify(options: Mapping[str, Any]) -> str:
    """Return the rule of ``post_slugify``, a function with arguments; "?" for another function."""
    if "post_slugify" not in options:
        return "mkdocs"
    value = options["post_slugify"]
    if not isinstance(value, dict):
        return "?"
    return "mkdocs" if text_of(value, "kwds.case") in ("lower", "lower-ascii", "fold") else "mkdocs-case"


def _authors(site: SiteFiles, docs: str, options: Mapping[str, Any]) -> str:
    """Return the file of authors, if it is not where it is looked for."""
    blog = posixpath.normpath(_plain(options, "blog_dir") or "blog")
    written = _plain(options, "authors_file").replace("{blog}", blog)
    default = posixpath.normpath(posixpath.join(_posts(options), "..", ".authors.yml"))
    path = posixpath.normpath(written or f"{blog}/.authors.yml")
    return f"{docs}/{path}" if path != default and site.exists(f"{docs}/{path}") else ""


def meta_file(site: SiteFiles) -> str:
    """Return the name of the files of the plugin ``meta``; empty if the site does not have it.

    A site whose configuration is not found, or cannot be read, may have it.
    """
    try:
        settings = [_inherited(site, file) for file in _configurations(site)]
    except UsageError:
        settings = []
    found = [options for data in settings for options in _options(data.get("plugins"), _META)]
    if not settings:
        return _META_FILE
    return next((_plain(options, "meta_file") or _META_FILE for options in found), "")
