"""``feedpub schema``: JSON Schemas that agree with what the commands accept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError

from support.site import CONFIG, SiteFolder

ROOT = Path(__file__).parents[2]


class EditorLoader(yaml.SafeLoader):
    """YAML as editors read it: without the timestamps of YAML 1.1."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def schema(site: SiteFolder, what: str) -> dict[str, Any]:
    done = site.run("schema", what)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.mark.parametrize("what", ["config", "article"])
def test_it_is_a_valid_schema(site: SiteFolder, what: str) -> None:
    Draft202012Validator.check_schema(schema(site, what))


@pytest.mark.parametrize("text", [CONFIG, (ROOT / "config.yaml").read_text()], ids=["tests", "seeds"])
def test_a_configuration_that_builds_is_valid(site: SiteFolder, text: str) -> None:
    Draft202012Validator(schema(site, "config")).validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "wrong", ["outptu: {}", "output: {limit: 0}", "output: {formats: [html]}", "feeds: [{title: No slug}]", "topics: 3"]
)
def test_a_configuration_that_is_refused_is_invalid(site: SiteFolder, wrong: str) -> None:
    site.configure(wrong + "\n")
    assert site.run("validate").returncode == 2
    with pytest.raises(ValidationError):
        Draft202012Validator(schema(site, "config")).validate(yaml.safe_load(CONFIG + wrong))


@pytest.mark.parametrize("seed", sorted((ROOT / "seeds").glob("*.md")), ids=lambda path: path.stem[:20])
def test_the_front_matter_of_a_real_article_is_valid(site: SiteFolder, seed: Path) -> None:
    values = yaml.load(seed.read_text().split("---\n")[1], Loader=EditorLoader)
    Draft202012Validator(schema(site, "article")).validate(values)


def test_it_needs_no_configuration(tmp_path: Path, site: SiteFolder) -> None:
    (site.root / "config.yaml").unlink()
    assert schema(site, "config")["title"]


@pytest.mark.parametrize("args", [[], ["feeds"]])
def test_what_there_is_no_schema_of_exits_2(site: SiteFolder, args: list[str]) -> None:
    done = site.run("schema", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert "config" in done.stderr
    assert "article" in done.stderr
    assert done.stderr.count("\n") == 1
