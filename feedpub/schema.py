"""JSON Schemas of config.yaml and of an article's front matter, for editors that complete and check YAML."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from feedpub.config import Document
from feedpub.reader.contract import FIELDS, WITHHOLDING

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TEXT = {"type": ["string", "number", "boolean", "null"]}
_NUMBER = {"type": ["integer", "null"]}
_URL = {"type": ["string", "null"], "pattern": "^\\s*([Hh][Tt][Tt][Pp][Ss]?://[^/?#@]+([/?#].*)?)?$"}
_REFERENCE = {"type": "string"}
_DATE = {"type": ["string", "null"], "pattern": "^\\s*([0-9]{4}.*)?$"}


def config_schema() -> dict[str, Any]:
    """The schema of config.yaml, from the very model that it is checked against."""
    schema: dict[str, Any] = _as_written(msgspec.json.schema(Document))
    return {"$schema": _DIALECT, "title": "feedpub: config.yaml", **schema}


def _as_written(schema: Any) -> Any:
    """``schema`` with text allowed to look like a number or a switch: a title ``2024`` and a status ``403`` are text
    to feedpub, and a number to an editor.
    """
    if isinstance(schema, list):
        return [_as_written(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _as_written(part) for key, part in schema.items()}
    if found.get("type") == "string" and re.search(found.get("pattern", ""), "403"):
        found["type"] = _TEXT["type"][:-1]
    return found


def article_schema() -> dict[str, Any]:
    """The schema of an article's front matter."""
    story = _story_properties()
    related = {"type": "object", "properties": story, "anyOf": [{"required": [key]} for key in FIELDS["url"]]}
    more = {
        "topics": {"type": ["array", "string", "null"], "items": _TEXT},
        "updated_at": _DATE,
        "attachments": {"type": ["array", "null"], "items": _attachment()},
        "duration": _TEXT,
        "related": {"type": ["array", "null"], "items": related},
        "id": _TEXT,
    }
    properties = {**story, **{key: schema for field, schema in more.items() for key in FIELDS[field]}}
    switches = {key: {"type": ["boolean", "string", "null"]} for key in (*FIELDS["published"], *WITHHOLDING)}
    return {
        "$schema": _DIALECT,
        "title": "feedpub: the front matter of an article",
        "type": "object",
        "properties": {**properties, **switches},
        "required": ["title"],
    }


def _story_properties() -> dict[str, Any]:
    fields = {
        "title": _TEXT,
        "excerpt": _TEXT,
        "published_at": _DATE,
        "url": _URL,
        "amp_url": _URL,
        "amp_cache_url": _URL,
        "type": _TEXT,
        "quality": {**_NUMBER, "description": "-1 means not known."},
        "heat": {**_NUMBER, "description": "-1 means not known."},
        "provider": _provider(),
        "images": {"type": ["array", "null"], "items": _image()},
        "language": _TEXT,
    }
    return {key: schema for field, schema in fields.items() for key in FIELDS[field]}


def _image() -> dict[str, Any]:
    properties = {"url": _REFERENCE, "width": _NUMBER, "height": _NUMBER, "title": _TEXT, "attribution": _TEXT}
    return {"type": "object", "properties": properties, "required": ["url"]}


def _attachment() -> dict[str, Any]:
    keys = ("type", "mime_type", "length", "size", "title", "duration")
    return {"type": "object", "properties": {"url": _REFERENCE, **dict.fromkeys(keys, _TEXT)}, "required": ["url"]}


def _provider() -> dict[str, Any]:
    author = {"type": "object", "properties": {"name": _TEXT, "url": _URL}, "required": ["name"]}
    properties = {
        "name": _TEXT,
        "domain": {"type": ["string", "null"], "description": "A host name such as wsj.com."},
        "images": {"type": ["array", "null"], "items": _image()},
        "authors": {"type": ["array", "null"], "items": author},
    }
    return {"type": ["object", "null"], "properties": properties}
