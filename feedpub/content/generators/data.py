"""The reader of a site's data files: YAML, TOML and JSON, as dictionaries, lists and texts."""

from __future__ import annotations

import json
import stat
import tomllib
from pathlib import Path
from typing import Any

from feedpub.core.errors import UsageError, message_of
from feedpub.core.text import repair
from feedpub.core.yaml_nodes import MAX_DEPTH, NodeError, plain_values
from feedpub.core.yaml_parser import compose

_MAX_SIZE = 2_000_000


def read_data(file: Path) -> Any:
    """Return the data in a YAML, TOML or JSON ``file``, with all scalars of YAML as text.

    Raise :class:`~feedpub.core.errors.UsageError` if it cannot be read.
    """
    try:
        # A FIFO would block a build for ever.
        if not stat.S_ISREG(file.stat().st_mode):
            raise UsageError(f"{file}: is not a regular file")
        with file.open("rb") as opened:
            data = opened.read(_MAX_SIZE + 1)
        if len(data) > _MAX_SIZE:
            raise UsageError(f"{file}: is larger than {_MAX_SIZE} bytes")
        text = data.decode("utf-8-sig")
        if file.suffix == ".toml":
            return _shallow(tomllib.loads(text))
        if file.suffix in (".json", ".json5"):
            return _shallow(json.loads(text))
        node = compose(repair(text), 1)
        return plain_values(node) if node is not None else None
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {message_of(error)}") from None
    except NodeError as error:
        raise UsageError(f"{file}:{error.line}: {error.message}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None


def _shallow(data: Any) -> Any:
    """Return ``data``. Raise :class:`ValueError` if it is nested deeper than YAML may be."""
    level = [data]
    for _ in range(MAX_DEPTH):
        nested = (item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list))
        level = [inner for values in nested for inner in values]
    if level:
        raise ValueError(f"nested more than {MAX_DEPTH} deep")
    return data
