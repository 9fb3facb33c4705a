"""docs/architecture.md and docs/dependencies.md agree with the code, and the decisions keep their form."""

from __future__ import annotations

import re
import tomllib

import pytest
from test_guarantees import sections

from support.documents import ROOT, spans, text_of
from test_architecture import FLOORS

PAGE = "docs/architecture.md"
SECTIONS = sections(PAGE)
DECISIONS = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("0*.md"))
QUESTIONS = (
    "How is the guid made?",
    "Why was an article left out?",
    "How do I add an output format?",
    "How do I add a profile?",
    "How do I add a site generator?",
    "How do I add a front-matter key?",
    "How do I add a configuration key?",
    "How do I add a link kind?",
    "How do I change cache headers?",
    "How do I add a rule of `feedpub verify`?",
)
_, *PARTS = re.split(r"^### (.*)\n", SECTIONS["Questions of a newcomer"], flags=re.MULTILINE)
ANSWERS = dict(zip(PARTS[::2], PARTS[1::2], strict=True))
CODE = {path: path.read_text(encoding="utf-8") for path in (ROOT / "feedpub").rglob("*.py")}


def test_a_path_leads_somewhere() -> None:
    paths = {span for span in spans(PAGE) if span.startswith(("feedpub/", "tests/"))}
    assert "feedpub/content/article.py" in paths
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_a_word_of_the_glossary_is_a_word_of_the_code() -> None:
    cells = re.findall(r"^\| ([^|]+) \|", SECTIONS["Words"], re.MULTILINE)[1:]
    words = [word for cell in cells for word in cell.split(", ")]
    assert len(words) >= 20
    text = "\n".join(CODE.values()).lower()
    assert [word for word in words if word.lower() not in text] == []


def test_the_diagram_has_the_floors_of_the_packages() -> None:
    (diagram,) = re.findall(r"```text\n(.*?)```", SECTIONS["Packages"], re.DOTALL)
    floors = [tuple(line.split()) for line in reversed(diagram.splitlines())]
    assert floors == [(str(number), *packages) for number, packages in enumerate(FLOORS, 1)]


def test_every_package_has_its_sentence() -> None:
    listed = re.findall(r"^- `feedpub/(\w+)/`: ", SECTIONS["Packages"], re.MULTILINE)
    assert listed == [package for packages in FLOORS for package in packages]


@pytest.mark.parametrize("heading", ["The way of an article", "The way of a link"])
def test_every_step_names_a_file_to_open(heading: str) -> None:
    steps = re.findall(r"^(\d+)\. (.*(?:\n   .*)*)", SECTIONS[heading], re.MULTILINE)
    assert [number for number, _ in steps] == [str(number) for number in range(1, len(steps) + 1)]
    assert [text for _, text in steps if not re.search(r"`feedpub/[\w/]+\.py`", text)] == []


def test_the_questions_are_answered() -> None:
    assert tuple(ANSWERS) == QUESTIONS


@pytest.mark.parametrize("question", ANSWERS)
def test_an_answer_names_three_files_at_most_and_names_that_are_in_them(question: str) -> None:
    code = re.findall(r"`([^`]+)`", ANSWERS[question])
    files = [span for span in code if span.startswith("feedpub/")]
    assert 1 <= len(set(files)) <= 3
    paths = [path for file in files for path in ((ROOT / file).glob("*.py") if file.endswith("/") else [ROOT / file])]
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    names = [span for span in code if re.fullmatch(r"[A-Za-z]\w+", span)]
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_is_short_and_has_a_context_a_decision_and_a_consequence(name: str) -> None:
    text = text_of(f"docs/decisions/{name}")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequence"]
    assert 10 <= len(text.splitlines()) <= 25


def test_decisions_are_numbered_and_listed_by_their_titles() -> None:
    listed = re.findall(r"^\| (\d+) \| \[(.*)\]\((.*)\) \|$", text_of("docs/decisions/README.md"), re.MULTILINE)
    titles = [text_of(f"docs/decisions/{name}").partition("\n")[0] for name in DECISIONS]
    assert [f"# {number}. {title}" for number, title, _ in listed] == titles
    assert [file for _, _, file in listed] == DECISIONS
    assert [int(name[:4]) for name in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    needed = {"": project["dependencies"]}
    needed |= {name: extras[name] for name in ("azure", "dask", "gcs", "s3", "serve", "sftp")}
    packages = {
        (re.split("[<>=]", requirement)[0].lower(), extra) for extra, found in needed.items() for requirement in found
    }
    rows = re.findall(r"^\| ([\w-]+)(?: \(extra `(\w+)`\))? \| \w", text_of("docs/dependencies.md"), re.MULTILINE)
    assert {(name.lower(), extra) for name, extra in rows} - {("package", "")} == packages
