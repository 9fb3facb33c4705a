"""The rules of Hexo against Hexo itself: what ``hexo generate`` writes is what is published."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from support.commands import run_here
from support.generator_programs import link_modules, run, write

pytestmark = pytest.mark.campaign

BASE = "https://x.example.org/sub/"
DAY = "title: The 标题 of Größe\ndate: 2024-05-01 12:30:00\n"
POSTS = {
    "plain.md": f"---\n{DAY}---\nText\n",
    "no-line.md": f"{DAY}tags: [a]\n---\nText\n",
    "json.md": ';;;\n"title": "The 标题",\n"date": "2024-05-01 12:30:00"\n;;;\nText\n',
    "tabs.md": f"-----\n{DAY}tags:\n\t- a\n-----\nText\n",
    "旅行/东京 1.md": f"---\n{DAY}categories: [旅行, A b]\n---\n",
    "nested.md": f"---\n{DAY}categories: [[A b, B & c], [C é]]\n---\n",
    "own.md": f"---\n{DAY}permalink: own/:title/\n---\n",
    "link.md": f"---\n{DAY}abbrlink: 4ab2\nlang: fr\n---\n",
    "offset.md": "---\ntitle: Offset\ndate: 2024-05-01T02:00:00+08:00\n---\n",
    "quoted.md": "---\ntitle: Quoted\ndate: '2024-05-01 02:00'\n---\n",
    "slashes.md": "---\ntitle: Slashes\ndate: 2024/5/1 2:03:04\n---\n",
    "Upper_Case.markdown": f"---\n{DAY}category: One\ntag: x\n---\n",
    "hidden.md": f"---\n{DAY}published: false\n---\n",
    "_part.md": f"---\n{DAY}---\n",
    "raw/skipped.md": f"---\n{DAY}---\n",
}
DATED = {"2024-03-02-dated.md": "---\ntitle: Dated\n---\n"}
DRAFTS = {"draft.md": f"---\n{DAY}---\n"}
PACKAGE = (
    '{"name": "x", "version": "1.0.0", "dependencies": {"hexo-renderer-marked": "*"}, "hexo": {"version": "8.0.0"}}'
)
CONFIG = "title: T\nurl: https://x.example.org/sub\nroot: /sub/\ntheme: false\nskip_render: [_posts/raw/**]\n"
NAMED = "new_post_name: :year-:month-:day-:title.md\n"
ASSETS = "post_asset_folder: true\n"
SLUGS = "category_map: {A b: ab}\nfilename_case: 1\n"


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ("", {}),
        ("permalink: :category/:post_title/:name/\n" + SLUGS, DATED),
        ("permalink: :year/:i_month/:hash.html\ntimezone: Asia/Shanghai\n", {}),
        ("permalink: p/:lang/:title/\npermalink_defaults: {lang: en}\n" + NAMED, DATED),
        ("permalink: :title\n" + ASSETS, DATED),
    ],
)
def test_hexo(tmp_path: Path, options: str, more: dict[str, str]) -> None:
    posts = {f"source/_posts/{name}": text for name, text in {**POSTS, **more}.items()}
    drafts = {f"source/_drafts/{name}": text for name, text in DRAFTS.items()}
    write(tmp_path, {"_config.yml": CONFIG + options, "package.json": PACKAGE, **posts, **drafts})
    link_modules(tmp_path)
    # The zone of the machine is that of dates in URLs.
    run(tmp_path, "env", f"TZ={'Asia/Shanghai' if 'Shanghai' in options else 'UTC'}", "hexo", "generate", "--silent")
    public = tmp_path / "public"
    made = {
        path.relative_to(public).as_posix().removesuffix("index.html") for path in public.rglob("*") if path.is_file()
    }
    made = {path for path in made if not path.startswith(("archives/", "tags/", "categories/")) and path}
    assert len(made) >= len(POSTS) - 4
    assert run_here(tmp_path, ("init", "-q", "--from", ".", "feeds"), "").returncode == 0
    rows = json.loads(run_here(tmp_path / "feeds", ("list", "articles", "--json"), "").stdout)
    assert {unquote(row["url"]).removeprefix(BASE) for row in rows if row["status"] == "published"} == made
