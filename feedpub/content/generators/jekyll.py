"""Jekyll's rules for posts (https://jekyllrb.com/docs/posts/, https://jekyllrb.com/docs/permalinks/).

The rules are those of Jekyll 4 (``Document``, ``EntryFilter`` and ``UrlDrop`` in its source).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from feedpub.content.generators.base import Generator, Keys, beside
from feedpub.content.generators.facts import SiteFacts, SiteFiles
from feedpub.content.generators.jekyll_config import STYLES, facts_of_jekyll
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts, dates_of
from feedpub.content.generators.ruby_dates import ruby_date
from feedpub.content.generators.slugify import jekyll_lower

_SPECIAL = (".", "_", "#", "~")
_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")
_BLANK_LINE = re.compile(r"^[ \t]*$", re.MULTILINE)
_HIGHLIGHT = re.compile(r"\{%-?\s*(?:highlight\s+(?P<language>[\w+#-]+)[^%}]*|endhighlight\s*-?)%\}")
_HTML = ("html", "htm")
_EXCERPT_END = "<!--more-->"


class Jekyll(Generator):
    """Jekyll."""

    name = "jekyll"
    permalink = STYLES["date"]
    slug_rule = "jekyll"
    repeats_keys = True
    author_files = ("../_data/authors.yml", "../_data/authors.yaml", "../_data/authors.json", "_data/authors.yml")
    fields: ClassVar[Keys] = {
        "published_at": ("date", "publishedDateTime"),
        "updated_at": ("last_modified_at", "updatedDateTime", "lastmod", "updated"),
        "excerpt": ("excerpt", "description", "summary"),
        "topics": ("topics",),
        "authors": ("author", "authors"),
        "images": ("images", "image"),
        "language": ("language", "lang", "locale"),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what ``_config.yml`` says."""
        return facts_of_jekyll(site)

    def resources(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the files in folders that Jekyll does not enter, such as ``_old/_posts/``."""
        return frozenset(path for path in paths if _is_skipped(path))

    def prepare(self, page: Page) -> None:
        """Read title and date from the file's name, and topics from folders and front matter."""
        before, in_drafts, _ = f"/{page.below}".rpartition("/_drafts/")
        if in_drafts:
            page.withheld.append("in _drafts")
        before, in_posts, _ = f"/{page.below}".rpartition("/_posts/")
        above = [part for part in before.split("/") if part] if in_posts else []
        page.take_date()
        if in_posts and page.day is None:
            page.withheld.append("no date in the file's name")
        page.name = page.name.rstrip(".")
        page.fill("title", " ".join(word.capitalize() for word in page.name.split("-")) or page.name)
        self._dates(page)
        if _SCHEME.match(page.text("id")) is None:
            # Themes use "id" for names that are not those of one article.
            page.fields.pop("id", None)
        self._topics(page, above)
        self._body(page)

    @staticmethod
    def _dates(page: Page) -> None:
        """Set the dates as Ruby reads them, and that of the file's name."""
        for key in ("date", "last_modified_at"):
            node = page.node(key)
            text = ruby_date(node, page.rules.zone) if node is not None else None
            if text is not None:
                page.set(key, text)
        if page.day:
            page.fill("date", page.day)

    def _topics(self, page: Page, above: Sequence[str]) -> None:
        """Set the categories of the URL, and the topics: folders, categories, and tags."""
        default = page.defaults.get("categories", ())
        inherited = default.split() if isinstance(default, str) else default
        categories = page.texts("categories", split=" ")
        if page.node("category") is not None:
            categories += page.texts("category", split=None)
        categories = [*above, *inherited, *categories]
        self._set_list(page, "categories", categories)
        tags = page.texts("tags", split=" ") if page.node("tag") is None else page.texts("tag", split=None)
        self._set_list(page, "topics", [topic.rstrip(",") for topic in (*categories, *tags)])

    @staticmethod
    def _set_list(page: Page, key: str, texts: Iterable[str]) -> None:
        if values := list(dict.fromkeys(texts)):
            page.set(key, values)

    @staticmethod
    def _body(page: Page) -> None:
        """Mark the end of the excerpt, and keep a page in HTML from being read as Markdown."""
        separator = page.written("excerpt_separator") or page.rules.excerpt_separator or ""
        if separator.strip() and separator in page.body:
            page.body = page.body.replace(separator, _EXCERPT_END + separator, 1)
        if page.suffix in _HTML and page.body.strip():
            # A block of HTML ends at a blank line (CommonMark, section 4.6).
            text = _BLANK_LINE.sub("<!-- -->", _preformatted(page.body))
            page.body = f"<div>{text}\n</div>"

    def finish(self, page: Page, path: str) -> None:
        """Read ``image``, a path or a mapping with ``path`` (jekyll-seo-tag)."""
        image = page.values("image").get("path") or page.node("image")
        text = image.value if image is not None else None
        if isinstance(text, str):
            page.set("image", [{"url": beside("/", text.strip())}])

    def pattern_of(self, page: Page) -> str:
        """Return the permalink of the site, or that of its style."""
        pattern = super().pattern_of(page)
        return STYLES.get(pattern, pattern)

    def expand(self, page: Page, pattern: str) -> str:
        """Return the path; Jekyll takes dots out that lead to another folder."""
        path = super().expand(page, pattern)
        if ".." in path or "./" in path:
            path = path.replace("..", "/").replace("./", "")
        return re.sub("/{2,}", "/", path)

    def parts(self, page: Page) -> Parts:
        """Return Jekyll's placeholders."""
        slug = page.text("slug") or page.name
        categories = list(dict.fromkeys(text.lower() for text in page.texts("categories")))
        local = page.moment("date")
        path = page.below.removesuffix(f".{page.suffix}").rstrip(".")
        first, _, rest = path.partition("/")
        in_posts = "_posts/" in path
        return {
            **dates_of(local),
            "title": page.slugify(slug),
            "slug": jekyll_lower(slug),
            "name": jekyll_lower(path.rpartition("/")[2]),
            "filename": page.name,
            "path": path.replace("_posts/", "/", 1) if in_posts else rest or path,
            "folder": page.folder,
            "categories": categories,
            "category": categories[:1],
            "slugified_categories": list(dict.fromkeys(jekyll_lower(text) for text in page.texts("categories"))),
            "collection": first.removeprefix("_") if rest and not in_posts and first[:1] == "_" else "posts",
            "output_ext": ".html",
        }


def _preformatted(body: str) -> str:
    """Return ``body`` with the code between tags ``highlight`` as HTML."""
    parts, position = [], 0
    opening: re.Match[str] | None = None
    for match in _HIGHLIGHT.finditer(body):
        if match["language"]:
            opening = opening or match
        elif opening:
            code = html.escape(body[opening.end() : match.start()].strip("\n"), quote=False)
            tag = f'<pre><code class="language-{opening["language"]}">'
            parts += [body[position : opening.start()], f"{tag}{{% raw %}}{code}{{% endraw %}}</code></pre>"]
            position, opening = match.end(), None
    return "".join((*parts, body[position:]))


def _is_skipped(path: str) -> bool:
    before, in_posts, inside = f"/{path}".partition("/_posts/")
    if not in_posts:
        inside = path.partition("/")[2] or path
    elif any(part.startswith(_SPECIAL) for part in before.split("/")):
        return True
    return inside.startswith(_SPECIAL) or inside.rpartition("/")[2].startswith(_SPECIAL)
