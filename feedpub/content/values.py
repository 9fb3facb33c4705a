"""The kinds of single values of front matter, with their conversions from text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from feedpub.core import urls
from feedpub.core.dates import parse_duration, parse_length
from feedpub.core.text import EMAIL, one_line

T = TypeVar("T")

_TRUE = frozenset(("true", "yes", "on"))
_FALSE = frozenset(("false", "no", "off"))
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]*/[\w!#$&^.+-]+(?:\s*;\s*[\w-]+=[\w.\"-]+)*", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_EMAIL = re.compile(EMAIL)
_EPISODE_TYPE = re.compile("full|trailer|bonus")


def boolean(text: str) -> bool:
    """Return the boolean that true/false, yes/no, on/off in any case stand for."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(text)


def integer(text: str) -> int:
    """Return a whole number of at most 15 digits."""
    if text.isdecimal() and text.isascii() and len(text) < 16:
        return int(text)
    if not _INTEGER.fullmatch(text.strip()):
        raise ValueError(text)
    return int(text)


def size(text: str) -> int:
    """Return a whole number from 0."""
    number = integer(text)
    if number < 0:
        raise ValueError(text)
    return number


def media_type(text: str) -> str:
    """Return a media type (RFC 6838 section 4.2)."""
    return _matching(_MEDIA_TYPE, text.strip())


def language(text: str) -> str:
    """Return a language tag (BCP 47); ``en_US`` is read as ``en-US``."""
    return _matching(_LANGUAGE, text.strip().replace("_", "-"))


def email(text: str) -> str:
    """Return an e-mail address."""
    return _matching(_EMAIL, text.strip())


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def positive(text: str) -> int:
    """Return a whole number from 1."""
    number = integer(text)
    if number < 1:
        raise ValueError(text)
    return number


def episode_type(text: str) -> str:
    """Return a type of episodes (https://podcasters.apple.com/support/823-podcast-requirements)."""
    return _matching(_EPISODE_TYPE, text.strip().lower())


def explicit(text: str) -> bool:
    """Return a boolean; of the words that Apple had before, ``clean`` is false."""
    return False if text.strip().lower() == "clean" else boolean(text)


class Kind(NamedTuple, Generic[T]):
    """A kind of values."""

    convert: Callable[[str], T]
    """Raises ValueError for a value of another kind."""
    expected: str
    """The name of the kind in messages."""
    repairs: bool = True
    """True if ``convert`` gets text without the characters that feeds cannot hold.

    A URL with such a character must not become another URL.
    """


HTML = Kind(str.strip, "text")
LINE = Kind(one_line, "text")
BOOLEAN = Kind(boolean, "true or false")
INTEGER = Kind(integer, "a whole number")
SIZE = Kind(size, "a whole number from 0")
POSITIVE = Kind(positive, "a whole number from 1")
EPISODE_TYPE = Kind(episode_type, "full, trailer or bonus")
EXPLICIT = Kind(explicit, "true, false or clean")
DURATION = Kind(parse_duration, "a duration such as PT10M15S, without years and months")
RUNNING_TIME = Kind(parse_length, "a duration such as PT10M15S, 10:15 or 615")
URL = Kind(urls.normalize, "a URL", repairs=False)
DOMAIN = Kind(urls.domain, "a host name", repairs=False)
MEDIA_TYPE = Kind(media_type, "a media type such as audio/mpeg")
LANGUAGE = Kind(language, "a language tag such as en or pt-BR")
EMAIL_ADDRESS = Kind(email, "an e-mail address")
