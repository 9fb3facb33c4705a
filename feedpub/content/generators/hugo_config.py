"""The facts in the configuration of a Hugo site (https://gohugo.io/configuration/)."""

from __future__ import annotations

from typing import Any

from feedpub.content.generators.facts import SiteFacts, SiteFiles, lowered, text_of

_KINDS = ("toml", "yaml", "yml", "json")
_ROOTS = tuple(f"{name}.{kind}" for name in ("hugo", "config") for kind in _KINDS)
_FOLDER = "config/_default"
_PARTS = ("languages", "permalinks", "params", "frontmatter", "taxonomies", "author")


def hugo_facts(site: SiteFiles) -> SiteFacts | None:
    """Return what the files of the configuration of ``site`` say; None if it is not Hugo's."""
    file, data = _configuration(site)
    if not file:
        return None
    content: dict[str, Any] = {}
    permalinks = data.get("permalinks")
    if isinstance(permalinks, dict):
        pages = permalinks.get("page", permalinks)
        patterns = {key: value for key, value in pages.items() if isinstance(value, str)}
        if patterns:
            content["permalinks"] = patterns
    if _is_true(data.get("uglyurls")):
        content["ugly_urls"] = True
    if _is_true(data.get("disablepathtolower")):
        content["slugify"] = "hugo-case"
    elif _is_true(data.get("removepathaccents")):
        content["slugify"] = "hugo-ascii"
    if ":filename" in str((data.get("frontmatter") or {}).get("date", "")):
        content["file_dates"] = True
    language = text_of(data, "defaultcontentlanguage") or "en"
    languages, own, paths = _languages(data, language)
    content["languages"] = languages
    if paths:
        content["language_folders"] = True
    if _is_true(data.get("defaultcontentlanguageinsubdir")):
        content["prefix_default_language"] = True
    both = {**data, **own}
    return SiteFacts(
        generator="hugo",
        file=file,
        title=text_of(both, "title"),
        base_url=text_of(both, "baseurl"),
        description=text_of(both, "params.description", "description", "params.subtitle"),
        language=text_of(both, "languagecode", "locale") or language,
        timezone=text_of(data, "timezone"),
        author=text_of(both, "params.author.name", "params.author", "author.name", "author"),
        email=text_of(both, "params.author.email", "author.email"),
        paths=paths or (text_of(data, "contentdir") or "content",),
        content=content,
    )


def _configuration(site: SiteFiles) -> tuple[str, dict[str, Any]]:
    """Return the name of the first file, and the settings of all, with keys in lower case."""
    root = site.first(*_ROOTS)
    data = lowered(site.data(root))
    if root.startswith("config.") and not data.keys() & {"baseurl", "theme", "languagecode", "params", "module"}:
        root, data = "", {}
    if site.exists(_FOLDER):
        inner = site.first(*(f"{_FOLDER}/{name}" for name in _ROOTS))
        data |= lowered(site.data(inner))
        for part in _PARTS:
            name = site.first(*(f"{_FOLDER}/{part}.{kind}" for kind in _KINDS))
            if name:
                data[part] = lowered(site.data(name))
        root = root or inner or _FOLDER
    return root, data


def _languages(data: dict[str, Any], default: str) -> tuple[list[str], dict[str, Any], tuple[str, ...]]:
    """Return the languages, the default first, the settings of that, and the folders of all."""
    languages = data.get("languages")
    if not isinstance(languages, dict):
        return [default], {}, ()
    kept = [name for name, values in languages.items() if not _is_true((values or {}).get("disabled"))]
    names = [default, *(name for name in kept if name != default)]
    folders = {name: text_of(languages[name] or {}, "contentdir") for name in names if name in languages}
    own = languages.get(default)
    return names, own if isinstance(own, dict) else {}, _parents(folders)


def _parents(folders: dict[str, str]) -> tuple[str, ...]:
    """Return the folders that hold those of languages, such as ``content`` for ``content/en``."""
    parents = {
        folder.rstrip("/").rpartition("/")[0]
        for name, folder in folders.items()
        if folder.rstrip("/").endswith("/" + name)
    }
    return tuple(sorted(parents))


def _is_true(value: Any) -> bool:
    return value is True or str(value).lower() == "true"
