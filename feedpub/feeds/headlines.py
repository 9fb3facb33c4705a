"""The likeness of headlines: whether two of them tell one event. Pure.

A measure of likeness does not decide that: the headlines of a series differ in one word, while two
newsrooms choose many words of their own for one event. So one headline has to say all that the
other says, and names and numbers count most. Where that leaves a doubt, headlines are not alike.
docs/decisions/0031-stories-by-their-words.md has the reasons and figures.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, islice, pairwise
from unicodedata import normalize

import msgspec

from feedpub.core.text import WITHOUT_SPACES

_MOST_WORDS = 40
_MOST_NAMES = 12
"""The number of names of a headline that its keys combine, from the first on."""
_FEWEST_WORDS = 4
"""The number of words that two headlines share, at least. ``News`` is not one event."""
_FEWEST_CHARACTERS = 8
"""The same in scripts without spaces between words."""
_LIGHT_LENGTH = 2
"""The length of words such as ``of`` and ``zu``, which mean little."""
_SHORTEST_STEM, _ENDING_LENGTH = 4, 2
"""The letters of a stem, at least, and of an ending, at most."""

_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}")
_THOUSANDS = re.compile(r"(?<=[0-9])[.,](?=[0-9]{3}(?![0-9]))")
_NUMBER = "[0-9]+(?:[.,][0-9]+)*"
# Python does not count the vowel signs of Hebrew, Arabic and the scripts of India as letters.
_LETTERS = r"(?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u0655\u0900-\u0963\u0971-\u0dff])+"
_CHARACTER = rf"(?![\u3000-\u303f\u30fb]){WITHOUT_SPACES.pattern}"
_WORD = re.compile(f"{_CHARACTER}|{_NUMBER}|{_LETTERS}")


class _Word(msgspec.Struct, frozen=True, array_like=True, gc=False):
    key: str
    is_name: bool
    """True for a number, and for a word that is not in lower case."""
    is_caseless: bool
    """True for a word of a script without capital letters, which may be a name."""
    is_joined: bool
    """True if at most a space or a hyphen separates the word from the one before."""

    @property
    def may_be_name(self) -> bool:
        return self.is_name or self.is_caseless

    @property
    def is_light(self) -> bool:
        return not self.may_be_name and len(self.key) <= _LIGHT_LENGTH


class Headline:
    """A headline as its words."""

    def __init__(self, title: str) -> None:
        self.words = tuple(_words(title))
        self.numbers = frozenset(word.key for word in self.words if word.key[0].isdigit())
        self.own = frozenset(
            word.key if word.may_be_name else word.key[:_SHORTEST_STEM] for word in self.words if not word.is_light
        )
        """The words that another headline needs to say the same; stems of those in lower case."""
        self.said = frozenset(part for word in self.words for part in (word.key, word.key[:_SHORTEST_STEM]))
        """The words and their stems."""
        self.keys = self._keys()
        """The keys of which like headlines share at least one: pairs of names, or of characters."""

    def _keys(self) -> frozenset[str]:
        names = dict.fromkeys(word.key for word in self.words if word.may_be_name)
        words = [name for name in names if not WITHOUT_SPACES.match(name)][:_MOST_NAMES]
        characters = [word.key for word in self.words if WITHOUT_SPACES.match(word.key)]
        pairs = (*combinations(sorted(words), 2), *pairwise(characters))
        return frozenset(" ".join(pair) for pair in pairs)


def are_alike(one: Headline, other: Headline) -> bool:
    """Return whether the headlines of two newsrooms tell one event.

    All words of one of them are in the other, which may have more. Light words do not count.
    """
    # Few headlines pass this test, which takes the hundredth part of the time of the others. With a
    # common key, they share two names, or two characters of a script without spaces.
    if one.keys.isdisjoint(other.keys) or not (one.own <= other.said or other.own <= one.said):
        return False
    shared = _shared(one.words, other.words)
    places, other_places = {place for place, _ in shared}, {place for _, place in shared}
    return (
        _numbers_agree(one.numbers, other.numbers)
        and not (_has_own_words(one.words, places) and _has_own_words(other.words, other_places))
        and not (_has_further_name(one.words, places) or _has_further_name(other.words, other_places))
        and _have_same_order(one, other, shared)
        and _are_enough([one.words[place] for place in places])
    )


def _words(title: str) -> Iterator[_Word]:
    text = _INITIALS.sub(lambda initials: initials[0].replace(".", ""), normalize("NFKC", title))
    text = _THOUSANDS.sub("", text)
    end = 0
    for match in islice(_WORD.finditer(text), _MOST_WORDS):
        word = match[0]
        is_cased = word.lower() != word.upper()
        is_name = word[0].isdigit() or (is_cased and not word.islower())
        is_joined = text[end : match.start()].strip() in ("", "-")
        yield _Word(word.casefold(), is_name, not is_cased and not is_name, is_joined)
        end = match.end()


def _numbers_agree(numbers: frozenset[str], others: frozenset[str]) -> bool:
    """Return whether the numbers are the same, or those of one headline are some of the other's."""
    fewer, more = sorted((numbers, others), key=len)
    return fewer == more or (bool(fewer) and fewer <= more)


def _have_same_order(one: Headline, other: Headline, shared: Sequence[tuple[int, int]]) -> bool:
    """Return whether the shared names have one order: who sues whom matters."""
    places = [
        other_place
        for place, other_place in shared
        if one.words[place].may_be_name and other.words[other_place].may_be_name
    ]
    return places == sorted(places)


def _are_enough(shared: Sequence[_Word]) -> bool:
    characters = sum(bool(WITHOUT_SPACES.match(word.key)) for word in shared)
    return len(shared) - characters >= _FEWEST_WORDS or characters >= _FEWEST_CHARACTERS


def _shared(words: Sequence[_Word], others: Sequence[_Word]) -> list[tuple[int, int]]:
    """Return the places of the words that both headlines have, in the order of the first.

    Of words in lower case, the endings may differ: ``recall`` and ``recalls``.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(others):
        places[word.key].append(place)
    shared = [(place, places[word.key].pop(0)) for place, word in enumerate(words) if places.get(word.key)]
    left = sorted(place for rest in places.values() for place in rest)
    found = {place for place, _ in shared}
    for place, word in enumerate(words):
        if place not in found:
            same_stem = next((other for other in left if _have_same_stem(word, others[other])), None)
            if same_stem is not None:
                left.remove(same_stem)
                shared.append((place, same_stem))
    return sorted(shared)


def _have_same_stem(word: _Word, other: _Word) -> bool:
    if word.may_be_name or other.may_be_name:
        return False
    shorter, longer = sorted((word.key, other.key), key=len)
    stem = max(len(shorter) - _ENDING_LENGTH, _SHORTEST_STEM)
    is_ending = len(shorter) >= _SHORTEST_STEM and len(longer) - stem <= 2 * _ENDING_LENGTH
    return is_ending and longer[:stem] == shorter[:stem]


def _has_own_words(words: Sequence[_Word], shared: set[int]) -> bool:
    return any(place not in shared and not word.is_light for place, word in enumerate(words))


def _has_further_name(words: Sequence[_Word], shared: set[int]) -> bool:
    """Return whether a name that is not shared makes it another thing.

    It may continue a shared name, as ``Ultra`` does in ``Galaxy S25 Ultra``, or stand between
    shared words, as in ``Firefox for Android gets …``.
    """
    names = [place for place, word in enumerate(words) if word.is_name and place not in shared]
    return any(min(shared) < place < max(shared) or _continues(words, place, shared) for place in names if shared)


def _continues(words: Sequence[_Word], place: int, shared: set[int]) -> bool:
    """Return whether the name at ``place`` is one with a shared name before or after it."""
    return any(
        {first, second} & shared and words[first].is_name and words[second].is_name and words[second].is_joined
        for first, second in ((place - 1, place), (place, place + 1))
        if first >= 0 and second < len(words)
    )
