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

# https://developers.cloudflare.com/pages/configuration/redirects/#per-file
_MAX_SPLATS = 100
# Characters. A function has at most 10 KB
# (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html).
_MAX_NAMES = 8000


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


def _escape_json(text: str) -> str:
    """Return ``text`` escaped for a string of JSON, of YAML or of TOML."""
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
    _check_root(site, "Netlify")
    _check_below(site, "Netlify")


def _check_cloudflare(site: SiteTarget) -> None:
    _check_root(site, "Cloudflare Pages")
    if len(site.moves) > _MAX_SPLATS:
        raise UsageError(f"{len(site.moves)} feeds have moved; Cloudflare Pages allows {_MAX_SPLATS} such redirects")


def _check_cloudfront(site: SiteTarget) -> None:
    if site.port is not None:
        raise UsageError(f"site.base_url has the port {site.port}; CloudFront serves only at the usual ports")
    names = [*site.retired, *(name for move in site.moves for name in (move.folder, move.path))]
    if sum(len(json.dumps(name)) for name in names) > _MAX_NAMES:
        raise UsageError("more feeds have moved or are retired than a function of CloudFront (10 KB) can name")


def _check_github(site: SiteTarget) -> None:
    _check_below(site, "GitHub Pages")


def _check_root(site: SiteTarget, host: str) -> None:
    if site.path != "/":
        raise UsageError(f"site.base_url has the path {site.path}; {host} serves only at the root of a host")


def _check_below(site: SiteTarget, host: str) -> None:
    if site.relative.split("/")[0] == "..":
        raise UsageError(f"output.path is not below the folder of config.yaml; {host} publishes only a folder below it")


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
    "netlify": WebServer("netlify.toml.j2", _check_netlify, {"in_quotes": _escape_json, "in_url": url_path}),
    "cloudflare-headers": WebServer("cloudflare_headers.j2", _check_cloudflare),
    "cloudflare-redirects": WebServer("cloudflare_redirects.j2", _check_cloudflare, {"in_url": url_path}),
    "cloudfront": WebServer(
        "cloudfront.yaml.j2", _check_cloudfront, {"in_quotes": _escape_json, "in_script": json.dumps}
    ),
    "github-pages": WebServer("github_pages.yaml.j2", _check_github, {"in_quotes": _escape_json}),
}
"""The servers by their names on the command line."""

FILTERS: Mapping[str, _Filter] = {"in_quotes": _escape}
"""The filters of every template."""
