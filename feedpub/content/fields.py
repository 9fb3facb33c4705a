"""Front matter nodes → typed values. Each wrong value is a problem with its line and key.

One :class:`FieldReader` reads one mapping. For a wrong value it logs a problem and returns None, so
that an author sees all problems of a file at once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Self, TypeVar

import yaml

from feedpub.content.character_references import loses
from feedpub.core import urls
from feedpub.core.dates import parse_datetime, parse_duration, parse_length
from feedpub.core.errors import Problem, ProblemKind, quoted
from feedpub.core.text import one_line, repair, xml_invalid_positions
from feedpub.core.yaml_nodes import Field, Fields, NodeError, entries, is_absent, items, kind_of, line_of

_TRUE = frozenset(("true", "yes", "on"))
_FALSE = frozenset(("false", "no", "off"))
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]*/[\w!#$&^.+-]+(?:\s*;\s*[\w-]+=[\w.\"-]+)*", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


T = TypeVar("T")


class ProblemLog:
    """The problems of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.repaired_lines: tuple[int, ...] = ()
        """The lines whose invalid characters were removed before the parse, in order."""
        self.problems: list[Problem] = []
        self._repaired: set[str] = set()

    def invalid(self, line: int, key: str, message: str) -> None:
        """Add a problem that keeps the article out."""
        self.problems.append(Problem(path=self.path, line=line, key=key, message=message))

    def repaired(self, line: int, key: str, how: str = "held") -> None:
        """Add the repair of the text of ``key``, once for each key.

        ``how`` is the verb of the message: "held" or "referred to".
        """
        if key in self._repaired:
            return
        self._repaired.add(key)
        message = f"{how} characters that feeds cannot hold; they were taken out"
        self.problems.append(Problem(path=self.path, line=line, key=key, message=message, kind=ProblemKind.REPAIRED))

    def was_repaired(self, first: int, last: int) -> bool:
        """Return whether one of the lines from ``first`` to ``last`` was repaired."""
        index = bisect_left(self.repaired_lines, first)
        return index < len(self.repaired_lines) and self.repaired_lines[index] <= last

    def is_wrong(self, keys: Iterable[str]) -> bool:
        """Return whether the value of one of ``keys`` keeps the article out."""
        wrong_keys = {problem.key for problem in self.problems if problem.kind is ProblemKind.INVALID}
        return not wrong_keys.isdisjoint(keys)

    @property
    def is_valid(self) -> bool:
        """True if no problem keeps the article out."""
        return all(problem.kind is not ProblemKind.INVALID for problem in self.problems)


class FieldReader:
    """A reader of the values of one mapping."""

    def __init__(self, fields: Fields, log: ProblemLog, *, offset: int, line: int, prefix: str = "") -> None:
        self.fields = fields
        self.log = log
        self.offset = offset
        """The line in the file of the front matter's line 0."""
        self.line = line
        """The line where the mapping begins. Missing keys are reported there."""
        self.prefix = prefix

    def find(self, keys: Iterable[str]) -> tuple[str, Field] | None:
        """Return the first of ``keys`` that has a value, and its nodes; None if none has one."""
        for key in keys:
            field = self.fields.get(key)
            if field is not None and not is_absent(field[1]):
                return key, field
        return None

    def missing(self, keys: Sequence[str], message: str) -> None:
        """Add the problem that none of ``keys`` has a value."""
        self.log.invalid(self.line, self.prefix + keys[0], message)

    def wrong(self, key: str, line: int, message: str) -> None:
        """Add the problem that the value of ``key`` is wrong."""
        self.log.invalid(line, self.prefix + key, message)

    def scalar(
        self,
        keys: Iterable[str],
        convert: Callable[[str], T],
        expected: str,
        *,
        repairs: bool = True,
    ) -> T | None:
        """Return the first value of ``keys``, converted. A ValueError of ``convert`` is a problem.

        Without ``repairs``, ``convert`` gets the characters that feeds cannot hold: a URL with one
        must not become another URL.
        """
        # An article needs some fifty calls. Most find nothing, or plain printable text.
        for key in keys:
            field = self.fields.get(key)
            if field is None or is_absent(field[1]):
                continue
            node = field[1]
            text = node.value
            if not (isinstance(text, str) and text.isprintable() and not self.log.repaired_lines):
                text = self._text(key, self._line(field[0]), node, expected, repairs=repairs)
            break
        else:
            return None
        if text is None:
            return None
        try:
            return convert(text)
        except urls.UrlError as error:
            self.wrong(key, self._line(field[0]), repair(str(error)))
        except ValueError:
            self.wrong(key, self._line(field[0]), f"{quoted(one_line(repair(text)))} is not {expected}")
        return None

    def text(self, *keys: str) -> str | None:
        """Return text as it is written, trimmed: plain, or HTML."""
        text = self.scalar(keys, str.strip, "text") or None
        if text and loses(text) and (field := self.find(keys)):
            self.log.repaired(self._line(field[1][0]), self.prefix + field[0], "referred to")
        return text

    def line_of_text(self, *keys: str) -> str | None:
        """Return text on one line."""
        return self.scalar(keys, one_line, "text") or None

    def boolean(self, key: str) -> bool | None:
        """Return the boolean that true/false, yes/no, on/off in any case stand for."""
        return self.scalar((key,), _boolean, "true or false")

    def integer(self, *keys: str) -> int | None:
        """Return a whole number of at most 15 digits."""
        return self.scalar(keys, _integer, "a whole number")

    def size(self, *keys: str) -> int | None:
        """Return a whole number from 0."""
        return self.scalar(keys, _size, "a whole number from 0")

    def moment(self, keys: Iterable[str], zone: tzinfo) -> datetime | None:
        """Return a date, in UTC."""
        expected = "a date that exists, such as 2024-05-01 or 2024-05-01T10:00:00+02:00"
        return self.scalar(keys, lambda text: parse_datetime(text, zone), expected)

    def duration(self, *keys: str) -> float | None:
        """Return the seconds of an ISO 8601 duration."""
        return self.scalar(keys, parse_duration, "a duration such as PT10M15S")

    def running_time(self, *keys: str) -> float | None:
        """Return the seconds of an ISO 8601 duration, of a time such as 10:15, or of a number."""
        return self.scalar(keys, parse_length, "a duration such as PT10M15S, 10:15 or 615")

    def url(self, *keys: str, base: str | None = None) -> str | None:
        """Return a normalized URL. With ``base``, it may be relative to that."""
        if base is None:
            return self.scalar(keys, urls.normalize, "a URL", repairs=False)
        return self.scalar(keys, lambda text: urls.resolve(base, text), "a URL", repairs=False)

    def domain(self, *keys: str) -> str | None:
        """Return a host name in A-labels."""
        return self.scalar(keys, urls.domain, "a host name", repairs=False)

    def media_type(self, *keys: str) -> str | None:
        """Return a media type (RFC 6838 section 4.2)."""
        return self.scalar(keys, _media_type, "a media type such as audio/mpeg")

    def language(self, *keys: str) -> str | None:
        """Return a language tag (BCP 47); ``en_US`` is read as ``en-US``."""
        return self.scalar(keys, _language, "a language tag such as en or pt-BR")

    def texts(self, *keys: str) -> tuple[str, ...]:
        """Return the texts of a list, or of one text with commas, each on one line."""
        field = self.find(keys)
        if field is None:
            return ()
        key, (key_node, node) = field
        if isinstance(node, yaml.ScalarNode):
            return _present((self._text(key, self._line(key_node), node, "text") or "").split(","))
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(key, self._line(key_node), f"is {kind_of(node)}; it must be a list, or text with commas")
            return ()
        texts = (self._text(f"{key}[{index}]", self._line(item), item, "text") for index, item in items(node))
        return _present(text for text in texts if text is not None)

    def mapping(self, *keys: str) -> Self | None:
        """Return a reader of the mapping of the first of ``keys`` that has a value."""
        field = self.find(keys)
        if field is None:
            return None
        key, (key_node, node) = field
        return self._reader(key, self._line(key_node), node)

    def mappings(self, *keys: str) -> Iterator[Self]:
        """Yield a reader of each mapping of a list."""
        field = self.find(keys)
        if field is None:
            return
        key, (key_node, node) = field
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(key, self._line(key_node), f"is {kind_of(node)}; it must be a list")
            return
        for index, item in items(node):
            reader = self._reader(f"{key}[{index}]", self._line(item), item)
            if reader is not None:
                yield reader

    def _reader(self, key: str, line: int, node: yaml.Node) -> Self | None:
        if not isinstance(node, yaml.MappingNode):
            self.wrong(key, line, f"is {kind_of(node)}; it must be a mapping of keys and values")
            return None
        try:
            fields = entries(node, self.offset)
        except NodeError as error:
            self.wrong(key, error.line, error.message)
            return None
        return type(self)(fields, self.log, offset=self.offset, line=line, prefix=f"{self.prefix}{key}.")

    def _text(self, key: str, line: int, node: yaml.Node, expected: str, *, repairs: bool = True) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(key, line, f"is {kind_of(node)}; it must be {expected}")
            return None
        text: str = node.value
        if not repairs:
            # The value is wrong even if its invalid characters were removed before the parse.
            is_repaired = self.log.was_repaired(self._line(node), node.end_mark.line + self.offset)
            return f"{text}\0" if is_repaired else text
        if xml_invalid_positions(text):
            self.log.repaired(line, self.prefix + key)
        return repair(text)

    def _line(self, node: yaml.Node) -> int:
        return line_of(node, self.offset)


def _present(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in map(one_line, texts) if line)


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(text)


def _integer(text: str) -> int:
    if text.isdecimal() and text.isascii() and len(text) < 16:
        return int(text)
    if not _INTEGER.fullmatch(text.strip()):
        raise ValueError(text)
    return int(text)


def _size(text: str) -> int:
    number = _integer(text)
    if number < 0:
        raise ValueError(text)
    return number


def _media_type(text: str) -> str:
    if not _MEDIA_TYPE.fullmatch(text.strip()):
        raise ValueError(text)
    return text.strip()


def _language(text: str) -> str:
    tag = text.strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError(text)
    return tag
