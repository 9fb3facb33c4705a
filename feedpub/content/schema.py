"""The JSON Schemas of config.yaml and of front matter, for editors that complete and check YAML."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from feedpub.config import ConfigDocument
from feedpub.core.field_keys import ACTIONS, FIELDS, WITHHOLDING
from feedpub.core.text import EMAIL

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# A key without a value may also be null, blank or an empty list.
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
_OPTIONAL_REFERENCE = {"type": ["string", "number", "boolean", "null", "array"], **_NOTHING}
_PLAIN = {"type": ["string", "number", "boolean", "null"]}
_DATE = {
    "type": ["string", "integer", "null", "array"],
    "pattern": "^\\s*(([0-9]{4}|[0-9]{1,2}(st|nd|rd|th)?[ \\t-]+[A-Za-z]|[A-Za-z]{3,})[\\s\\S]*[0-9][\\s\\S]*)?$",
    **_NOTHING,
}
_EMAIL = {
    "type": ["string", "null", "array"],
    "pattern": f"^\\s*({EMAIL.removeprefix('^').removesuffix('$')})?\\s*$",
    **_NOTHING,
}

# Sites without a podcast have such keys with other meanings.
_OF_EPISODES = {
    "episode": "In a podcast: the number of the episode.",
    "season": "In a podcast: the number of the season.",
    "episode_type": "In a podcast: full, trailer or bonus.",
    "explicit": "In a podcast: true or false; clean is false.",
    "transcripts": "In a podcast: a URL, or a list of URLs or of url, type and language.",
    "chapters": "In a podcast: the URL of a file with chapters.",
}


def _any_case(*words: str) -> str:
    """Return a pattern of ``words`` in any case, because JSON Schema has no flags."""
    spelled = ("".join(f"[{letter.upper()}{letter}]" for letter in word) for word in words)
    return f"\\s*({'|'.join(spelled)})\\s*"


_WORDS = _any_case("true", "false", "yes", "no", "on", "off")
_SWITCH = {"type": ["boolean", "string", "null", "array"], "pattern": f"^({_WORDS}|\\s*)$", **_NOTHING}


def config_schema() -> dict[str, Any]:
    """Return the schema of config.yaml, made from the model that the loader uses."""
    schema: dict[str, Any] = _as_written(msgspec.json.schema(ConfigDocument))
    for section in schema["$defs"].values():
        for name in section["properties"].keys() - section["required"]:
            section["properties"][name] = _or_null(section["properties"][name])
    return {"$schema": _DIALECT, "title": "feedpub: config.yaml", **schema}


def _as_written(schema: Any) -> Any:
    """Return ``schema`` with the values that have another type for an editor than for feedpub.

    In feedpub a title ``2024`` and a status ``403`` are text, ``"5"`` is a number, and ``yes``,
    which is text in YAML 1.2, is true. Text is trimmed.
    """
    if isinstance(schema, list):
        return [_as_written(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    loose = {key: _as_written(part) for key, part in schema.items()}
    kind = loose.get("type")
    if kind == "string":
        examples = {"number": "403", "boolean": "no"}
        other_types = [name for name, text in examples.items() if re.search(loose.get("pattern", ""), text)]
        loose["type"] = [kind, *other_types] if other_types else kind
        if "pattern" in loose:
            loose["pattern"] = f"^\\s*({loose['pattern'].removeprefix('^').removesuffix('$')})\\s*$"
    elif kind in ("integer", "number"):
        loose |= {"type": [kind, "string"], "pattern": "^\\s*-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?\\s*$"}
    elif kind == "boolean":
        loose |= {"type": [kind, "string"], "pattern": f"^{_WORDS}$"}
    return loose


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return ``schema`` for a key that may have no value, and then has its default."""
    outer = {key: value for key, value in schema.items() if key in ("description", "default")}
    inner = {key: value for key, value in schema.items() if key not in outer}
    choices = inner.get("anyOf", [inner])
    return {**outer, "anyOf": choices if {"type": "null"} in choices else [*choices, {"type": "null"}]}


def article_schema() -> dict[str, Any]:
    """Return the schema of an article's front matter."""
    story = _story_properties()
    related = _mapping(story) | {"anyOf": [{"required": [key]} for key in FIELDS["url"]]}
    attachment = _attachment()
    more = {
        "topics": {"type": ["array", "string", "number", "boolean", "null"], "items": _TEXT},
        "updated_at": _DATE,
        "expires_at": _DATE,
        "authors": _list(_author(), is_open=True),
        "attachments": _list(attachment, is_open=True),
        "duration": _TEXT,
        "related": _list(related),
        "id": _TEXT,
        **{field: {"description": text} for field, text in _OF_EPISODES.items()},
    }
    properties = {**story, **{key: schema for field, schema in more.items() for key in FIELDS[field]}}
    return {
        "$schema": _DIALECT,
        "title": "feedpub: the front matter of an article",
        "type": "object",
        "properties": {**properties, ACTIONS: _list(_action(attachment), is_open=True)},
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
        "images": _list(_image(), is_open=True),
        "language": _TEXT,
    }
    return {key: schema for field, schema in fields.items() for key in FIELDS[field]} | dict.fromkeys(
        WITHHOLDING, _SWITCH
    )


def _mapping(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """Return the schema of a mapping, or no value."""
    schema = {"type": ["object", "null", "string", "array"], "pattern": _BLANK, **_NOTHING, "properties": properties}
    return schema | ({"required": [*required]} if required else {})


def _list(items: dict[str, Any], *, is_open: bool = False) -> dict[str, Any]:
    """Return the schema of a list, or no value; with ``is_open``, also of one item or text."""
    if is_open:
        item = {"anyOf": [_PLAIN, items]}
        return {"anyOf": [_PLAIN, {"type": "array", "items": item}, items]}
    return {"type": ["array", "null", "string"], "pattern": _BLANK, "items": items}


def _image() -> dict[str, Any]:
    properties = {"url": _REFERENCE, "width": _SIZE, "height": _SIZE, "title": _TEXT, "attribution": _TEXT}
    return _mapping(properties, "url")


def _attachment() -> dict[str, Any]:
    keys = ("type", "mime_type", "length", "size", "title", "duration")
    return _mapping({"url": _REFERENCE, **dict.fromkeys(keys, _TEXT)}, "url")


def _action(attachment: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an action of any type. A download has that of an ``attachment``."""
    download = {"type": {"type": "string", "pattern": f"^{_any_case('download')}$"}}
    is_download = {"type": "object", "properties": download, "required": ["type"]}
    return {"if": is_download, "then": attachment, "else": _mapping({"type": _TEXT})}


def _provider() -> dict[str, Any]:
    properties = {
        "name": _TEXT,
        "domain": {**_TEXT, "description": "A host name such as wsj.com."},
        "images": _list(_image(), is_open=True),
        "authors": _list(_author(), is_open=True),
    }
    return _mapping(properties)


def _author() -> dict[str, Any]:
    return _mapping({"name": _TEXT, "url": _OPTIONAL_REFERENCE, "email": _EMAIL}, "name")
