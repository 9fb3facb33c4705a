"""The texts that the interface needs, and the direction of languages.

:mod:`feedpub.output.pages.languages` has the texts in each language. In a text, ``{}`` is the place
for a name or a number. The texts are plain; this module does not use HTML.
"""

from __future__ import annotations

import msgspec

# https://www.w3.org/International/questions/qa-scripts
# The script in the language tag decides the direction, else the language.
_RTL_LANGUAGES = frozenset("ar arc ckb dv fa he ks ps sd ug ur yi".split())
_RTL_SCRIPTS = frozenset("adlm arab aran hebr nkoo rohg samr syrc thaa".split())
_SCRIPT_LENGTH = 4


class Count(msgspec.Struct, frozen=True):
    """A text for the number 1 and a text for larger numbers; 0 has a text of its own elsewhere."""

    one: str
    many: str

    def of(self, number: int) -> str:
        """Return the text with ``number`` in it. The place ``{name}``, if there is one, stays."""
        return (self.one if number == 1 else self.many).replace("{}", str(number))


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """All texts of the interface, in one language."""

    skip: str
    contents: str
    all_feeds: str
    subscribe: str
    subscribe_hint: str
    copy: str
    copied: str
    newest: str
    articles: str
    own: str
    topics: str
    providers: str
    opml: str
    """The place takes ``own``, ``topics``, ``providers`` or ``all_feeds``."""
    filter: str
    found: Count
    not_found: str
    count: Count
    on_topic: Count
    """Also has the place ``{name}``, as ``from_provider`` has."""
    from_provider: Count
    empty: str
    missing: str
    missing_hint: str
    updated: str
    related: str
    story: str
    archived: str
    """The words before a link to a copy in a web archive."""
    attachments: str
    archives: str
    rule_all: str
    rule_topics: str
    rule_providers: str
    rule_heat: str
    rule_quality: str
    feed_hint: str
    """The text above a feed in a browser; the address of the feed's page follows it."""
    types: dict[str, str]
    """The names of the types of articles, by the ``type`` of the article."""
    decimal: str
    """The decimal mark."""


def is_rtl(language: str) -> bool:
    """Return whether ``language`` is written from right to left."""
    primary, *subtags = language.lower().split("-")
    script = next((subtag for subtag in subtags if len(subtag) == _SCRIPT_LENGTH and subtag.isalpha()), None)
    return script in _RTL_SCRIPTS if script else primary in _RTL_LANGUAGES
