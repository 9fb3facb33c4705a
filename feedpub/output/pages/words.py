"""What the interface has words for (:mod:`feedpub.output.pages.languages` has the words), and which languages are written
from right to left. Nothing here knows HTML.

A text with ``{}`` has a place for a name or a number.
"""

from __future__ import annotations

import msgspec

# https://www.w3.org/International/questions/qa-scripts: by script where the tag names one, else by language.
_RTL_LANGUAGES = frozenset("ar arc ckb dv fa he ks ps sd ug ur yi".split())
_RTL_SCRIPTS = frozenset("adlm arab aran hebr nkoo rohg samr syrc thaa".split())
_SCRIPT_LENGTH = 4


class Count(msgspec.Struct, frozen=True):
    """A text for one and a text for more; neither is ever asked about none."""

    one: str
    many: str

    def of(self, number: int) -> str:
        """The text for ``number``, which stands in it already; a second place for a name is left as ``{name}``."""
        return (self.one if number == 1 else self.many).replace("{}", str(number))


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the pages say by themselves."""

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
    """With a place for one of the three above, or ``all_feeds``."""
    filter: str
    found: Count
    not_found: str
    count: Count
    on_topic: Count
    """With ``{name}``, as the next."""
    from_provider: Count
    empty: str
    updated: str
    related: str
    attachments: str
    archives: str
    rule_all: str
    rule_topics: str
    rule_providers: str
    rule_heat: str
    rule_quality: str
    feed_hint: str
    """What a feed says that is opened in a browser; the address of its page follows."""
    types: dict[str, str]
    """What an article may be other than an article, by its ``type``."""
    decimal: str
    """The decimal mark."""


def is_rtl(language: str) -> bool:
    """Whether ``language`` is written from right to left."""
    primary, *others = language.lower().split("-")
    script = next((part for part in others if len(part) == _SCRIPT_LENGTH and part.isalpha()), None)
    return script in _RTL_SCRIPTS if script else primary in _RTL_LANGUAGES
