"""The registry of the web servers of ``feedpub hosting``.

A new server is a template and a line of :data:`SERVERS`. The line also has filters if the server
has its own quoting, and a check if the server cannot serve every site.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from feedpub.core.errors import UsageError
from feedpub.feeds.paths import url_path

if TYPE_CHECKING:
    from feedpub.delivery.hosting.site_target import SiteTarget

_Filter = Callable[[str], str]


def _escape(text: str) -> str:
    """Return ``text`` escaped for a place between double quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escape_variables(text: str) -> str:
    """Return ``text`` escaped for nginx, where only a variable can stand for a ``$``."""
    return _escape(text).replace("$", "${feedpub_dollar}")


def _escape_format(text: str) -> str:
    """Return ``text`` escaped for the value of an Apache header, where ``%`` begins a format."""
    return _escape(text).replace("%", "%%")


def _escape_substitution(text: str) -> str:
    """Return ``text`` escaped for a RewriteRule, where ``%2`` and ``$2`` stand for matches."""
    return text.replace("%", r"\%").replace("$", r"\$")


def _escape_toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _accept(_site: SiteTarget) -> None:
    """Accept every site."""


def _check_apache(site: SiteTarget) -> None:
    # Syntax of variables, and of patterns in <Directory>
    # (https://httpd.apache.org/docs/2.4/mod/core.html#directory).
    for key, text in (("output.path", site.folder), ("site.base_url", site.path)):
        for special in ("${", "%{", "*", "?", "[", "\\"):
            if special in text:
                raise UsageError(f"{key}: {text} contains {special}, which has a special meaning for Apache")


def _check_caddy(site: SiteTarget) -> None:
    # Syntax of placeholders, and of patterns in the file matcher
    # (https://pkg.go.dev/path/filepath#Match).
    special = frozenset("{}*?[\\")
    if in_folder := special & set(site.folder):
        raise UsageError(f"output.path: {site.folder} contains {min(in_folder)}, which has a special meaning for Caddy")
    # handle_path does not match a path that is percent-encoded in URLs.
    if special & set(site.path) or not site.base_url.endswith(site.path) or "%" in site.path:
        raise UsageError("site.base_url has a path that Caddy cannot strip; use only letters, digits, - and .")


def _check_netlify(site: SiteTarget) -> None:
    if site.path != "/":
        raise UsageError(f"site.base_url has the path {site.path}; Netlify serves only at the root of a host")
    if site.relative.split("/")[0] == "..":
        raise UsageError("output.path is not below the folder of config.yaml; Netlify publishes only a folder below it")


class WebServer(NamedTuple):
    """A web server."""

    template: str
    """The file in ``templates/``."""
    check: Callable[[SiteTarget], None] = _accept
    """A function that raises UsageError for a site that the server cannot serve."""
    filters: Mapping[str, _Filter] = {}
    """The filters of this template alone, which may replace ``in_quotes``."""


_APACHE_FILTERS: Mapping[str, _Filter] = {"in_header": _escape_format, "in_substitution": _escape_substitution}

SERVERS = {
    "nginx": WebServer("nginx.conf.j2", filters={"in_quotes": _escape_variables, "in_location": _escape}),
    "caddy": WebServer("Caddyfile.j2", _check_caddy),
    "apache": WebServer("apache.conf.j2", _check_apache, _APACHE_FILTERS),
    "netlify": WebServer("netlify.toml.j2", _check_netlify, {"in_quotes": _escape_toml, "in_url": url_path}),
}
"""The servers by their names on the command line."""

FILTERS: Mapping[str, _Filter] = {"in_quotes": _escape}
"""The filters of every template."""
