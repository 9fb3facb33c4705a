"""The rendering of a server's template with Jinja2 (https://jinja.palletsprojects.com/)."""

from __future__ import annotations

import re

import jinja2

from feedpub.config import Config
from feedpub.delivery.hosting.servers import FILTERS, SERVERS
from feedpub.delivery.hosting.site_target import target_of


def configuration(name: str, config: Config) -> str:
    """Return the configuration of the server ``name``.

    ``name`` is a key of :data:`~feedpub.delivery.hosting.servers.SERVERS`. Raise
    :class:`~feedpub.core.errors.UsageError` if the server cannot serve this site, or if its
    configuration cannot contain the folder's name.
    """
    server, site = SERVERS[name], target_of(config)
    server.check(site)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("feedpub.delivery.hosting"),
        # The text is not HTML: each server has its own quoting.
        autoescape=False,  # noqa: S701
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"in_regex": _in_regex, **FILTERS, **server.filters}
    return environment.get_template(server.template).render(site=site)


def _in_regex(text: str) -> str:
    """Return a regular expression for ``text`` with few backslashes, such as ``rss[.]xml``.

    Servers double backslashes, so brackets are easier to read.
    """
    # A backslash and a caret need their own backslash, also in brackets.
    return re.sub(r"\\([^\\^])|\\[\\^]", lambda match: f"[{match[1]}]" if match[1] else match[0], re.escape(text))
