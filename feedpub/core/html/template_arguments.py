"""The arguments of template tags, and the values of the site that tags name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from feedpub.core.html.sanitizer import ArticleLookup

# The slash of Hugo's ``{{< youtube "id" />}}``; that at the end of a URL belongs to the URL.
_CLOSED = re.compile(r"(?:\A|(?<=[\s\"']))/\s*\Z")
_ARGUMENT = re.compile(
    r"""(?:(?P<key>[A-Za-z_][\w-]*)\s*(?:=|:(?!//))\s*)?(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|`(?P<c>[^`]*)`|(?P<d>[^\s,"'`()]+))"""
)
_NAME = re.compile(r"/?\s*[A-Za-z_][\w./-]*")
_SITE = re.compile(r"(?P<origin>https?://[^/?#]+)(?P<path>[^?#]*)", re.IGNORECASE)


class Arguments(NamedTuple):
    """The arguments of a tag: those without a name, and those with one."""

    values: list[str]
    named: dict[str, str]

    def get(self, *names: str, at: int | None = None) -> str:
        """Return the first argument of ``names``, else the one at a position, else no text."""
        for name in names:
            if self.named.get(name):
                return self.named[name]
        return self.values[at] if at is not None and at < len(self.values) else ""


@dataclass(frozen=True, slots=True)
class TemplateSite:
    """The values of a site and a page that tags name."""

    origin: str = ""
    prefix: str = ""
    """The path of the site, without a slash at its end."""
    page: str = ""
    resolve: ArticleLookup | None = None

    @classmethod
    def from_urls(cls, site_url: str | None, *, base: str, page: str, resolve: ArticleLookup | None) -> TemplateSite:
        """Return the site at ``site_url``, else at the host of ``base``."""
        match = _SITE.match(site_url or base)
        if match is None:
            return cls(page=page, resolve=resolve)
        return cls(match["origin"], match["path"].rstrip("/") if site_url else "", page, resolve)

    def article(self, path: str) -> str | None:
        """Return the URL of the article at ``path``, None if there is none, and an empty text
        without a resolver.
        """
        path, sign, fragment = path.partition("#")
        if not path and fragment:
            return sign + fragment
        if self.resolve is None:
            return ""
        url = self.resolve(path, by_name=True)
        return url + sign + fragment if url else None

    def path(self, path: str, *, absolute: bool = False) -> str:
        """Return the URL of ``path`` below the site."""
        if re.match(r"[a-z][a-z0-9+.-]*:|//|#", path, re.IGNORECASE):
            return path
        return f"{self.origin if absolute else ''}{self.prefix}/{path.removeprefix('/')}"


def parsed(inside: str) -> tuple[str, Arguments]:
    """Return the name and the arguments of a tag."""
    match = _NAME.match(inside)
    name = "".join(match[0].split()) if match else ""
    rest = inside[match.end() :] if match else inside
    return name, arguments_of(_CLOSED.sub("", rest))


def arguments_of(text: str) -> Arguments:
    """Return the arguments in ``text``: quoted or bare, with or without names."""
    arguments = Arguments([], {})
    for match in _ARGUMENT.finditer(text):
        value = next((match[group] for group in "abcd" if match[group] is not None), "")
        if match["key"]:
            arguments.named[match["key"]] = value
        else:
            arguments.values.append(value)
    return arguments
