"""The settings of a Pelican site as facts for config.yaml.

https://docs.getpelican.com/en/latest/settings.html
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.python_settings import settings_in
from feedpub.content.generators.slugify import PELICAN_SUBSTITUTIONS
from feedpub.core.generators import PERMALINK_PARTS, parts_in

_FILES = ("pelicanconf.py", "pelican.conf.py", "publishconf.py")
_STRFTIME = {
    "Y": "{year}",
    "m": "{month}",
    "-m": "{i_month}",
    "d": "{day}",
    "-d": "{i_day}",
    "b": "{short_month}",
    "B": "{long_month}",
    "y": "{short_year}",
    "j": "{y_day}",
    "H": "{hour}",
    "M": "{minute}",
    "S": "{second}",
    "V": "{week}",
    "A": "{weekdayname}",
    "w": "{weekday}",
    "F": "{year}-{month}-{day}",
}
_SUFFIXES = "{md,markdown,mkd,mdown}"
_MAX_WALK = 100_000


def site_facts(site: SiteFiles) -> SiteFacts | None:
    """Return the facts in the settings of ``site``; None if it has none of Pelican's files."""
    file = site.first(*_FILES)
    if not file:
        return None
    values = settings_in(file, site.text)
    values |= {key: value for key, value in settings_in("publishconf.py", site.text).items() if value not in ("", None)}
    path = str(values.get("PATH") or ("content" if site.exists("content") else "."))
    path = os.path.normpath(path.removeprefix(str(site.root))) if not site.exists(path) else path
    notes: list[str] = []
    content = {**_urls(values, notes), **_slugs(values), **_front_matter(values, notes)}
    articles = [str(folder).strip("/") for folder in _list(values, "ARTICLE_PATHS")]
    excluded = [*_list(values, "ARTICLE_EXCLUDES"), *(values.get("PAGE_PATHS") or ["pages"])]
    if path == ".":
        excluded += [str(values.get(key) or "") for key in ("OUTPUT_PATH", "THEME")] + ["output"]
    notes += _foreign(site, path)
    return SiteFacts(
        generator="pelican",
        file=file,
        title=_text(values, "SITENAME"),
        base_url=_text(values, "SITEURL"),
        description=_text(values, "SITESUBTITLE"),
        language=_text(values, "DEFAULT_LANG"),
        timezone=_text(values, "TIMEZONE"),
        author=_text(values, "AUTHOR"),
        paths=(path,),
        pattern=_pattern([folder for folder in articles if folder]),
        exclude=tuple(dict.fromkeys(f"{str(name).strip('/')}/**" for name in excluded if _is_inside(name))),
        content=content,
        notes=notes,
    )


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _list(values: Mapping[str, Any], key: str) -> list[Any]:
    value = values.get(key)
    return value if isinstance(value, list) else []


def _mapping(values: Mapping[str, Any], key: str) -> dict[Any, Any]:
    """Return a mapping, which may be written as a list of pairs."""
    value = values.get(key)
    if isinstance(value, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        return dict(value)
    return value if isinstance(value, dict) else {}


def _is_inside(name: object) -> bool:
    return bool(str(name).strip("/")) and not str(name).startswith((".", "/"))


def _pattern(folders: list[str]) -> str:
    if not folders:
        return f"**/*.{_SUFFIXES}"
    start = folders[0] if len(folders) == 1 else "{" + ",".join(folders) + "}"
    return f"{start}/**/*.{_SUFFIXES}"


def _urls(values: Mapping[str, Any], notes: list[str]) -> dict[str, str]:
    """Return the permalinks. Note those that cannot be expressed."""
    groups = {name for key in ("FILENAME_METADATA", "PATH_METADATA") for name in _group_names(_text(values, key))}
    before = re.sub(r"%\((\w+)\)s", r"{\1}", _text(values, "ARTICLE_PERMALINK_STRUCTURE"))
    before = re.sub("%([A-Za-z])", r"{date:%\1}", before)
    content = {}
    for key, setting, default in (
        ("permalink", "ARTICLE_URL", "{slug}.html"),
        ("translation_permalink", "ARTICLE_LANG_URL", "{slug}-{lang}.html"),
    ):
        pattern = re.sub("/+", "/", f"{before}/{_text(values, setting) or default}").lstrip("/")
        if pattern == default:
            continue
        permalink = "/" + re.sub(r"\{date:([^{}]*)\}", lambda match: _date(match[1]), pattern)
        unknown = [name for name in parts_in(permalink) if name not in PERMALINK_PARTS | groups]
        if unknown:
            notes.append(f"content.{key}: {setting} has the part {{{unknown[0]}}}, which is not known here")
        else:
            content[key] = permalink
    return content


def _group_names(pattern: str) -> set[str]:
    try:
        return set(re.compile(pattern).groupindex)
    except re.error:
        return set()


def _date(form: str) -> str:
    return re.sub("%(-?[A-Za-z])", lambda match: _STRFTIME.get(match[1], f"{{%{match[1]}}}"), form)


def _slugs(values: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if values.get("SLUGIFY_SOURCE") == "basename":
        content["slug_source"] = "name"
    rule = "pelican"
    rule += "-unicode" if values.get("SLUGIFY_USE_UNICODE") is True else ""
    rule += "-case" if values.get("SLUGIFY_PRESERVE_CASE") is True else ""
    if rule != "pelican":
        content["slugify"] = rule
    pairs = _list(values, "SLUG_REGEX_SUBSTITUTIONS")
    old = _list(values, "SLUG_SUBSTITUTIONS")
    if old and not pairs:
        pairs = [(re.escape(str(pair[0])), str(pair[1]).replace("\\", r"\\")) for pair in old]
        pairs += [] if any(len(pair) > 2 and pair[2] for pair in old) else PELICAN_SUBSTITUTIONS[:1]
        pairs += PELICAN_SUBSTITUTIONS[1:]
    if pairs and all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        content["slug_substitutions"] = {str(pattern): str(text) for pattern, text in pairs}
    return content


def _front_matter(values: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    """Return what the settings add to the front matter of articles."""
    content: dict[str, Any] = {}
    for key, setting in (("name_fields", "FILENAME_METADATA"), ("path_fields", "PATH_METADATA")):
        pattern = values.get(setting)
        if isinstance(pattern, str) and (pattern or key == "name_fields"):
            content[key] = pattern
    defaults: list[dict[str, Any]] = []
    everywhere = {str(key).lower(): str(value) for key, value in _mapping(values, "DEFAULT_METADATA").items()}
    date = values.get("DEFAULT_DATE")
    if date == "fs":
        notes.append("articles without a date have that of their file in Pelican; give them a date")
    elif isinstance(date, str) and date:
        everywhere["date"] = date
    elif isinstance(date, list) and len(date) >= 3:
        everywhere["date"] = "-".join(f"{int(part):02}" for part in date[:3])
    category = _text(values, "DEFAULT_CATEGORY")
    uses_folder = values.get("USE_FOLDER_AS_CATEGORY") is not False
    if category or not uses_folder:
        pattern = "*" if uses_folder else "**"
        defaults.append({"path": pattern, "values": {"category": category or "misc"}})
    if everywhere:
        defaults.append({"path": "**", "values": everywhere})
    for path, extra in _mapping(values, "EXTRA_PATH_METADATA").items():
        texts = {str(key).lower(): str(text) for key, text in extra.items()} if isinstance(extra, dict) else {}
        if texts and not {"path", "save_as"} & texts.keys():
            defaults.append({"path": f"{str(path).strip('/')}{{,/**}}", "values": texts})
    return content | ({"defaults": defaults} if defaults else {})


def _foreign(site: SiteFiles, path: str) -> list[str]:
    """Return a sentence on the articles in reStructuredText, if there are any."""
    count = 0
    for number, (_, _, files) in enumerate(os.walk(site.root / path)):
        if number > _MAX_WALK:
            break
        count += sum(name.endswith(".rst") for name in files)
    if not count:
        return []
    noun = "file is" if count == 1 else "files are"
    return [f"{count} {noun} reStructuredText, which feedpub does not read; convert with pandoc -t gfm"]
