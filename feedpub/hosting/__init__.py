"""The configuration of web servers that serve ``output/`` as it is meant to be: config → text, a module each server.

Pure: nothing is read, written or asked. Whether a server takes the text is for the server to say (``nginx -t``).
"""

from importlib import import_module

from feedpub.config import Config
from feedpub.hosting.target import target_of

# Server → module; each has ``configuration(Target) -> str``.
_REGISTRY = {
    "nginx": "feedpub.hosting.nginx",
    "caddy": "feedpub.hosting.caddy",
    "apache": "feedpub.hosting.apache",
    "netlify": "feedpub.hosting.netlify",
}

SERVERS = tuple(_REGISTRY)
"""What ``feedpub hosting`` knows."""

__all__ = ["SERVERS", "configuration"]


def configuration(server: str, config: Config) -> str:
    """What ``server``, one of :data:`SERVERS`, has to be told, ending in a line feed.

    Raises :class:`~feedpub.errors.UsageError` where this server cannot serve this site, or the folder's name cannot
    be written in its configuration.
    """
    text: str = import_module(_REGISTRY[server]).configuration(target_of(config))
    return text
