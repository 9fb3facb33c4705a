"""The languages and the content folders in the configuration of a Hugo site.

See https://gohugo.io/configuration/languages/ and https://gohugo.io/configuration/module/#mounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from feedpub.content.generators.facts import mapping, text_of
from feedpub.content.generators.hugo_cascade import languages_of

_TAG = re.compile("[a-z]{2,3}(-[a-z0-9]{1,8})*")


class Languages:
    """The languages of a site, the default one first, and the folders of their articles."""

    def __init__(self, data: dict[str, Any]) -> None:
        written = data.get("languages")
        languages = mapping(written)
        settings = {name: values for name, values in languages.items() if isinstance(values, dict) or values is None}
        disabled = data.get("disablelanguages")
        off = [str(name).lower() for name in disabled] if isinstance(disabled, list) else []
        off += [name for name, values in settings.items() if str((values or {}).get("disabled")).lower() == "true"]
        self.default = (text_of(data, "defaultcontentlanguage") or next(iter(settings), "en")).lower()
        if settings and self.default not in settings and "en" in settings:
            self.default = "en"
        kept = [name for name in settings if name not in off and name != self.default and _TAG.fullmatch(name)]
        self.all = [self.default, *kept]
        self.settings = {name: settings.get(name) or {} for name in self.all}
        self.excluded = tuple(f"*.{name}.{suffix}" for name in off for suffix in ("md", "markdown"))
        self.is_prefixed = str(data.get("defaultcontentlanguageinsubdir")).lower() == "true"
        mounts = list(_mounts(data)) or list(self._folders(data))
        self.paths = tuple(dict.fromkeys(source for source, _, _ in mounts if self._has(source, mounts)))
        self._mounts = {source: (target, language) for source, target, language in reversed(mounts)}

    @property
    def own(self) -> dict[str, Any]:
        """The settings of the default language."""
        return self.settings[self.default]

    def content(self) -> dict[str, Any]:
        """Return the keys of ``content`` in config.yaml."""
        content: dict[str, Any] = {"languages": self.all}
        if self.is_prefixed:
            content["prefix_default_language"] = True
        addresses = {name: text_of(values, "baseurl") for name, values in self.settings.items()}
        addresses = {name: url for name, url in addresses.items() if url.startswith(("http://", "https://"))}
        if len(self.all) > 1 and addresses:
            content["language_urls"] = addresses
        mounts = []
        for path in self.paths:
            target, language = self._mounts[path]
            mount = {"path": path, "target": target, "language": language if len(self.all) > 1 else ""}
            if target or mount["language"]:
                mounts.append({key: value for key, value in mount.items() if value})
        if mounts:
            content["mounts"] = mounts
        return content

    def _folders(self, data: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
        """Yield the content folders of languages, or the only one."""
        common = text_of(data, "contentdir") or "content"
        own = {name: text_of(values, "contentdir") for name, values in self.settings.items()}
        if not any(own.values()):
            yield common, "", ""
            return
        for name, folder in own.items():
            yield (folder or common).rstrip("/"), "", name if folder else ""

    def _has(self, source: str, mounts: list[tuple[str, str, str]]) -> bool:
        """Return whether the site has a language of the folder ``source``."""
        languages = [language for folder, _, language in mounts if folder == source]
        return any(not language or language in self.all for language in languages)


def _mounts(data: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the source, the target below the content and the language of each content mount."""
    module = data.get("module")
    listed = module.get("mounts") if isinstance(module, dict) else None
    for mount in listed if isinstance(listed, list) else []:
        if not isinstance(mount, dict):
            continue
        source, target = text_of(mount, "source").strip("/"), text_of(mount, "target").strip("/")
        if not source or source.endswith(".md") or (target != "content" and not target.startswith("content/")):
            continue
        language = next(iter(languages_of(mount)), "")
        yield source.removeprefix("./"), target.removeprefix("content").strip("/"), language
