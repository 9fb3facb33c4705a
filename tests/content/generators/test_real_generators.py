"""The rules of generators against the generators themselves, where they are installed.

``./dev generators`` installs them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.commands import run_here
from support.generator_programs import link_modules, program, run, write

pytestmark = pytest.mark.campaign

BASE = "https://x.example.org/sub/"
DAY = "date: 2024-05-01\n"


def urls(root: Path) -> set[str]:
    """Return the URLs that a build publishes of the site in ``root``, as init --from configures it."""
    assert run_here(root, ("init", "-q", "--from", ".", "feeds"), "").returncode == 0
    done = run_here(root / "feeds", ("list", "articles", "--json"), "")
    rows = json.loads(done.stdout)
    assert rows
    return {row["url"] for row in rows if row["status"] == "published"}


def test_pelican(tmp_path: Path) -> None:
    pelican = program("pelican")
    articles = {
        "cat/a.md": "Title: Ümläut & Sons: a test\nTags: a, b",
        "b.md": 'Title: B\'s  -- "Quote" (x) v1.2\nCategory: C d',
        "c.md": "Title: Straße_x øre Æ",
        "d.md": "Title: Draft\nStatus: draft",
        "e.md": "Title: Hidden\nStatus: hidden",
        "f.md": "Title: S\nSlug: Own Slug",
        "g.md": "Title: Deutsch\nLang: de",
        "h.md": "Title: AT&amp;T  — dash",
        "pages/p.md": "Title: Page",
    }
    config = "SITENAME='T'\nSITEURL='https://x.example.org/sub'\nTIMEZONE='UTC'\nPATH='content'\nAUTHOR='A'\n"
    files = {f"content/{name}": f"{head}\nDate: 2024-05-01\n\nText\n" for name, head in articles.items()}
    write(tmp_path, {"pelicanconf.py": config + "ARTICLE_SAVE_AS='a/{slug}.html'\n", **files})
    run(tmp_path, pelican, "content", "-s", "pelicanconf.py", "-o", "out")
    made = {path.name for path in (tmp_path / "out" / "a").iterdir()} - {"draft.html", "hidden.html"}
    made |= {path.name for path in (tmp_path / "out").glob("*-de.html")}
    assert len(made) == 6
    assert {url.rpartition("/")[2].replace("%20", " ") for url in urls(tmp_path)} == made


def test_material_for_mkdocs(tmp_path: Path) -> None:
    mkdocs = program("mkdocs")
    posts = {
        "a.md": (DAY, "It's a Title & More: v1.2_x"),
        "b.md": (DAY, "Über Größe"),
        "c.md": (DAY + "slug: Own Slug", "x"),
        "d.md": (DAY + "draft: true", "Draft"),
        "sub/e.md": (DAY, "Sub **bold** `code`"),
        "f.md": (DAY + "title: From  Meta -- dash", "x"),
        "g.md": ("date: {created: 2023-02-01}", "日本語 テスト"),
    }
    files = {f"docs/blog/posts/{name}": f"---\n{front}\n---\n# {title}\n" for name, (front, title) in posts.items()}
    config = f"site_name: T\nsite_url: {BASE}\ntheme: {{name: material, font: false}}\nplugins: [blog]\n"
    write(tmp_path, {"mkdocs.yml": config, "docs/index.md": "# T\n", "docs/blog/index.md": "# B\n", **files})
    run(tmp_path, mkdocs, "build", "-q")
    made = {path.parent.relative_to(tmp_path / "site") for path in (tmp_path / "site/blog").glob("2*/*/*/*/index.html")}
    assert len(made) == 6
    assert urls(tmp_path) == {_url(f"{path.as_posix()}/") for path in made}


def test_front_matter_of_folders_of_material(tmp_path: Path) -> None:
    mkdocs = program("mkdocs")
    names = ("a", "b", "plans/c", "plans/d", "plans-2024/e", "deep/live/f", "deep/g")
    front = {"plans/d": "draft: false\n"}
    files = {f"docs/blog/posts/{name}.md": f"---\n{DAY}{front.get(name, '')}---\n# {name}\n" for name in names}
    meta = {
        "docs/.meta.yml": "tags: [all]\n",
        "docs/blog/posts/plans/.meta.yml": "draft: true\n",
        "docs/blog/posts/deep/.meta.yml": "draft: true\n",
        "docs/blog/posts/deep/live/.meta.yml": "draft: false\n",
    }
    config = f"site_name: T\nsite_url: {BASE}\ntheme: {{name: material, font: false}}\nplugins: [blog, meta]\n"
    write(tmp_path, {"mkdocs.yml": config, "docs/index.md": "# T\n", "docs/blog/index.md": "# B\n", **files, **meta})
    run(tmp_path, mkdocs, "build", "-q")
    made = {path.parent.relative_to(tmp_path / "site") for path in (tmp_path / "site/blog").glob("2*/*/*/*/index.html")}
    assert len(made) == 4
    assert urls(tmp_path) == {_url(f"{path.as_posix()}/") for path in made}


def test_data_files_of_eleventy(tmp_path: Path) -> None:
    eleventy = program("eleventy")
    names = ("posts/a", "posts/b", "posts/own/c", "posts/own/deep/d", "posts/no/e", "posts/no/f", "posts/one/index")
    front = {"posts/no/f": "permalink: /kept/\n"}
    files = {f"src/{name}.md": f"---\ntitle: T\n{DAY}{front.get(name, '')}---\n" for name in names}
    data = {
        "src/posts/posts.json": '{"permalink": "/p/{{ kind }}/{{ page.fileSlug }}/", "kind": "x", "tags": "posts"}',
        "src/posts/posts.js": "module.exports = {permalink: false}",
        "src/posts/b.11tydata.json": '{"kind": "own"}',
        "src/posts/own/own.json": '{"permalink": "/older/{{ page.fileSlug }}/"}',
        "src/posts/own/own.11tydata.js": "module.exports = {permalink: '/q/{{ kind }}/{{ page.fileSlug }}/'}",
        "src/posts/own/deep/deep.11tydata.cjs": "module.exports = () => ({kind: 'deep'})",
        "src/posts/no/no.json": '{"permalink": false}',
        "src/posts/one/index.11tydata.json": '{"kind": "one"}',
    }
    config = "module.exports = () => ({dir: {input: 'src', output: '_site'}});\n"
    site = f'{{"title": "T", "url": "{BASE}"}}'
    write(tmp_path, {"eleventy.config.js": config, "src/_data/site.json": site, **files, **data})
    run(tmp_path, eleventy, "--quiet")
    made = {path.parent.relative_to(tmp_path / "_site").as_posix() for path in (tmp_path / "_site").rglob("index.html")}
    assert len(made) == 6
    assert urls(tmp_path) == {_url(f"{path}/") for path in made}


def test_eleventy(tmp_path: Path) -> None:
    eleventy = program("eleventy")
    posts = {
        "2024-05-01-one.md": "tags: [x]",
        "Two Words.md": DAY,
        "2024-05-03-bundle/index.md": "tags: [x]",
        "p1.md": DAY + "permalink: '/x/{{ title | slugify }}/'",
        "p2.md": DAY + "permalink: '/y/{{ page.date | date: \"%Y/%m\" }}/{{ page.fileSlug }}.html'",
        "p4.md": DAY + "permalink: false",
        "p5.md": DAY + "permalink: plain/path/",
    }
    files = {f"posts/{name}": f'---\ntitle: "Größe & Co it\'s"\n{front}\n---\n' for name, front in posts.items()}
    config = "module.exports = () => ({ dir: { input: '.' } });\n"
    write(tmp_path, {"eleventy.config.js": config, "_data/site.json": f'{{"title": "T", "url": "{BASE}"}}', **files})
    run(tmp_path, eleventy, "--quiet")
    made = {path.relative_to(tmp_path / "_site").as_posix() for path in (tmp_path / "_site").rglob("*.html")}
    assert len(made) == 6
    assert urls(tmp_path) == {_url(path.removesuffix("index.html")) for path in made}


def test_vitepress(tmp_path: Path) -> None:
    vitepress = program("vitepress")
    names = ("posts/a.md", "posts/Two Words.md", "posts/b/index.md", "posts/Ünï.md", "posts/2024-05-01-x.md")
    config = "export default { title: 'T', base: '/sub/', sitemap: { hostname: 'https://x.example.org' } }\n"
    files = dict.fromkeys(names, f"---\n{DAY}---\n# T\n")
    write(tmp_path, {".vitepress/config.mjs": config, "index.md": "# T\n", **files})
    link_modules(tmp_path)
    run(tmp_path, vitepress, "build")
    dist = tmp_path / ".vitepress" / "dist" / "posts"
    made = {path.relative_to(dist).as_posix() for path in dist.rglob("*.html")}
    assert urls(tmp_path) == {_url("posts/" + path.removesuffix("index.html")) for path in made}


def _url(path: str) -> str:
    from urllib.parse import quote

    return BASE + quote(path, safe="/~@!$&'()*+,;=:")
