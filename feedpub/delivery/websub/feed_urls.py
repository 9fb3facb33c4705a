"""Which files a hub may be told of, and which of them changed. Pure.

A topic is what one can subscribe to (https://www.w3.org/TR/websub/#definitions): a feed in one format. Pages, archives,
lists of feeds and compressed copies are none.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.config import Config
from feedpub.core.format_registry import FORMATS
from feedpub.feeds.paths import path_in
from feedpub.state.published import HubState, OutputState


def topics_of(state: OutputState, config: Config) -> dict[str, str]:
    """Every topic that was published: its path in the output folder, and the digest of what it holds."""
    names = [FORMATS[name].filename for name in config.output.formats]
    paths = (path_in(folder, name) for folder in state.feeds for name in names)
    return {path: state.files[path] for path in paths if path in state.files}


def changed(topics: Mapping[str, str], told: HubState) -> list[str]:
    """The paths of those ``topics`` that are not what the hub was told of, in order."""
    return sorted(path for path, digest in topics.items() if told.files.get(path) != digest)


def url_of(path: str, config: Config) -> str:
    """The URL of the topic at ``path``: that of the feed's ``self`` link, because hubs and subscribers compare."""
    return config.site.base_url + path
