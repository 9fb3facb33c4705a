"""VitePress: which pages are articles, their URLs, and the address of the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub.content.generators import facts_of, generator_of
from feedpub.content.generators.facts import SiteFacts
from support.generator_programs import write
from support.generators import article_of, paths_of

DAY = "title: T\ndate: 2024-05-06\n"


def facts(root: Path, config: str, top: str = "", **files: str) -> SiteFacts:
    """Return what is read of a site with ``config``, and ``files`` beside."""
    write(root, {f"{top}.vitepress/config.mts": config, **files})
    found = facts_of(root)
    assert found is not None
    return found


def test_values_are_those_of_the_site_and_not_of_its_theme(tmp_path: Path) -> None:
    config = """
        const sidebar = { base: '/reference/', title: 'no' }
        export default withMermaid(defineConfig({
          themeConfig: { sidebar, title: 'no', nav: [{ base: '/no/' }] },
          title: "It's a site", description: `D`, base: '/sub/', srcDir: './pages', cleanUrls: true,
          locales: { root: { lang: 'en-US' }, zh: { lang: 'zh-CN' } },
          sitemap: { hostname: 'https://a.example/' },
        }))"""
    found = facts(tmp_path, config, "docs/")
    assert (found.title, found.description, found.language) == ("It's a site", "D", "en-US")
    assert (found.base_url, found.paths) == ("https://a.example/sub/", ("docs/pages",))
    assert found.content == {
        "permalink": "/{path}",
        "defaults": [{"path": "zh/**", "values": {"lang": "zh-CN"}}],
    }


@pytest.mark.parametrize(
    ("config", "theme"),
    [
        ("export default {head: [['meta', {property: 'og:url', content: 'https://a.example/x'}]]}", ""),
        ("import {genFeed} from './feed'\nexport default {buildEnd: genFeed}", "const baseUrl = 'https://a.example'"),
        ("export default {}", "new Feed({link: 'https://a.example'})"),
        ("export default {sitemap: {hostname: 'https://a.example'}}", "const baseUrl = 'https://b.example'"),
    ],
)
def test_the_address_is_that_of_the_sitemap_the_head_or_the_feed(tmp_path: Path, config: str, theme: str) -> None:
    assert facts(tmp_path, config, **{".vitepress/feed.ts": theme}).base_url == "https://a.example"


@pytest.mark.parametrize(
    ("files", "pattern"),
    [
        ({".vitepress/theme/posts.data.ts": "export default createContentLoader('posts/*.md', {})"}, "posts/*.md"),
        (
            {".vitepress/theme/a.data.ts": "createContentLoader(['blog/**/*.md', '!blog/x.md', 'news/*.md'])"},
            "{blog/**/*.md,news/*.md}",
        ),
        (
            {
                ".vitepress/theme/cache/a.data.ts": "createContentLoader('x/*.md')",
                ".vitepress/theme/a.txt": "createContentLoader('y/*.md')",
                "posts/a.md": "",
            },
            "posts/**/*.md",
        ),
        ({"posts/a.md": ""}, "posts/**/*.md"),
        ({"posts/a.md": "", "blog/a.md": ""}, "{posts,blog}/**/*.md"),
        ({"guide/a.md": ""}, "**/*.md"),
    ],
)
def test_articles_are_what_the_theme_loads_or_posts_or_all(tmp_path: Path, files: dict[str, str], pattern: str) -> None:
    assert facts(tmp_path, "export default {}", **files).pattern == pattern


def test_what_a_build_may_exclude_is_excluded(tmp_path: Path) -> None:
    config = "const prod = x\nexport default {srcExclude: prod ? ['**/draft/**', 'README.md'] : ['todo.md']}"
    assert facts(tmp_path, config).exclude == ("README.md", "node_modules", "**/draft/**", "README.md", "todo.md")


def test_rewrites_of_folders_are_permalinks_and_others_are_told(tmp_path: Path) -> None:
    config = "export default {rewrites: {'en/:rest*': ':rest*', 'b/:x(.*)': 'blog/:x', 'a.md': 'b.md'}}"
    found = facts(tmp_path, config)
    assert found.content["permalinks"] == {"en": "/{path}.html", "b": "/blog/{path}.html"}
    assert found.notes == ["set content.permalinks for the rewrite of a.md"]
    found = facts(tmp_path, "export default {rewrites: page => page.replace('a', 'b')}")
    assert found.notes == ["set content.permalinks: rewrites is a program"]


@pytest.mark.parametrize(
    ("below", "path"),
    [
        ("en/posts/a.md", "/posts/a.html"),
        ("en/posts/index.md", "/posts/"),
        ("b/x/y.md", "/blog/x/y.html"),
        ("de/a.md", "/de/a.html"),
        ("index.md", "/"),
    ],
)
def test_a_page_of_a_moved_folder_has_the_path_below_it(below: str, path: str) -> None:
    rules = {"en": "/{path}.html", "b": "/blog/{path}.html"}
    assert paths_of("vitepress", {below: DAY}, permalinks=rules) == {below: path}


@pytest.mark.parametrize("front", ["publish: false", "release: false", "hidden: true", "isDraft: true", "draft: true"])
def test_what_themes_leave_out_is_withheld(front: str) -> None:
    assert article_of("vitepress", "posts/a.md", DAY + front).withheld == front


def test_dates_of_themes_are_read() -> None:
    article = article_of(
        "vitepress", "posts/a.md", "title: T\ncreateTime: 2024/05/06 10:00:00\nlastUpdated: 2024-06-01"
    )
    assert (f"{article.published_at:%F %R}", f"{article.updated_at:%F}") == ("2024-05-06 10:00", "2024-06-01")


def test_templates_of_dynamic_routes_are_no_articles() -> None:
    assert generator_of("vitepress").resources(["posts/[slug].md", "posts/a.md"]) == {"posts/[slug].md"}
