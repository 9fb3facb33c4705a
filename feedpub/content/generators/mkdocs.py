"""The rules of Material for MkDocs' blog plugin (https://squidfunk.github.io/mkdocs-material/plugins/blog/)."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import yaml

from feedpub.content.generators.base import Generator, Keys, set_topics
from feedpub.content.generators.facts import SiteFacts, SiteFiles, text_of
from feedpub.content.generators.page import Page
from feedpub.content.generators.permalinks import Parts

_FORMS = {"yyyy": "{year}", "MM": "{month}", "dd": "{day}", "yy": "{short_year}", "M": "{i_month}", "d": "{i_day}"}


class MkDocs(Generator):
    """Material for MkDocs with its blog plugin."""

    name = "mkdocs"
    permalink = "/blog/{date}/{slug}/"
    slug_rule = "mkdocs"
    file_dates = False
    date_keys = ("date", "date.created")
    author_files = (".authors.yml", "../.authors.yml")
    fields: ClassVar[Keys] = {
        "published_at": ("date",),
        "updated_at": ("updated",),
        "topics": ("topics",),
    }

    def facts(self, site: SiteFiles) -> SiteFacts | None:
        """Return what ``mkdocs.yml`` says, if it has the blog plugin."""
        file = site.first("mkdocs.yml", "mkdocs.yaml")
        data = site.data(file)
        plugins = data.get("plugins")
        listed = plugins if isinstance(plugins, list) else [plugins] if isinstance(plugins, dict) else []
        options: dict[str, Any] | None = None
        for plugin in listed:
            if plugin in ("blog", "material/blog"):
                options = {}
            elif isinstance(plugin, dict):
                named = next((plugin[name] or {} for name in ("blog", "material/blog") if name in plugin), None)
                options = named if isinstance(named, dict) else options
        if options is None:
            return None
        docs, blog = text_of(data, "docs_dir") or "docs", text_of(options, "blog_dir") or "blog"
        posts = (text_of(options, "post_dir") or "{blog}/posts").replace("{blog}", blog).replace("./", "")
        form = (text_of(options, "post_url_format") or "{date}/{slug}").replace(
            "{date}", _date(text_of(options, "post_url_date_format") or "yyyy/MM/dd")
        )
        form = form.replace("{categories}", "{categories}").replace("{file}", "{name}")
        end = ".html" if text_of(data, "use_directory_urls") == "false" else "/"
        prefix = f"/{blog}/" if blog not in (".", "") else "/"
        return SiteFacts(
            generator="mkdocs",
            file=file,
            title=text_of(data, "site_name"),
            base_url=text_of(data, "site_url"),
            description=text_of(data, "site_description"),
            language=text_of(data, "theme.language"),
            author=text_of(data, "site_author"),
            paths=(f"{docs}/{posts}",),
            content={"permalink": f"{prefix}{form}{end}"},
        )

    def prepare(self, page: Page) -> None:
        """Read the title in the first heading, and ``date`` with ``created`` and ``updated``."""
        page.fill("title", page.heading() or page.name.replace("-", " ").replace("_", " ").capitalize())
        dates = page.values("date")
        if dates:
            for key, name in (("date", "created"), ("updated", "updated")):
                value = dates.get(name)
                if isinstance(value, yaml.ScalarNode):
                    page.set(key, value.value)
        set_topics(page, "categories", "tags")

    def parts(self, page: Page) -> Parts:
        """Return the parts; the slug is that of the title."""
        slug = page.text("slug") or page.slugify(page.written("title"))
        return {**super().parts(page), "slug": slug, "name": page.name, "file": page.name}


def _date(form: str) -> str:
    return re.sub("y+|M+|d+", lambda match: _FORMS.get(match[0], ""), form)
