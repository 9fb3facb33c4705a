"""The rules of Hexo: front matter without an opening line, names of files, permalinks, encrypted articles."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feedpub.content.generators import facts_of, generator_of
from support.generators import article_of, paths_of, reading_of, topics_of

DAY = "title: The Title\ndate: 2024-05-01\n"
SHANGHAI = ZoneInfo("Asia/Shanghai")

URLS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("旅行/东京.md", DAY, "/2024/05/01/%E6%97%85%E8%A1%8C/%E4%B8%9C%E4%BA%AC/", {}),
    ("a.md", DAY + "abbrlink: 4ab2", "/posts/4ab2.html", {"permalink": "posts/:abbrlink.html"}),
    ("a.md", DAY + "urlName2: mine", "/0501mine/", {"permalink": ":month:day:urlName2/"}),
    ("a.md", DAY + "id: 12", "/12/", {"permalink": ":id/"}),
    ("a.md", DAY + "permalink: /own/:title", "/own/:title/", {}),
    ("a.md", DAY + "permalink: own.html", "/own.html", {}),
    ("2024-05-01-a b.md", "title: T", "/2024/05/01/a%20b/", {"file_names": ":year-:month-:day-:title.md"}),
    ("x/No date.md", DAY, "/2024/05/01/x-No-date/", {"file_names": ":year-:month-:day-:title.md"}),
    ("c/2024/a/b.md", DAY, "/c/a/b/", {"file_names": ":category/:year/:title.md", "permalink": ":category/:title/"}),
    ("fr/a.md", DAY, "/fr/a/", {"file_names": ":lang/:title.md", "permalink": ":lang/:title/"}),
    (
        "a.md",
        DAY + "category: 编程",
        "/code/a/",
        {"permalink": ":category/:title/", "category_slugs": {"编程": "code"}},
    ),
    ("a.md", DAY + "categories: [A b]", "/a-b/a/", {"permalink": ":category/:title/", "slugify": "hexo-lower"}),
    ("a.md", DAY + "default_category: misc", "/misc/a/", {"permalink": ":category/:title/"}),
    ("a.md", "title: Ça, c'est Größe\ndate: 2024-05-01", "/ca-c-est-grose/", {"permalink": ":post_title/"}),
    (
        "a.md",
        "title: が 한국어\ndate: 2024-05-01",
        "/%E3%81%8C-%ED%95%9C%EA%B5%AD%EC%96%B4/",
        {"permalink": ":post_title/"},
    ),
    ("a.md", "title: T\ndate: 2024-05-01 07:08:09", "/5/07/08/09/", {"permalink": ":i_month/:hour/:minute/:second/"}),
]


@pytest.mark.parametrize(("below", "front", "path", "rules"), URLS)
def test_an_article_has_the_url_that_hexo_gives(below: str, front: str, path: str, rules: dict[str, Any]) -> None:
    assert paths_of("hexo", {below: front}, **rules) == {below: path}


def test_the_hash_is_that_of_the_name_and_the_time() -> None:
    digest = hashlib.sha1(b"a b1714536000", usedforsecurity=False).hexdigest()[:12]
    rules = {"permalink": ":hash/", "zone": SHANGHAI}
    assert paths_of("hexo", {"a b.md": "title: T\ndate: 2024-05-01 12:00:00"}, **rules) == {"a b.md": f"/{digest}/"}


@pytest.mark.parametrize(
    ("date", "path"),
    [
        ("2024-05-01 07:00:00", "/2024/05/01/a/"),
        ("2024-05-01T07:00:00+08:00", "/2024/04/30/a/"),
        ("'2024-05-01T07:00:00+08:00'", "/2024/05/01/a/"),
        ("2024-05-01 07:00:00 +0800", "/2024/05/01/a/"),
    ],
)
def test_the_day_in_a_url_is_in_utc_for_a_time_with_an_offset(date: str, path: str) -> None:
    assert paths_of("hexo", {"a.md": f"title: T\ndate: {date}"}, zone=SHANGHAI) == {"a.md": path}


def test_the_day_in_a_url_is_in_the_zone_of_the_machine() -> None:
    rules = {"zone": SHANGHAI, "url_zone": ZoneInfo("UTC")}
    assert paths_of("hexo", {"a.md": "title: T\ndate: 2024-05-01 07:00:00"}, **rules) == {"a.md": "/2024/04/30/a/"}


@pytest.mark.parametrize(
    "text",
    [
        "title: T\ndate: 2024-05-01\ntags: [a]\n---\nText\n",
        "-----\ntitle: T\ndate: 2024-05-01\ntags:\n\t- a\n-----\nText\n",
        '"title": "T",\n"date": "2024-05-01",\n"tags": ["a"]\n;;;\nText\n',
        ';;;\n"title": "T",\n"date": "2024-05-01",\n"tags": ["a"]\n;;;\nText\n',
    ],
)
def test_front_matter_needs_no_opening_line_and_may_be_json(text: str) -> None:
    reading = reading_of("hexo", "a.md", text)
    assert reading.problems == ()
    assert reading.article is not None
    assert (reading.article.title, topics_of(reading.article), reading.article.body.strip()) == ("T", ["a"], "Text")


@pytest.mark.parametrize(
    ("text", "line"), [("title: T\ndate: soon\n---\n", 2), ("---\ntitle: T\ndate: soon\n---\n", 3)]
)
def test_a_problem_is_on_its_line_in_the_file(text: str, line: int) -> None:
    assert [problem.line for problem in reading_of("hexo", "a.md", text).problems] == [line]


def test_text_before_a_rule_is_no_front_matter() -> None:
    reading = reading_of("hexo", "2024-05-01-a.md", "See: this is a text\n\nMore\n\n---\n\nRest\n")
    assert reading.article is None or reading.article.body.startswith("See")


def test_a_key_of_the_urls_that_an_article_lacks_keeps_it_out() -> None:
    reading = reading_of("hexo", "a.md", f"---\n{DAY}abbrlink:\n---\n", permalink=":abbrlink/")
    assert reading.article is None
    assert [(problem.line, problem.key) for problem in reading.problems] == [(4, "abbrlink")]


def test_an_encrypted_article_has_no_body() -> None:
    article = article_of("hexo", "a.md", DAY + "password: secret\nexcerpt: Open", "Closed")
    assert (article.body, article.excerpt) == ("", "Open")


def test_a_hidden_article_is_withheld() -> None:
    assert article_of("hexo", "a.md", DAY + "hidden: true").withheld == "hidden: true"


@pytest.mark.parametrize(
    ("front", "images"),
    [
        ("cover: false\nthumbnail: /img/a.png", ["https://blog.example.org/img/a.png"]),
        (
            "top_img: 'linear-gradient(#fff, #000)'\nindex_img: https://x.example/a.webp?w=1",
            ["https://x.example/a.webp?w=1"],
        ),
        ("photos: [b.jpg, c.jpg]", ["https://blog.example.org/2024/05/01/a/b.jpg"]),
        ("top_img: transparent", []),
    ],
)
def test_the_image_is_the_first_that_is_none_of_a_color(front: str, images: list[str]) -> None:
    assert [image.url for image in article_of("hexo", "a.md", DAY + front).images] == images


def test_topics_are_not_split_at_commas() -> None:
    assert topics_of(article_of("hexo", "a.md", DAY + "tags: 'a, b'\ncategories: [[A, B], [C]]")) == [
        "A",
        "B",
        "C",
        "a, b",
    ]


def test_files_and_folders_with_an_underscore_or_a_dot_are_no_articles() -> None:
    paths = ["a.md", "_b.md", "x/_y/c.md", ".d.md", "e_f.md"]
    assert generator_of("hexo").resources(paths) == {"_b.md", "x/_y/c.md", ".d.md"}


CONFIG = """\
title: 山中
url: https://x.example.org
root: /blog/
language: [zh-CN, en]
timezone: Asia/Shanghai
author: 李明
permalink: :category/:year/:title.html
new_post_name: :year-:month-:day-:title.md
pretty_urls: {trailing_index: false, trailing_html: false}
filename_case: 1
default_category: misc
category_map: {编程: code}
permalink_defaults: {lang: en}
skip_render: [_posts/raw/**, other/**]
render_drafts: true
"""


def site_of(root: Path, config: str, **files: str) -> Path:
    for name in ("source/_posts", "source/_drafts", ".github/workflows"):
        (root / name).mkdir(parents=True)
    (root / "_config.yml").write_text(config, encoding="utf-8")
    for name, text in files.items():
        (root / ".github" / "workflows" / f"{name}.yml").write_text(text, encoding="utf-8")
    return root


def test_the_configuration_gives_all_that_urls_depend_on(tmp_path: Path) -> None:
    facts = facts_of(site_of(tmp_path, CONFIG))
    assert facts is not None
    assert (facts.base_url, facts.language, facts.author) == ("https://x.example.org/blog/", "zh-CN", "李明")
    assert (facts.paths, facts.exclude) == (("source/_posts",), ("raw/**",))
    assert facts.content == {
        "permalink": ":category/:year/:title",
        "file_names": ":year-:month-:day-:title.md",
        "slugify": "hexo-lower",
        "category_slugs": {"编程": "code"},
        "defaults": [{"path": "**", "values": {"lang": "en", "default_category": "misc"}}],
    }
    assert "url_timezone" in facts.notes[0]
    assert "move what is public to _posts" in facts.notes[1]


@pytest.mark.parametrize("below", ["../site/source/_drafts/a.md", "source/_drafts/deep/a.md"])
def test_a_draft_by_its_folder_is_never_published(below: str) -> None:
    assert article_of("hexo", below, "title: T\ndate: 2024-05-01").withheld == "in _drafts"


@pytest.mark.parametrize(
    ("workflow", "zone"),
    [("run: npx hexo generate", "UTC"), ("env: {TZ: Asia/Shanghai}\nrun: npm run build", None), ("run: make", None)],
)
def test_a_service_that_runs_hexo_dates_urls_in_utc(tmp_path: Path, workflow: str, zone: str | None) -> None:
    facts = facts_of(site_of(tmp_path, "timezone: Asia/Shanghai\n", deploy=workflow))
    assert facts is not None
    assert facts.content.get("url_timezone") == zone


def test_a_site_with_folders_of_assets_has_slashes_and_md_files(tmp_path: Path) -> None:
    facts = facts_of(site_of(tmp_path, "post_asset_folder: true\npermalink: :title\n"))
    assert facts is not None
    assert (facts.pattern, facts.content) == ("**/*.md", {"permalink": ":title/"})


def test_what_no_file_can_tell_is_noted(tmp_path: Path) -> None:
    facts = facts_of(
        site_of(tmp_path, "permalink: :id/\npermalink_pinyin: {enable: true}\nencrypt: {tags: [{name: x}]}\n")
    )
    assert facts is not None
    assert [note.split()[0] for note in facts.notes] == ["The", "hexo-permalink-pinyin", "Articles"]
