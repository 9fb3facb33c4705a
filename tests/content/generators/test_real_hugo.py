"""Hugo's rules against Hugo itself, on sites that have every feature that feedpub reads.

``./dev generators`` installs Hugo.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest

from support.commands import run_here
from support.generator_programs import program, run, write

pytestmark = pytest.mark.campaign

DAY = "date: 2024-05-01\n"
TITLE = "title: The Ti'tle one\n"
PLAIN = """\
baseURL = "https://x.example.org/sub/"
title = "T"
disableKinds = ["taxonomy", "term", "RSS", "sitemap"]
%s
[languages.en]
[languages.fr]
[permalinks]
notes = "/:year/:month/:slug/"
news = "/:sections[1:]/:year-:month/:slugorcontentbasename"
"daily/in" = "/Deeper/:06/:1/:2/:Jan/:title"
kb = "/k/:contentbasename/:monthname/:weekdayname/:yearday/"
old = "/:filename.html"
Case = "/CaSe/:section/:slug/"
"/" = "/root/:slug/"
Secs = "/s/:sections/:sections[last]/:slug/"
"""
PAGES = {
    "posts/Hello World.md": "",
    "posts/My Bundle/index.md": "",
    "posts/bundle/index.fr.md": "",
    "posts/bundle/index.md": "slug: own",
    "posts/bundle/part.md": "",
    "posts/bundle/deep/index.md": "",
    "posts/bundle/index.knit.md": "",
    "posts/_index.md": "",
    "posts/a--b  c.md": "",
    "posts/c++ #1 (a).md": "",
    "posts/Ünïcode & Co!.md": "",
    "posts/日本語 テスト.md": "",
    "posts/🎉 party.md": "",
    "posts/v1.2.3.md": "",
    "posts/UPPER/File_x~y@z.md": "",
    "posts/z.it.md": "",
    "posts/words.markdown": "",
    "posts/slug1.md": "slug: Another Slug & more",
    "posts/slug2.md": "slug: /with/slash/",
    "posts/slug3.md": "slug: -hyphens-",
    "posts/url1.md": "url: /elsewhere",
    "posts/url2.md": "url: else/where.html",
    "posts/url3.md": "url: Upper/Case Blank/",
    "posts/url4.fr.md": "url: /abs-fr/",
    "posts/url5.fr.md": "url: rel-fr/",
    "posts/url6.md": "url: /:year/:slug/",
    "posts/url7.md": "url: /v1.2/name",
    "posts/draft.md": "Draft: true",
    "posts/future.md": "publishDate: 2099-01-01",
    "posts/expired.md": "expiryDate: 2024-06-01",
    "posts/headless/index.md": "headless: true",
    "posts/never.md": "build: {render: never, list: never}",
    "notes/n1.md": "",
    "notes/2024-05-03-n2.md": "slug: enn-two",
    "notes/sub/n3.md": "title: Straße & Größe/Slash_x",
    "notes/late.md": "date: 2024-05-01T23:30:00-08:00",
    "notes/early.md": "date: 2024-05-01T00:30:00+14:00",
    "notes/local.md": "date: 2024-04-30 23:30:00",
    "news/eu/de/Ein Titel.md": "",
    "news/eu/_index.md": "",
    "daily/in/x.md": "",
    "Daily/In/y/index.md": "",
    "news/x.md": "slug: SLUG X",
    "kb/2024-03-01-dated.md": "",
    "kb/sub/index.md": "",
    "old/A Name.md": "",
    "CASE/A Name.md": "",
    "Secs/In Ner/_index.md": "",
    "Secs/In Ner/Page A.md": "",
    "about.md": "",
}


def published(root: Path) -> set[str]:
    """Return the URLs of the articles that feedpub publishes, configured by ``init --from``."""
    done = run_here(root, ("init", "-q", "--from", ".", "feeds"), "")
    assert done.returncode == 0, done.stderr
    done = run_here(root / "feeds", ("list", "articles", "--json"), "")
    rows = json.loads(done.stdout)
    assert rows
    return {row["url"] for row in rows if row["status"] == "published"}


def listed(root: Path) -> set[str]:
    """Return the URLs of the pages that Hugo publishes."""
    lines = run(root, program("hugo"), "list", "published").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("path,"))
    rows = [row for row in csv.DictReader(lines[start:]) if row["kind"] == "page"]
    return {row["permalink"] for row in rows if row["permalink"]}


def site(config: str, pages: Mapping[str, str], name: str = "hugo.toml") -> dict[str, str]:
    """Return the files of a site; each page has a title and a date unless its lines have them."""
    files = {}
    for path, front in pages.items():
        lines = f"{'' if 'title' in front else TITLE}{'' if 'date: 20' in front else DAY}{front}"
        files[f"content/{path}"] = f"---\n{lines}\n---\nText of the page.\n"
    return {name: config, **files}


@pytest.mark.parametrize(
    "options",
    [
        "",
        'uglyURLs = true\ndisablePathToLower = true\ndefaultContentLanguageInSubdir = true\ntimeZone = "Asia/Tokyo"',
        "removePathAccents = true\n[uglyURLs]\nPosts = true\nkb = false",
    ],
)
def test_paths(tmp_path: Path, options: str) -> None:
    write(tmp_path, site(PLAIN % options, PAGES))
    expected = listed(tmp_path)
    assert len(expected) > 30
    assert published(tmp_path) == expected


CASCADE = """\
baseURL = "https://x.example.org/"
title = "T"
[languages.en]
[languages.fr]
[[cascade]]
build = {render = "never", list = "never"}
[cascade.target]
path = "{,/**}/_parts{,/**}"
[[cascade]]
draft = true
[cascade.target]
path = "/blog/2019/**"
[[cascade]]
draft = true
[cascade.target]
path = "/Staged/**"
environment = "development"
[[cascade]]
draft = true
[cascade.target]
path = "/french/*"
[cascade.target.sites.matrix]
languages = ["f*"]
[[cascade]]
draft = true
[cascade.target]
kind = "section"
[[cascade]]
expiryDate = 2024-06-01
[cascade.target]
path = "/over*"
"""
CASCADED = {
    "blog/a.md": "",
    "blog/2019/b.md": "",
    "blog/2019/c.md": "draft: false",
    "blog/_parts/d.md": "",
    "staged/e.md": "",
    "french/f.md": "",
    "french/f.fr.md": "",
    "over/g.md": "",
    "overdue.md": "",
    "lab/_index.md": "cascade: {draft: true}",
    "lab/h.md": "",
    "lab/h.fr.md": "",
    "lab/deep/i.md": "",
    "lab/deep/open/_index.md": "cascade: [{draft: false}]",
    "lab/deep/open/j.md": "",
    "lab/deep/open/k/index.md": "",
    "Upper Lab/_index.md": "Cascade:\n- {Target: {path: /no/**}, Draft: true}\n- {target: {path: '**x*'}, Draft: true}",
    "Upper Lab/x1.md": "",
    "Upper Lab/z1.md": "",
    "both/_index.fr.md": "cascade: {draft: true}",
    "both/l.md": "",
    "both/l.fr.md": "",
    "only/_index.md": "cascade: {target: {sites: {matrix: {languages: [fr]}}}, draft: true}",
    "only/m.md": "",
    "only/m.fr.md": "",
    "urls/_index.md": "cascade: {url: '/u/:contentbasename/'}",
    "urls/n.md": "",
    "urls/o.md": "url: /own/",
    "dated/_index.md": "cascade: {publishDate: 2099-01-01}",
    "dated/p.md": "",
    "shown/_index.md": "draft: true\nbuild: {render: never}",
    "shown/q.md": "",
    "params/_index.md": "cascade: {params: {draft: true}}",
    "params/r.md": "",
    "null/_index.md": "cascade: {draft: true}",
    "null/s.md": "draft:",
    "list/_index.md": "cascade: {build: {list: never, render: never}}",
    "list/t.md": "",
    "list/u.md": "build: {list: always}",
    "toml/_index.html": "",
}


def test_cascades(tmp_path: Path) -> None:
    toml = "+++\ntitle = 'x'\n[[cascade]]\n[cascade.build]\nrender = 'never'\n+++\n"
    files = site(CASCADE, CASCADED)
    write(tmp_path, files | {"content/toml/_index.md": toml, "content/toml/v.md": files["content/blog/a.md"]})
    (tmp_path / "content/toml/_index.html").unlink()
    expected = listed(tmp_path)
    assert len(expected) > 12
    assert published(tmp_path) == expected


FOLDERS: dict[str, str] = {
    "config/_default/hugo.yaml": "title: T\nbaseURL: /\ndefaultContentLanguage: en\nuglyURLs: {blog: true}\n",
    "config/_default/languages.en.toml": 'contentDir = "content/english"\n',
    "config/_default/languages.yaml": (
        "fr: {contentDir: content/french, permalinks: {blog: '/billets/:year/:slug/'}}\nde: {disabled: true}\n"
        "it: {contentDir: content/it, disabled: true}\n"
    ),
    "config/_default/permalinks.toml": '[page]\nblog = "/b/:slug/"\n"wiki/in" = "/in/:slug"\n[section]\nblog = "/x/"\n',
    "config/_default/menus/main.toml": "[[main]]\nname = 'x'\n",
    "config/_default/cascade.yaml": "cascade:\n- {draft: true, target: {path: /hidden/**}}\n",
    "config/production/hugo.toml": 'baseURL = "https://x.example.org/s"\n',
    "config/development/hugo.toml": 'baseURL = "https://no.example.org/"\n',
}
HOSTS = """\
defaultContentLanguage: fr
title: T
languages:
  en: {baseURL: "https://en.example.org/sub/"}
  fr: {baseURL: "https://fr.example.org"}
"""
MOUNTS = """\
baseURL = "https://x.example.org/"
title = "T"
defaultContentLanguage = "en"
defaultContentLanguageInSubdir = true
[languages.en]
[languages.pt-BR]
[[module.mounts]]
source = "content/main"
target = "content"
[[module.mounts]]
source = "posts"
target = "content/blog/more"
[[module.mounts]]
source = "content/brasil"
target = "content"
[module.mounts.sites.matrix]
languages = ["pt-br"]
[[module.mounts]]
source = "static"
target = "static"
"""
DATES = """\
baseURL = "https://x.example.org/"
title = "T"
timeZone = "America/New_York"
[frontmatter]
date = %s
[permalinks]
posts = "/:year/:month/:day/:slug/"
names = "/:year/:contentbasename/:slugorcontentbasename/"
"""
DATED = {
    "posts/2024-03-02-One Two.md": "title: T",
    "posts/2024-03-02-three.md": "title: T\ndate: 2023-01-01",
    "posts/2024-03-02-four.md": "title: T\nslug: own",
    "posts/2024-03-02.md": "title: The Title",
    "posts/2024-03-02T10-30-00-five.md": "title: T",
    "posts/2024-03-02_six/index.md": "title: T",
    "posts/2024-3-2-seven.md": "title: Seven\ndate: 2022-02-02",
    "posts/eight.md": "title: Eight\nwritten: 2021-01-01",
    "posts/nine.md": "title: Nine\npublishDate: 2020-02-02\nlastmod: 2021-01-01",
    "names/2024-03-02-ten.md": "title: T",
    "blog/2024-03-02-eleven.md": "title: T\ndate: 2023-01-01",
}


def test_configuration_folders_and_content_folders_of_languages(tmp_path: Path) -> None:
    pages = {
        "english/blog/A b.md": "",
        "english/wiki/in/c.md": "",
        "english/hidden/d.md": "",
        "english/about.md": "",
        "french/blog/a.md": "slug: Premier Jour",
        "french/e.md": "url: /fr/deja/",
        "french/f.md": "url: rel/",
        "it/g.md": "",
        "other/h.md": "",
    }
    files = site("", pages, "unused.txt")
    write(tmp_path, FOLDERS | files)
    expected = listed(tmp_path)
    assert len(expected) == 6
    assert published(tmp_path) == expected


def test_languages_with_addresses_of_their_own(tmp_path: Path) -> None:
    pages = {"a.md": "", "a.en.md": "", "p/b.en.md": "url: /up/b é/", "p/c.md": "slug: ç d", "p/x.de.md": ""}
    write(tmp_path, site(HOSTS, pages, "hugo.yaml"))
    expected = listed(tmp_path)
    assert len(expected) == 5
    assert published(tmp_path) == expected


def test_languages_and_names_that_the_site_leaves_out(tmp_path: Path) -> None:
    config = """\
baseURL: https://x.example.org/
ignoreFiles: [README.md, skip/, 'old\\.md$']
languages: {en: {}, pt-BR: {}, fr: {disabled: true}}
"""
    names = "a.pt-BR b.pt-br c.PT-BR d.EN e.fr README myREADME skip/f skip noskip/g an-old old-one"
    write(tmp_path, site(config, {f"p/{name}.md": "" for name in names.split()}, "hugo.yaml"))
    expected = listed(tmp_path)
    assert len(expected) == 6
    assert published(tmp_path) == expected


def test_files_of_a_page_in_html_are_no_pages(tmp_path: Path) -> None:
    config = "baseURL: https://x.example.org/\nsecurity: {allowContent: ['.*']}\n"
    names = ("a/index.html", "a/b.md", "a/c/d.md", "ab/e.md", "a-f.md")
    write(tmp_path, site(config, dict.fromkeys(names, ""), "hugo.yaml"))
    html = "https://x.example.org/a/"
    assert (
        published(tmp_path) == listed(tmp_path) - {html} == {f"https://x.example.org/{end}/" for end in ("ab/e", "a-f")}
    )


def test_mounts(tmp_path: Path) -> None:
    text = "---\ntitle: T\ndate: 2024-05-01\n---\n"
    names = ("content/main/a.md", "posts/b.md", "posts/c/index.md", "content/brasil/d.md", "content/out.md")
    write(tmp_path, {"hugo.toml": MOUNTS, **dict.fromkeys(names, text), "static/x.md": text})
    expected = listed(tmp_path)
    assert len(expected) == 4
    assert published(tmp_path) == expected


@pytest.mark.parametrize(
    "keys",
    ['[":filename", ":default"]', '["date", ":filename", "written", "publishDate"]', '["Written", ":default"]'],
)
def test_dates(tmp_path: Path, keys: str) -> None:
    files = {f"content/{path}": f"---\n{front}\n---\n" for path, front in DATED.items()}
    write(tmp_path, {"hugo.toml": DATES % keys, **files})
    lines = run(tmp_path, program("hugo"), "list", "published").splitlines()
    rows = csv.DictReader(lines[next(index for index, line in enumerate(lines) if line.startswith("path,")) :])
    expected = {row["permalink"] for row in rows if row["kind"] == "page" and row["date"] > "0002"}
    assert len(expected) > 4
    found = published(tmp_path)
    assert {url for url in found if "/1/01/01/" not in url} >= expected


LAYOUT = """\
{{- $pages := slice -}}
{{- range .Site.RegularPages -}}
{{- $page := . -}}
{{- $format := "2006-01-02T15:04:05Z" -}}
{{- $topics := slice -}}
{{- range slice "categories" "tags" "genres" -}}
{{- range $page.GetTerms . -}}{{- $topics = $topics | append .LinkTitle -}}{{- end -}}
{{- end -}}
{{- $pages = $pages | append (dict "url" .Permalink "title" .Title "date" (.PublishDate.UTC.Format $format)
  "modified" (.Lastmod.UTC.Format $format) "topics" $topics "author" (or .Params.author "Site Author")
  "summary" (or .Description "") "plain" .Plain) -}}
{{- end -}}
{{- $pages | jsonify -}}
"""
SHOWN_CONFIG = """\
baseURL = "https://x.example.org/sub/"
title = "A Site of Notes"
timeZone = "Europe/Berlin"
languageCode = "en-GB"
enableEmoji = true
disableKinds = ["RSS", "sitemap", "404"]
[params.author]
name = "Site Author"
[taxonomies]
category = "categories"
tag = "tags"
genre = "genres"
[markup.goldmark.renderer]
unsafe = true
"""
BODY = """\
A first *paragraph* with `code`, a [link](https://example.com/) and <em>HTML</em>.

## A heading {#own-id}

- one
- two

| a | b |
|---|---|
| 1 | 2 |

{{< highlight go >}}
fmt.Println("{{ not a template }}")
{{< /highlight >}}

{{< figure src="/img/a.png" title="A figure" alt="x" >}}

```text
{{</* shortcode */>}} and ::: stay
```

> A quotation, and a [reference]({{< ref "plain.md" >}}).
"""
SHOWN = {
    "posts/plain.md": 'title: It\'s a "plain" title & more\ndate: 2024-05-01T10:00:00',
    "posts/topics.md": (
        "Title: Topics\nDate: 2024-05-02\nTags: [One, Two Words]\ncategories: [Cat]\ngenres: [Essay]\n"
        "author: Ada\ndescription: In short.\nlastmod: 2024-06-01"
    ),
    "posts/2024-bundle/index.md": "title: Ünïcode 日本語\ndate: 2024-05-03 08:00:00 +0900\npublishDate: 2024-05-04",
    "posts/emoji.md": "title: Emoji 🎉\ndate: 2024-05-05\ntags: Single\nimages: [cover.jpg]",
    "notes/_index.md": "title: Notes\ncascade: {author: Bo, tags: [Noted]}",
    "notes/deep/n.md": "title: Cascaded\ndate: 2024-05-06",
    "notes/m.md": "title: Own\ndate: 2024-05-07\ntags: [Own]\nauthor: Cy",
    "notes/hidden.md": "title: Hidden\ndate: 2024-05-08\nbuild: {list: never}",
}


def letters(text: str) -> str:
    """Return the characters of ``text`` without blanks: of HTML, those outside of tags."""
    return "".join(unescape(re.sub("<[^<>]*>", "", text)).split())


def test_entries_show_what_pages_show(tmp_path: Path) -> None:
    pages = {f"content/{path}": f"---\n{front}\n---\n{BODY}" for path, front in SHOWN.items()}
    write(tmp_path, {"hugo.toml": SHOWN_CONFIG, "layouts/home.html": LAYOUT, "layouts/all.html": "x", **pages})
    run(tmp_path, program("hugo"), "--quiet")
    made = {page["url"]: page for page in json.loads((tmp_path / "public/index.html").read_text(encoding="utf-8"))}
    assert len(made) == 6
    assert run_here(tmp_path, ("init", "-q", "--from", ".", "feeds"), "").returncode == 0
    assert run_here(tmp_path / "feeds", ("build", "-q", "--strict"), "").returncode == 0
    feed = json.loads((tmp_path / "feeds/output/feed.json").read_text(encoding="utf-8"))
    assert (feed["title"], feed["language"]) == ("A Site of Notes", "en-GB")
    entries = {entry["url"]: entry for entry in feed["items"]}
    assert entries.keys() == made.keys()
    for url, page in made.items():
        entry = entries[url]
        found = {
            "title": entry["title"],
            "date": entry["date_published"],
            "topics": entry.get("tags", []),
            "author": entry["authors"][0]["name"],
            "summary": entry.get("summary", ""),
        }
        assert found == {key: page[key] for key in found}, url
        assert letters(entry["content_html"]) == letters(page["plain"]), url
    assert entries["https://x.example.org/sub/posts/emoji/"]["image"] == "https://x.example.org/sub/cover.jpg"
