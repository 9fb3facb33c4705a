"""Templates of the owner's own: what replaces what, and how they fail."""

from __future__ import annotations

import os
import pickle
import re
from pathlib import Path
from typing import Any

import jinja2
import pytest

from feedpub.core.errors import UsageError
from feedpub.core.models import FeedKind
from feedpub.output.entry import make_entry
from feedpub.output.pages import Pages, TemplateError, pages_of
from support.making import article, configuration
from support.showing import EVERYTHING, SITE, SITE_FEED, feed, settings_of

DOCS = Path(__file__).parents[3] / "docs" / "pages.md"
ARTICLE = make_entry(article(topics=("AI",), excerpt="An excerpt."), SITE)


def with_templates(folder: Path, **files: str | bytes) -> Pages:
    """Pages with the owner's own files; ``__`` in a name is a dot."""
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return pages_of(settings_of(configuration(), templates=str(folder), templates_shown="my/templates"))


def shown(pages: Pages) -> str:
    """One of every page."""
    entry = pages.entry(ARTICLE, EVERYTHING)
    return (pages.index_page([SITE_FEED, feed()], [entry], 0) + pages.feed_page(feed(), [entry], 0)).decode()


def test_one_template_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page = shown(with_templates(tmp_path, article__html="<article>MINE {{ article.title }}</article>"))
    assert page.count("<article>MINE Title of a</article>") == 2
    assert page.count('<section class="subscribe"') == 2


def test_the_page_for_missing_ones_is_a_template_too(tmp_path: Path) -> None:
    mine = '{% extends "feedpub/404.html" %}{% block main %}{{ contents|join }}{% endblock %}'
    page = with_templates(tmp_path, **{"404__html": mine}).not_found_page(SITE_FEED, {FeedKind.TOPIC})
    assert b"(&#39;topics&#39;, &#39;Topics&#39;)</main>" in page


def test_a_template_of_ones_own_extends_what_it_replaces(tmp_path: Path) -> None:
    mine = '{% extends "feedpub/base.html" %}{% block footer %}{{ super() }}<b>MINE</b>{% endblock %}'
    page = shown(with_templates(tmp_path, base__html=mine))
    assert page.count("<b>MINE</b>") == 2
    assert page.count("<footer>\n<a href=") == 2


def test_templates_of_ones_own_may_lie_in_folders(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "note.txt").write_text("A <note>")
    (tmp_path / "parts" / ".hidden").write_text("{{ not }} looked at")
    page = shown(with_templates(tmp_path, article__html='{% include "parts/note.txt" %}'))
    assert page.count("A <note>") == 2


def test_style_and_script_are_taken_as_they_are(tmp_path: Path) -> None:
    pages = with_templates(tmp_path, feedpub__css=b"body { content: '{{ x }}\xff' }", feedpub__js=b"")
    assert pages.assets() == {"feedpub.css": b"body { content: '{{ x }}\xff' }", "feedpub.js": b""}


def test_the_documented_example_works(tmp_path: Path) -> None:
    examples = re.findall(r"`templates/([\w.]+)`:\n\n```jinja\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    page = shown(with_templates(tmp_path, **{name.replace(".", "__"): text for name, text in examples}))
    assert page.count('<a href="https://example.org/imprint">Imprint</a>') == 2
    assert page.count("<p>An excerpt.</p>") == 2


def test_the_docs_list_every_value() -> None:
    from feedpub.output.pages import template_values

    page = DOCS.read_text(encoding="utf-8")
    for kind in vars(template_values).values():
        if not isinstance(kind, type) or not kind.__name__.endswith("View"):
            continue
            for name in kind.__struct_fields__:
                assert re.search(rf"^\|.*`{name}`", page, re.MULTILINE), name


@pytest.mark.parametrize(
    ("files", "place", "message"),
    [
        ({"feed__html": "a\n{% if %}"}, "feed.html:2", "end of statement block"),
        ({"feed__html": "a\n\n{{ feed.titel }}"}, "feed.html:3", "'titel'"),
        ({"feed__html": "{{ nothing }}"}, "feed.html:1", "'nothing'"),
        ({"feed__html": "\n{{ 1 // 0 }}"}, "feed.html:2", "ZeroDivisionError: "),
        ({"feed__html": '\n\n{% include "gone.html" %}'}, "feed.html:3", "there is no template 'gone.html'"),
        ({"feed__html": '\n{% extends "/etc/passwd" %}'}, "feed.html:2", "there is no template '/etc/passwd'"),
        ({"feed__html": '\n{% include "feed.html" %}'}, "feed.html:2", "without end"),
        ({"base__html": '\n{% extends "base.html" %}'}, "base.html:2", "without end"),
        ({"feed__html": '{% include "part.html" %}', "part__html": "\n\n{{ x }}"}, "part.html:3", "'x'"),
        ({"feed__html": '{% include "part.html" %}', "part__html": "\n{% x %}"}, "part.html:2", "'x'"),
        ({"feed__html": b"a\nb\xff"}, "feed.html:2", "byte 0xff is not UTF-8"),
        ({"feed__html": "a\n{{ articles | random }}"}, "feed.html:2", "'random'"),
        ({"feed__html": "{{ lipsum() }}"}, "feed.html:1", "'lipsum'"),
        ({"feed__html": "{{ '\\ud800' }}"}, "feed.html:1", "UnicodeEncodeError"),
    ],
)
def test_what_is_wrong_is_told_with_its_template_and_line(
    tmp_path: Path, files: dict[str, Any], place: str, message: str
) -> None:
    pages = with_templates(tmp_path, **files)
    with pytest.raises(TemplateError) as caught:
        pages.feed_page(feed(), [], 0)
    line = str(caught.value)
    assert line.startswith(f"my/templates/{place}: ")
    assert message in line
    assert "\n" not in line


def test_an_error_in_a_fragment_is_told_like_any_other(tmp_path: Path) -> None:
    pages = with_templates(tmp_path, article__html="\n{{ article.body }}")
    with pytest.raises(TemplateError, match=r"^my/templates/article.html:2: .*'body'"):
        pages.entry(ARTICLE, EVERYTHING)


def test_an_error_is_the_same_in_another_process() -> None:
    error = TemplateError("a.html", 3, "is\nwrong")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "a.html:3: is\\nwrong"
    assert isinstance(again, UsageError)
    assert again.exit_status == 2


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"^my/templates: output\.templates cannot be listed: no such file or directory$"
    ):
        with_templates(tmp_path / "gone")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "base.html").touch(mode=0)
    with pytest.raises(TemplateError, match=r"^my/templates/base.html:1: cannot be read: permission denied$"):
        with_templates(tmp_path)


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "base.html").symlink_to("gone")
    with pytest.raises(TemplateError, match=r"^my/templates/base.html:1: cannot be read: no such file or directory$"):
        with_templates(tmp_path)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "base.html")
    with pytest.raises(TemplateError, match=r"^my/templates/base.html:1: is not a regular file$"):
        with_templates(tmp_path)


def test_a_folder_that_holds_more_than_templates_is_refused(tmp_path: Path) -> None:
    for number in range(501):
        (tmp_path / str(number)).touch()
    with pytest.raises(TemplateError, match=r"^my/templates:1: holds more than 500 files or 5 MB"):
        with_templates(tmp_path)
    for number in range(501):
        (tmp_path / str(number)).unlink()
    with pytest.raises(TemplateError, match=r"^my/templates:1: holds more than"):
        with_templates(tmp_path, big=b"x" * 5_000_001)


def test_the_fingerprint_follows_every_file(tmp_path: Path) -> None:
    plain = pages_of(settings_of(configuration())).fingerprint()
    empty = with_templates(tmp_path).fingerprint()
    one = with_templates(tmp_path, part__html="a").fingerprint()
    other = with_templates(tmp_path, part__html="b").fingerprint()
    (tmp_path / "part.html").rename(tmp_path / "renamed.html")
    renamed = with_templates(tmp_path).fingerprint()
    assert plain == empty
    assert len({empty, one, other, renamed}) == 4


def test_a_template_that_changes_is_seen(tmp_path: Path) -> None:
    first = with_templates(tmp_path, article__html="one")
    assert with_templates(tmp_path) is first
    assert with_templates(tmp_path, article__html="two").entry(ARTICLE, EVERYTHING) == b"two"
    assert first.entry(ARTICLE, EVERYTHING) == b"one"


def test_a_template_is_compiled_once_in_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shown(with_templates(tmp_path, part__html="one"))
    monkeypatch.setattr(jinja2.Environment, "compile", None)
    assert shown(with_templates(tmp_path, part__html="other")) == before


def test_settings_travel_between_processes(tmp_path: Path) -> None:
    settings = settings_of(configuration(), templates=str(tmp_path))
    assert pickle.loads(pickle.dumps(settings)) == settings
