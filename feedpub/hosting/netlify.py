"""Netlify (https://docs.netlify.com/routing/headers/): ``netlify.toml``.

Netlify compresses by itself, and makes ETags and 304s. Its rules cannot put a request's path into a header, so that it
sends no Link headers; nor do they see what a request says, so browsers get feeds as programs do. A header that two
rules set for one file is sent with both values, so no two rules here do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from feedpub.errors import UsageError
from feedpub.hosting.target import OPML_NAMES, OPML_TYPE, FeedFile, Target

# Where feeds and their archives are, as patterns: a placeholder is one folder.
_FOLDERS = ("/", "/topics/:feed/", "/providers/:feed/", "/feeds/:feed/")
_ARCHIVE = "archive/:number/"


def configuration(target: Target) -> str:
    """``netlify.toml``. Raises :class:`~feedpub.errors.UsageError` for a site below a path, or a folder outside
    config.yaml's, of which Netlify would see nothing.
    """
    if target.path != "/":
        raise UsageError(f"site.base_url has the path {target.path}; Netlify serves the folder at the root of a host")
    if target.relative.split("/")[0] == "..":
        raise UsageError("output.path leads out of the folder of config.yaml; Netlify publishes a folder below it")
    return "\n".join(_lines(target)) + "\n"


def _lines(target: Target) -> Iterator[str]:
    yield f"# {target.base_url} on Netlify, printed by 'feedpub hosting netlify': save it as netlify.toml beside"
    yield "# config.yaml."
    if target.hub:
        yield "# Netlify cannot send the Link headers of the hub: a rule's header cannot hold the request's path."
    if target.styled:
        yield "# Netlify cannot send feeds to browsers as the application/xml that they style: no rule sees who asks."
    yield "[build]"
    yield f"  publish = {json.dumps(target.relative, ensure_ascii=False)}"
    yield from _rule("/*", {"Cache-Control": target.cache_control})
    for feed in target.feeds:
        for folder in _FOLDERS:
            yield from _rule(folder + feed.name, _headers(feed))
            if target.archive:
                yield from _rule(folder + _ARCHIVE + feed.name, _headers(feed))
    for name in OPML_NAMES:
        yield from _rule(f"/{name}", {"Content-Type": OPML_TYPE})


def _headers(feed: FeedFile) -> dict[str, str]:
    headers = {"Content-Type": feed.media_type}
    if feed.is_json:
        headers["Access-Control-Allow-Origin"] = "*"
    return headers


def _rule(path: str, headers: dict[str, str]) -> Iterator[str]:
    yield ""
    yield "[[headers]]"
    yield f'  for = "{path}"'
    yield "  [headers.values]"
    for name, value in headers.items():
        yield f'    {name} = "{value}"'
