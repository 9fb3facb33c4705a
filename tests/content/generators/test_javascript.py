"""The reader of plain values in JavaScript and TypeScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedpub.content.generators.facts import SiteFiles
from feedpub.content.generators.javascript import FunctionCall, Script, Source, strings


def of(text: str) -> Any:
    """Return the value of the expression ``text``."""
    return Script(f"const value = {text}").exported("value")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it\\'s \\u00e9\\x41\\u{1F600}'", "it's éA😀"),
        ("`a\nb`", "a\nb"),
        ("`a\\`b\\${c}`", "a`b${c}"),
        ("'a' + \"b\"", "ab"),
        ("true", True),
        ("null", None),
        ("1_000", 1000),
        ("1.5", 1.5),
        ("{a: 1, 'b-c': [2, , 'x'], /* no */ d: {e: false}, // no\n}", {"a": 1, "b-c": [2, "x"], "d": {"e": False}}),
        ("process.env.URL || 'https://a.example'", "https://a.example"),
        ("process.env.URL ?? `https://b.example`", "https://b.example"),
        ("{a: 'x'} as const", {"a": "x"}),
        ("('x')", "x"),
        ("new Date('2024-05-01')", "2024-05-01"),
        ("{...{a: 1}, b: 2}", {"a": 1, "b": 2}),
    ],
)
def test_a_literal_is_its_value(text: str, value: object) -> None:
    assert of(text) == value


def test_quotes_in_a_regular_expression_begin_no_text() -> None:
    assert of("{a: /['\"`]/g, b: 1}")["b"] == 1


def test_names_are_those_of_the_file() -> None:
    script = Script(
        "const SITE = {name: 'N', deep: {x: 'y'}} as const;\nexport const t = `${SITE.name}: ${SITE.deep.x}`"
    )
    assert script.exported("t") == "N: y"


@pytest.mark.parametrize(
    "text",
    [
        "export default {title: 'T'}",
        "module.exports = {title: 'T'};",
        "export default defineConfig({title: 'T'})",
        "export default withPlugin(defineConfig({title: 'T'}) as any)",
        "const config: Config = {title: 'T'};\nexport default config",
        "export default defineConfig(({mode}) => ({title: 'T'}))",
        "export default async () => { if (x) { return 1 }\n return {title: 'T'} }",
        "module.exports = function (c) { c.on('x', () => { return {title: 'no'} }); return {title: 'T'}; }",
        "/** @type {{title: 'no'}} */\nexport default {title: 'T', f() { return 'no' }, g: async (a) => a.title}",
    ],
)
def test_the_default_export_is_found_in_calls_and_functions(text: str) -> None:
    assert Script(text).default()["title"] == "T"


def test_the_first_call_with_an_object_is_found() -> None:
    assert Script("use('x'); use(f, {a: 1}); use({a: 2})").called("use") == {"a": 1}
    assert Script("use('x'); user({a: 1})").called("use") == {}


def test_what_is_no_plain_value_is_text_of_the_program() -> None:
    value = of("{a: isProd ? ['x', \"y\"] : ['z'], b: (data) => `/${data.slug}/`, c: glob({base: './p'})}")
    assert isinstance(value["a"], Source)
    assert strings(value["a"]) == ["x", "y", "z"]
    assert [returned.text for returned in value["b"].returned()] == ["`/${data.slug}/`"]
    assert isinstance(value["c"], FunctionCall)
    assert (value["c"].name, value["c"].arguments) == ("glob", [{"base": "./p"}])


@pytest.mark.parametrize(
    "text", ["", "{", "[[[", "`${`${", "'", "a.b.", "...", "=>", "[" * 5000, "`${" * 5000, "a = b = a", "import {"]
)
def test_text_that_is_no_program_gives_no_error(text: str) -> None:
    Script(f"export default {text}").default()
    Script(text).exported("value")


@pytest.mark.slow
def test_names_that_lead_in_a_circle_or_grow_end() -> None:
    assert isinstance(Script("const a = b; const b = a").exported("a"), Source)
    doubling = ";".join(f"const a{number} = [a{number + 1}, a{number + 1}]" for number in range(39))
    assert isinstance(Script(doubling).exported("a0"), list)


def test_imports_are_followed_within_the_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "src").mkdir(parents=True)
    (tmp_path / "secret.ts").write_text("export const x = 'secret'")
    (site / "src" / "config.ts").write_text("export const SITE = {website: 'https://a.example'}\nexport default 'D'")
    (site / "data.json").write_text('{"k": "v"}')
    (site / "main.js").write_text(
        "import d, {SITE as s} from './src/config'\nimport {SITE as t} from '@/config'\nimport {x} from '../secret'\n"
        "import j from './data.json'\nexport default {d, a: s.website, b: t.website, x, j, r: require('./src/config')}"
    )
    values = SiteFiles(site).script("main.js").default()
    assert isinstance(values.pop("x"), Source)
    assert values == {"d": "D", "a": "https://a.example", "b": "https://a.example", "j": {"k": "v"}, "r": "D"}
