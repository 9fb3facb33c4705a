"""Reading takes time in proportion to the size of the file, whatever it holds."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from support.reading import read

TOML = '+++\ntitle = "A"\ndate = 2024-05-01\nsourceUrl = "https://example.com/a"\n'
YAML = "---\ntitle: A\ndate: 2024-05-01\nsourceUrl: https://example.com/a\n"
SIZE = 20_000

FILES: dict[str, Callable[[int], str]] = {
    "toml: a table twice": lambda size: TOML + f'["{" " * size}"]\n' * 2 + "+++\n",
    "toml: a table of parentheses twice": lambda size: TOML + f'["{"(" * size}"]\n' * 2 + "+++\n",
    "toml: a key twice in an inline table": lambda size: (
        TOML + f'x = {{"{"( " * size}" = 1, "{"( " * size}" = 2}}\n+++\n'
    ),
    "toml: keys": lambda size: TOML + "".join(f"k{number} = 0x1\n" for number in range(size // 12)) + "+++\n",
    "toml: the last of many keys twice": lambda size: (
        TOML + "".join(f"k{number} = 0x1\n" for number in range(size // 12)) + "k0 = 1\n+++\n"
    ),
    "toml: tables": lambda size: TOML + "".join(f"[a.k{number}]\n" for number in range(size // 10)) + "+++\n",
    "toml: tables of a list": lambda size: TOML + "[[a]]\n" * (size // 6) + "+++\n",
    "toml: deep tables": lambda size: TOML + f"[[{'a.' * 90}b]]\n" * (size // 190) + "+++\n",
    "toml: dots": lambda size: TOML + "a." * size + "\n+++\n",
    "toml: quotes that end nothing": lambda size: TOML + 'x = """\n' + 'a\\"""\n' * (size // 7) + "+++\n",
    "toml: quotes in a key": lambda size: TOML + "'''\n" + '"\\' * size + "\n''' = 1\n+++\n",
    "toml: texts without an end": lambda size: TOML + "x = 'a\n" * (size // 7) + "+++\n",
    "toml: lines that may close it": lambda size: TOML + f"\n+++{' ' * 500}x" * (size // 500) + "\n+++\n",
    "json: blanks behind a key": lambda size: '{"x"' + " " * size + ": 1}",
    "json: blanks behind texts": lambda size: '{"x": [' + f'"a"{" " * 500},' * (size // 500) + "1]}",
    "json: texts": lambda size: '{"x": ' + '["' * 50 + '", "'.join("a" * (size // 4)) + '"]' * 50 + "}",
    "json: a control character": lambda size: '{"x": "' + "( " * size + '\n"}',
    "yaml: lines that may close it": lambda size: YAML + "x: |\n" + f"\n---{' ' * 500}x" * (size // 500) + "\n---\n",
    "a media type": lambda size: YAML + f"enclosures: [{{url: /a, type: 'a/b{';a=b ' * size}!'}}]\n---\n",
    "blanks in a media type": lambda size: YAML + f"enclosures: [{{url: /a, type: 'a/b;a=b{' ' * size}!'}}]\n---\n",
    "blank lines": lambda size: YAML + "---\n" + "\n \t" * size + "x",
    "references": lambda size: YAML + "---\n" + "&#1;" * (size // 4),
    "digits of a reference": lambda size: YAML + "---\n&#" + "1" * size,
    "repairs": lambda size: YAML + "summary: |\n" + " \1\n" * (size // 3) + "---\n" + "\1\n" * size,
}


def seconds(text: str) -> float:
    """Return the processor's time that it takes to read ``text``, of two tries the better."""
    times = []
    for _ in range(2):
        before = time.process_time()
        read(text)
        times.append(time.process_time() - before)
    return min(times)


@pytest.mark.slow
@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_a_file_four_times_as_large_takes_no_more_than_ten_times_as_long(make: Callable[[int], str]) -> None:
    # What is quadratic takes sixteen times as long. Below some milliseconds, other things decide.
    assert seconds(make(4 * SIZE)) < 10 * max(seconds(make(SIZE)), 0.02)
