"""Jekyll's rules for posts (https://jekyllrb.com/docs/posts/, https://jekyllrb.com/docs/permalinks/)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from feedpub.content.generators.base import Generator, Keys, beside
from feedpub.content.generators.facts import SiteFacts, SiteFiles, joined, text_of
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts, dates_of
from feedpub.content.generators.slugify import jekyll_lower

STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
"""The permalink styles of the configuration by name."""

_OUTPUTS = ("_site", "node_modules", "vendor")
_DEFAULTS = frozenset(
    "published author authors categories category tags tag image lang locale permalink date excerpt draft".split()
)


class Jekyll(Generator):
    """Jekyll."""

    name = "jekyll"
    permalink = STYLES["date"]
    slug_rule = "jekyll"
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
        file = site.first("_config.yml", "_config.yaml", "_config.toml")
        if not file or site.exists("source/_posts"):
            return None
        data = site.data(file)
        source = text_of(data, "source") or "."
        author = data.get("author")
        content: dict[str, Any] = {}
        permalink = text_of(data, "collections.posts.permalink", "permalink")
        defaults = []
        for default in data.get("defaults") or ():
            scope, values = _scope(default)
            if scope is None:
                continue
            if not scope and "permalink" in values:
                permalink = values.pop("permalink")
            if values:
                defaults.append({"path": f"{scope}/**" if scope else "**", "values": values})
        if permalink and permalink != "date":
            content["permalink"] = permalink
        if defaults:
            content["defaults"] = defaults
        return SiteFacts(
            generator="jekyll",
            file=file,
            title=text_of(data, "title", "name"),
            base_url=joined(text_of(data, "url"), text_of(data, "baseurl")),
            description=text_of(data, "description", "tagline"),
            language=text_of(data, "lang", "locale", "language"),
            timezone=text_of(data, "timezone"),
            author=text_of(data, "author.name", "author.display_name")
            if isinstance(author, dict)
            else text_of(data, "author"),
            email=text_of(data, "author.email", "email"),
            paths=(source,),
            pattern="**/_posts/**/*.{md,markdown,mkdown,mkdn,mkd,html}",
            exclude=_OUTPUTS,
            content=content,
        )

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
        if page.day:
            page.fill("date", page.day)
        categories = _plural(page, "categories", "category")
        self._set_list(page, "categories", [*above, *categories])
        topics = [*above, *categories, *_plural(page, "tags", "tag")]
        self._set_list(page, "topics", [topic.rstrip(",") for topic in topics])

    @staticmethod
    def _set_list(page: Page, key: str, texts: Sequence[str]) -> None:
        if texts:
            page.set(key, list(dict.fromkeys(texts)))

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

    def parts(self, page: Page) -> Parts:
        """Return Jekyll's placeholders."""
        slug = page.text("slug") or page.name
        categories = list(dict.fromkeys(text.lower() for text in page.texts("categories")))
        local = page.moment("date")
        title = page.slugify(slug)
        return {
            **dates_of(local),
            "title": title,
            "slug": jekyll_lower(slug),
            "name": title,
            "filename": page.name,
            "path": page.below.rpartition(".")[0],
            "folder": page.folder,
            "short_day": local.strftime("%a"),
            "categories": categories,
            "category": categories[:1],
            "slugified_categories": [jekyll_lower(text) for text in categories],
            "collection": "posts",
            "output_ext": ".html",
        }


def _plural(page: Page, plural: str, singular: str) -> list[str]:
    """Return the texts of both keys. Only a text in ``plural`` is split, at white space."""
    return [*page.texts(plural, split=" "), *page.texts(singular, split=None)]


def _scope(default: Any) -> tuple[str | None, dict[str, str]]:
    """Return the folder and the values of one of ``defaults``; no folder if it is not for posts."""
    if not isinstance(default, dict) or not isinstance(default.get("values"), dict):
        return None, {}
    scope = default.get("scope")
    scope = scope if isinstance(scope, dict) else {}
    if text_of(scope, "type") not in ("", "posts", "post"):
        return None, {}
    values = {}
    for key, value in default["values"].items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else text_of({key: value}, key)
        if key in _DEFAULTS and text:
            values[key] = text
    folder = text_of(scope, "path").strip("/")
    return ("" if folder in ("", "_posts") else folder), values
