"""Apache 2.4 (https://httpd.apache.org/docs/2.4/): a virtual host, or for a site below a path what one includes.

Needs mod_headers, mod_deflate and mod_filter; mod_rewrite for precompressed files; mod_alias below a path.
"""

from __future__ import annotations

from collections.abc import Iterator

from feedpub.errors import UsageError
from feedpub.hosting.target import (
    ARCHIVED,
    ARCHIVED_COMMENT,
    AS_PAGE_COMMENT,
    DESTINATION,
    NAVIGATION,
    OPML_TYPE,
    STYLED_TYPE,
    FeedFile,
    Target,
)

# Variables, and what <Directory> takes for a pattern (https://httpd.apache.org/docs/2.4/mod/core.html#directory).
_TAKEN = ("${", "%{", "*", "?", "[", "\\")


def configuration(target: Target) -> str:
    """A virtual host.

    Raises :class:`~feedpub.errors.UsageError` where Apache would take the folder's name or the path for a pattern.
    """
    for key, text in (("output.path", target.folder), ("site.base_url", target.path)):
        for taken in _TAKEN:
            if taken in text:
                raise UsageError(f"{key}: {text} holds {taken}, which Apache takes for more than a name")
    return "\n".join(_host(target)) + "\n"


def _host(target: Target) -> Iterator[str]:
    port = (target.port if target.scheme == "http" else None) or 80
    modules = ["headers", "deflate", "filter"]
    modules += ["rewrite"] if target.gzip or target.brotli else []
    modules += ["alias"] if target.path != "/" else []
    yield f"# {target.base_url} on Apache 2.4, printed by 'feedpub hosting apache': save it as"
    yield f"# /etc/apache2/sites-available/{target.address}.conf, then 'a2enmod {' '.join(modules)}',"
    yield f"# 'a2ensite {target.address}' and 'apachectl graceful'."
    if target.path != "/":
        yield "# Where another virtual host serves this host, move what is in this one there."
    if target.scheme == "https":
        yield f"# TLS is added by 'certbot --apache -d {target.address}', or by hand: SSLEngine, SSLCertificateFile, …"
    yield f"<VirtualHost *:{port}>"
    yield f"    ServerName {target.address}"
    if target.path == "/":
        yield f"    DocumentRoot {_string(target.folder)}"
    else:
        yield f"    Alias {_string(target.path)} {_string(target.folder + '/')}"
    yield ""
    yield from _folder(target)
    for feed in target.feeds:
        yield ""
        yield from _feed(target, feed)
    if target.hub and target.archive:
        yield ""
        yield f"    {ARCHIVED_COMMENT}"
        yield f"    <LocationMatch {_string(target.pattern() + f'(?:.+/)?{ARCHIVED}')}>"
        yield "        Header unset Link"
        yield "    </LocationMatch>"
    yield ""
    yield f"    <LocationMatch {_string(target.pattern() + '.*[.]opml(?:[.](?:gz|br))?$')}>"
    yield f"        ForceType {OPML_TYPE}"
    yield "    </LocationMatch>"
    yield ""
    yield "    # Nothing hidden, and no half-written file."
    yield f"    <LocationMatch {_string(target.pattern() + '(?:.*/)?[.](?!well-known/)')}>"
    yield "        Require all denied"
    yield "    </LocationMatch>"
    yield "</VirtualHost>"


def _folder(target: Target) -> Iterator[str]:
    yield f"    <Directory {_string(target.folder)}>"
    yield "        Require all granted"
    yield "        Options SymLinksIfOwnerMatch"
    yield "        AllowOverride None"
    yield "        DirectoryIndex index.html"
    yield "        FileETag MTime Size"
    yield f"        Header set Cache-Control {_string(target.cache_control)}"
    yield ""
    yield f"        AddOutputFilterByType DEFLATE {' '.join(target.types)}"
    yield "        AddOutputFilterByType DEFLATE text/html text/css text/javascript image/svg+xml"
    yield "        # What is compressed on the way has an ETag of its own, which Apache does not know again by itself:"
    yield "        # https://bz.apache.org/bugzilla/show_bug.cgi?id=45023"
    yield r"""        RequestHeader edit* If-None-Match '"([^"]+)-gzip"' '"$1-gzip", "$1"'"""
    if target.gzip or target.brotli:
        yield ""
        yield from _precompressed(target)
    yield "    </Directory>"


def _precompressed(target: Target) -> Iterator[str]:
    kinds = [("br", "br")] if target.brotli else []
    kinds += [("gzip", "gz")] if target.gzip else []
    yield "        RewriteEngine on"
    yield f"        RewriteBase {_string(target.path)}"
    for coding, ending in kinds:
        yield rf"        RewriteCond %{{HTTP:Accept-Encoding}} \b{coding}\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))"
        yield r"        RewriteCond %{REQUEST_FILENAME} !\.(?:br|gz)$"
        yield f"        RewriteCond %{{REQUEST_FILENAME}}.{ending} -f"
        yield f"        RewriteRule ^(.+)$ $1.{ending} [L]"
    for coding, ending in kinds:
        # For Apache .br is Breton, and .gz a type.
        yield f"        RemoveLanguage .{ending}"
        yield f"        RemoveType .{ending}"
        yield f"        AddEncoding {coding} .{ending}"
    yield "        Header merge Vary Accept-Encoding"


def _feed(target: Target, feed: FeedFile) -> Iterator[str]:
    yield f"    <LocationMatch {_string(target.pattern(feed.pattern) + '(?:[.](?:gz|br))?$')}>"
    yield f"        ForceType {feed.media_type}"
    if feed.is_json:
        yield "        Header set Access-Control-Allow-Origin *"
    links = target.links("\0")
    if links:
        value = _string(links.replace("%", "%%")).replace("\0", "%{MATCH_FEEDPUB}e")
        yield f"        Header set Link {value}"
    if feed.is_styled:
        yield from _as_page(target)
    yield "    </LocationMatch>"


def _as_page(target: Target) -> Iterator[str]:
    yield f"        Header merge Vary {DESTINATION}"
    yield from (f"        {line}" for line in AS_PAGE_COMMENT)
    yield f"        <If \"%{{HTTP:{DESTINATION}}} == '{NAVIGATION}'\">"
    yield f"            ForceType {STYLED_TYPE}"
    yield "            FileETag None"
    yield f"            Header set Cache-Control {_string(target.styled_cache_control)}"
    yield "            Header set X-Content-Type-Options nosniff"
    yield "        </If>"


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
