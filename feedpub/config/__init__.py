"""The configuration: config.yaml as a typed, frozen :class:`Config`."""

from feedpub.config.feed_model import CustomFeed, FeedOptions, FeedRule, Top
from feedpub.config.load import ConfigError, load_config
from feedpub.config.model import Config, ConfigDocument
from feedpub.config.podcast_model import Podcast

__all__ = [
    "Config",
    "ConfigDocument",
    "ConfigError",
    "CustomFeed",
    "FeedOptions",
    "FeedRule",
    "Podcast",
    "Top",
    "load_config",
]
