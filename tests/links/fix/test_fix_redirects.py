"""``--fix-redirects``: a URL and an id, and nothing else of a file."""

from __future__ import annotations

import os
import re
import resource
import signal
import stat
import subprocess
import sys
import tempfile
from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec
import pytest

from feedpub.config import load_config
from feedpub.content import ArticleFile, ReadSettings, keys_of, read_article, stamp_of
from feedpub.content.loading import scan_content
from feedpub.content.read_settings import read_settings
from feedpub.core.errors import StorageError
from feedpub.core.models import Article
from feedpub.links.fix.redirects import Edit, MovedArticle, Refusal, apply, moved_articles, plan
from feedpub.links.model import LinkKind, LinkResult, Verdict
from support.site import SiteFolder

OLD = "http://example.com/old"
NEW = "https://example.com/new"
MAX = 5_000_000
SETTINGS = ReadSettings(base_url="https://news.example.org/", zone=UTC, fields=keys_of({}))


def source_of(file: Path) -> ArticleFile:
    return ArticleFile(f"content/{file.name}", file.name, os.path.realpath(file), stamp_of(file) or (0, 0, 0, 0))


def planned(
    folder: Path,
    text: str | bytes,
    *,
    old: str = OLD,
    new: str = NEW,
    settings: ReadSettings = SETTINGS,
    max_size: int = MAX,
) -> Edit | Refusal:
    """Return the plan for a file with the content ``text``."""
    file = folder / "2024-05-01-a.md"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    (one,) = plan([MovedArticle(source=source_of(file), old=old, new=new, may_change_domain=True)], settings, max_size)
    assert file.read_bytes() == (text.encode() if isinstance(text, str) else text), "a plan writes nothing"
    return one


def fixed(folder: Path, text: str, **more: Any) -> str:
    edit = planned(folder, text, **more)
    assert isinstance(edit, Edit), str(edit)
    return edit.data.decode()


def refused(folder: Path, text: str | bytes, **more: Any) -> str:
    refusal = planned(folder, text, **more)
    assert isinstance(refusal, Refusal)
    return str(refusal)


def article(data: bytes, settings: ReadSettings = SETTINGS) -> Article:
    found = read_article(ArticleFile("content/2024-05-01-a.md", "2024-05-01-a.md", "/a.md"), data, settings).article
    assert found
    return found


# The URL is @, and what is added where the article has no id stands in « », the old URL as %.
STYLES = {
    "yaml": "---\ntitle: A\nsourceUrl: @\n«id: %\n»type: article\n---\n\nText\n",
    "yaml single": "---\nsourceUrl: '@' # here\n«id: %\n»title: A\n---\n",
    "yaml double": '---\nsourceUrl: "@"\n«id: %\n»title: A\n---\n',
    "yaml quoted key": '---\n"sourceUrl": @\n«id: %\n»title: A\n...\n',
    "yaml next line": "---\nsourceUrl:\n  @\n«id: %\n»title: A\n---\n",
    "yaml indented": "---\n  title: A\n  sourceUrl: @\n«  id: %\n»---\n",
    "yaml tag": "---\nsourceUrl: !!str @\n«id: %\n»title: A\n---\n",
    "yaml anchor": "---\nsourceUrl: &u '@'\n«id: %\n»title: A\n---\n",
    "yaml explicit": "---\n? sourceUrl\n: @\n«id: %\n»? title\n: A\n---\n",
    "yaml crlf": "---\r\nsourceUrl: @\r\n«id: %\r\n»title: A\r\n---\r\n\r\nText\r\n",
    "yaml cr": "---\rsourceUrl: @\r«id: %\r»title: A\r---\r",
    "yaml mixed": "---\r\nsourceUrl: @\n«id: %\n»title: A\r---\n",
    "yaml bom": "\ufeff---\nsourceUrl: @\n«id: %\n»title: A\n---\n",
    "yaml after blanks": "\n \n---\nsourceUrl: @\n«id: %\n»title: A\n---\n",
    "yaml wide": "---\ntitle: Ä\U0001f600\nsourceUrl: @ # \U0001f600\n«id: %\n»---\n\u2028\n",
    "yaml odd body": "---\ntitle: A\nsourceUrl: @\n«id: %\n»---\n\x0b\x0c\x1b \ufffe",
    "yaml odd title": "---\ntitle: A \x07\nsourceUrl: @\n«id: %\n»---\n",
    "yaml many lines": "---\ntitle: >\n  A\n\n  B\nsourceUrl: @\n«id: %\n»excerpt: |\n  sourceUrl: C\n---\n",
    "yaml with related": f"---\ntitle: A\nrelated:\n  - sourceUrl: {OLD}\nsourceUrl: @\n«id: %\n»---\n",
    "toml": '+++\ntitle = "A"\nsourceUrl = "@" # here\n«id = "%"\n»+++\n',
    "toml literal": "+++\nsourceUrl = '@'\n«id = \"%\"\n»title = 'A'\n+++\n",
    "toml quoted key": '+++\n"sourceUrl"="@"\n«id = "%"\n»title = "A"\n+++\n',
    "toml table": '+++\r\nsourceUrl = "@"\r\n«id = "%"\r\n»title = "A"\r\n[provider]\r\nname = "B"\r\n+++\r\n',
    "toml text": '+++\ntitle = """\nsourceUrl = "C"\n"""\nsourceUrl = "@"\n«id = "%"\n»+++\n',
}


def written(template: str, url: str, id_: str | None = None) -> str:
    """``template`` with ``url``, and with the id or without one."""
    template = re.sub("«(.*?)»", "" if id_ is None else r"\1", template, flags=re.DOTALL)
    return template.replace("@", url).replace("%", id_ or "")


@pytest.mark.parametrize("template", STYLES.values(), ids=STYLES.keys())
def test_the_url_is_rewritten_and_the_old_one_becomes_the_id_and_every_other_byte_stays(
    tmp_path: Path, template: str
) -> None:
    before = written(template, OLD)
    assert fixed(tmp_path, before) == written(template, NEW, OLD)


@pytest.mark.parametrize("template", STYLES.values(), ids=STYLES.keys())
def test_an_article_that_has_an_id_keeps_it(tmp_path: Path, template: str) -> None:
    own = "urn:mine"
    before = written(template, OLD, own)
    assert fixed(tmp_path, before) == written(template, NEW, own)


@pytest.mark.parametrize("template", STYLES.values(), ids=STYLES.keys())
def test_what_is_read_after_is_the_article_before_but_for_its_url(tmp_path: Path, template: str) -> None:
    before = written(template, OLD).encode()
    edit = planned(tmp_path, before)
    assert isinstance(edit, Edit)
    assert article(edit.data) == msgspec.structs.replace(article(before), url=NEW)
    assert article(edit.data).id == OLD


def test_a_url_is_recognized_however_it_was_spelled(tmp_path: Path) -> None:
    old = "http://xn--bcher-kva.example/%C3%A4%20b"
    text = "---\ntitle: A\nsourceUrl: '  http://bücher.example/ä b '\n---\n"
    assert fixed(tmp_path, text, old=old) == f"---\ntitle: A\nsourceUrl: '{NEW}'\nid: {old}\n---\n"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (f"{OLD}#part", NEW, f"{NEW}#part"),
        (f"{OLD}#part", f"{NEW}#other", f"{NEW}#other"),
        (OLD, f"{NEW}#other", f"{NEW}#other"),
        (OLD, "https://example.com/a:", '"https://example.com/a:"'),
        (OLD, "https://example.com/a'b", "https://example.com/a'b"),
        (OLD, "https://example.com/ä b", "https://example.com/%C3%A4%20b"),
    ],
)
def test_the_new_url_is_normalized_quoted_where_need_be_and_keeps_the_fragment(
    tmp_path: Path, old: str, new: str, line: str
) -> None:
    text = f"---\ntitle: A\nsourceUrl: {old}\n---\n"
    assert fixed(tmp_path, text, old=old, new=new) == f"---\ntitle: A\nsourceUrl: {line}\nid: {old}\n---\n"


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("---\n{title: A, id: b, sourceUrl: %s}\n---\n", '"https://example.com/a,b"'),
        ("---\ntitle: A\nsourceUrl: '%s'\n---\n", "'https://example.com/a,b'"),
        ("+++\ntitle = 'A'\nsourceUrl = '%s'\n+++\n", "'https://example.com/a,b'"),
    ],
)
def test_a_url_is_quoted_where_a_comma_would_end_it(tmp_path: Path, template: str, line: str) -> None:
    assert line in fixed(tmp_path, template % OLD, new="https://example.com/a,b")


def test_an_apostrophe_is_written_as_each_style_needs_it(tmp_path: Path) -> None:
    new = "https://example.com/it's"
    assert "'https://example.com/it''s'" in fixed(tmp_path, f"---\ntitle: A\nsourceUrl: '{OLD}'\n---\n", new=new)
    assert f'"{new}"' in fixed(tmp_path, f"+++\ntitle = 'A'\nsourceUrl = '{OLD}'\n+++\n", new=new)


@pytest.mark.parametrize("key", ["sourceUrl", "webUrl", "originalUrl", "canonical"])
def test_the_key_that_the_article_uses_is_rewritten(tmp_path: Path, key: str) -> None:
    settings = msgspec.structs.replace(SETTINGS, fields=keys_of({"url": ["canonical"]}))
    text = f"---\ntitle: A\n{key}: {OLD}\n---\n"
    assert fixed(tmp_path, text, settings=settings) == f"---\ntitle: A\n{key}: {NEW}\nid: {OLD}\n---\n"


def test_of_several_keys_the_one_that_counts_is_rewritten(tmp_path: Path) -> None:
    text = f"---\ntitle: A\noriginalUrl: {OLD}\nwebUrl: {OLD}\nsourceUrl:\n---\n"
    assert fixed(tmp_path, text) == f"---\ntitle: A\noriginalUrl: {OLD}\nwebUrl: {NEW}\nid: {OLD}\nsourceUrl:\n---\n"


def test_an_id_of_another_key_counts(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(SETTINGS, fields=keys_of({"id": ["guid"]}))
    text = f"---\ntitle: A\nguid: 7\nsourceUrl: {OLD}\n---\n"
    assert fixed(tmp_path, text, settings=settings) == f"---\ntitle: A\nguid: 7\nsourceUrl: {NEW}\n---\n"


# What is left as it is


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"---\ntitle: A\nsourceUrl: >-\n  {OLD}\n---\n", "3: is written over several lines"),
        (f"---\ntitle: A\nsourceUrl: |\n  {OLD}\n---\n", "3: is written over several lines"),
        ('---\ntitle: A\nsourceUrl: "http://example.com\\\n  /old"\n---\n', "3: is written over several lines"),
        (f"---\ntitle: A\nlink: &u {OLD}\nsourceUrl: *u\n---\n", "4: is an alias (*) of a URL elsewhere"),
        (f"---\ntitle: A\nsourceUrl: &u {OLD}\nlink: *u\n---\n", "3: sourceUrl: cannot be rewritten without"),
        (f"---\ntitle: A\nbase: &b\n  sourceUrl: {OLD}\n<<: *b\n---\n", "4: sourceUrl: cannot be rewritten without"),
        (f"---\ntitle: A\nsourceUrl: {OLD}\nid:\n---\n", "4: id: is empty; take the line out, or fill it in"),
        (f"---\ntitle: A\nid: ''\nsourceUrl: {OLD}\n---\n", "3: id: is empty; take the line out, or fill it in"),
        (f'+++\ntitle = "A"\nsourceUrl = """{OLD}"""\n+++\n', "3: is written over several lines, or in a way"),
        ('+++\ntitle = "A"\n"source\\u0055rl" = "x"\n+++\n', "1: is not a valid article"),
        (f'{{"title": "A", "sourceUrl": "{OLD}"}}', "1: sourceUrl: is JSON, which is not rewritten"),
        (f"---\n{{title: A, sourceUrl: {OLD}}}\n---\n", "2: sourceUrl: cannot be rewritten"),
        ("---\ntitle: A\nsourceUrl: https://example.com/else\n---\n", f"1: does not name {OLD} as its source"),
        ("---\ntitle: A\n---\n", "1: is not a valid article"),
        (b"---\ntitle: \xff\n---\n", "1: is not a valid article"),
        ("no front matter", "1: is not a valid article"),
    ],
)
def test_what_cannot_be_done_safely_is_refused_in_one_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    told = refused(tmp_path, text)
    assert told.startswith(f"content/2024-05-01-a.md:{message}")
    assert told.endswith(f"; left as it is, the source is now {NEW}")
    assert "\n" not in told


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("ftp://example.com/", "redirects to a URL that an article cannot have"),
        ("https://me:secret@example.com/", "redirects to a URL that an article cannot have"),
        ("javascript:alert(1)", "redirects to a URL that an article cannot have"),
        ("https://example.com/\n---\npublished: false", "redirects to a URL that an article cannot have"),
        (OLD, "redirects back to the same URL"),
    ],
)
def test_a_new_url_is_vetted_as_any_other(tmp_path: Path, new: str, message: str) -> None:
    assert message in refused(tmp_path, written(STYLES["yaml"], OLD), new=new)


@pytest.mark.parametrize(
    "new",
    [
        "https://example.com/",
        "https://example.com",
        "https://other.example/",
        "https://other.example/index.html",
        "https://example.com/2024/",
        "https://example.com/2024/index.php",
    ],
)
def test_a_page_that_has_lost_its_path_is_no_new_address(tmp_path: Path, new: str) -> None:
    old = "https://example.com/2024/05/story"
    told = refused(tmp_path, written(STYLES["yaml"], old), old=old, new=new)
    assert "redirects to a page above it, as sites do when a page is gone; look at it" in told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://example.com/", "https://example.com/"),
        ("https://example.com/?p=5", "https://example.com/story/"),
        ("https://example.com/a/b/story", "https://example.com/story"),
        ("https://example.com/story/index.html", "https://example.com/story/"),
        ("https://example.com/story", "https://example.com/?p=5"),
    ],
)
def test_a_shorter_address_of_the_same_page_is_one(tmp_path: Path, old: str, new: str) -> None:
    assert f"sourceUrl: {new}\n" in fixed(tmp_path, written(STYLES["yaml"], old), old=old, new=new)


def test_an_article_of_ones_own_has_no_source_to_rewrite(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(SETTINGS, permalink="/{slug}/")
    told = refused(tmp_path, "---\ntitle: A\n---\n", settings=settings, old="https://news.example.org/a/")
    assert "does not name https://news.example.org/a/ as its source" in told


def test_a_file_does_not_grow_past_what_a_build_reads(tmp_path: Path) -> None:
    text = written(STYLES["yaml"], OLD)
    assert "cannot be rewritten" in refused(tmp_path, text, max_size=len(text) + 10)
    assert "is larger than content.max_file_size" in refused(tmp_path, text, max_size=len(text) - 1)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    (one,) = plan([MovedArticle(source=source_of(tmp_path / "a.md"), old=OLD, new=NEW)], SETTINGS, MAX)
    assert "cannot be read: no such file or directory" in str(one)


def test_a_file_that_is_two_articles_is_rewritten_once(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(written(STYLES["yaml"], OLD).replace("type", "date: 2024-05-01\ntype"))
    (tmp_path / "b.md").symlink_to(file)
    articles = [MovedArticle(source=source_of(path), old=OLD, new=NEW) for path in (file, tmp_path / "b.md")]
    first, second = plan(articles, SETTINGS, MAX)
    assert isinstance(first, Edit)
    assert str(second) == "content/b.md:1: is the same file as content/a.md"


def test_files_of_one_name_in_two_folders_are_two_articles(tmp_path: Path) -> None:
    articles = []
    for folder in ("a", "b"):
        file = tmp_path / folder / "2024-05-01-a.md"
        file.parent.mkdir()
        file.write_text(written(STYLES["yaml"], OLD))
        source = msgspec.structs.replace(source_of(file), path=f"content/{folder}/{file.name}")
        articles.append(MovedArticle(source=source, old=OLD, new=NEW))
    edits = plan(articles, SETTINGS, MAX)
    assert [edit.path for edit in edits] == ["content/a/2024-05-01-a.md", "content/b/2024-05-01-a.md"]
    for edit in edits:
        assert isinstance(edit, Edit)
        assert apply(edit, MAX) is None
        assert Path(edit.file).read_text() == written(STYLES["yaml"], NEW, OLD)


# What is shown and written


def test_the_diff_shows_the_change_and_three_lines_around_it(tmp_path: Path) -> None:
    text = f"---\na: 1\nb: 2\nc: 3\ntitle: \x1b A\nsourceUrl: {OLD}\nd: 4\n---\n\n" + "Text\n" * 100
    edit = planned(tmp_path, text.replace("\n", "\r\n"))
    assert isinstance(edit, Edit)
    assert edit.diff.splitlines() == [
        "--- content/2024-05-01-a.md",
        "+++ content/2024-05-01-a.md",
        "@@ -3,7 +3,8 @@",
        " b: 2",
        " c: 3",
        r" title: \x1b A",
        f"-sourceUrl: {OLD}",
        f"+sourceUrl: {NEW}",
        f"+id: {OLD}",
        " d: 4",
        " ---",
        " ",
    ]
    assert edit.note is None


def test_a_downgrade_is_told(tmp_path: Path) -> None:
    old = "https://example.com/old"
    edit = planned(tmp_path, written(STYLES["yaml"], old), old=old, new="http://example.com/new")
    assert isinstance(edit, Edit)
    assert edit.note == "the new URL is http, the old one was https"


@pytest.mark.parametrize("template", [STYLES["yaml crlf"], STYLES["yaml bom"], STYLES["toml"]])
def test_an_edit_replaces_the_file_and_keeps_its_mode(tmp_path: Path, template: str) -> None:
    edit = planned(tmp_path, written(template, OLD))
    assert isinstance(edit, Edit)
    file = Path(edit.file)
    file.chmod(0o640)
    inode = file.stat().st_ino
    assert apply(edit, MAX) is None
    assert file.read_bytes().decode() == written(template, NEW, OLD)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert file.stat().st_ino != inode, "it is replaced by rename, so that a build never reads half of it"
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_what_was_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    edit = planned(tmp_path, written(STYLES["yaml"], OLD))
    assert isinstance(edit, Edit)
    file = Path(edit.file)
    file.write_text("another text")
    assert str(apply(edit, MAX)) == "content/2024-05-01-a.md:1: was changed meanwhile; left as it is"
    assert file.read_text() == "another text"
    file.unlink()
    assert "cannot be read" in str(apply(edit, MAX))


def test_an_edit_is_done_once(tmp_path: Path) -> None:
    edit = planned(tmp_path, written(STYLES["yaml"], OLD))
    assert isinstance(edit, Edit)
    assert apply(edit, MAX) is None
    assert "was changed meanwhile" in str(apply(edit, MAX))


def test_a_file_that_has_become_a_link_is_left_alone(tmp_path: Path) -> None:
    edit = planned(tmp_path, written(STYLES["yaml"], OLD))
    assert isinstance(edit, Edit)
    outside = tmp_path / "outside"
    os.replace(edit.file, outside)
    os.symlink(outside, edit.file)
    assert "has become a link" in str(apply(edit, MAX))
    assert outside.read_text() == written(STYLES["yaml"], OLD)


def test_a_link_within_the_content_is_written_through(tmp_path: Path) -> None:
    file, link = tmp_path / "real.md", tmp_path / "2024-05-01-a.md"
    file.write_text(written(STYLES["yaml"], OLD))
    link.symlink_to(file)
    (edit,) = plan([MovedArticle(source=source_of(link), old=OLD, new=NEW)], SETTINGS, MAX)
    assert isinstance(edit, Edit)
    assert apply(edit, MAX) is None
    assert link.is_symlink()
    assert file.read_text() == written(STYLES["yaml"], NEW, OLD)


def test_a_file_in_a_linked_folder_is_written_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "2024-05-01-a.md").write_text(written(STYLES["yaml"], OLD))
    # As a scan tells it: only a link that is the file itself is resolved.
    file = tmp_path / "linked" / "2024-05-01-a.md"
    source = ArticleFile("content/linked/2024-05-01-a.md", "linked/2024-05-01-a.md", str(file))
    (edit,) = plan([MovedArticle(source=source, old=OLD, new=NEW)], SETTINGS, MAX)
    assert isinstance(edit, Edit)
    assert apply(edit, MAX) is None
    assert file.read_text() == written(STYLES["yaml"], NEW, OLD)


READ_ONLY = """
import os, sys
import msgspec
from feedpub.links.fix.redirects import Edit, apply
edit = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Edit)
if os.getuid() == 0:
    os.setuid(65534)
print(apply(edit, 10**6))
"""


@pytest.mark.slow
def test_a_file_that_may_not_be_written_is_left_alone() -> None:
    # Not below pytest's folder, which no other user may enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        edit = planned(folder, written(STYLES["yaml"], OLD))
        assert isinstance(edit, Edit)
        folder.chmod(0o777)
        Path(edit.file).chmod(0o444)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY], input=msgspec.msgpack.encode(edit), capture_output=True, check=False
        )
        assert done.stdout.decode() == "content/2024-05-01-a.md:1: may not be written; left as it is\n"
        assert Path(edit.file).read_text() == written(STYLES["yaml"], OLD)


def test_a_disk_that_fails_leaves_the_file_whole(tmp_path: Path) -> None:
    edit = planned(tmp_path, written(STYLES["yaml"], OLD))
    assert isinstance(edit, Edit)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, limits[1]))
        with pytest.raises(StorageError, match=r"2024-05-01-a\.md: cannot be written: file too large"):
            apply(edit, MAX)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert Path(edit.file).read_text() == written(STYLES["yaml"], OLD)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_ids_in_all_feeds_are_the_same_before_and_after(site: SiteFolder) -> None:
    provider = {"name": "B", "domain": "b.example"}
    for name, more in [("a", {}), ("b", {"id": "mine"}), ("c", {"published": False})]:
        site.add(name, sourceUrl=f"{OLD}/{name}", topics=["AI"], provider=provider, **more)
    site.add("new", sourceUrl=f"{NEW}/a", topics=["AI"])
    config = load_config(site.root / "config.yaml")

    def ids() -> dict[str, list[str]]:
        site.build()
        pattern = r'<id>(.*?)</id>|<guid.*?>(.*?)</guid>|"id": *"(.*?)"'
        return {
            path: ["".join(found) for found in re.findall(pattern, data.decode())]
            for path, data in site.files().items()
        }

    before = ids()
    assert max(map(len, before.values())) >= 3
    assert sum(path.endswith(("rss.xml", "atom.xml", "feed.json")) for path in before) == 9
    sources = scan_content(config).sources
    articles = [
        MovedArticle(source=source, old=f"{OLD}/{source.below[0]}", new=f"{NEW}/{source.below[0]}")
        for source in sources[:3]
    ]
    for edit in plan(articles, read_settings(config), config.max_file_size):
        assert isinstance(edit, Edit)
        assert apply(edit, config.max_file_size) is None
    assert ids() == before
    assert f"{NEW}/b" in (site.output / "feed.json").read_text()


# Which articles have moved


def result(path: str, **values: Any) -> LinkResult:
    made = {
        "url": OLD,
        "kind": LinkKind.SOURCE,
        "verdict": Verdict.REDIRECTED,
        "status": 200,
        "message": "",
        "final_url": NEW,
        "elapsed_ms": 1,
        "attempts": 1,
        "cached": False,
        "locations": ((path, 3),),
        **values,
    }
    return LinkResult(**made)


def test_only_sources_that_have_moved_for_good_are_rewritten() -> None:
    sources = {
        f"content/{name}.md": ArticleFile(f"content/{name}.md", f"{name}.md", f"/{name}.md") for name in "abcdef"
    }
    results = [
        result("content/f.md", locations=(("content/f.md", 3), ("content/a.md", 3))),
        result("content/b.md", kind=LinkKind.RELATED),
        result("content/c.md", verdict=Verdict.OK),
        result("content/d.md", final_url=None),
        result("elsewhere.md"),
    ]
    found = moved_articles(results, sources)
    assert found == tuple(
        MovedArticle(source=sources[path], old=OLD, new=NEW) for path in ("content/a.md", "content/f.md")
    )
