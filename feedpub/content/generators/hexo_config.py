"""The configuration of a site of Hexo (https://hexo.io/docs/configuration)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from feedpub.content.generators.facts import SiteFacts, SiteFiles, joined, mapping, text_of
from feedpub.core.generators import parts_in

_PERMALINK = ":year/:month/:day/:title/"
# Where a service, and not a computer of the owner's, may run Hexo.
_SERVICES = (".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml", ".travis.yml", "netlify.toml")
_RUNS_HEXO = re.compile(
    r"\bhexo\s+(?:g|generate|d|deploy)\b|\b(?:npm|yarn|pnpm)\s+(?:run\s+)?(?:build|generate|deploy)\b"
)
_SETS_ZONE = re.compile(r"\bTZ\b|timezone", re.IGNORECASE)
TIME_PARTS = frozenset("year month day i_month i_day hour minute second hash".split())
"""The parts of a permalink that are of the date."""

_CASES = {"1": "hexo-lower", "2": "hexo-upper"}
# https://github.com/hexojs/hexo-renderer-marked: the kinds of files that it reads.
_MARKDOWN = "**/*.{md,markdown,mkd,mkdn,mdwn,mdtxt,mdtext}"


def facts_of_hexo(site: SiteFiles) -> SiteFacts | None:
    """Return what ``_config.yml`` says; None unless it stands beside ``source/_posts``."""
    file = site.first("_config.yml", "_config.yaml", "_config.json")
    data = site.data(file)
    source = text_of(data, "source_dir") or "source"
    # Octopress, which Jekyll makes, has the same folder, and names it "source".
    if not file or not site.exists(f"{source}/_posts") or text_of(data, "source"):
        return None
    language = data.get("language")
    return SiteFacts(
        generator="hexo",
        file=file,
        title=text_of(data, "title"),
        base_url=joined(text_of(data, "url"), text_of(data, "root")),
        description=text_of(data, "description", "subtitle"),
        language=str(language[0]) if isinstance(language, list) and language else text_of(data, "language"),
        timezone=text_of(data, "timezone"),
        author=text_of(data, "author"),
        email=text_of(data, "email"),
        paths=(f"{source}/_posts",),
        pattern="**/*.md" if _is_on(data, "post_asset_folder") else _MARKDOWN,
        exclude=_excluded(data),
        content=_content(data) | _zone_of_urls(site, data),
        notes=_notes(data),
    )


def _content(data: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    permalink = _permalink(data)
    if permalink != _PERMALINK:
        content["permalink"] = permalink
    names = text_of(data, "new_post_name")
    if names and names != ":title.md":
        content["file_names"] = names
    if case := _CASES.get(text_of(data, "filename_case")):
        content["slugify"] = case
    slugs = data.get("category_map")
    if isinstance(slugs, dict) and ":category" in permalink:
        content["category_slugs"] = {str(key): str(value) for key, value in slugs.items() if value is not None}
    values = data.get("permalink_defaults")
    defaults = {str(key): str(value) for key, value in values.items()} if isinstance(values, dict) else {}
    if ":category" in permalink and text_of(data, "default_category") not in ("", "uncategorized"):
        defaults["default_category"] = text_of(data, "default_category")
    if defaults:
        content["defaults"] = [{"path": "**", "values": defaults}]
    return {key: value for key, value in content.items() if value}


def _zone_of_urls(site: SiteFiles, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the time zone of dates in URLs if a service runs Hexo, whose machines have UTC."""
    if not text_of(data, "timezone") or not TIME_PARTS & {*parts_in(_permalink(data))}:
        return {}
    names = [
        path.relative_to(site.root).as_posix() for pattern in _SERVICES for path in sorted(site.root.glob(pattern))
    ]
    texts = [text for name in names if _RUNS_HEXO.search(text := site.text(name))]
    is_utc = bool(texts) and not any(_SETS_ZONE.search(text) for text in texts)
    return {"url_timezone": "UTC"} if is_utc else {}


def _permalink(data: Mapping[str, Any]) -> str:
    """Return the permalink with what ``pretty_urls`` and ``post_asset_folder`` make of its end."""
    permalink = text_of(data, "permalink") or _PERMALINK
    if _is_on(data, "post_asset_folder") and not permalink.endswith(("/", ".html")):
        permalink += "/"
    pretty = mapping(data.get("pretty_urls"))
    if _is_off(pretty, "trailing_index"):
        permalink = permalink.removesuffix("index.html")
    if _is_off(pretty, "trailing_html") and not permalink.endswith("index.html"):
        permalink = permalink.removesuffix(".html")
    return permalink


def _excluded(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the patterns of posts that Hexo does not render, relative to the posts."""
    skipped = data.get("skip_render")
    patterns = skipped if isinstance(skipped, list) else [skipped]
    below = (str(pattern).removeprefix("_posts/") for pattern in patterns if str(pattern).startswith("_posts/"))
    return tuple(pattern for pattern in below if pattern)


def _notes(data: Mapping[str, Any]) -> list[str]:
    permalink = _permalink(data)
    notes = []
    pinyin = data.get("permalink_pinyin")
    if text_of(data, "timezone") and TIME_PARTS & {*parts_in(permalink)}:
        notes.append("Hexo dates URLs in the time zone of the machine that runs it; if one has another day than the")
        notes[-1] += " live site, set content.url_timezone to that zone, such as UTC."
    if "id" in parts_in(permalink):
        notes.append("The URLs hold :id, a number of Hexo's database: give articles a permalink or a sourceUrl.")
    if isinstance(pinyin, dict) and _is_on(pinyin, "enable"):
        notes.append("hexo-permalink-pinyin transliterates the titles in URLs: give articles a permalink.")
    if _is_on(data, "render_drafts"):
        notes.append("render_drafts is true, but feedpub publishes no draft: move what is public to _posts.")
    encrypted = data.get("encrypt")
    if isinstance(encrypted, dict) and encrypted.get("tags"):
        notes.append("Articles with some tags are encrypted: give them a password, or exclude them.")
    return notes


def _is_on(data: Mapping[str, Any], key: str) -> bool:
    """Return whether ``key`` is true. The data may hold texts for booleans."""
    return str(data.get(key)).lower() == "true"


def _is_off(data: Mapping[str, Any], key: str) -> bool:
    return str(data.get(key)).lower() == "false"
