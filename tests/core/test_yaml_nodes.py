"""YAML as nodes: scalars stay text, lines are told, and what would crash or swamp the loader is refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from feedpub.core import yaml_parser
from feedpub.core.yaml_nodes import NodeError, entries, is_absent, items, line_of
from feedpub.core.yaml_parser import compose
from support.site import SiteFolder

_PYTHON_LOADER = "import sys\nsys.modules['yaml._yaml'] = None\n"
_READ = """\
import sys
from feedpub.core.yaml_nodes import NodeError, entries, line_of
from feedpub.core.yaml_parser import compose
try:
    fields = entries(compose(sys.stdin.read(), 1), 1)
    values = {key: node.value for key, (_, node) in fields.items()}
    sizes = {key: value if isinstance(value, str) else len(value) for key, value in values.items()}
    print({key: (line_of(field[0], 1), sizes[key]) for key, field in fields.items()})
except NodeError as error:
    print(error.line, error.message)
"""


def value(text: str) -> yaml.Node:
    """The value of the one key of ``text``."""
    node = compose(text, 1)
    assert isinstance(node, yaml.MappingNode)
    return node.value[0][1]


def mapping(text: str) -> yaml.MappingNode:
    node = compose(text, 1)
    assert isinstance(node, yaml.MappingNode)
    return node


@pytest.mark.parametrize(
    "text",
    ["No", "yes", "on", "True", "1e3", "010", "0x1F", "1_000", "12:30", "12:30:45", "2020-01-01", ".inf", "=", "NaN"],
)
def test_a_plain_scalar_stays_the_text_that_was_written(text: str) -> None:
    node = value(f"key: {text}")
    assert (node.value, is_absent(node)) == (text, False)


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL", '""', "''", '" "', "[]", "!!null x"])
def test_null_an_empty_string_and_an_empty_list_are_absent(text: str) -> None:
    assert is_absent(value(f"key: {text}"))


@pytest.mark.parametrize("text", ["'null'", '"~"', "!!str null", "nULL", "{}", "[~]", "0", "false"])
def test_anything_else_is_there(text: str) -> None:
    assert not is_absent(value(f"key: {text}"))


def test_a_tag_makes_nothing() -> None:
    assert value("key: !!python/object/apply:os.system [exit]").value[0].value == "exit"


def test_items_are_those_that_are_there_each_with_its_index() -> None:
    node = value("key: [a, null, '', [], b]")
    assert isinstance(node, yaml.SequenceNode)
    assert [(index, item.value) for index, item in items(node)] == [(0, "a"), (4, "b")]


def test_an_empty_document_is_none() -> None:
    assert compose("\n# nothing\n", 1) is None


def test_lines_count_from_the_offset() -> None:
    fields = entries(mapping("\na: 1\n\nb:\n  - x\n? c\n: y\n"), 7)
    assert {key: line_of(field[0], 7) for key, field in fields.items()} == {"a": 8, "b": 10, "c": 12}


def test_merged_keys_give_what_is_not_set_beside_them_and_the_first_wins() -> None:
    text = "x: {<<: [{a: 1, b: 1}, {b: 2, c: 2, d: 2}], d: 3}"
    node = value(text)
    assert isinstance(node, yaml.MappingNode)
    assert {key: field[1].value for key, field in entries(node, 1).items()} == {
        "a": "1",
        "b": "1",
        "c": "2",
        "d": "3",
    }


@pytest.mark.parametrize("text", ["<<: 1", "<<: [1]", "<<: [[]]"])
def test_what_is_merged_must_be_a_mapping(text: str) -> None:
    with pytest.raises(NodeError, match="takes a mapping"):
        entries(mapping(text), 1)


@pytest.mark.parametrize("text", ["\na: 1\nb: 2\na: 3", "\na: 1\n'b': 2\n\"a\": 3"])
def test_a_key_that_stands_twice_is_refused_with_both_lines(text: str) -> None:
    with pytest.raises(NodeError, match="is set on line 2 already") as raised:
        entries(mapping(text), 1)
    assert (raised.value.line, raised.value.key) == (4, "a")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n b: 2", 2),
        ("a: [1\nb: 2", 2),
        ("a: 'x\n\n", 3),
        ("a: 1\n---\nb: 2", 2),
        ("a: 1\n\tb: 2", 2),
        ("a: !x!y z", 1),
        ("\n%", 2),
        ('a: "\\ud800"', 1),
        ("a: &x 1\nb: &x 2", 2),
    ],
)
def test_what_is_not_valid_yaml_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(NodeError, match="not valid YAML") as raised:
        compose(text, 1)
    assert raised.value.line == line


def test_a_character_that_yaml_cannot_hold_is_refused_with_its_line() -> None:
    with pytest.raises(NodeError, match="not valid YAML") as raised:
        compose("ü: 1\n\nb: \x07", 1)
    assert raised.value.line == 3


DEEP = {
    "flow lists": "[" * 60_000,
    "closed flow lists": "[" * 60_000 + "]" * 60_000,
    "flow mappings": "{a: " * 60_000,
    "block lists": "- " * 60_000 + "x",
    "block keys": "? " * 60_000 + "x",
    "lists on lines": "".join(f"{' ' * depth}-\n" for depth in range(300)),
    "lists of mappings": "- a:\n" + "".join(f"{'  ' * depth}- a:\n" for depth in range(1, 200)),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_nesting_that_would_crash_the_c_loader_is_refused(text: str) -> None:
    with pytest.raises(NodeError, match="nested more than 100 deep"):
        compose(text, 1)


def test_the_line_of_what_nests_too_deep_is_told() -> None:
    with pytest.raises(NodeError) as raised:
        compose("a: 1\n\nb: " + "[" * 60_000, 1)
    assert raised.value.line == 3


def nested(depth: int) -> dict[str, str]:
    """YAML that nests ``depth`` deep in each way that there is."""
    pairs, odd = divmod(depth, 2)
    return {
        "flow lists": "[" * depth + "]" * depth,
        "flow mappings": "{a: " * depth + "}" * depth,
        "pairs in flow lists": "[a: " * pairs + "[]" * odd + "]" * pairs,
        "block lists": "- " * depth + "x",
        "block keys": "? " * depth + "x",
        "lists on lines": "".join(f"{' ' * level}-\n" for level in range(depth)),
        "lists as far left as their keys": "".join(f"{' ' * level}k:\n{' ' * level}-\n" for level in range(pairs))
        + " " * pairs
        + "- x" * odd,
        "flow within block": "- " * (depth - 20) + "[" * 20 + "]" * 20,
        "lines that end in CR": "".join(f"{' ' * level}-\r" for level in range(depth)),
        "lines that end in U+2028": "".join(f"{' ' * level}-\u2028" for level in range(depth)),
        "after a byte order mark": "\ufeff" + "- " * depth + "x",
    }


@pytest.mark.parametrize("way", nested(1))
def test_a_hundred_levels_pass_and_one_more_is_refused_at_every_length(way: str) -> None:
    deepest, deeper = nested(100)[way], nested(101)[way]
    assert deep(compose(deepest, 1)) == 100
    for text in (deeper, deeper + "\n#" + "x" * 20_000):
        with pytest.raises(NodeError, match="nested more than 100 deep"):
            compose(text, 1)


def deep(node: yaml.Node | None) -> int:
    if not isinstance(node, yaml.CollectionNode):
        return 0
    below = (part for item in node.value for part in (item if isinstance(item, tuple) else (item,)))
    return 1 + max(map(deep, below), default=0)


@given(st.lists(st.sampled_from(["- ", "-", "? ", ":", ": ", "a", "[a: ", *"[]{},\n\r \ufeff", "&a "])))
@example(["a", ": ", "[a: ", "[a: ", "]", "]"])
@example(["\ufeff", "- ", "- ", "- ", "- ", "- "])
def test_no_text_nests_deeper_whether_it_is_measured_or_not(parts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_parser, "MAX_DEPTH", 4)
        patch.setattr(yaml_parser, "_MAX_BRACKETS", 2)
        patch.setattr(yaml_parser, "_INDENTED", re.compile(r"\n[ \t?:\ufeff-]"))
        try:
            node = compose("".join(parts), 1)
        except NodeError:
            return
    assert deep(node) <= 4


@pytest.mark.parametrize("text", ["[" * 120, "[" * 9_990, "{a: " * 2_490, "- " * 120 + "[x\ny: 'z"])
def test_what_is_not_valid_past_the_bound_is_refused_for_its_nesting(text: str) -> None:
    with pytest.raises(NodeError, match="nested more than 100 deep"):
        compose(text, 1)


def test_merges_within_merges_are_refused_past_a_bound() -> None:
    chain = "\n".join(f"m{level}: &m{level} {{<<: *m{level - 1}}}" for level in range(1, 102))
    with pytest.raises(NodeError, match="nested more than 100 deep"):
        entries(mapping(f"m0: &m0 {{a: 1}}\n{chain}\n<<: *m101"), 1)


def test_an_alias_stands_for_its_anchor() -> None:
    fields = entries(mapping("a: &x [1, 2]\nb: *x"), 1)
    assert fields["b"][1] is fields["a"][1]


@pytest.mark.parametrize("text", ["a: *x", "a: *x\nb: &x 1", "a: &x [*x]", "a: &x {b: {c: *x}}", "&x a: &y [1, [*y]]"])
def test_an_alias_to_nothing_or_to_what_it_is_part_of_is_refused(text: str) -> None:
    with pytest.raises(NodeError, match="an alias") as raised:
        compose("\n" + text, 1)
    assert raised.value.line == 2


def laughs(leaf: str, times: int, levels: int) -> str:
    """Anchors, each ``times`` the one before."""
    lists = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * times)}]" for level in range(1, levels)]
    return "\n".join([f"a0: &a0 {leaf}", *lists])


SWAMPING = {
    "many values": laughs("x", 10, 9),
    "many values merged": laughs("{b: x}", 10, 9).replace("[", "[{<<: [").replace("]", "]}]"),
    "one value, many times": laughs("x", 20_000, 2),
    "a long text": laughs("x" * 100_000, 12, 2),
    "a list with a long text": laughs("[" + "x" * 100_000 + "]", 12, 2),
}


@pytest.mark.parametrize("text", SWAMPING.values(), ids=SWAMPING.keys())
def test_aliases_are_refused_past_a_bound(text: str) -> None:
    with pytest.raises(NodeError, match=r"holds more than 20000 values|repeat more than 1000000 characters"):
        compose(text, 1)


def test_a_few_aliases_of_a_long_text_pass() -> None:
    assert len(mapping(laughs("x" * 100_000, 9, 2)).value) == 2


def test_a_long_text_alone_passes() -> None:
    assert len(value("secured: " + "x" * 2_000_000).value) == 2_000_000


def read_without_libyaml(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "sitecustomize.py").write_text(_PYTHON_LOADER)
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _READ],
        input=text,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: No\nb: [1, 2]\n\nc: ~\n", "{'a': (1, 'No'), 'b': (2, 2), 'c': (4, '~')}"),
        ("a: &x {b: 1}\n<<: *x\n", "{'b': (1, '1'), 'a': (1, 1)}"),
        ("a: 1\na: 2", "2 this key is set on line 1 already; keep one of the two"),
        ("a: 1\n b: 2", "2 not valid YAML: *"),
        ("a:\n- *x", "2 an alias (*) needs an anchor (&) before it, outside of the value that holds the alias*"),
        ("[" * 60_000, "1 nested more than 100 deep"),
        ("[" * 4_000 + "]" * 4_000, "1 nested more than 100 deep"),
        ("{a: " * 2_000, "1 nested more than 100 deep"),
        ("- " * 4_000 + "x", "1 nested more than 100 deep"),
    ],
)
def test_the_python_loader_reads_the_same(tmp_path: Path, text: str, said: str) -> None:
    done = read_without_libyaml(tmp_path, text)
    # A star stands for the words of PyYAML.
    assert fnmatchcase(done.stdout.strip(), said.replace("[", "[[]").replace("(*)", "([*])"))
    assert done.stderr == ""


@pytest.mark.slow
def test_without_libyaml_every_command_works_and_warns_in_one_line(site: SiteFolder, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_PYTHON_LOADER)
    site.add(topics=["No"])
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    for command in (["build"], ["validate"], ["list", "topics"]):
        done = site.run_process(*command, env=environment)
        assert done.returncode == 0
        assert done.stderr == (
            "feedpub: warning: PyYAML was built without libyaml: reading articles takes many times as long\n"
        )
    assert (site.output / "topics" / "no" / "rss.xml").is_file()


def test_with_libyaml_nothing_is_said(site: SiteFolder) -> None:
    site.add()
    assert site.build().stderr == ""
