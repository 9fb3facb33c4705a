"""The web servers that ``feedpub hosting`` knows: a new one is a template and a line of :data:`SERVERS`.

Where a server quotes in its own way, its line has filters for its template; where it cannot serve every site, a
function that refuses those that it cannot.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from feedpub.core.errors import UsageError

if TYPE_CHECKING:
    from feedpub.delivery.hosting.site_target import SiteTarget

_Filter = Callable[[str], str]


def _escape(text: str) -> str:
    """Return ``text`` as it stands between double quotes, the quotes left out."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escape_variables(text: str) -> str:
    """Return ``text`` for nginx: nothing escapes a ``$`` but a variable that holds one."""
    return _escape(text).replace("$", "${feedpub_dollar}")


def _escape_format(text: str) -> str:
    """Return ``text`` for the value of an Apache header, where a ``%`` begins a format."""
    return _escape(text).replace("%", "%%")


def _escape_toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _accept(_site: SiteTarget) -> None:
    """Accept every site."""


def _check_apache(site: SiteTarget) -> None:
    # Variables, and patterns of <Directory> (https://httpd.apache.org/docs/2.4/mod/core.html#directory).
    for key, text in (("output.path", site.folder), ("site.base_url", site.path)):
        for taken in ("${", "%{", "*", "?", "[", "\\"):
            if taken in text:
                raise UsageError(f"{key}: {text} holds {taken}, which Apache takes for more than a name")


def _check_caddy(site: SiteTarget) -> None:
    # Placeholders, and patterns of the file matcher (https://pkg.go.dev/path/filepath#Match).
    taken = frozenset("{}*?[\\")
    if found := taken & set(site.folder):
        raise UsageError(f"output.path: {site.folder} holds {min(found)}, which Caddy takes for more than a name")
    # handle_path does not recognize a path that is percent-encoded in URLs.
    if taken & set(site.path) or not site.base_url.endswith(site.path) or "%" in site.path:
        raise UsageError("site.base_url has a path that Caddy cannot strip; use letters, digits, - and . alone")


def _check_netlify(site: SiteTarget) -> None:
    if site.path != "/":
        raise UsageError(f"site.base_url has the path {site.path}; Netlify serves the folder at the root of a host")
    if site.relative.split("/")[0] == "..":
        raise UsageError("output.path leads out of the folder of config.yaml; Netlify publishes a folder below it")


class WebServer(NamedTuple):
    """A web server."""

    template: str
    """The file in ``templates/``."""
    check: Callable[[SiteTarget], None] = _accept
    """Raises :class:`~feedpub.core.errors.UsageError` for a site that the server cannot serve."""
    filters: Mapping[str, _Filter] = {}
    """The template's own filters, and its own way to do ``in_quotes``."""


SERVERS = {
    "nginx": WebServer("nginx.conf.j2", filters={"in_quotes": _escape_variables, "in_location": _escape}),
    "caddy": WebServer("Caddyfile.j2", _check_caddy),
    "apache": WebServer("apache.conf.j2", _check_apache, {"in_header": _escape_format}),
    "netlify": WebServer("netlify.toml.j2", _check_netlify, {"in_quotes": _escape_toml}),
}
"""By the names that the command line has for them."""

FILTERS: Mapping[str, _Filter] = {"in_quotes": _escape}
"""The filters of every template."""
