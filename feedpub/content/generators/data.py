"""The reader of a site's data files: YAML, TOML and JSON, as dictionaries, lists and texts."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from feedpub.core.errors import UsageError, message_of
from feedpub.core.text import repair
from feedpub.core.yaml_nodes import NodeError, plain_values
from feedpub.core.yaml_parser import compose

_MAX_SIZE = 2_000_000


def read_data(file: Path) -> Any:
    """Return the data in a YAML, TOML or JSON ``file``, with all scalars of YAML as text.

    Raise :class:`~feedpub.core.errors.UsageError` if it cannot be read.
    """
    try:
        data = file.read_bytes()
        if len(data) > _MAX_SIZE:
            raise UsageError(f"{file}: is larger than {_MAX_SIZE} bytes")
        text = data.decode("utf-8-sig")
        if file.suffix == ".toml":
            return tomllib.loads(text)
        if file.suffix in (".json", ".json5"):
            return json.loads(text)
        node = compose(repair(text), 1)
        return plain_values(node) if node is not None else None
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {message_of(error)}") from None
    except NodeError as error:
        raise UsageError(f"{file}:{error.line}: {error.message}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
