"""config.yaml → a typed, frozen :class:`Config`."""

from feedpub.config.load import ConfigError, load_config
from feedpub.config.model import Config, Document, OwnFeed

__all__ = ["Config", "ConfigError", "Document", "OwnFeed", "load_config"]
