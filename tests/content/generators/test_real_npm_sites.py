"""Whole sites of Astro, Eleventy and VitePress: their URLs are those of the generators, where these are installed."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from support.commands import run_here
from support.generator_programs import link_modules, program, run, write

pytestmark = pytest.mark.campaign

BASE = "https://x.example.org/sub/"


def published(root: Path) -> dict[str, str]:
    """Return the path of the URL of each article that a build publishes, by its title."""
    assert run_here(root, ("init", "-q", "--from", ".", "feeds"), "").returncode == 0
    done = run_here(root / "feeds", ("list", "articles", "--json"), "")
    rows = [row for row in json.loads(done.stdout) if row["status"] == "published"]
    assert rows
    assert all(row["url"].startswith(BASE) for row in rows)
    return {row["title"]: unquote(row["url"]).removeprefix(unquote(BASE)) for row in rows}


def made(folder: Path) -> set[str]:
    """Return the path of the URL of each page that a generator made in ``folder``."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return {path.removesuffix("index.html") for path in paths if path not in ("index.html", "404.html")}


CONTENT_CONFIG = """\
import { defineCollection, z } from 'astro:content';
import { glob } from 'astro/loaders';
const schema = z.object({ title: z.string(), pubDate: z.coerce.date(), draft: z.boolean().default(false) });
const blog = defineCollection({ loader: glob({ base: './src/content/blog', pattern: '**/[^_]*.{md,mdx}' }), schema });
const news = defineCollection({ loader: glob({ base: './news', pattern: '*.md' }), schema });
export const collections = { blog, news };
"""
ROUTE = """\
---
import { getCollection, render } from 'astro:content';
export async function getStaticPaths() {
  const entries = await getCollection('%s', ({ data }) => !data.draft);
  return entries.map((entry) => ({ params: { slug: entry.id }, props: { entry } }));
}
const { Content } = await render(Astro.props.entry);
---
<html><body><Content /></body></html>
"""
ENTRIES = {
    "src/content/blog/First Post.md": "",
    "src/content/blog/2024-05-06-Dated v1.2.md": "",
    "src/content/blog/Ünïcode & Co!.md": "",
    "src/content/blog/日本語 テスト.md": "",
    "src/content/blog/Deep Folder/Sub_x/index.mdx": "",
    "src/content/blog/deep/UPPER--case__.md": "",
    'src/content/blog/it\'s (a) "test".md': "",
    "src/content/blog/_old/kept.md": "",
    "src/content/blog/_partial.md": "",
    "src/content/blog/draft.md": "draft: true",
    "src/content/blog/slug.md": "slug: Own/Slug_x",
    "news/item.md": "",
    "news/deeper/not.md": "",
}


@pytest.mark.parametrize("options", ["", "trailingSlash: 'never',"])
def test_astro(tmp_path: Path, options: str) -> None:
    program("astro")
    link_modules(tmp_path)
    files = {
        name: f"---\ntitle: '{number}'\npubDate: 2024-05-06\n{front}\n---\nText\n"
        for number, (name, front) in enumerate(ENTRIES.items())
    }
    config = (
        "import { defineConfig, passthroughImageService } from 'astro/config';\nimport mdx from '@astrojs/mdx';\n"
        f"export default defineConfig({{ site: 'https://x.example.org', base: '/sub', {options}\n"
        "  image: { service: passthroughImageService() }, integrations: [mdx()] });\n"
    )
    write(
        tmp_path,
        {
            "astro.config.mjs": config,
            "package.json": '{"type": "module"}',
            "src/content.config.ts": CONTENT_CONFIG,
            "src/pages/posts/[...slug].astro": ROUTE % "blog",
            "src/pages/latest/[slug].astro": ROUTE % "news",
            **files,
        },
    )
    run(tmp_path, "astro", "build")
    found = set(published(tmp_path).values())
    assert len(found) == 10
    assert found == {path.rstrip("/") if options else path for path in made(tmp_path / "dist")}


def test_eleventy(tmp_path: Path) -> None:
    program("eleventy")
    posts = {
        "a/one.md": "",
        "a/a.md": "",
        "a/2024-05-07-dated/index.md": "",
        "a/own.md": "permalink: '/own/{{ title | slug }}.html'",
        "b/2024-05-08-two.md": "",
        "b/Zwölf & mehr.md": "slug: Eigener Größe Slug",
        "b/draft.md": "draft: true",
        "c/x.md": "",
        "c/y.md": "",
        "essays/z.md": "kind: Long Read",
    }
    files = {
        f"content/{name}": f'---\ntitle: "It\'s {number} & Ünï: «x» C++"\ndate: 2024-05-06\n{front}\n---\n'
        for number, (name, front) in enumerate(posts.items())
    }
    data = {
        "content/content.11tydata.js": "module.exports = { tags: 'posts', section: 'all' };",
        "content/b/b.11tydata.cjs": (
            "module.exports = { permalink: function (data) { if (data.draft) { return false; }\n"
            "  return `/b/${this.slugify(data.slug || data.title)}/${data.page.date.getUTCFullYear()}/`; } };"
        ),
        "content/c/c.json": '{"permalink": "/{{ section }}/{{ page.date | date: \'%Y/%m\' }}/{{ page.fileSlug }}/"}',
        "content/c/y.11tydata.json": '{"permalink": "y.html"}',
        "content/essays/essays.11tydata.js": (
            "module.exports = { eleventyComputed: { permalink: ({ kind, page }) =>\n"
            "  kind ? '/' + kind.toLowerCase().replace(' ', '-') + page.filePathStem + '/' : false } };"
        ),
        "_data/metadata.js": f"module.exports = {{ title: 'T', url: '{BASE}' }};",
        "package.json": "{}",
    }
    config = (
        "module.exports = (c) => { c.addPreprocessor('drafts', '*', (data) => data.draft ? false : undefined);\n"
        "  return { dir: { input: 'content', data: '../_data' } }; };\n"
    )
    write(tmp_path, {"eleventy.config.js": config, **data, **files})
    run(tmp_path, "eleventy", "--quiet")
    found = set(published(tmp_path).values())
    assert len(found) == 9
    assert found == made(tmp_path / "_site")


def test_vitepress(tmp_path: Path) -> None:
    program("vitepress")
    link_modules(tmp_path)
    pages = ("posts/a.md", "posts/Two Words.md", "posts/b/index.md", "en/posts/moved.md", "posts/draft/no.md")
    files = {f"src/{name}": f"---\ndate: 2024-05-06\n---\n# T {number}\n" for number, name in enumerate(pages)}
    config = (
        "import { defineConfig } from 'vitepress'\nconst prod = process.env.NODE_ENV === 'production'\n"
        "export default defineConfig({ title: 'T', base: '/sub/', srcDir: 'src', cleanUrls: true,\n"
        "  themeConfig: { sidebar: { base: '/no/' } }, rewrites: { 'en/:rest*': ':rest*' },\n"
        "  srcExclude: prod ? ['**/draft/**'] : [], sitemap: { hostname: 'https://x.example.org/sub/' } })\n"
    )
    write(tmp_path, {".vitepress/config.mts": config, "src/index.md": "# T\n", "package.json": "{}", **files})
    run(tmp_path, "vitepress", "build")
    pages_made = {path.removesuffix(".html") for path in made(tmp_path / ".vitepress" / "dist")}
    assert set(published(tmp_path).values()) == pages_made
    assert len(pages_made) == 4
