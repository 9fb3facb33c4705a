"""The facts in the configuration of a Hugo site (https://gohugo.io/configuration/)."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from feedpub.content.generators.facts import SiteFacts, SiteFiles, text_of
from feedpub.content.generators.hugo_fields import date_settings, taxonomy_fields
from feedpub.content.generators.hugo_files import configuration, merge
from feedpub.content.generators.hugo_languages import Languages
from feedpub.content.generators.hugo_targets import cascade_entries, permalinks_of

_SUFFIXES = (".md", ".markdown", ".mdown")
_PLAIN = re.compile(r"(?:\\[.\-_/]|[\w/ @+.-])+")


def hugo_facts(site: SiteFiles) -> SiteFacts | None:
    """Return what the files of the configuration of ``site`` say; None if it is not Hugo's."""
    file, data = configuration(site)
    if not file:
        return None
    languages = Languages(data)
    both = deepcopy(data)
    merge(both, languages.own)
    notes: list[str] = []
    content: dict[str, Any] = {
        **permalinks_of(data, languages.all, notes),
        **_paths(data),
        **date_settings(data, notes),
        **languages.content(),
    }
    fields = {**content.pop("fields", {}), **taxonomy_fields(both)}
    if fields:
        content["fields"] = fields
    if cascade := cascade_entries(data, languages.all):
        content["cascade"] = cascade
    if is_true(data.get("builddrafts")) or is_true(data.get("buildfuture")):
        notes.append("the site also builds drafts or pages of the future: these are left out of feeds all the same")
    if any(site.has_suffix(path, "_content.gotmpl") for path in languages.paths):
        notes.append("pages that content adapters (_content.gotmpl) make are not read: they have no files")
    return SiteFacts(
        generator="hugo",
        file=file,
        title=text_of(both, "title"),
        base_url=_address(text_of(both, "baseurl"), site),
        description=text_of(both, "params.description", "description", "params.subtitle"),
        language=text_of(both, "locale", "languagecode") or languages.default,
        timezone=text_of(both, "timezone"),
        author=_author(both),
        email=text_of(both, "params.author.email", "author.email", "params.email"),
        paths=languages.paths,
        pattern=_pattern(site, languages.paths),
        exclude=(*_ignored(data, notes), *languages.excluded),
        content=content,
        notes=notes,
    )


def _paths(data: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of how paths are made."""
    content: dict[str, Any] = {}
    ugly = data.get("uglyurls")
    if isinstance(ugly, dict):
        if sections := [section for section, value in ugly.items() if is_true(value)]:
            content["ugly_urls"] = sections
    elif is_true(ugly):
        content["ugly_urls"] = True
    if is_true(data.get("disablepathtolower")):
        content["slugify"] = "hugo-case"
    elif is_true(data.get("removepathaccents")):
        content["slugify"] = "hugo-ascii"
    return content


def _address(base_url: str, site: SiteFiles) -> str:
    """Return the address of the site; that of GitHub Pages' ``CNAME`` if there is no other."""
    if base_url.startswith("//"):
        return "https:" + base_url
    if base_url.startswith(("http://", "https://")):
        return base_url
    host = site.text(site.first("static/CNAME", "CNAME")).strip()
    return f"https://{host}/" if re.fullmatch(r"[\w-]+(\.[\w-]+)+", host) else ""


def _author(data: dict[str, Any]) -> str:
    listed = (data.get("params") or {}).get("authors") if isinstance(data.get("params"), dict) else None
    first = listed[0] if isinstance(listed, list) and listed else None
    name = first.get("name") if isinstance(first, dict) else first
    return text_of(data, "params.author.name", "params.author", "author.name", "author") or str(name or "")


def _pattern(site: SiteFiles, paths: tuple[str, ...]) -> str:
    """Return the pattern of the Markdown files in the content folders."""
    found = [suffix for suffix in _SUFFIXES if suffix == ".md" or any(site.has_suffix(path, suffix) for path in paths)]
    return f"**/*{found[0]}" if len(found) == 1 else "**/*.{" + ",".join(name[1:] for name in found) + "}"


def _ignored(data: dict[str, Any], notes: list[str]) -> list[str]:
    """Return glob patterns for the regular expressions of ``ignoreFiles``.

    Those for other files than Markdown are left out. An expression matches a part of a path.
    """
    listed = data.get("ignorefiles")
    patterns: list[str] = []
    for regex in listed if isinstance(listed, list) else []:
        text = str(regex).removeprefix("^").removeprefix(".*")
        core = text.removesuffix("$").removesuffix(".*")
        if not _PLAIN.fullmatch(core):
            notes.append(f"add to content.exclude what the site ignores: ignoreFiles has {regex!r}")
            continue
        plain = core.replace("\\", "")
        suffix = plain.rpartition(".")[2]
        if text.endswith("$") and plain.startswith(".") and "." + suffix not in _SUFFIXES:
            continue
        start = "" if plain.startswith("content/") else "**/" if plain.startswith("/") else "**/*"
        name = plain.removeprefix("content/").strip("/")
        end = "" if text.endswith("$") or plain.endswith("/") else "*"
        patterns += [] if plain.endswith("/") else [f"{start}{name}{end}"]
        patterns.append(f"{start}{name}{end}/**")
    return patterns


def is_true(value: Any) -> bool:
    """Return whether a setting is true, also as text."""
    return value is True or str(value).lower() == "true"
