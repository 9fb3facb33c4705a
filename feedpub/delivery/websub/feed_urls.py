"""The published feeds' URLs, of which a hub can be notified, and those whose content changed.

WebSub calls such a URL a topic (https://www.w3.org/TR/websub/#definitions): a feed in one format.
Pages, archives, lists of feeds and compressed copies have no subscribers. Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.config import Config
from feedpub.core.format_registry import FORMATS
from feedpub.feeds.paths import path_in, url_path
from feedpub.state.published import HubState, OutputState


def feed_digests(state: OutputState) -> dict[str, str]:
    """Return the digest of each published feed file by its path in the output folder."""
    paths = (path_in(folder, info.filename) for folder in state.feeds for info in FORMATS.values())
    return {path: state.files[path] for path in paths if path in state.files}


def changed_feeds(digests: Mapping[str, str], hub_state: HubState) -> list[str]:
    """Return the sorted paths in ``digests`` whose digest is not the last one sent to the hub."""
    return sorted(path for path, digest in digests.items() if hub_state.files.get(path) != digest)


def feed_url(path: str, config: Config) -> str:
    """Return the URL of the feed at ``path``.

    It equals the feed's ``self`` link, because hubs and subscribers compare the two.
    """
    return config.site.base_url + url_path(path)
