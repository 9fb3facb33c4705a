"""What the configuration's types cannot say: URLs, time zones, permalinks, folders' names."""

from __future__ import annotations

import difflib
import errno
import os
import string
import sys
from pathlib import Path
from typing import Any

from feedpub.config.check_constraints import Tell, check_links
from feedpub.core import slugs, urls, zones
from feedpub.core.errors import quoted

PERMALINK_FIELDS = frozenset(("year", "month", "day", "slug", "path"))


def check_values(values: dict[str, Any], root: Path, problem: Tell) -> None:
    """What the model's types cannot say. URLs in ``values`` are replaced by what they are normalized to; paths are seen
    from ``root``.
    """
    site = values["site"]
    base = _base_url(problem, site["base_url"])
    site["base_url"] = base
    for section, names in ((site, ("icon", "logo")), (site.get("author") or {}, ("url",))):
        prefix = "site" if section is site else "site.author"
        for name in names:
            if section.get(name) and base:
                section[name] = _url(problem, f"{prefix}.{name}", section[name], base)
    if values.get("hub"):
        values["hub"] = _url(problem, "hub", values["hub"], None)
    content = values.get("content", {})
    if "timezone" in content:
        _zone(problem, content["timezone"])
    if content.get("permalink"):
        _permalink(problem, content["permalink"])
    for index, feed in enumerate(values.get("feeds", [])):
        if not slugs.is_slug(feed["slug"]):
            problem(f"feeds[{index}].slug", f"{quoted(feed['slug'])} is a name that Windows keeps for a device")
        if any(feed["slug"] == other["slug"] for other in values["feeds"][:index]):
            problem(f"feeds[{index}].slug", f"{quoted(feed['slug'])} is taken by a feed above")
    if "check" in values:
        check_links(values["check"], problem)
    _paths(values, root, problem)


def _base_url(problem: Tell, text: str) -> str | None:
    url = _url(problem, "site.base_url", text, None)
    if url is None:
        return None
    if "?" in url or "#" in url:
        problem("site.base_url", f"{quoted(url)} has a query or a fragment; give the folder's URL")
        return None
    return url if url.endswith("/") else url + "/"


def _url(problem: Tell, key: str, text: str, base: str | None) -> str | None:
    try:
        return urls.resolve(base, text) if base else urls.normalize(text)
    except urls.UrlError as error:
        problem(key, str(error))
        return None


def _paths(values: dict[str, Any], root: Path, problem: Tell) -> None:
    content, output = values.get("content", {}), values.get("output", {})
    listed = content.get("path")
    paths = {f"content.path[{index}]": one for index, one in enumerate(listed)} if isinstance(listed, list) else {}
    paths |= {"content.path": listed} if isinstance(listed, str) else {}
    paths |= {f"output.{name}": output[name] for name in ("path", "templates") if output.get(name)}
    for key, path in paths.items():
        try:
            os.lstat(root / path)
        except UnicodeEncodeError as error:
            coding = sys.getfilesystemencoding()
            hint = "set PYTHONUTF8=1, or a locale of UTF-8"
            problem(key, f"holds {error.object[error.start]!r}, which file names in {coding} cannot; {hint}")
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                problem(key, f"{quoted(path)} is longer than the name of a file can be")


def _zone(problem: Tell, name: str) -> None:
    if name != "UTC" and name not in zones.names():
        near = difflib.get_close_matches(name, zones.names(), 1, 0.6)
        hint = f"; did you mean {near[0]}?" if near else " such as Europe/Berlin"
        problem("content.timezone", f"{quoted(name)} is no time zone{hint}")


def _permalink(problem: Tell, text: str) -> None:
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
        problem("content.permalink", f"{quoted(text)} is not a path from / with any of {allowed}")
    elif not names & {"slug", "path"}:
        problem("content.permalink", f"{quoted(text)} gives many articles one URL; add {{slug}} or {{path}}")
