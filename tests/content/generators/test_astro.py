"""Astro: collections, the routes that show them, and what is not published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedpub.cli.init_from import config_text
from feedpub.config import load_config
from feedpub.content.generators import facts_of
from feedpub.content.generators.facts import SiteFacts
from feedpub.content.loading import load_articles
from support.generator_programs import write
from support.generators import article_of, paths_of

DAY = "title: T\npubDate: 2024-05-06\n"
ROUTE = "---\nconst posts = await getCollection('%s');\n---\n<Content />\n"
CONFIG = "export default defineConfig({site: 'https://a.example', base: '/sub'})"


def facts(root: Path, files: dict[str, str]) -> SiteFacts:
    """Return what is read of a site with ``files``."""
    write(root, {"astro.config.mjs": CONFIG, **files})
    found = facts_of(root)
    assert found is not None
    return found


def collection(
    name: str, *, base: str = "", pattern: str = "**/*.md", schema: str = "{pubDate: z.coerce.date()}"
) -> str:
    loader = f"loader: glob({{base: '{base}', pattern: '{pattern}'}}), " if base else ""
    value = f"defineCollection({{{loader}schema: z.object({schema})}})"
    return f"const {name} = {value};\nexport const collections = {{{name}}};"


@pytest.mark.parametrize(
    ("route", "permalink"),
    [
        ("blog/[...slug].astro", "/blog/{slug}/"),
        ("blog/[slug].astro", "/blog/{slug}/"),
        ("posts/[id]/index.astro", "/posts/{slug}/"),
        ("[...slug].astro", "/{slug}/"),
        ("[lang]/blog/[...slug].astro", "/{lang}/blog/{slug}/"),
        ("[year]/[month]/[post].astro", "/{year}/{month}/{slug}/"),
    ],
)
def test_the_permalink_is_the_route_that_shows_the_collection(tmp_path: Path, route: str, permalink: str) -> None:
    pages = {f"src/pages/{name}": ROUTE % "blog" for name in (route, "blog/[page].astro", "tags/[tag].astro")}
    files = {"src/content.config.ts": collection("blog", base="./src/content/blog"), "src/content/blog/a.md": ""}
    found = facts(tmp_path, files | pages)
    assert found.content["permalinks"] == {"blog": permalink}
    assert (found.base_url, found.paths, found.pattern) == ("https://a.example/sub/", ("src/content",), "blog/**/*.md")


def test_a_route_may_read_the_collection_in_a_program_that_it_imports(tmp_path: Path) -> None:
    files = {
        "tsconfig.json": '{\n// comment\n"compilerOptions": {"paths": {"@lib/*": ["./src/lib/*"],}}}',
        "src/lib/notes.ts": "export const getNotes = () => getCollection('notes')",
        "src/pages/n/[...slug].astro": "---\nimport {getNotes} from '@lib/notes'\n---\n<Content />",
        "src/content.config.ts": collection("notes", base="./notes", pattern="*.md"),
        "notes/a.md": "",
    }
    found = facts(tmp_path, files)
    assert found.content["permalinks"] == {"notes": "/n/{slug}/"}
    assert (found.paths, found.pattern, found.notes) == ((".",), "notes/*.md", [])


def test_collections_of_articles_are_those_with_dates(tmp_path: Path) -> None:
    schema = "{title: z.string(), changed: z.date(), added: z.union([z.string(), z.date()])}"
    text = (
        f"const authors = defineCollection({{schema: z.object({{name: z.string()}})}});\n"
        f"{collection('recipes', schema=schema).replace('{recipes}', '{authors, recipes}')}"
    )
    files = {"src/content/config.ts": text, "src/content/recipes/a.md": "", "src/content/authors/a.md": ""}
    found = facts(tmp_path, files)
    assert found.content == {"permalinks": {"recipes": "/recipes/{slug}/"}, "fields": {"published_at": ["added"]}}
    assert found.notes == ["look at content.permalinks: no page in src/pages shows the collection recipes"]


def test_a_schema_may_be_a_function_and_a_loader_may_read_what_is_no_file(tmp_path: Path) -> None:
    text = (
        "const blog = defineCollection({schema: ({image}) => z.object({cover: image(), added: z.date()})});\n"
        "const far = defineCollection({loader: feedLoader({url: 'https://a.example'})});\n"
        "const out = defineCollection({loader: glob({base: '../out', pattern: '*.md'})});\n"
        "const odd = defineCollection({loader: async () => []});\n"
        "export const collections = {blog, far, out, odd};"
    )
    files = {"src/content/config.ts": text, "src/content/blog/a.md": "", "src/pages/index.astro": ""}
    content = facts(tmp_path, files).content
    assert content["fields"] == {"published_at": ["added"]}
    assert list(content["permalinks"]) == ["blog"]


@pytest.mark.parametrize(
    ("config", "permalink"),
    [("trailingSlash: 'never'", "/blog/{slug}"), ("build: {format: 'file'}", "/blog/{slug}"), ("", "/blog/{slug}/")],
)
def test_slashes_are_as_configured(tmp_path: Path, config: str, permalink: str) -> None:
    found = facts(
        tmp_path,
        {
            "astro.config.mjs": f"export default {{site: 'https://a.example', {config}}}",
            "src/content/blog/a.md": "",
            "src/pages/blog/[...slug].astro": ROUTE % "blog",
            "src/pages/rss.xml.js": "import {S} from '../consts';\nexport const GET = () => rss({title: S.t})",
            "src/consts.ts": "export const S = {t: 'Of the feed'}",
        },
    )
    assert found.content["permalinks"] == {"blog": permalink}
    assert found.title == "Of the feed"


def test_pages_are_articles_where_no_collection_is(tmp_path: Path) -> None:
    found = facts(tmp_path, {"src/pages/posts/a.md": DAY})
    assert (found.paths, found.pattern) == (("src/pages",), "**/*.{md,mdx}")
    rules: dict[str, Any] = {"permalink": "/{path}/", "slugify": "off"}
    files = {"posts/My Post.md": DAY, "posts/index.md": DAY, "a.mdx": DAY}
    assert list(paths_of("astro", files, **rules).values()) == ["/posts/My%20Post/", "/posts/", "/a/"]


@pytest.mark.parametrize(
    ("below", "front", "path", "permalinks"),
    [
        ("blog/Some Post v1.2.md", "", "/blog/some-post-v12/", {"blog": "/blog/{slug}/"}),
        ("data/blog/x/Y.md", "", "/p/x/y/", {"data/blog": "/p/{slug}/"}),
        ("blog/en/a.md", "", "/en/blog/a/", {"blog": "/{lang}/blog/{slug}/"}),
        ("blog/_old/My_Dir/a.md", "published: true", "/posts/my_dir/a/", {"blog": "/posts/{folder}/{slug}/"}),
        ("blog/a.md", "", "/posts/a/", {"blog": "/posts/{folder}/{slug}/"}),
        ("blog/x/a.md", "slug: Own/One", "/blog/Own/One/", {"blog": "/blog/{slug}/"}),
        ("x/y.md", "", "/t/x/y/", {}),
    ],
)
def test_the_slug_is_the_path_below_the_collection(
    below: str, front: str, path: str, permalinks: dict[str, str]
) -> None:
    rules: dict[str, Any] = {"permalinks": permalinks} if permalinks else {"permalink": "/t/{slug}/"}
    assert paths_of("astro", {below: DAY + front}, **rules) == {below: path}


@pytest.mark.parametrize(
    ("below", "front", "withheld"),
    [
        ("blog/a.md", "draft: true", "draft: true"),
        ("blog/a.md", "isDraft: true", "isDraft: true"),
        ("blog/a.md", "hidden: true", "hidden: true"),
        ("blog/a.md", "status: Draft", "status: Draft"),
        ("blog/_drafts/a.md", "", "name begins with _"),
        ("blog/_a.md", "published: true", "name begins with _"),
    ],
)
def test_what_is_no_article_of_the_site_is_withheld(below: str, front: str, withheld: str) -> None:
    assert article_of("astro", below, DAY + front).withheld == withheld


def test_articles_whose_ids_a_program_makes_are_left_out_until_their_permalink_is_known(tmp_path: Path) -> None:
    config = collection("blog", base="./src/content/blog").replace(
        "pattern:", "generateId: (e) => shorten(e), pattern:"
    )
    files = {
        "src/content.config.ts": config,
        "src/content/blog/2024-05-06-a.md": f"---\n{DAY}---\n",
        "src/content/blog/b.md": f"---\n{DAY}sourceUrl: https://a.example/own/\n---\n",
        "src/pages/blog/[...slug].astro": ROUTE % "blog",
    }
    found = facts(tmp_path, files)
    assert found.notes == ["set permalink in content.defaults for blog/**: generateId of the collection is a program"]
    write(tmp_path, {"feeds/config.yaml": config_text(found, tmp_path, tmp_path / "feeds")})
    file = tmp_path / "feeds" / "config.yaml"
    loaded = load_articles(load_config(file))
    assert [article.url for article in loaded.articles] == ["https://a.example/own/"]
    assert [problem.key for problem in loaded.problems] == ["permalink"]
    file.write_text(file.read_text("utf-8").replace("{{ FILL IN }}", "/blog/{year}/{slug}/"), "utf-8")
    loaded = load_articles(load_config(file))
    assert loaded.articles[0].url == "https://a.example/sub/blog/2024/2024-05-06-a/"
