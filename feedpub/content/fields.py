"""Front matter nodes → typed values. Each wrong value is a problem with its line and key.

One :class:`FieldReader` reads one mapping. For a wrong value it logs a problem and returns None, so
that an author sees all problems of a file at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any, Self, TypeVar

import yaml

from feedpub.content import values
from feedpub.content.character_references import loses
from feedpub.content.problem_log import ProblemLog
from feedpub.content.values import Kind
from feedpub.core import urls
from feedpub.core.dates import NO_DATE, DateError, parse_optional_datetime
from feedpub.core.errors import quoted
from feedpub.core.field_keys import MERGE, parts_of
from feedpub.core.text import decoded, one_line, repair, xml_invalid_positions
from feedpub.core.yaml_nodes import Field, Fields, NodeError, entries, is_absent, items, kind_of, line_of

T = TypeVar("T")


class FieldReader:
    """A reader of the values of one mapping."""

    # Most readers have the values of the class, which costs less than to set them.
    deciding: Sequence[str] = ()
    """The keys whose wrong values keep the article out. Other wrong values are ignored."""
    origin = ""
    """The key, without an index, that holds the mapping; empty for the front matter."""
    shown_as: str | None = None
    """The name in messages of the only value, if this is a text in place of a mapping."""

    def __init__(  # noqa: PLR0913  # each is a fact about the place of the mapping
        self,
        fields: Fields,
        log: ProblemLog,
        *,
        offset: int,
        line: int,
        prefix: str = "",
        deciding: Sequence[str] = (),
    ) -> None:
        self.fields = fields
        self.log = log
        self.offset = offset
        """The line in the file of the front matter's line 0."""
        self.line = line
        """The line where the mapping begins. Missing keys are reported there."""
        self.prefix = prefix
        if deciding:
            self.deciding = deciding

    def add_paths(self, paths: Iterable[str]) -> None:
        """Add the values at ``paths``, such as ``extra.author``, as fields with these keys."""
        found = {path: self._at(path) for path in paths if path not in self.fields}
        self.fields = self.fields | {path: field for path, field in found.items() if field is not None}

    def find(self, keys: Iterable[str]) -> tuple[str, Field] | None:
        """Return the first of ``keys`` that has a value, and its nodes; None if none has one."""
        for key in keys:
            field = self.fields.get(key)
            if field is not None:
                if not is_absent(field[1]):
                    return key, field
            elif MERGE in key:
                return next(iter(self.find_all(keys)), None)
        return None

    def find_all(self, keys: Iterable[str]) -> Sequence[tuple[str, Field]]:
        """Return the first of ``keys`` that has a value; of a merged key, its parts with values."""
        for key in keys:
            field = self.fields.get(key)
            if field is not None:
                if not is_absent(field[1]):
                    return ((key, field),)
            elif MERGE in key:
                parts = [(part, self.fields[part]) for part in parts_of(key) if part in self.fields]
                if present := [(part, field) for part, field in parts if not is_absent(field[1])]:
                    return present
        return ()

    def missing(self, key: str, message: str) -> None:
        """Add the problem that ``key`` has no value."""
        self.wrong(key, self.line, message)

    def wrong(self, key: str, line: int, message: str) -> None:
        """Add the problem that the value of ``key`` is wrong."""
        add = self.log.invalid if key in self.deciding else self.log.ignored
        add(line, self._shown(key), message)

    def scalar(self, keys: Iterable[str], kind: Kind[T]) -> T | None:
        """Return the first value of ``keys``, converted. A value of another kind is a problem."""
        # An article needs some fifty calls. Most find nothing, or plain printable text.
        for key in keys:
            field = self.fields.get(key)
            if field is None or is_absent(field[1]):
                continue
            node = field[1]
            text = node.value
            if not (isinstance(text, str) and text.isprintable() and not self.log.repaired_lines):
                text = self._text(key, self._line(field[0]), node, kind)
            break
        else:
            return None
        if text is None:
            return None
        try:
            return kind.convert(text)
        except (urls.UrlError, DateError) as error:
            self.wrong(key, self._line(field[0]), repair(str(error)))
        except ValueError:
            self.wrong(key, self._line(field[0]), f"{quoted(one_line(repair(text)))} is not {kind.expected}")
        return None

    def text(self, *keys: str) -> str | None:
        """Return text as it is written, trimmed: plain, or HTML."""
        text = self.scalar(keys, values.HTML) or None
        if text and loses(text) and (field := self.find(keys)):
            self.log.repaired(self._line(field[1][0]), self._shown(field[0]), "referred to")
        return text

    def line_of_text(self, *keys: str) -> str | None:
        """Return text on one line."""
        return self.scalar(keys, values.LINE) or None

    def name(self, *keys: str) -> str | None:
        """Return plain text on one line, with its character references replaced."""
        text = self.line_of_text(*keys)
        if text is None or "&" not in text:
            return text
        field = self.find(keys)
        return self._decoded(field[0], self._line(field[1][0]), text) or None if field else None

    def moment(self, keys: Sequence[str], zone: tzinfo) -> datetime | None:
        """Return a date, in UTC. A date that stands for none is passed over."""
        moment = self.scalar(keys, Kind(lambda text: parse_optional_datetime(text, zone), "a date"))
        if moment is NO_DATE and (field := self.find(keys)):
            return self.moment(keys[keys.index(field[0]) + 1 :], zone)
        return moment

    def url(self, *keys: str, base: str | None = None) -> str | None:
        """Return a normalized URL. With ``base``, it may be relative to that."""
        if base is None:
            return self.scalar(keys, values.URL)
        return self.scalar(keys, Kind(lambda text: urls.resolve(base, text), "a URL", repairs=False))

    def page(self, *keys: str, base: str) -> str | None:
        """Return the normalized URL of a page: a URL, or a path below ``base``."""
        return self.scalar(keys, Kind(lambda text: urls.below(base, text), "a URL", repairs=False))

    def texts(self, *keys: str) -> tuple[str, ...]:
        """Return the texts of a list, or of one text with commas, each on one line."""
        texts: list[str] = []
        for key, (key_node, node) in self.find_all(keys):
            if isinstance(node, yaml.ScalarNode):
                line = self._line(key_node)
                parts = (self._text(key, line, node, values.LINE) or "").split(",")
                texts += (self._decoded(key, line, part) for part in parts)
            elif isinstance(node, yaml.SequenceNode):
                texts += self._texts_in(key, node)
            else:
                hint = f"; a key in it is {key}.tags in content.fields" if isinstance(node, yaml.MappingNode) else ""
                message = f"is {kind_of(node)}; it must be a list, or text with commas{hint}"
                self.wrong(key, self._line(key_node), message)
        return tuple(filter(None, texts))

    def _texts_in(self, key: str, node: yaml.SequenceNode) -> Iterator[str]:
        for index, item in items(node):
            name, line = f"{key}[{index}]", self._line(item)
            text = self._text(name, line, item, values.LINE)
            if text is not None:
                yield self._decoded(name, line, text)

    def mapping(self, *keys: str) -> Self | None:
        """Return a reader of the mapping of the first of ``keys`` that has a value."""
        field = self.find(keys)
        if field is None:
            return None
        key, (key_node, node) = field
        return self._reader(key, key, self._line(key_node), node)

    def mappings(self, *keys: str, text_key: str | None = None) -> Iterator[Self]:
        """Yield a reader of each mapping of a list.

        With ``text_key``, one mapping is a list of one, and a text stands for a mapping with this
        key alone.
        """
        for key, (key_node, node) in self.find_all(keys):
            line = self._line(key_node)
            if isinstance(node, yaml.SequenceNode):
                nodes = [(f"{key}[{index}]", self._line(item), item) for index, item in items(node)]
            elif text_key is not None:
                nodes = [(key, line, node)]
            else:
                self.wrong(key, line, _is_not(node, "a list"))
                continue
            for name, item_line, item in nodes:
                reader = self._reader(key, name, item_line, item, text_key)
                if reader is not None:
                    yield reader

    def _reader(self, key: str, name: str, line: int, node: yaml.Node, text_key: str | None = None) -> Self | None:
        if isinstance(node, yaml.MappingNode):
            try:
                fields = entries(node, self.offset)
            except NodeError as error:
                self.wrong(name, error.line, error.message)
                return None
        elif text_key is not None and isinstance(node, yaml.ScalarNode):
            fields = {text_key: (node, node)}
        else:
            self.wrong(name, line, _is_not(node, "a mapping of keys and values"))
            return None
        reader = type(self)(fields, self.log, offset=self.offset, line=line, prefix=f"{self.prefix}{name}.")
        reader.origin = key
        if isinstance(node, yaml.ScalarNode):
            reader.shown_as = self._shown(name)
        return reader

    def _at(self, path: str) -> Field | None:
        """Return the field at ``path``, keys of mappings joined by dots; None if there is none."""
        fields, field = self.fields, None
        for part in path.split("."):
            if field is not None:
                if not isinstance(field[1], yaml.MappingNode):
                    return None
                try:
                    fields = entries(field[1], self.offset)
                except NodeError as error:
                    self.wrong(path, error.line, error.message)
                    return None
            field = fields.get(part)
            if field is None:
                return None
        return field

    def _shown(self, key: str) -> str:
        """Return the dotted name of ``key`` in messages."""
        return self.shown_as or self.prefix + key

    def _decoded(self, key: str, line: int, text: str) -> str:
        """Return ``text`` on one line, with its character references replaced."""
        if "&" in text:
            if loses(text):
                self.log.repaired(line, self._shown(key), "referred to")
            text = decoded(text)
        return one_line(text)

    def _text(self, key: str, line: int, node: yaml.Node, kind: Kind[Any]) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(key, line, _is_not(node, kind.expected))
            return None
        text: str = node.value
        if not kind.repairs:
            # The value is wrong even if its invalid characters were removed before the parse.
            is_repaired = self.log.was_repaired(self._line(node), node.end_mark.line + self.offset)
            return f"{text}\0" if is_repaired else text
        if xml_invalid_positions(text):
            self.log.repaired(line, self._shown(key))
        return repair(text)

    def _line(self, node: yaml.Node) -> int:
        return line_of(node, self.offset)


def _is_not(node: yaml.Node, expected: str) -> str:
    """Return the message that ``node`` is something else than ``expected``."""
    if isinstance(node, yaml.ScalarNode):
        return f"{quoted(one_line(repair(node.value)))} is not {expected}"
    return f"is {kind_of(node)}; it must be {expected}"
