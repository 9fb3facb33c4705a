"""JSON Schemas of config.yaml and of an article's front matter, for editors that complete and check YAML."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from feedpub.config import ConfigDocument
from feedpub.content.field_keys import ACTIONS, FIELDS, WITHHOLDING

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Whatever is not there may also be null, blank or an empty list.
_NOTHING = {"maxItems": 0}
_TEXT = {"type": ["string", "number", "boolean", "null", "array"], **_NOTHING}
_BLANK = "^\\s*$"
_NUMBER = {"type": ["integer", "string", "null", "array"], "pattern": "^\\s*([+-]?[0-9]{1,15}\\s*)?$", **_NOTHING}
_SIZE = {**_NUMBER, "minimum": 0}
_URL = {
    "type": ["string", "null", "array"],
    "pattern": "^\\s*([Hh][Tt][Tt][Pp][Ss]?://[^/?#@]+([/?#][\\s\\S]*)?)?$",
    **_NOTHING,
}
_REFERENCE = {"type": ["string", "number", "boolean"], "pattern": "\\S"}
_DATE = {"type": ["string", "integer", "null", "array"], "pattern": "^\\s*([0-9]{4}[\\s\\S]*)?$", **_NOTHING}


def _any_case(*words: str) -> str:
    """A pattern of ``words`` in any case, for JSON Schema has no flags."""
    spelled = ("".join(f"[{letter.upper()}{letter}]" for letter in word) for word in words)
    return f"\\s*({'|'.join(spelled)})\\s*"


_WORDS = _any_case("true", "false", "yes", "no", "on", "off")
_SWITCH = {"type": ["boolean", "string", "null", "array"], "pattern": f"^({_WORDS}|\\s*)$", **_NOTHING}


def config_schema() -> dict[str, Any]:
    """The schema of config.yaml, from the very model that it is checked against."""
    schema: dict[str, Any] = _as_written(msgspec.json.schema(ConfigDocument))
    for section in schema["$defs"].values():
        for name in section["properties"].keys() - section["required"]:
            section["properties"][name] = _or_null(section["properties"][name])
    return {"$schema": _DIALECT, "title": "feedpub: config.yaml", **schema}


def _as_written(schema: Any) -> Any:
    """``schema`` with values that look like others to an editor.

    A title ``2024`` and a status ``403`` are text to feedpub, ``"5"`` is a number, ``yes``, which YAML 1.2 has for
    text, is true; and text is trimmed.
    """
    if isinstance(schema, list):
        return [_as_written(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _as_written(part) for key, part in schema.items()}
    kind = found.get("type")
    if kind == "string":
        likeness = {"number": "403", "boolean": "no"}
        more = [name for name, text in likeness.items() if re.search(found.get("pattern", ""), text)]
        found["type"] = [kind, *more] if more else kind
        if "pattern" in found:
            found["pattern"] = f"^\\s*({found['pattern'].removeprefix('^').removesuffix('$')})\\s*$"
    elif kind in ("integer", "number"):
        found |= {"type": [kind, "string"], "pattern": "^\\s*-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?\\s*$"}
    elif kind == "boolean":
        found |= {"type": [kind, "string"], "pattern": f"^{_WORDS}$"}
    return found


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """``schema`` of a key that may be there without a value: the default holds then."""
    outer = {key: value for key, value in schema.items() if key in ("description", "default")}
    inner = {key: value for key, value in schema.items() if key not in outer}
    choices = inner.get("anyOf", [inner])
    return {**outer, "anyOf": choices if {"type": "null"} in choices else [*choices, {"type": "null"}]}


def article_schema() -> dict[str, Any]:
    """The schema of an article's front matter."""
    story = _story_properties()
    related = _mapping(story) | {"anyOf": [{"required": [key]} for key in FIELDS["url"]]}
    attachment = _attachment()
    more = {
        "topics": {"type": ["array", "string", "number", "boolean", "null"], "items": _TEXT},
        "updated_at": _DATE,
        "attachments": _list(attachment),
        "duration": _TEXT,
        "related": _list(related),
        "id": _TEXT,
    }
    properties = {**story, **{key: schema for field, schema in more.items() for key in FIELDS[field]}}
    return {
        "$schema": _DIALECT,
        "title": "feedpub: the front matter of an article",
        "type": "object",
        "properties": {**properties, ACTIONS: _list(_action(attachment))},
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
        "published": _SWITCH,
        "provider": _provider(),
        "images": _list(_image()),
        "language": _TEXT,
    }
    return {key: schema for field, schema in fields.items() for key in FIELDS[field]} | dict.fromkeys(
        WITHHOLDING, _SWITCH
    )


def _mapping(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """A mapping, or nothing."""
    schema = {"type": ["object", "null", "string", "array"], "pattern": _BLANK, **_NOTHING, "properties": properties}
    return schema | ({"required": [*required]} if required else {})


def _list(items: dict[str, Any]) -> dict[str, Any]:
    """A list, or nothing."""
    return {"type": ["array", "null", "string"], "pattern": _BLANK, "items": items}


def _image() -> dict[str, Any]:
    properties = {"url": _REFERENCE, "width": _SIZE, "height": _SIZE, "title": _TEXT, "attribution": _TEXT}
    return _mapping(properties, "url")


def _attachment() -> dict[str, Any]:
    keys = ("type", "mime_type", "length", "size", "title", "duration")
    return _mapping({"url": _REFERENCE, **dict.fromkeys(keys, _TEXT)}, "url")


def _action(attachment: dict[str, Any]) -> dict[str, Any]:
    """Of any type; an ``attachment`` where it is a download."""
    download = {"type": {"type": "string", "pattern": f"^{_any_case('download')}$"}}
    is_download = {"type": "object", "properties": download, "required": ["type"]}
    return {"if": is_download, "then": attachment, "else": _mapping({"type": _TEXT})}


def _provider() -> dict[str, Any]:
    author = _mapping({"name": _TEXT, "url": _URL}, "name")
    properties = {
        "name": _TEXT,
        "domain": {**_TEXT, "description": "A host name such as wsj.com."},
        "images": _list(_image()),
        "authors": _list(author),
    }
    return _mapping(properties)
