"""The page of an article: its front matter, its path, and the rules of its site."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

import msgspec
import yaml

from feedpub.content.files import ArticleFile
from feedpub.content.generators.headings import first_heading, plain_heading
from feedpub.content.generators.language_codes import is_language
from feedpub.content.generators.rules import SiteRules
from feedpub.content.generators.slugify import RULES
from feedpub.content.globs import matcher
from feedpub.content.values import boolean
from feedpub.core.dates import NO_DATE, DateError, parse_optional_datetime, parse_with_offset
from feedpub.core.models import Article
from feedpub.core.text import one_line
from feedpub.core.yaml_nodes import STR, Field, Fields, is_absent

_DATED = re.compile(r"([0-9]{2,4})-([0-9]{1,2})-([0-9]{1,2})(?:[-_](.*))?", re.DOTALL)
_TITLE = re.compile(r"\s*#[ \t]+([^\n]+)(?:\n|\Z)")


class Page:
    """The front matter of an article, which its generator rewrites to the keys of the contract."""

    def __init__(self, fields: Fields, source: ArticleFile, body: str, rules: SiteRules, slug_rule: str) -> None:
        self.fields = dict(fields)
        top, below = source.path.removesuffix(source.below), source.below
        mount = next((mount for mount in rules.mounts if mount.top == top), None)
        below = f"{mount.target}/{below}" if mount and mount.target else below
        self.path = source.path
        """The path of the file in messages."""
        self.below = below
        self.top = top.rstrip("/").rpartition("/")[2]
        """The name of the content folder."""
        self.body = body
        self.rules = rules
        self.defaults: dict[str, str | tuple[str, ...]] = {}
        """The values of ``content.defaults`` for the page."""
        self.withheld: list[str] = []
        """The settings that keep the article unpublished."""
        self.problems: list[tuple[str, str]] = []
        """The keys and messages of values that keep the article out."""
        self.folder, _, name = below.rpartition("/")
        self.name, self.suffix = _split(name)
        self.file_stem = self.name
        """The file's name without its suffix."""
        self.taken: set[str] = set()
        """The keys that the path of the file gave."""
        self.category: list[str] = []
        """The category in the URL, with those above it, where a generator has but one."""
        self.title_of_slug = ""
        """The title that the slug is made of, where it is not the one that is shown."""
        self.day: str | None = None
        """The date at the start of the file's name, padded."""
        self.language = ""
        """The language of the URL; empty for the default."""
        self.own_language = mount.language if mount else ""
        """The language, once it is known."""
        self.slugify: Callable[[str], str] = RULES[rules.slugify or slug_rule]
        if rules.slug_substitutions:
            self.slugify = partial(RULES[rules.slugify or slug_rule], substitutions=rules.slug_substitutions)
        mark = yaml.Mark("", 0, 0, 0, None, 0)
        self._mark = next((field[0].start_mark for field in fields.values()), mark)

    @property
    def is_bundle(self) -> bool:
        """True if the file is the index of a folder, which then is the page."""
        return self.name == "index"

    @property
    def base(self) -> str:
        """The name of the page: the file's, or the folder's of an index."""
        return self.folder.rpartition("/")[2] if self.is_bundle else self.name

    @property
    def parent(self) -> str:
        """The folder of the page: that of the file, or that of the folder of an index."""
        return self.folder.rpartition("/")[0] if self.is_bundle else self.folder

    def take_date(self, *, keep_name: bool = False) -> None:
        """Read the date at the start of the name of the page."""
        match = _DATED.fullmatch(self.base)
        if match is None or (match[4] is None and not self.is_bundle):
            return
        year = f"20{match[1]}" if len(match[1]) == 2 else match[1]
        self.day = f"{year}-{int(match[2]):02}-{int(match[3]):02}"
        if not keep_name and match[4]:
            self.folder, self.name = (self.parent, match[4]) if not self.is_bundle else (self.folder, self.name)
            if self.is_bundle:
                self.folder = f"{self.parent}/{match[4]}".lstrip("/")

    def take_language(self) -> None:
        """Read the language at the end of the file's name, or in its first folder."""
        languages = self.rules.languages
        default = languages[0] if languages else self.rules.language
        name, _, suffix = self.name.rpartition(".")
        first, _, rest = self.folder.partition("/")
        suffix = suffix.lower() if languages is not None and suffix not in languages else suffix
        if name and (suffix in languages if languages is not None else is_language(suffix)):
            self.name, language = name, suffix
        elif self.rules.language_folders and languages is not None and first in languages:
            self.folder, language = rest, first
        else:
            language = self.own_language or default
        self.own_language = language
        if language != default or self.rules.prefix_default_language:
            self.language = language
        if language != self.rules.language:
            self.fill("language", language)

    def take_groups(self, name_fields: str | None) -> None:
        """Fill in the groups of ``name_fields`` for the file's name, and those for its path."""
        for pattern, text in ((name_fields, self.file_stem), (self.rules.path_fields, self.below)):
            match = re.match(pattern, text) if pattern else None
            for key, value in (match.groupdict() if match else {}).items():
                if value:
                    self.fill(key.lower(), value)
                    self.taken.add(key.lower())

    def inherit(self, values: Mapping[str, Any]) -> None:
        """Add ``values`` of a folder. The page's own stay; its lists follow those of the folder."""
        for key, value in values.items():
            node = self.node(key)
            if node is None:
                self.set(key, value)
            elif isinstance(value, list) and isinstance(node, yaml.SequenceNode):
                added = self._node(value, node.start_mark)
                joined = yaml.SequenceNode(node.tag, [*added.value, *node.value], node.start_mark, node.end_mark)
                self.fields[key] = (self.fields[key][0], joined)

    def apply_defaults(self) -> None:
        """Add the values of ``content.defaults`` whose pattern the path matches; the last wins."""
        for pattern, written in self.rules.defaults:
            if matcher(pattern)(self.below):
                self.defaults |= written
        for key, value in self.defaults.items():
            if key not in self.fields or not isinstance(self.fields[key][1], yaml.SequenceNode):
                # An empty list says that there is none.
                self.fill(key, value)

    def text(self, *keys: str) -> str:
        """Return the first text of ``keys`` on one line; empty if there is none."""
        for key in keys:
            field = self.fields.get(key)
            if field is not None and isinstance(field[1], yaml.ScalarNode) and not is_absent(field[1]):
                return one_line(field[1].value)
        return ""

    def written(self, key: str) -> str:
        """Return the text of ``key`` with blanks as they are written; empty if there is none."""
        node = self.node(key)
        return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""

    def is_set(self, key: str, *, to: bool) -> bool:
        """Return whether ``key`` has the boolean ``to``."""
        try:
            return boolean(self.text(key)) is to
        except ValueError:
            return False

    def withhold_if(self, *keys: str, is_: bool) -> None:
        """Keep the article unpublished if one of ``keys`` has the boolean ``is_``.

        For true, any text counts that is no boolean, but "0": it may mean a draft.
        """
        for key in keys:
            text = self.text(key)
            if self.is_set(key, to=is_) or (is_ and text not in ("", "0") and not self.is_set(key, to=False)):
                self.withheld.append(f"{key}: {text}")

    def take_published(self) -> bool | None:
        """Read a ``published`` that is true or false, and return it; None for a date or nothing."""
        try:
            is_published = boolean(self.text("published"))
        except ValueError:
            return None
        self.fields.pop("published")
        if not is_published:
            self.withheld.append("published: false")
        return is_published

    def texts(self, key: str, split: str | None = ",") -> list[str]:
        """Return the texts of a list, or of one text that is split at ``split``."""
        node = self.node(key)
        if isinstance(node, yaml.SequenceNode):
            return [one_line(item.value) for item in node.value if isinstance(item, yaml.ScalarNode)]
        text = self.text(key)
        parts = text.split() if split == " " else text.split(split) if split else [text]
        return [part.strip() for part in parts if part.strip()]

    def node(self, key: str) -> yaml.Node | None:
        """Return the value of ``key``; None if there is none."""
        field = self.fields.get(key)
        return None if field is None or is_absent(field[1]) else field[1]

    def values(self, key: str) -> dict[str, yaml.Node]:
        """Return the keys and values of the mapping ``key``; empty if it is none."""
        node = self.node(key)
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        return {name.value: value for name, value in pairs if isinstance(name, yaml.ScalarNode)}

    def problem(self, key: str, message: str) -> None:
        """Add a problem that keeps the article out."""
        self.problems.append((key, message))

    def line(self, key: str) -> int:
        """Return the line of ``key`` in the front matter, from 0."""
        field = self.fields.get(key)
        return int(field[0].start_mark.line) if field else 0

    def set(self, key: str, value: Any) -> None:
        """Set ``key`` to a text, a node, or a list or a mapping of these. It keeps its line."""
        old = self.fields.get(key)
        mark = old[0].start_mark if old else self._mark
        node = self._node(value, mark)
        self.fields[key] = (self._scalar(key, mark), node)

    def fill(self, key: str, value: Any) -> None:
        """Set ``key`` if it has no value."""
        if self.node(key) is None:
            self.set(key, value)

    def field(self, key: str, node: yaml.Node) -> Field:
        """Return the field ``key`` with the value ``node``, which is on the line of ``node``."""
        return self._scalar(key, node.start_mark), node

    def moment(self, *keys: str, zone: tzinfo | None = None) -> datetime:
        """Return the first date of ``keys`` in ``zone``, by default the site's; 1970-01-01 if there
        is none.
        """
        zone = zone or self.rules.zone
        for key in keys:
            text = self.text(key)
            try:
                moment = parse_optional_datetime(text, zone) if text else NO_DATE
                if moment is not NO_DATE:
                    return moment.astimezone(zone)
            except (DateError, OverflowError):
                continue
        return datetime(1970, 1, 1, tzinfo=zone)

    def written_moment(self, *keys: str) -> datetime:
        """Return the first date of ``keys`` with its own offset, or else in the site's zone.

        0001-01-01 if there is none.
        """
        for key in keys:
            with contextlib.suppress(DateError, OverflowError):
                if text := self.text(key):
                    return parse_with_offset(text, self.rules.zone)
        return datetime(1, 1, 1, tzinfo=self.rules.zone)

    def heading(self) -> str:
        """Return the first heading of the body as text; empty if there is none."""
        return plain_heading(first_heading(self.body))

    def drop_title(self) -> None:
        """Leave out a heading that begins the body and says the title, which stands above it."""
        match = _TITLE.match(self.body)
        if match and plain_heading(match[1]) == self.text("title"):
            self.body = "\n" * match[0].count("\n") + self.body[match.end() :]

    def withhold(self, article: Article) -> Article:
        """Return ``article`` with the reasons of the page not to publish it."""
        reasons = ", ".join(filter(None, (article.withheld, *self.withheld)))
        return msgspec.structs.replace(article, withheld=reasons or None)

    def _node(self, value: Any, mark: yaml.Mark) -> yaml.Node:
        if isinstance(value, yaml.Node):
            return value
        if isinstance(value, Mapping):
            pairs = [(self._scalar(key, mark), self._node(inner, mark)) for key, inner in value.items()]
            return yaml.MappingNode("tag:yaml.org,2002:map", pairs, mark, mark)
        if isinstance(value, list | tuple):
            items = [self._node(item, mark) for item in value]
            return yaml.SequenceNode("tag:yaml.org,2002:seq", items, mark, mark)
        return self._scalar("" if value is None else str(value), mark)

    @staticmethod
    def _scalar(text: str, mark: yaml.Mark) -> yaml.ScalarNode:
        return yaml.ScalarNode(STR, text, mark, mark)


def _split(name: str) -> tuple[str, str]:
    before, dot, suffix = name.rpartition(".")
    return (before, suffix) if dot and before and suffix else (name, "")
