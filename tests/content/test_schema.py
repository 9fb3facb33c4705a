"""The printed JSON Schemas: valid, and of one mind with what feedpub itself accepts."""

from __future__ import annotations

import copy
import json
import re
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from feedpub.cli import cli
from feedpub.config import ConfigError, load_config
from feedpub.config.value_types import FieldName
from feedpub.content import FIELDS, ArticleFile, ReadSettings, read_article
from feedpub.content.schema import article_schema, config_schema

TESTS = Path(__file__).parents[1]
EVERY_KEY = TESTS / "config" / "every_key.yaml"
SEEDS = sorted((TESTS.parent / "seeds").glob("*.md"))
SCHEMAS = {"config": config_schema, "article": article_schema}
MINIMAL = "site: {title: T, base_url: https://x.org/}\n"
ARTICLE = "title: T\ndate: 2024-05-01\nsourceUrl: https://example.com/a\n"


def loaded(text: str) -> Any:
    """YAML as an editor's language server sees it: YAML 1.2 has no dates."""
    return json.loads(json.dumps(yaml.safe_load(text), default=date.isoformat))


def errors(schema: str, text: str) -> list[str]:
    """Return the errors that an editor shows for ``text``."""
    return [error.message for error in Draft202012Validator(SCHEMAS[schema]()).iter_errors(loaded(text))]


def front_matter(path: Path) -> str:
    """Return the text between the two lines of hyphens."""
    return path.read_text(encoding="utf-8").split("---\n")[1]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_command_prints_a_valid_schema_of_draft_2020_12(name: str) -> None:
    done = CliRunner().invoke(cli, ["schema", name])
    assert done.exit_code == 0
    printed = json.loads(done.stdout)
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert printed == json.loads(json.dumps(SCHEMAS[name]()))
    Draft202012Validator.check_schema(printed)


@pytest.mark.parametrize("text", [EVERY_KEY.read_text(encoding="utf-8"), MINIMAL], ids=["every key", "minimal"])
def test_a_good_configuration_has_no_errors(text: str) -> None:
    assert errors("config", text) == []


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:10])
def test_the_seeds_have_no_errors(path: Path) -> None:
    assert errors("article", front_matter(path)) == []


def test_there_are_two_seeds() -> None:
    assert len(SEEDS) == 2


@pytest.mark.parametrize(
    "more",
    [
        "outptu: {}",
        "output: {limti: 5}",
        "output: {limit: 0}",
        "output: {formats: []}",
        "output: {formats: [rdf]}",
        "content: {path: []}",
        "content: {fields: {publised_at: [d]}}",
        "content: {max_file_size: 5 mb}",
        "feeds: [{slug: Hot AI, title: A}]",
        "feeds: [{slug: a}]",
        "check: {accept: [forbidden]}",
        "check: {ttl: {ok: soon}}",
        "check: {hosts: {x.org: {retires: 2}}}",
    ],
)
def test_what_feedpub_refuses_in_a_configuration_has_errors(more: str, tmp_path: Path) -> None:
    assert errors("config", MINIMAL + more) != []
    (tmp_path / "config.yaml").write_text(MINIMAL + more, encoding="utf-8")
    with pytest.raises(ConfigError):
        load_config(tmp_path / "config.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "site: {title: 2024, base_url: https://x.org/}",
        MINIMAL + "content: {path: [a, b], fields: {topics: [keywords]}, max_file_size: 5000000}",
        MINIMAL + "topics: {exclude: [AI, 2024, No]}",
        MINIMAL + "feeds: [{slug: 2024, title: A, min_heat: 80}]",
        MINIMAL + "check: {accept: [403, 500-599], headers: {X-Number: 12}}",
        MINIMAL + "check: {hosts: {'*.wsj.com': {per_host: 1, on_broken: omit}}}",
        MINIMAL + "hub: null",
    ],
)
def test_what_feedpub_accepts_in_a_configuration_has_no_errors(text: str, tmp_path: Path) -> None:
    assert errors("config", text) == []
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    load_config(tmp_path / "config.yaml")


def is_valid(front: str) -> bool:
    """Return whether the reader takes this front matter, and every value of it."""
    settings = ReadSettings(base_url="https://news.example.org/", zone=UTC)
    data = f"---\n{front}\n---\n".encode()
    return read_article(ArticleFile("a.md", "a.md", "a.md"), data, settings).problems == ()


@pytest.mark.parametrize(
    "more",
    [
        "quality: high",
        "heat: 1.5",
        "ampUrl: example.com/amp",
        "ampUrl: https://me:secret@example.com/",
        "images: [[https://example.com/a.png]]",
        "images: [{width: 50}]",
        "provider: wsj.com",
        "provider: {authors: [{url: https://example.com/}]}",
        "attachments: [{title: No URL}]",
        "related: [{title: No URL}]",
        "topics: {a: b}",
        "updated: tomorrow",
        "id: [1]",
        "draft: [yes]",
    ],
)
def test_what_feedpub_refuses_in_an_article_has_errors(more: str) -> None:
    assert errors("article", ARTICLE + more) != []
    assert not is_valid(ARTICLE + more)


@pytest.mark.parametrize(
    "more",
    [
        "topics: [No, 2024, 1.5, AI]",
        "topics: AI, ML",
        "topics:",
        "amp_url: ignored",
        "ampUrl: https://medium.com/@someone/a-post?user=@me#@x",
        "ampUrl: HTTPS://EXAMPLE.COM",
        "ampUrl: ''",
        "images: [{url: /a.png, width: 50, height: 50, title: 7, attribution: Me}]",
        "enclosures: [{url: a.mp3, type: audio/mpeg, length: 12, duration: 'PT1M'}]",
        "provider: {name: 20 Minuten, domain: 20min.ch, authors: [{name: Me, url: https://example.com/}]}",
        "related: [{sourceUrl: https://example.com/b, title: B, heat: -1}]",
        "updated: 2024-05-01 10:00:00 +0200",
        "id: 17",
        "published: no",
        "draft: false",
        "secured: anything",
        "quality: -1",
        "excerpt: null",
    ],
)
def test_what_feedpub_accepts_in_an_article_has_no_errors(more: str) -> None:
    assert errors("article", ARTICLE + more) == []
    assert is_valid(ARTICLE + more)


@pytest.mark.parametrize("key", ["title", "base_url"])
def test_what_a_configuration_needs_is_required(key: str) -> None:
    site = copy.deepcopy(loaded(MINIMAL))
    del site["site"][key]
    assert errors("config", json.dumps(site)) == [f"'{key}' is a required property"]


@pytest.mark.parametrize("field", FIELDS)
def test_every_key_of_the_contract_is_in_the_schema(field: str) -> None:
    assert set(FIELDS[field]) <= set(article_schema()["properties"])


@pytest.mark.parametrize("key", ["published", "draft", "deleted", "removed"])
def test_the_switches_are_in_the_schema(key: str) -> None:
    assert key in article_schema()["properties"]


def test_content_fields_may_name_every_field_of_the_contract() -> None:
    assert set(FieldName.__args__) == set(FIELDS)


def test_every_key_of_the_configuration_has_its_kind_in_the_schema() -> None:
    for name, model in config_schema()["$defs"].items():
        assert model["additionalProperties"] is False, name
        assert all(re.search(r"anyOf|\$ref|type|enum", str(list(kind))) for kind in model["properties"].values()), name
