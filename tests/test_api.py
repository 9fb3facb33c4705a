"""The public API: what ``import feedpub`` gives, as a program uses it."""

from __future__ import annotations

import ast
import contextlib
import doctest
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import feedpub
from feedpub import (
    BuildOptions,
    CheckOptions,
    CheckReport,
    Config,
    ConfigError,
    ExplainOptions,
    FeedpubError,
    LinkKind,
    LockedError,
    Problem,
    ProblemKind,
    ShrunkError,
    StorageError,
    StrictError,
    UsageError,
    ValidateOptions,
    Verdict,
    build,
    check,
    explain,
    load_config,
    validate,
)
from feedpub.state.lock import build_lock
from support.commands import one_core
from support.documents import ROOT, Block, blocks, text_of
from support.links.hostile import Hostile
from support.making import NOW
from support.site import SiteFolder

NAMES = [name for name in feedpub.__all__ if name != "__version__"]
FUNCTIONS = (build, check, explain, load_config, validate)
OPTIONS = (BuildOptions, CheckOptions, ExplainOptions, ValidateOptions)
EXAMPLES = [block for block in blocks("python") if block.name == "docs/api.md"]
LOOPBACK = "check: {allow_private: [127.0.0.0/8], delay: 0, retries: 0}\n"


@pytest.fixture(autouse=True)
def _in_the_site(site: SiteFolder) -> Iterator[None]:
    """Work in the folder of the site, on one core."""
    with contextlib.chdir(site.root), one_core():
        yield


@pytest.fixture
def config(site: SiteFolder) -> Config:
    """A site with a valid and an invalid article: the one of docs/api.md."""
    site.add("hello", title="Hello", topics=["Python"], sourceUrl="http://10.0.0.1/hello")
    site.add("bad", publishedDateTime="2024-02-30")
    return load_config(Path("config.yaml"))


def loaded_by(code: str) -> set[str]:
    """Return the names of the modules that ``code`` imports in a new process."""
    code += "\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.slow
def test_an_import_of_the_package_imports_nothing_else_of_it() -> None:
    assert {name for name in loaded_by("import feedpub") if name.startswith("feedpub")} == {"feedpub"}


@pytest.mark.slow
def test_the_functions_need_no_command_line() -> None:
    loaded = loaded_by(f"from feedpub import {', '.join(NAMES)}")
    assert "feedpub.links.site_check" in loaded
    assert not {name for name in loaded if name.startswith(("click", "feedpub.cli"))}


def test_every_name_is_there_once_and_leads_where_type_checkers_look() -> None:
    assert set(feedpub._MODULES) == set(NAMES)
    (block,) = (node for node in ast.parse(Path(feedpub.__file__).read_text()).body if isinstance(node, ast.If))
    imports = (node for node in block.body if isinstance(node, ast.ImportFrom))
    assert {alias.name: node.module for node in imports for alias in node.names} == feedpub._MODULES
    assert all(getattr(feedpub, name).__name__ == name for name in NAMES)
    with pytest.raises(AttributeError, match="no attribute 'Result'"):
        _ = feedpub.Result


def test_every_name_has_a_section_in_the_docs_and_every_function_an_example() -> None:
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", text_of("docs/api.md"), re.MULTILINE | re.DOTALL))
    assert set(sections) == set(NAMES)
    assert all(text.strip() for text in sections.values())
    for function in FUNCTIONS:
        assert f"{function.__name__}(" in sections[function.__name__].partition("```python")[2]


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: f"line {block.line}")
def test_an_example_of_the_docs_gives_what_it_shows(block: Block, config: Config) -> None:
    example = doctest.DocTestParser().get_doctest(block.text, {}, block.name, block.name, block.line)
    result = doctest.DocTestRunner().run(example)
    assert result.attempted > 2
    assert result.failed == 0


def test_the_functions_print_nothing(config: Config, capfd: pytest.CaptureFixture[str]) -> None:
    build(config)
    validate(config)
    check(config, CheckOptions(offline=True))
    explain(config, "content/hello.md")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("options", OPTIONS)
def test_options_are_frozen_and_have_names(options: type) -> None:
    with pytest.raises(TypeError):
        options(None)
    with pytest.raises(AttributeError):
        options().now = NOW


# The errors.


def test_a_configuration_that_cannot_be_used_is_an_error(site: SiteFolder) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.yaml: cannot be read"):
        load_config(Path("nowhere.yaml"))
    site.configure("topics: {min_articles: many}\nfeds: []\n")
    with pytest.raises(ConfigError) as caught:
        load_config(Path("config.yaml"))
    assert [problem.key for problem in caught.value.problems] == ["topics.min_articles", "feds"]
    assert caught.value.exit_status == 2


def test_a_build_that_needs_a_person_is_an_error(site: SiteFolder, config: Config) -> None:
    with pytest.raises(StrictError) as caught:
        build(config, BuildOptions(strict=True))
    assert [problem.path for problem in caught.value.report.problems] == ["content/bad.md"]
    for number in range(30):
        site.add(f"{number}")
    build(config)
    for number in range(30):
        (site.content / f"{number}.md").unlink()
    with pytest.raises(ShrunkError, match="only 2 of the 32 articles"):
        build(config)
    assert build(config, BuildOptions(allow_shrink=True)).articles.published == 1


@pytest.mark.slow
def test_a_build_during_another_one_is_an_error(site: SiteFolder, config: Config) -> None:
    build(config)
    with build_lock(site.state), pytest.raises(LockedError) as caught:
        build(config)
    assert caught.value.exit_status == 3


@pytest.mark.parametrize("function", [build, check], ids=lambda function: function.__name__)
def test_a_state_that_cannot_be_written_is_an_error(
    function: Callable[[Config], object], site: SiteFolder, config: Config
) -> None:
    site.state.write_text("not a folder", encoding="utf-8")
    with pytest.raises(StorageError):
        function(config)


@pytest.mark.parametrize(
    "call",
    [
        lambda config: build(config, BuildOptions(output=Path("content"))),
        lambda config: validate(config, ValidateOptions(paths=(Path("nowhere.md"),))),
        lambda config: check(config, CheckOptions(paths=(Path("nowhere.md"),))),
        lambda config: explain(config, "nowhere.md"),
        lambda config: explain(config, Path("config.yaml")),
    ],
    ids=["build", "validate", "check", "explain", "explain, not an article"],
)
def test_what_is_not_there_or_cannot_be_used_is_an_error(call: Callable[[Config], object], config: Config) -> None:
    with pytest.raises(UsageError) as caught:
        call(config)
    assert isinstance(caught.value, FeedpubError)
    assert caught.value.exit_status == 2


# The reports.


def test_a_validation_counts_and_names_what_is_wrong(site: SiteFolder, config: Config) -> None:
    site.add("twin", sourceUrl="http://10.0.0.1/hello", publishedDateTime="2023-01-01")
    report = validate(config)
    assert (report.articles, report.invalid, report.duplicates) == (3, 1, 1)
    assert [(problem.path, problem.kind) for problem in report.problems] == [
        ("content/bad.md", ProblemKind.INVALID),
        ("content/twin.md", ProblemKind.DUPLICATE),
    ]
    part = validate(config, ValidateOptions(paths=(Path("content/hello.md"),)))
    assert (part.articles, part.problems) == (1, ())


def test_progress_receives_the_files_that_are_read(config: Config) -> None:
    seen: list[tuple[str, int]] = []

    def progress(files, count):
        for file in files:
            seen.append((file.path, count))
            yield file

    expected = [("content/bad.md", 2), ("content/hello.md", 2)]
    for call in (
        lambda: validate(config, ValidateOptions(progress=progress)),
        lambda: explain(config, "content/hello.md", ExplainOptions(progress=progress)),
    ):
        call()
        assert seen == expected
        seen.clear()


def test_an_explanation_has_every_article_of_an_id_and_why_it_is_in_no_feed(site: SiteFolder, config: Config) -> None:
    site.add("twin", sourceUrl="http://10.0.0.1/hello", publishedDateTime="2023-01-01")
    first, twin = explain(config, "http://10.0.0.1/hello").articles
    assert (first.path, first.status) == ("content/hello.md", "published")
    assert [(place.folder, place.position, place.reason) for place in first.feeds] == [
        ("", 1, None),
        ("topics/python", 1, None),
    ]
    reason = "duplicate of content/hello.md, which is published instead"
    assert (twin.status, [place.reason for place in twin.feeds]) == (reason, [reason])


def test_an_explanation_of_an_invalid_article_has_its_problems(config: Config) -> None:
    explanation = explain(config, Path("content/bad.md"))
    assert (explanation.path, explanation.articles) == ("content/bad.md", ())
    assert [problem.key for problem in explanation.problems] == ["publishedDateTime"]
    assert isinstance(explanation.problems[0], Problem)


def test_an_explanation_is_that_of_the_time_given(config: Config) -> None:
    (article,) = explain(config, "content/hello.md", ExplainOptions(now=NOW.replace(year=2020))).articles
    assert article.status == "embargoed until 2024-05-01T10:00:00Z"


@pytest.fixture
def linked(site: SiteFolder) -> Iterator[Config]:
    """A site with a link that resolves and one that does not."""
    with Hostile() as server:
        site.configure(LOOPBACK)
        site.add("good", sourceUrl=server.url("/ok"))
        site.add("gone", sourceUrl=server.url("/status/404"), images=[{"url": server.url("/status/410")}])
        yield load_config(Path("config.yaml"))


def verdicts_of(report: CheckReport) -> dict[str, Verdict]:
    return {path: result.verdict for result in report.results() for path, _ in result.locations}


@pytest.mark.slow
def test_a_check_gives_a_result_for_each_link(linked: Config) -> None:
    progress: list[tuple[int, int]] = []
    report = check(linked, CheckOptions(on_progress=lambda done, total: progress.append((done, total))))
    expected = {"content/good.md": Verdict.OK, "content/gone.md": Verdict.BROKEN}
    # A report may be read more than once.
    assert verdicts_of(report) == verdicts_of(report) == expected
    assert progress == [(0, 2), (1, 2), (2, 2)]
    assert [result.kind for result in report.results() if report.fails(result)] == [LinkKind.SOURCE]
    assert report.has_failures()
    assert (report.unchecked, report.is_stopped, report.problems, report.warnings) == (0, False, (), ())
    images = check(linked, CheckOptions(kinds=frozenset({LinkKind.IMAGE}), fail_on=frozenset({Verdict.OK})))
    assert verdicts_of(images) == {"content/gone.md": Verdict.BROKEN}
    assert not images.has_failures()
    good = check(linked, CheckOptions(paths=(Path("content/good.md"),)))
    assert verdicts_of(good) == {"content/good.md": Verdict.OK}
    assert all(result.cached for result in good.results())


@pytest.mark.slow
def test_a_check_that_is_stopped_says_so(linked: Config) -> None:
    stop = threading.Event()
    stop.set()
    report = check(linked, CheckOptions(stop=stop))
    assert (report.is_stopped, report.unchecked, list(report.results())) == (True, 2, [])
    assert not report.has_failures()


@pytest.mark.slow
def test_a_check_passes_a_warning_on_at_once_and_keeps_it(site: SiteFolder, linked: Config) -> None:
    check(linked)
    (site.state / "links.db").write_bytes(b"damaged" * 1000)
    warnings: list[str] = []
    report = check(linked, CheckOptions(on_warning=warnings.append))
    assert len(warnings) == 1
    assert "links.db: is damaged" in warnings[0]
    assert report.warnings == tuple(warnings)
