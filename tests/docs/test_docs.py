"""The docs say what is so: commands, options, statuses, configuration. tests/docs/ has what they tell to run.

``UPDATE_DOCS=1 pytest tests/docs/test_docs.py`` writes the reference in docs/configuration.md anew from the model.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from feedpub.config import ConfigDocument
from feedpub.content.schema import config_schema
from feedpub.core.field_keys import FIELDS

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "docs" / "configuration.md"
BEGIN, END = "<!-- reference: begin -->\n", "<!-- reference: end -->\n"


def set_to(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a key; without null, if only one other type is left."""
    choices = [part for part in schema.get("anyOf", []) if part != {"type": "null"}]
    return {**schema, **choices[0]} if len(choices) == 1 else schema


def defined(schema: dict[str, Any]) -> dict[str, Any] | None:
    """The section that ``schema`` refers to, if it is one, alone or in a list."""
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", [])):
        if "$ref" in part:
            return config_schema()["$defs"][part["$ref"].rpartition("/")[2]]
    return None


def keys(section: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Each key with its schema, and whether it is required, depth first."""
    for name, schema in section["properties"].items():
        yield prefix + name, schema, name in section.get("required", [])
        value = set_to(schema)
        inner = defined(value)
        if prefix + name == "deploy":
            inner = defined(value["additionalProperties"])
            yield from keys(inner or {}, "deploy.TARGET.")
            continue
        # A rule holds rules; its keys have rows once.
        if inner is not None and inner["title"] != "FeedRule":
            yield from keys(inner, prefix + name + ("[]." if value.get("type") == "array" else "."))


def kind(schema: dict[str, Any]) -> str:
    """The words for a type."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(kind(part) for part in schema["anyOf"] if part.get("type") != "null")
    if "$ref" in schema:
        return "mapping"
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}" if kind(schema["items"]) != "text" else "list"
    if isinstance(schema["type"], list):
        return kind({**schema, "type": schema["type"][0]})
    names = {"string": "text", "integer": "number", "number": "number", "boolean": "true or false", "object": "mapping"}
    return names[schema["type"]]


def written(default: Any) -> str:
    """A default as config.yaml would have it; nothing for a section, whose keys have rows of their own."""
    if default is None or isinstance(default, dict):
        return ""
    return f"`{default if isinstance(default, str) else msgspec.json.encode(default).decode()}`"


def reference() -> str:
    """The table of every key, from the model that config.yaml is checked against."""
    root = config_schema()["$defs"][ConfigDocument.__name__]
    rows = ["| key | takes | default | |", "|---|---|---|---|"]
    for key, schema, required in keys(root):
        default = "required" if required else written(schema.get("default"))
        text = set_to(schema).get("description", "")
        rows.append(f"| `{key}` | {kind(schema)} | {default} | {text} |".replace("|  |", "| |"))
    return "\n".join(rows) + "\n"


def test_the_configuration_reference_is_what_the_model_says() -> None:
    text = CONFIGURATION.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    current = head + BEGIN + reference() + END + tail
    if os.environ.get("UPDATE_DOCS"):
        CONFIGURATION.write_text(current, encoding="utf-8")
    assert text == current


def test_the_articles_page_names_every_key_of_the_contract() -> None:
    page = (ROOT / "docs" / "articles.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([\w, ]+) \| (`.*?`) \|", page, re.MULTILINE))
    fields = {field: cell for names, cell in rows.items() for field in names.split(", ")}
    for field, names in FIELDS.items():
        assert [name for name in re.findall(r"`(\w+)`", fields[field]) if name in names] == list(names)
