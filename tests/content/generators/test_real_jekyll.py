"""Jekyll itself: the URLs, titles, dates, categories and tags of its posts, and which it publishes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import unquote

import pytest

from feedpub.config import load_config
from feedpub.content.loading import load_articles
from support.commands import run_here
from support.generator_programs import program, run, write

pytestmark = pytest.mark.campaign

BASE = "https://x.example.org/sub"
CONFIG = """\
title: Notes
url: https://x.example.org
baseurl: /sub
permalink: %s
timezone: %s
exclude: [secret, "*.tmp.md"]
collections:
  news: {output: true, permalink: "/n/:path/"}
  notes: {output: true}
  hidden: {output: false}
defaults:
- {scope: {path: ""}, values: {tags: [every, day]}}
- {scope: {path: "", type: posts}, values: {category: Posted, layout: null}}
- {scope: {path: blog}, values: {categories: [From Defaults, x]}}
- {scope: {path: _posts/long, type: posts}, values: {permalink: "/long/:i_month/:slug/"}}
- {scope: {path: _posts/long/2}, values: {published: false}}
- {scope: {path: "_posts/*/deep"}, values: {title: Deep}}
- {scope: {path: "", type: news}, values: {tags: news}}
"""
LIST = """\
---
layout: null
permalink: /list.txt
---
{% assign documents = site.posts | concat: site.news | concat: site.notes %}{% for p in documents -%}
{{ p.url | jsonify }}\t{{ p.title | jsonify }}\t{{ p.date | date: "%s" }}\t{{ p.categories | concat: p.tags | jsonify }}
{% endfor %}"""
POSTS = {
    "_posts/2024-05-01-plain.md": "title: Plain",
    "_posts/2024-5-2-unpadded.markdown": "tags: one two",
    "_posts/24-05-03-short.md": "tag: one tag",
    "_posts/2024-05-04-Grüner Tee & Co!.md": "categories: [Größe, B c]",
    "_posts/2024-05-05-v1.2..3.md": "category: 2024",
    "_posts/2024-05-06-dots..md": "title: 'It''s: \"quoted\"'",
    "_posts/2024-05-07-a_b--c.md": "categories: one, Two three",
    "_posts/2024-05-08-日本語 テスト.md": "category: [a, b]\ncategories: [c, a]",
    "_posts/2024-05-09-other.md": "date: 2023-12-31 23:30:00 -0500",
    "_posts/2024-05-10-naive.md": "date: 2024-05-10 23:30:00",
    "_posts/2024-05-11-quoted.md": "date: '2024-05-11 23:30:00'",
    "_posts/2024-05-12-minutes.md": "date: 2024-05-12 01:30",
    "_posts/2024-05-13-odd.md": "date: 2024-05-13 18::48::00",
    "_posts/2024-05-14-us.md": "date: May 14, 2024 3:15 PM",
    "_posts/2024-05-15-draft.md": "published: false",
    "_posts/2024-05-16-slug.md": "slug: An Other Slug",
    "_posts/2024-05-17-link.md": "permalink: /own/:title.html",
    "_posts/2024-05-18-link2.md": "permalink: own/path",
    "_posts/2024-05-19-dup.md": "title: First\ntitle: Last",
    "_posts/2024-05-20-id.md": "id: same",
    "_posts/2024-05-21-id.md": "id: same",
    "_posts/2024-05-22-x.html": "title: In HTML",
    "_posts/2099-01-01-future.md": "title: Future",
    "_posts/undated.md": "date: 2024-05-01",
    "_posts/_old/2024-05-01-old.md": "title: Old",
    "_posts/year/_x/2024-05-01-inner.md": "title: Inner",
    "_posts/long/2024-05-23-a-b.md": "title: Long",
    "_posts/long/2/2024-05-24-c.md": "title: Not published",
    "_posts/long/deep/2024-05-25-d.md": "tags: []",
    "blog/_posts/2024-05-26-e.md": "categories: [Own]",
    "blog/Sub Dir/_posts/x/2024-05-27-f.md": "category:",
    "_old/_posts/2024-05-28-g.md": "title: Of a folder that is not entered",
    "secret/_posts/2024-05-29-h.md": "title: Secret",
    "_posts/2024-05-30-i.tmp.md": "title: Left out",
    "_drafts/j.md": "date: 2024-05-01",
    "_news/2024-06-01-first.md": "title: First",
    "_news/2024/Second one.md": "date: 2024-06-02\ntags: [own]",
    "_news/third.md": "date: 2024-06-03\npublished: false",
    "_notes/n.md": "date: 2024-06-04",
    "_hidden/2024-06-05-k.md": "title: Hidden",
}


@pytest.mark.parametrize(
    ("permalink", "zone"),
    [
        ("date", "UTC"),
        ("pretty", "America/New_York"),
        ("/:categories/:short_year/:long_day-:w_year-:week-:w_day/:title", "Asia/Tokyo"),
    ],
)
def test_posts_and_documents(tmp_path: Path, permalink: str, zone: str) -> None:
    jekyll = program("jekyll")
    files = {name: f"---\n{front}\n---\nText\n" for name, front in POSTS.items()}
    bare = {"_posts/2024-05-31-no-head.md": "Text only\n"}
    write(tmp_path, {"_config.yml": CONFIG % (permalink, zone), "list.txt": LIST, **files, **bare})
    run(tmp_path, jekyll, "build", "--quiet")
    rows = (tmp_path / "_site" / "list.txt").read_text(encoding="utf-8").splitlines()
    made = {unquote(json.loads(url)): rest for url, *rest in (row.split("\t") for row in rows if row)}
    assert len(made) == 29
    assert run_here(tmp_path, ("init", "-q", "--from", ".", "feeds"), "").returncode == 0
    loaded = load_articles(load_config(tmp_path / "feeds" / "config.yaml"))
    ours = {
        unquote(article.url.removeprefix(BASE)): [
            article.title,
            str(int(article.published_at.timestamp())),
            [topic.label for topic in article.topics],
        ]
        for article in loaded.articles
        if article.withheld is None and article.published_at.year < 2098
    }
    assert ours.keys() == made.keys()
    for url, (title, date, topics) in made.items():
        expected = [" ".join(topic.rstrip(",").split()) for topic in dict.fromkeys(json.loads(topics))]
        assert ours[url] == [" ".join(json.loads(title).split()), date, expected], url
    assert [problem for problem in loaded.problems if "undated" not in problem.path] == []


def test_a_site_without_a_configuration(tmp_path: Path) -> None:
    jekyll = program("jekyll")
    post = "---\ntitle: T\n---\n"
    write(tmp_path, {"CNAME": "x.example.org\n", "_layouts/a.html": "", "go/_posts/2024-05-01-a.md": post})
    run(tmp_path, jekyll, "build", "--quiet")
    assert run_here(tmp_path, ("init", "-q", "--from", ".", "feeds"), "").returncode == 0
    (article,) = load_articles(load_config(tmp_path / "feeds" / "config.yaml")).articles
    assert article.url == "https://x.example.org/go/2024/05/01/a.html"
    assert os.path.isfile(tmp_path / "_site/go/2024/05/01/a.html")
