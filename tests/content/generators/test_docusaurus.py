"""The rules of Docusaurus: its configuration with several blogs, titles in the text, dates in paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub.cli.init_from import config_text
from feedpub.config import load_config
from feedpub.content.fingerprint import reading_fingerprint
from feedpub.content.generators import facts_of, generator_of
from feedpub.content.loading import load_articles
from support.generator_programs import write
from support.generators import article_of, paths_of, topics_of

CONFIG = """\
import type {Config} from '@docusaurus/types';
const route = 'news';
function address() {
  if (process.env.PREVIEW) { return process.env.PREVIEW; }
  return 'https://x.example.org';
}
const config = (async (): Promise<Config> => {
  return {
    title: 'Own title', tagline: 'Words', url: address(), baseUrl: '/sub/', trailingSlash: true,
    i18n: {defaultLocale: 'en', locales: ['en', 'fr']},
    presets: [['classic', {
      docs: {path: 'manual', routeBasePath: 'manual', editUrl: 'https://x.example.com/edit/'},
      blog: {routeBasePath: route, authorsMapPath: '../people.yml', exclude: ['old/**']},
    }]],
    plugins: [
      'other',
      ['@docusaurus/plugin-content-blog', {id: 'calls', path: './calls', routeBasePath: '/'} satisfies Options],
    ],
  };
})();
export default config;
"""


def site_of(root: Path, config: str) -> Path:
    for folder in ("blog", "calls"):
        (root / folder).mkdir()
    (root / "people.yml").write_text("ada: {name: Ada L.}\n", encoding="utf-8")
    (root / "docusaurus.config.ts").write_text(config, encoding="utf-8")
    return root


LABELS = "leaf-mould:\n  label: Leaf mould\n  permalink: /leaf\nbare:\n"


def test_labels_of_tags_and_authors_are_read_again_when_they_change(tmp_path: Path) -> None:
    config = "site: {title: T, base_url: https://x.example.org/}\ncontent: {path: blog, generator: docusaurus}\n"
    front = "---\ntitle: T\ndate: 2024-05-01\ntags: [leaf-mould, bare, {label: Own}, other]\nauthors: ada\n---\n"
    write(tmp_path, {"config.yaml": config, "blog/a.md": front, "blog/tags.yml": LABELS, "blog/authors.yml": ""})
    settings = load_config(tmp_path / "config.yaml")
    (article,) = load_articles(settings).articles
    assert topics_of(article) == ["Leaf mould", "bare", "Own", "other"]
    before = reading_fingerprint(settings)
    write(
        tmp_path, {"blog/tags.yml": LABELS.replace("Leaf mould", "Leaves"), "blog/authors.yml": "ada: {name: Ada L.}"}
    )
    (article,) = load_articles(settings).articles
    assert (topics_of(article)[0], article.authors[0].name) == ("Leaves", "Ada L.")
    assert reading_fingerprint(settings) != before


def test_translations_are_no_articles_of_the_default_language() -> None:
    translated = "i18n/fr/docusaurus-plugin-content-blog/2024-05-01-a.md"
    paths = [translated, f"site/{translated}", "blog/i18n/fr.md", "blog/i18n/fr/a.md"]
    assert generator_of("docusaurus").resources(paths) == {translated, f"site/{translated}"}


def test_each_blog_has_its_folder_and_its_route(tmp_path: Path) -> None:
    facts = facts_of(site_of(tmp_path, CONFIG))
    assert facts is not None
    assert (facts.title, facts.base_url, facts.language) == ("Own title", "https://x.example.org/sub/", "en")
    assert (facts.paths, facts.exclude) == (("blog", "calls"), ("old/**",))
    permalinks = {"blog": "/news/{slug}/", "calls": "/{slug}/"}
    assert facts.content == {"permalinks": permalinks, "authors": "people.yml"}
    assert len(facts.notes) == 1
    assert 'authors: "../people.yml"' in config_text(facts, tmp_path, tmp_path / "feeds")


def test_a_preset_without_a_blog_has_none(tmp_path: Path) -> None:
    config = CONFIG.replace("blog: {routeBasePath: route, ", "blog: false, more: {")
    facts = facts_of(site_of(tmp_path, config))
    assert facts is not None
    assert (facts.paths, facts.content) == (("calls",), {"permalink": "/{slug}/"})


def test_an_address_of_this_machine_is_to_be_filled_in(tmp_path: Path) -> None:
    facts = facts_of(site_of(tmp_path, "module.exports = {title: 'T', url: 'http://localhost:3000', baseUrl: '/'};\n"))
    assert facts is not None
    assert (facts.base_url, facts.paths, facts.content) == ("", ("blog",), {})


@pytest.mark.parametrize(
    ("below", "body", "title", "rest"),
    [
        ("2024-05-01-a-b.md", "# The *title* {#id}\n\nText", "The title", "\n\nText"),
        ("2024-05-01-a-b.md", "The title\n=====\n\nText", "The title", "\n\n\nText"),
        ("2024-05-01-a-b.md", "import A from 'a';\n\n# T\nText", "T", "import A from 'a';\n\n\nText"),
        ("2024-05-01-a-b.md", "Text\n\n# No title", "a-b", "Text\n\n# No title"),
        ("2024/05/01/c/index.md", "Text", "c", "Text"),
    ],
)
def test_a_heading_at_the_beginning_is_the_title_alone(below: str, body: str, title: str, rest: str) -> None:
    article = article_of("docusaurus", below, "tags: [a]", body)
    assert (article.title, article.body) == (title, rest)


def test_the_last_date_in_a_path_is_that_of_the_article() -> None:
    below = "2020-01-01-old/2024-05-01-new.md"
    assert paths_of("docusaurus", {below: "title: T"}) == {below: "/blog/2024/05/01/2020-01-01-old/new"}
