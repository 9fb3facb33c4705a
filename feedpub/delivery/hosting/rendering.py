"""A server's template, filled in with Jinja2 (https://jinja.palletsprojects.com/)."""

from __future__ import annotations

import re

import jinja2

from feedpub.config import Config
from feedpub.delivery.hosting.servers import FILTERS, SERVERS
from feedpub.delivery.hosting.site_target import target_of


def configuration(name: str, config: Config) -> str:
    """Return the configuration of the server ``name``, one of :data:`~feedpub.delivery.hosting.servers.SERVERS`.

    Raises :class:`~feedpub.core.errors.UsageError` where the server cannot serve this site, or its configuration cannot hold
    the folder's name.
    """
    server, site = SERVERS[name], target_of(config)
    server.check(site)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("feedpub.delivery.hosting"),
        # It is not HTML: each server quotes in its own way.
        autoescape=False,  # noqa: S701
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"in_regex": _in_regex, **FILTERS, **server.filters}
    return environment.get_template(server.template).render(site=site)


def _in_regex(text: str) -> str:
    """Return a regular expression for ``text`` that is easy to read where servers double backslashes: ``rss[.]xml``."""
    # Neither means itself alone in brackets.
    return re.sub(r"\\([^\\^])|\\[\\^]", lambda found: f"[{found[1]}]" if found[1] else found[0], re.escape(text))
