"""A site with everything on, and the ways in which it changes between two builds."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from feedpub.state.atomic_files import digest
from feedpub.state.journal import Journal
from support.site import SiteFolder

ARTICLES = 3
CONFIG = """\
site: {title: AI News, base_url: "https://news.example.org/", description: What matters.}
content: {path: content}
output: {archive: true, limit: 2, precompress: [gzip, br], templates: templates}
feeds: [{slug: hot, title: Hot, min_heat: 50}]
"""
_GONE = b"<rss/>"
_BASE = '{% extends "feedpub/base.html" %}{% block footer %}TEXT{% endblock %}'


class FaultSite(SiteFolder):
    """The site. What is edited takes turns between two texts, so that builds repeat, and what they give is known."""

    def __init__(self, root: Path, hub: str | None = None) -> None:
        super().__init__(root)
        self._texts: Counter[object] = Counter()
        self.configure(f"hub: {hub}\n" if hub else "", base=CONFIG)
        (root / "templates").mkdir()
        self.edit_templates()
        self.edit_many()
        self.replace("tick", topics=["tick"])

    def _other_text(self, what: object) -> str:
        self._texts[what] += 1
        return f"Text {self._texts[what] % 2}."

    def article(self, number: int) -> None:
        """Write the article of that number with its other text."""
        self.replace(
            f"a{number}",
            topics=["AI", "Cafés"][: 1 + number % 2],
            provider={"name": "Wire", "domain": "wire.example"} if number % 2 else None,
            heat=40 + 20 * (number % 2),
            publishedDateTime=f"2024-05-0{8 - number}T10:00:00Z",
            excerpt=self._other_text(number),
        )

    def replace(self, name: str, **values: object) -> None:
        """Write an article by rename, as editors do."""
        made = self.add(f"new/{name}", **values)
        made.rename(self.content / f"{name}.md")

    def edit_templates(self) -> None:
        """Give every page another footer."""
        text = _BASE.replace("TEXT", f"<p>{self._other_text('base')}</p>")
        (self.root / "templates" / "base.html").write_text(text, encoding="utf-8")

    def edit_few(self) -> None:
        """Edit an article; of two others, each with a topic of its own, the one goes and the other comes.

        So every such build makes the same system calls.
        """
        self.article(0)
        for name in ("tick", "tock"):
            extra = self.content / f"{name}.md"
            if extra.exists():
                extra.unlink()
            else:
                self.replace(name, topics=[name])

    def edit_many(self) -> None:
        """Edit every article."""
        for number in range(ARTICLES):
            self.article(number)

    def edit_last(self) -> None:
        """Edit the oldest article, which an archive holds: for builds elsewhere, as here the others take turns."""
        self.article(ARTICLES - 1)

    def forget_output(self) -> None:
        """As if nothing had ever been built."""
        for folder in (self.output, self.root / "second", self.state):
            shutil.rmtree(folder, ignore_errors=True)
        self.edit_few()

    def forget_cache(self) -> None:
        """As if the last build were that of a version that kept its cache elsewhere."""
        (self.state / "build.db").unlink(missing_ok=True)
        self.edit_few()

    def interrupt(self) -> None:
        """As if a build had been killed when it had renamed a file of an article that is gone since."""
        self.edit_few()
        gone = self.output / "topics" / "gone" / "rss.xml"
        gone.parent.mkdir(exist_ok=True)
        gone.write_bytes(_GONE)
        Journal(self.state, "output").write({"topics/gone/rss.xml": digest(_GONE)})


class Change(NamedTuple):
    """An event before a build, and its name."""

    name: str
    before: Callable[[FaultSite], object]
    args: tuple[str, ...] = ()

    @property
    def output(self) -> str:
        """The folder it publishes into."""
        return "second" if "second" in self.args else "output"


FEW = Change("few", FaultSite.edit_few)
MANY = Change("many", FaultSite.edit_many)
NONE = Change("none", lambda _: None)
FULL = Change("full", FaultSite.edit_few, ("--full",))
PRUNE = Change("prune", FaultSite.edit_few, ("--prune",))
TEMPLATES = Change("templates", FaultSite.edit_templates)
FROM_NOTHING = Change("from nothing", FaultSite.forget_output)
WITHOUT_CACHE = Change("without a cache", FaultSite.forget_cache)
AFTER_A_KILL = Change("after a kill", FaultSite.interrupt)
SECOND = Change("second output", FaultSite.edit_last, ("--output", "second"))
CHANGES = (FEW, MANY, NONE, FULL, PRUNE, TEMPLATES, FROM_NOTHING, WITHOUT_CACHE, AFTER_A_KILL, SECOND)
