"""Caddy 2 (https://caddyserver.com/docs/caddyfile): a site block for the Caddyfile.

Caddy obtains the certificate by itself, and sends ETag, Last-Modified, ranges and 304 without being told.
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

# Placeholders, and what the file matcher takes for a pattern (https://pkg.go.dev/path/filepath#Match).
_TAKEN = frozenset("{}*?[\\")


def configuration(target: Target) -> str:
    """A site block.

    Raises :class:`~feedpub.errors.UsageError` where Caddy would take the folder's name for a pattern, and for a path
    that is percent-encoded in URLs, which its handle_path does not find again.
    """
    if taken := _TAKEN & set(target.folder):
        raise UsageError(f"output.path: {target.folder} holds {min(taken)}, which Caddy takes for more than a name")
    if _TAKEN & set(target.path) or not target.base_url.endswith(target.path) or "%" in target.path:
        raise UsageError("site.base_url has a path that Caddy cannot strip; use letters, digits, - and . alone")
    return "\n".join(_block(target)) + "\n"


def _block(target: Target) -> Iterator[str]:
    port = f":{target.port}" if target.port else ""
    yield f"# {target.base_url} on Caddy, printed by 'feedpub hosting caddy': add it to the Caddyfile,"
    yield "# then 'caddy reload'."
    if target.path != "/":
        yield "# Where another site block serves this host, move handle_path into it."
    yield f"{target.scheme}://{target.address}{port} {{"
    if target.path == "/":
        yield from _site(target, "\t")
    else:
        yield f"\thandle_path {_string(target.path + '*')} {{"
        yield from _site(target, "\t\t")
        yield "\t}"
    yield "}"


def _site(target: Target, indent: str) -> Iterator[str]:
    yield f"{indent}root * {_string(target.folder)}"
    yield f"{indent}encode gzip {{"
    yield f"{indent}\tminimum_length 1000"
    yield f"{indent}\tmatch {{"
    for media_type in (*target.types, "text/", "image/svg"):
        yield f"{indent}\t\theader Content-Type {media_type}*"
    yield f"{indent}\t}}"
    yield f"{indent}}}"
    yield ""
    yield f"{indent}@files file {{path}} {{path}}/index.html"
    yield f"{indent}header @files {{"
    yield f"{indent}\tCache-Control {_string(target.cache_control)}"
    # By itself Caddy says so of compressed answers only, and a cache would hand the plain one to all.
    yield f"{indent}\tVary Accept-Encoding"
    yield f"{indent}}}"
    for feed in target.feeds:
        yield from _feed(target, feed, indent)
    if target.hub and target.archive:
        yield from _matcher("archived", "*/archive/*", indent, f'path_regexp "/{ARCHIVED}"')
        yield f"{indent}{ARCHIVED_COMMENT}"
        yield f"{indent}header @archived -Link"
    if target.styled:
        yield from _as_page(target, indent)
    yield from _matcher("opml", "*.opml", indent)
    yield f"{indent}header @opml Content-Type {OPML_TYPE}"
    yield ""
    yield f"{indent}# Nothing hidden, and no half-written file."
    yield f"{indent}@hidden {{"
    yield f"{indent}\tpath */.*"
    yield f"{indent}\tnot path */.well-known/*"
    yield f"{indent}}}"
    yield f"{indent}error @hidden 404"
    kinds = [name for name, is_there in (("br", target.brotli), ("gzip", target.gzip)) if is_there]
    yield f"{indent}file_server" + (f" {{\n{indent}\tprecompressed {' '.join(kinds)}\n{indent}}}" if kinds else "")


def _feed(target: Target, feed: FeedFile, indent: str) -> Iterator[str]:
    name = feed.name.partition(".")[0]
    yield from _matcher(name, f"*/{feed.name}", indent)
    yield f"{indent}header @{name} {{"
    yield f"{indent}\tContent-Type {feed.media_type}"
    if feed.is_json:
        yield f"{indent}\tAccess-Control-Allow-Origin *"
    if feed.is_styled:
        yield f'{indent}\tVary "Accept-Encoding, {DESTINATION}"'
    links = target.links("\0")
    if links:
        # The path begins with a slash; base_url ends in one.
        yield f"{indent}\tLink {_string(links).replace('/' + chr(0), '{http.request.uri.path}')}"
    yield f"{indent}}}"


def _as_page(target: Target, indent: str) -> Iterator[str]:
    paths = " ".join(f"*/{feed.name}" for feed in target.styled)
    yield from _matcher("page", paths, indent, f"header {DESTINATION} {NAVIGATION}")
    yield from (f"{indent}{line}" for line in AS_PAGE_COMMENT)
    yield f"{indent}header @page {{"
    yield f"{indent}\tContent-Type {STYLED_TYPE}"
    yield f"{indent}\tCache-Control {_string(target.styled_cache_control)}"
    yield f"{indent}\tX-Content-Type-Options nosniff"
    yield f"{indent}\t-ETag"
    yield f"{indent}}}"
    yield f"{indent}request_header @page -If-None-Match"


def _matcher(name: str, paths: str, indent: str, *more: str) -> Iterator[str]:
    """Files that there are: of others nothing is to be said."""
    yield ""
    yield f"{indent}@{name} {{"
    for one in (f"path {paths}", "file", *more):
        yield f"{indent}\t{one}"
    yield f"{indent}}}"


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
