"""Odd articles and data files of a site: read in a time of their length, or told in one line."""

from __future__ import annotations

import os
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedpub.config import load_config
from feedpub.content.generators import facts_of
from feedpub.content.read_settings import read_settings
from feedpub.core.errors import UsageError
from feedpub.core.generators import GENERATORS
from support.generators import article_of, reading_of

DAY = "title: T\ndate: 2024-05-01"
CONFIG = """\
site: {title: X, base_url: "https://x.example.org/"}
content: {path: content, generator: jekyll, authors: %s}
"""


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("```x\n" * 30_000 + "# Code\n", "a"),
        ("~~~\n# Code\n```\n# Code\n~~~~\n  # Text #\n", "Text"),
        ("# One" + " " * 100_000 + "two ## {#id}\n", "One two ##"),
        ("text\n" * 30_000 + "Title\n=====\n", "Title"),
        ("#\n # Second\n", "Second"),
    ],
)
def test_the_first_heading_is_found_in_any_body(body: str, title: str) -> None:
    assert article_of("vitepress", "a.md", "date: 2024-05-01", body).title == title


def test_imports_before_a_heading_of_docusaurus_may_be_far_apart() -> None:
    imports = "import A from 'a';\n\n\n" * 60
    assert article_of("docusaurus", "a.md", "date: 2024-05-01", imports + "# Title\n").title == "Title"
    assert article_of("docusaurus", "b.md", "date: 2024-05-01", imports + "text").title == "b"


def test_highlighted_code_of_a_page_in_html_need_not_end() -> None:
    body = "{% highlight c %}" * 20_000
    reading = reading_of("jekyll", "_posts/2024-05-01-a.html", f"---\n{DAY}\n---\n{body}")
    assert reading.article is not None


@pytest.mark.parametrize("permalink", ["{{ " + "(" * 900 + "a }}", "{% if a %}" * 400, "{{" * 9000])
def test_a_permalink_of_any_depth_is_told(permalink: str) -> None:
    reading = reading_of("eleventy", "a.md", f"---\n{DAY}\npermalink: '{permalink}'\n---\n")
    assert [problem.key for problem in reading.problems] == ["permalink"]


@pytest.mark.parametrize("generator", GENERATORS)
@pytest.mark.parametrize("date", ["9999-12-31 23:59:59", "0001-01-01 00:00:00", "0001-01-02", "9999-12-31"])
def test_a_date_at_the_end_of_time_is_read_or_told(generator: str, date: str) -> None:
    for zone, url_zone in ((ZoneInfo("America/New_York"), UTC), (UTC, ZoneInfo("Pacific/Kiritimati"))):
        rules = {"zone": zone, "url_zone": url_zone, "permalink": "/:year/:month/:day/:title/"}
        reading = reading_of(generator, "a.md", f"---\ntitle: T\ndate: {date}\nupdated: {date}\n---\n", **rules)
        assert reading.article is not None or reading.problems


def in_folder(tmp_path: Path, name: str) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG % name, encoding="utf-8")
    return tmp_path / name


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("people.json", b"[" * 500 + b"]" * 500, "nested more than 100 deep"),
        ("people.json", b"[" * 100_000, "cannot be read: "),
        ("people.toml", b"a = " + b"[" * 150 + b"]" * 150, "nested more than 100 deep"),
        ("people.yml", b"a: [", ":2: not valid YAML"),
        ("people.yml", b"a: \xff", "cannot be read: "),
        ("people.yml", b"#" * 2_000_001, "is larger than 2000000 bytes"),
        ("people.yml", None, "cannot be read: "),
    ],
)
def test_data_of_authors_that_cannot_be_read_is_told(
    tmp_path: Path, name: str, data: bytes | None, message: str
) -> None:
    file = in_folder(tmp_path, name)
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(UsageError, match=message) as error:
        read_settings(load_config(tmp_path / "config.yaml"))
    assert str(error.value).startswith(str(file))


def test_a_fifo_with_data_of_authors_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(in_folder(tmp_path, "people.yml"))
    with pytest.raises(UsageError, match="is not a regular file"):
        read_settings(load_config(tmp_path / "config.yaml"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("zola.toml", "base_url = 'https://x.example/'\nslugify = 1\nlanguages = 2\nignored_content = 3\n"),
        ("eleventy.config.js", "import a from './eleventy.config.js'; export default a"),
        ("eleventy.config.js", "import {config} from './eleventy.config.js';"),
        ("astro.config.mjs", "const a = b; const b = a; export default a"),
        ("docusaurus.config.js", "module.exports = " + "(" * 3000),
        ("pelicanconf.py", "PATH = ['x']\n" + "PATH = PATH + PATH\n" * 90),
        ("pelicanconf.py", "PATH = 'x'\n" + "PATH = f'{PATH}{PATH}'\n" * 90),
        ("pelicanconf.py", "PATH = [1]\n" + "PATH = [PATH, PATH]\n" * 90),
    ],
)
def test_an_odd_configuration_gives_facts(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / name).write_text(text, encoding="utf-8")
    facts = facts_of(tmp_path)
    assert facts is not None
    assert facts.file == name


def test_programs_that_import_each_other_have_the_values_that_end(tmp_path: Path) -> None:
    (tmp_path / "astro.config.mjs").write_text(
        "import {site, other} from './site.mjs';\nexport const base = other;\nexport default {site, base};\n"
    )
    (tmp_path / "site.mjs").write_text(
        "import {base} from './astro.config.mjs';\n"
        "export const site = 'https://x.example';\nexport const other = base;\n"
    )
    facts = facts_of(tmp_path)
    assert facts is not None
    assert facts.base_url == "https://x.example"
