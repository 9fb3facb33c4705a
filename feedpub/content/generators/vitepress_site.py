"""The configuration of a site of VitePress (https://vitepress.dev/reference/site-config)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

from feedpub.content.generators.facts import SiteFacts, SiteFiles, joined, literal, mapping, text_of
from feedpub.content.generators.javascript import strings

_CONFIGS = tuple(
    f".vitepress/config{name}.{kind}" for name in ("", "/index") for kind in ("ts", "mts", "js", "mjs", "cjs")
)
_FOLDERS = ("", "docs/", "src/", "blog/", "site/", "website/", "content/")
_POSTS = ("posts", "post", "blog", "blogs", "articles", "news", "writing", "notes")
_LOADER = re.compile(r"createContentLoader\(\s*(\[[^\]]*\]|[\"'`][^\"'`]+[\"'`])")
_ADDRESSES = ("hostname", "HOSTNAME", "siteUrl", "SITE_URL", "siteURL", "baseUrl", "BASE_URL", "baseURL", "domain")
_OF_FEEDS = ("url", "link")
_MOST_PROGRAMS = 200


def facts_of(site: SiteFiles) -> SiteFacts | None:
    """Return what the configuration of the site says."""
    file = site.first(*(top + name for top in _FOLDERS for name in _CONFIGS))
    if not file:
        return None
    script, top = site.script(file), file.partition(".vitepress/")[0]
    values = script.default() or mapping(script.exported("config"))
    source = os.path.normpath(f"{top}{text_of(values, 'srcDir') or '.'}")
    programs = [site.text(file), *_programs(site, top)]
    clean = values.get("cleanUrls") is True
    content: dict[str, Any] = {"permalink": "/{path}"} if clean else {}
    permalinks, notes = _rewrites(values.get("rewrites"), "" if clean else ".html")
    content |= {"permalinks": permalinks} if permalinks else {}
    locales = mapping(values.get("locales"))
    root = mapping(locales.get("root"))
    defaults = [
        {"path": f"{name}/**", "values": {"lang": text_of(mapping(locale), "lang")}}
        for name, locale in locales.items()
        if name != "root" and text_of(mapping(locale), "lang")
    ]
    content |= {"defaults": defaults} if defaults else {}
    return SiteFacts(
        generator="vitepress",
        file=file,
        title=text_of(values, "title") or text_of(root, "title"),
        base_url=joined(_address(values, programs), text_of(values, "base")),
        description=text_of(values, "description") or text_of(root, "description"),
        language=text_of(values, "lang") or text_of(root, "lang"),
        paths=(source,),
        pattern=_pattern(site, source, programs, ["", *(f"{name}/" for name in (*locales, *permalinks))]),
        exclude=("README.md", "node_modules", *dict.fromkeys(strings(values.get("srcExclude")))),
        content=content,
        notes=notes,
    )


def _programs(site: SiteFiles, top: str) -> Iterator[str]:
    """Yield the texts of the programs of the theme."""
    count = 0
    for folder, _, files in os.walk(site.root / top / ".vitepress"):
        if "node_modules" in folder or "cache" in folder or "dist" in folder:
            continue
        for name in sorted(files):
            if re.search(r"\.[cm]?[jt]s$|\.vue$", name) and count < _MOST_PROGRAMS:
                count += 1
                yield site.text(os.path.relpath(os.path.join(folder, name), site.root))


def _address(values: dict[str, Any], programs: list[str]) -> str:
    """Return the address of the site: of its sitemap, its pages' heads, or its feed."""
    sitemap = text_of(mapping(values.get("sitemap")), "hostname")
    heads = values.get("head") if isinstance(values.get("head"), list) else []
    found = [sitemap, *(_og_url(head) for head in heads or ())]
    found += [literal(text, name) for text in programs for name in _ADDRESSES]
    feeds = [text for text in programs if re.search("(?i)feed|rss", text)]
    found += [literal(text, name) for text in feeds for name in _OF_FEEDS]
    address = next((one for one in found if re.match(r"https?://(?!localhost)[^/]", one)), "")
    base = text_of(values, "base").strip("/")
    return address if base and address.rstrip("/").endswith("/" + base) else "/".join(address.split("/")[:3])


def _og_url(head: Any) -> str:
    attributes = mapping(head[1] if isinstance(head, list) and len(head) > 1 else None)
    is_url = text_of(attributes, "property", "name") == "og:url" or text_of(attributes, "rel") == "canonical"
    return text_of(attributes, "content", "href") if is_url else ""


def _pattern(site: SiteFiles, source: str, programs: list[str], tops: list[str]) -> str:
    """Return the pattern of the articles: what the theme loads, or a folder of posts, or all."""
    calls = (match for program in programs for match in _LOADER.findall(program))
    loaded = [text for call in calls for text in re.findall(r"[\w./*{},!-]+", call) if text.endswith(".md")]
    wanted = [text.lstrip("/").removeprefix("./") for text in loaded if not text.startswith("!")]
    posts = [text for text in wanted if text.split("/")[0] in _POSTS or re.search("blog|post", text)] or wanted
    if posts:
        return posts[0] if len(set(posts)) == 1 else f"{{{','.join(dict.fromkeys(posts))}}}"
    folders = [top + name for top in tops for name in _POSTS if site.exists(f"{source}/{top}{name}")]
    if not folders:
        return "**/*.md"
    return f"{folders[0]}/**/*.md" if len(folders) == 1 else f"{{{','.join(folders)}}}/**/*.md"


def _rewrites(rewrites: Any, ending: str) -> tuple[dict[str, str], list[str]]:
    """Return the permalinks of moved folders, and notes on what is not read."""
    permalinks, notes = {}, []
    for old, new in mapping(rewrites).items():
        match = re.fullmatch(r"/?(.+?)/(:\w+\*?|:\w+\(\.\*\)|\(\.\*\))(\.md)?", old)
        rest = match[2].split("(")[0] if match else ""
        if match and isinstance(new, str) and re.fullmatch(rf"/?(.*/)?{re.escape(rest or ':0')}\*?(\.md)?", new):
            target = re.sub(rf"/?{re.escape(rest or ':0')}\*?(\.md)?$", "", new).strip("/")
            permalinks[match[1]] = f"/{target}/{{path}}{ending}".replace("//", "/")
        else:
            notes.append(f"set content.permalinks for the rewrite of {old}")
    if rewrites is not None and not isinstance(rewrites, dict):
        notes.append("set content.permalinks: rewrites is a program")
    return permalinks, notes
