"""The constraints on config.yaml that its types cannot express.

They concern URLs, time zones, permalinks, and the names of folders and feeds.
"""

from __future__ import annotations

import difflib
import errno
import os
import re
import string
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from feedpub.config.alias_constraints import check_aliases, check_retired, keys_of_topic
from feedpub.config.check_constraints import AddProblem, check_links
from feedpub.config.deploy_constraints import check_deploy
from feedpub.config.podcast_constraints import check_podcast
from feedpub.config.value_types import duration_of
from feedpub.core import slugs, urls, zones
from feedpub.core.errors import quoted
from feedpub.core.field_keys import LISTS, MERGE, parts_of
from feedpub.core.generators import ANY_PARTS, PERMALINK_PARTS, parts_in
from feedpub.core.models import provider_keys

PERMALINK_FIELDS = frozenset(("year", "month", "day", "slug", "path", "folder", "filename", "category"))
"""The fields that ``content.permalink`` may hold in braces."""

_OF_GENERATORS = frozenset(
    """
    permalinks slugify file_dates ugly_urls languages language_folders prefix_default_language authors defaults
    language_urls mounts cascade date_keys excerpt_separator
    slug_source slug_substitutions name_fields path_fields translation_permalink
    file_names category_slugs url_timezone
    """.split()
)


def check_values(values: dict[str, Any], root: Path, add_problem: AddProblem) -> None:
    """Check ``values`` against the constraints, and call ``add_problem`` for each violation.

    Replace the URLs in ``values`` by their normalized forms, aliases by what they lead to, and
    retired folders by their names in output/. Paths are relative to ``root``.
    """
    site = values["site"]
    base = _base_url(add_problem, site["base_url"])
    site["base_url"] = base
    for section, names in ((site, ("icon", "logo")), (site.get("author") or {}, ("url",))):
        prefix = "site" if section is site else "site.author"
        for name in names:
            if section.get(name) and base:
                section[name] = _url(add_problem, f"{prefix}.{name}", section[name], base)
    _feed_options(values, base, add_problem)
    if values.get("hub"):
        values["hub"] = _url(add_problem, "hub", values["hub"], None)
    content = values.get("content", {})
    for key in ("timezone", "url_timezone"):
        if content.get(key):
            _zone(add_problem, key, content[key])
    _merges(add_problem, content.get("fields", {}))
    _generator(content, add_problem)
    for section, keys_of in (("topics", keys_of_topic), ("providers", provider_keys)):
        _refuse_same(add_problem, section, "aliases", values.get(section, {}).get("aliases", {}), keys_of)
        check_aliases(values, section, keys_of, add_problem)
    for index, feed in enumerate(values.get("feeds", [])):
        _rule(add_problem, f"feeds[{index}]", feed)
        _family(add_problem, f"feeds[{index}]", feed)
        if not slugs.is_slug(feed["slug"]):
            add_problem(f"feeds[{index}].slug", f"{quoted(feed['slug'])} is a device name of Windows; choose another")
        if any(feed["slug"] == other["slug"] for other in values["feeds"][:index]):
            add_problem(
                f"feeds[{index}].slug", f"{quoted(feed['slug'])} is the slug of an earlier feed; choose another"
            )
    _slugs(add_problem, "topics", values, keys_of_topic)
    _slugs(add_problem, "providers", values, provider_keys)
    check_retired(values, add_problem)
    check_deploy(values, add_problem)
    if "check" in values:
        check_links(values["check"], add_problem)
    _paths(values, root, add_problem)


def _feed_options(values: dict[str, Any], base: str | None, add_problem: AddProblem) -> None:
    """Check the settings that several kinds of feeds share, and normalize their URLs."""
    options = {f"feeds[{index}]": feed for index, feed in enumerate(values.get("feeds", []))}
    options["output"] = values.get("output", {})
    for section, keys_of in (("topics", keys_of_topic), ("providers", provider_keys)):
        grouping = values.get(section, {})
        options[section] = grouping
        options |= {f"{section}.feeds.{name}": feed for name, feed in grouping.get("feeds", {}).items()}
        _refuse_same(add_problem, section, "feeds", grouping.get("feeds", {}), keys_of)
    for key, feed in options.items():
        if feed.get("icon") and base:
            feed["icon"] = _url(add_problem, f"{key}.icon", feed["icon"], base)
        if feed.get("podcast"):
            check_podcast(f"{key}.podcast", feed["podcast"], add_problem, partial(_url, add_problem, base=base))
            if (feed.get("top") or {}).get("digest"):
                add_problem(f"{key}.top.digest", "a podcast has no episodes in a digest; drop it, or podcast")
        if feed.get("sort") == "heat" and feed.get("archive"):
            add_problem(f"{key}.archive", "archives are in the order of dates; drop it, or sort: heat")
        if feed.get("top") is not None and feed.get("archive"):
            add_problem(f"{key}.archive", "archives have all articles, and top has few; drop one of them")
        if feed.get("top") is not None and feed.get("sort") == "heat":
            add_problem(f"{key}.sort", "top shows the newest periods first; drop it, or top")
        if feed.get("group_stories") and feed.get("archive"):
            add_problem(f"{key}.archive", "archives have an entry for each article; drop it, or group_stories")
        for other in ("top", "podcast"):
            if feed.get("group_stories") and feed.get(other) is not None:
                add_problem(f"{key}.group_stories", f"{other} shows articles, not stories; drop it, or {other}")


def _rule(add_problem: AddProblem, key: str, rule: dict[str, Any]) -> None:
    """Check that ``rule`` can match an article."""
    if rule.get("since") and not duration_of(rule["since"]):
        add_problem(f"{key}.since", f"{quoted(rule['since'])} excludes every article; give a span such as 48h or 7d")
    for name in ("any", "all", "none"):
        inner = rule.get(name)
        parts = {f"{key}.{name}": inner} if isinstance(inner, dict) else {}
        parts |= {f"{key}.{name}[{index}]": part for index, part in enumerate(inner if isinstance(inner, list) else ())}
        for place, part in parts.items():
            _rule(add_problem, place, part)
            if isinstance(part.get("languages"), bool):
                add_problem(f"{place}.languages", "true makes feeds, and goes beside slug; give a list such as [en]")


def _family(add_problem: AddProblem, key: str, feed: dict[str, Any]) -> None:
    """Check the keys of a ``feed`` that may be a family."""
    combined = feed.get("combine", [])
    if len(set(combined)) < len(combined):
        add_problem(f"{key}.combine", f"has {quoted(combined[0])} twice; keep one of them")
    is_family = bool(combined) or feed.get("languages") is True
    if feed.get("min_articles") and not is_family:
        add_problem(f"{key}.min_articles", "has no effect without combine or languages: true; remove it")
    for name in ("guid", "new_feed_url"):
        if is_family and (feed.get("podcast") or {}).get(name):
            add_problem(f"{key}.podcast.{name}", "belongs to one podcast, and combine makes many; remove it")
    if feed.get("top") is not None and is_family:
        add_problem(f"{key}.top", "chooses from one feed, and combine makes many; drop one of them")


def _refuse_same(
    add_problem: AddProblem,
    section: str,
    key: str,
    names: Iterable[str],
    keys_of: Callable[[str], tuple[str, ...]],
) -> None:
    """Check that no two of ``names``, the keys of ``section.key``, are one topic or provider."""
    names_by_key: dict[str, str] = {}
    for name in names:
        keys = keys_of(name)
        if same := next((names_by_key[other] for other in keys if other in names_by_key), None):
            add_problem(f"{section}.{key}.{name}", f"is the same {section[:-1]} as {quoted(same)}; keep one of them")
        names_by_key |= dict.fromkeys(keys, name)


def _slugs(
    add_problem: AddProblem, section: str, values: dict[str, Any], keys_of: Callable[[str], tuple[str, ...]]
) -> None:
    """Check that the slugs of ``section`` are usable, and that no two of them are one."""
    names_by_slug: dict[str, str] = {}
    for name, slug in values.get(section, {}).get("slugs", {}).items():
        place = f"{section}.slugs.{name}"
        if not slugs.is_slug(slug):
            add_problem(place, f"{quoted(slug)} is a device name of Windows; choose another")
        if slug in names_by_slug:
            add_problem(place, f"{quoted(slug)} is the slug of {quoted(names_by_slug[slug])}, too; choose another")
        names_by_slug.setdefault(slug, name)
    _refuse_same(add_problem, section, "slugs", values.get(section, {}).get("slugs", {}), keys_of)


def _base_url(add_problem: AddProblem, text: str) -> str | None:
    url = _url(add_problem, "site.base_url", text, None)
    if url is None:
        return None
    if "?" in url or "#" in url:
        add_problem("site.base_url", f"{quoted(url)} has a query or a fragment; give the folder's URL")
        return None
    return url if url.endswith("/") else url + "/"


def _url(add_problem: AddProblem, key: str, text: str, base: str | None) -> str | None:
    try:
        return urls.resolve(base, text) if base else urls.normalize(text)
    except urls.UrlError as error:
        add_problem(key, str(error))
        return None


def _paths(values: dict[str, Any], root: Path, add_problem: AddProblem) -> None:
    content, output = values.get("content", {}), values.get("output", {})
    folders = content.get("path")
    if isinstance(folders, str):
        paths = {"content.path": folders}
    else:
        paths = {f"content.path[{index}]": folder for index, folder in enumerate(folders or ())}
    paths |= {f"output.{name}": output[name] for name in ("path", "templates") if output.get(name)}
    for key, path in paths.items():
        try:
            os.lstat(root / path)
        except UnicodeEncodeError as error:
            encoding = sys.getfilesystemencoding()
            hint = "set PYTHONUTF8=1 or a UTF-8 locale"
            add_problem(
                key, f"holds {error.object[error.start]!r}, which a file name in {encoding} cannot hold; {hint}"
            )
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                add_problem(key, f"{quoted(path)} is longer than the system allows for a file name")


def _zone(add_problem: AddProblem, key: str, name: str) -> None:
    if name != "UTC" and name not in zones.names():
        near = difflib.get_close_matches(name, zones.names(), 1, 0.6)
        hint = f"; did you mean {near[0]}?" if near else " such as Europe/Berlin"
        add_problem(f"content.{key}", f"{quoted(name)} is not a time zone{hint}")


def _merges(add_problem: AddProblem, fields: dict[str, list[str]]) -> None:
    for field, keys in fields.items():
        for index, key in enumerate(keys):
            if MERGE not in key:
                continue
            if field not in LISTS:
                message = f"merges keys with '+', but only {', '.join(sorted(LISTS))} are lists"
                add_problem(f"content.fields.{field}[{index}]", message)
            elif not all(parts_of(key)):
                add_problem(f"content.fields.{field}[{index}]", f"{quoted(key)} lacks a key beside a '+'")


def _generator(content: dict[str, Any], add_problem: AddProblem) -> None:
    """Check the permalinks, and the keys of ``content`` that only a generator uses."""
    if content.get("generator") in ANY_PARTS:
        return
    if content.get("generator"):
        groups = _groups(content, add_problem)
        patterns = {f"content.{key}": content.get(key) for key in ("permalink", "translation_permalink")}
        patterns |= {f"content.permalinks.{name}": text for name, text in content.get("permalinks", {}).items()}
        for key, text in patterns.items():
            unknown = [name for name in parts_in(text or "") if name not in PERMALINK_PARTS | groups]
            if unknown:
                add_problem(key, f"{quoted(unknown[0])} is no part of an article's URL; see docs/moving.md")
        return
    for key in sorted(_OF_GENERATORS & content.keys()):
        add_problem(f"content.{key}", "has no effect without content.generator; set that, too")
    if content.get("permalink"):
        _permalink(add_problem, content["permalink"])


def _groups(content: dict[str, Any], add_problem: AddProblem) -> set[str]:
    """Return the names of the groups in the regular expressions of ``content``, and check these."""
    names: set[str] = set()
    texts = {f"content.{key}": content.get(key) for key in ("name_fields", "path_fields")}
    pairs = content.get("slug_substitutions", {})
    texts |= {f"content.slug_substitutions.{pattern}": pattern for pattern in pairs}
    for key, text in texts.items():
        try:
            names.update(re.compile(text or "").groupindex)
        except (re.error, RecursionError, OverflowError) as error:
            add_problem(key, f"{quoted(text or '')} is not a regular expression: {error}")
    if pairs and not (content.get("slugify") or content["generator"]).startswith("pelican"):
        add_problem("content.slug_substitutions", "has no effect without a rule of Pelican's; remove it")
    return names


def _permalink(add_problem: AddProblem, text: str) -> None:
    try:
        names = {
            text if spec or change else name
            for _, name, spec, change in string.Formatter().parse(text)
            if name is not None
        }
    except ValueError:
        names = {text}
    allowed = ", ".join(f"{{{name}}}" for name in sorted(PERMALINK_FIELDS))
    if not text.startswith("/") or "{{" in text or "}}" in text or not names <= PERMALINK_FIELDS:
        add_problem("content.permalink", f"{quoted(text)} is not a path from / with any of {allowed}")
    elif not names & {"slug", "path", "filename"}:
        add_problem("content.permalink", f"{quoted(text)} gives many articles one URL; add {{slug}} or {{path}}")
