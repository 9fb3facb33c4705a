"""nginx (https://nginx.org/en/docs/): a file for ``conf.d/``.

nginx takes one type an extension, and ``rss.xml`` and ``atom.xml`` share theirs; so each has a location of its own. A
location inherits no header once it adds one, so each repeats them. No variable can be a file's type; so a feed that is
opened as a page has a location of its own, too, which only a rewrite leads to.
"""

from __future__ import annotations

from collections.abc import Iterator

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

# A "$" begins a variable, and nothing escapes it but a variable that holds one.
_DOLLAR = "feedpub_dollar"
# What a rewrite puts after the path of such a feed.
_AS_PAGE = "/feedpub-as-page"
_COMPRESSED = "text/css text/javascript application/javascript image/svg+xml"


def configuration(target: Target) -> str:
    """A server of its own for the site, or for a site below a path a server to take the location from."""
    body = "\n".join(_server(target))
    head = _HEAD.format(base_url=target.base_url, host=target.address)
    dollar = f'geo ${_DOLLAR} {{ default "$"; }}\n\n' if f"${{{_DOLLAR}}}" in body else ""
    return f"{head}\n{dollar}{body}\n"


_HEAD = """\
# {base_url} on nginx, printed by 'feedpub hosting nginx': save it as
# /etc/nginx/conf.d/{host}.conf, then 'nginx -t && nginx -s reload'.
"""


def _server(target: Target) -> Iterator[str]:
    if target.path != "/":
        yield "# Where another server block serves this host, move the location below into it."
    if target.scheme == "https":
        yield f"# TLS is added by 'certbot --nginx -d {target.address}', or by hand: listen 443 ssl, ssl_certificate, …"
    port = (target.port if target.scheme == "http" else None) or 80
    yield "server {"
    yield f"    listen {port};"
    yield f"    listen [::]:{port};"
    yield f"    server_name {target.address};"
    yield ""
    yield from _site(target)
    yield "}"


def _site(target: Target) -> Iterator[str]:
    if target.path == "/":
        yield "    location / {"
        yield f"        root {_string(target.folder)};"
    else:
        yield f"    location ^~ {_string(target.path, variables=False)} {{"
        yield f"        alias {_string(target.folder + '/')};"
    yield "        index index.html;"
    yield f"        add_header Cache-Control {_string(target.cache_control)};"
    yield ""
    yield from _compression(target)
    yield ""
    yield "        # Nothing hidden, and no half-written file."
    yield '        location ~ "/[.](?!well-known/)" { return 404; }'
    for feed in target.feeds:
        yield ""
        yield from _feed(target, feed)
    if target.styled:
        yield ""
        yield from _as_page(target)
    yield ""
    yield '        location ~ "[.]opml$" {'
    yield from _typed(OPML_TYPE, target.cache_control)
    yield "        }"
    yield "    }"


def _compression(target: Target) -> Iterator[str]:
    yield "        gzip on;"
    yield "        gzip_vary on;"
    yield "        gzip_proxied any;"
    yield "        gzip_min_length 1000;"
    yield f"        gzip_types {' '.join(target.types)}"
    yield f"                   {_COMPRESSED};"
    if target.gzip:
        yield "        gzip_static on;"
    if target.brotli:
        yield "        # With the module ngx_brotli (Debian: libnginx-mod-http-brotli-static):"
        yield "        # brotli_static on;"


def _feed(target: Target, feed: FeedFile) -> Iterator[str]:
    yield f"        location ~ {_string(target.pattern(feed.pattern) + '$', variables=False)} {{"
    if feed.is_styled:
        variable = f"$http_{DESTINATION.lower().replace('-', '_')}"
        yield f"            if ({variable} = {NAVIGATION}) {{ rewrite ^ $uri{_AS_PAGE} last; }}"
        yield f"            add_header Vary {DESTINATION};"
    yield from _typed(feed.media_type, target.cache_control)
    if feed.is_json:
        yield "            add_header Access-Control-Allow-Origin *;"
    yield from _links(target)
    yield "        }"


def _as_page(target: Target) -> Iterator[str]:
    names = "|".join(feed.pattern for feed in target.styled)
    yield from (f"        {line}" for line in AS_PAGE_COMMENT)
    yield f"        location ~ {_string(target.pattern(f'(?:{names})') + _AS_PAGE + '$', variables=False)} {{"
    yield "            internal;"
    yield f'            alias {_string(target.folder + "/")[:-1]}$feedpub";'
    yield "            etag off;"
    yield f"            add_header Vary {DESTINATION};"
    yield "            add_header X-Content-Type-Options nosniff;"
    yield from _typed(STYLED_TYPE, target.styled_cache_control)
    yield from _links(target)
    yield "        }"


def _links(target: Target) -> Iterator[str]:
    links = target.links("\0")
    if links:
        # Of the file that was found: the name is plain ASCII, and nothing needs encoding.
        before, _, after = (_string(part)[1:-1] for part in links.partition("\0"))
        value = f'"{before}$feedpub{after}"'
        if target.archive:
            yield f"            set $feedpub_link {value};"
            yield f"            {ARCHIVED_COMMENT}"
            yield f'            if ($feedpub ~ "(?:^|/){ARCHIVED}") {{ set $feedpub_link ""; }}'
            value = "$feedpub_link"
        yield f"            add_header Link {value};"


def _typed(media_type: str, cache_control: str) -> Iterator[str]:
    yield "            types { }"
    yield f"            default_type {media_type};"
    yield f"            add_header Cache-Control {_string(cache_control)};"


def _string(text: str, *, variables: bool = True) -> str:
    """``text`` in quotes. A backslash stays one before all but quotes, backslashes and ``t r n``, so both are doubled;
    ``variables`` tells whether nginx would look for some in it.
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + (escaped.replace("$", f"${{{_DOLLAR}}}") if variables else escaped) + '"'
