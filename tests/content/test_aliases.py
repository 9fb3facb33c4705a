"""The topics and providers that count for an article, after the aliases of config.yaml."""

from __future__ import annotations

import pytest

from feedpub.config.feed_model import Grouping
from feedpub.content.aliases import aliases_in
from feedpub.content.fingerprint import reading_fingerprint
from feedpub.core.models import Provider
from support.making import configuration

DOMAINS = {"old.example": "new.example"}
NAMES = {"Old Times": "New Times"}
OLD = Provider(name="Old Times", domain="old.example")


def counted(written: Provider, aliases: dict[str, str]) -> tuple[str | None, str | None, bool]:
    found = aliases_in(configuration(providers=Grouping(aliases=aliases))).provider(written)
    assert found is not None
    return found.domain, found.name, found.has_former_name


@pytest.mark.parametrize(
    ("written", "aliases", "domain", "name", "has_former_name"),
    [
        (OLD, DOMAINS, "new.example", "Old Times", True),
        (OLD, {**DOMAINS, **NAMES}, "new.example", "New Times", False),
        # Most providers that change their name keep their domain.
        (OLD, NAMES, "old.example", "New Times", False),
        (OLD, {"Old Times": "new.example"}, "new.example", None, False),
        (OLD, {"old.example": "New Times"}, None, "New Times", False),
        (Provider(name="old-times"), NAMES, None, "New Times", False),
        (Provider(name="Old Times"), {"Old Times": "new.example"}, "new.example", None, False),
        (Provider(domain="old.example"), DOMAINS, "new.example", None, True),
        (Provider(name="Old.Example"), DOMAINS, "new.example", None, False),
        (Provider(name="New Times", domain="new.example"), {**DOMAINS, **NAMES}, "new.example", "New Times", False),
    ],
)
def test_a_provider_becomes_the_one_that_counts(
    written: Provider, aliases: dict[str, str], domain: str | None, name: str | None, has_former_name: bool
) -> None:
    assert counted(written, aliases) == (domain, name, has_former_name)


def test_without_a_provider_there_is_none() -> None:
    assert aliases_in(configuration(providers=Grouping(aliases=DOMAINS))).provider(None) is None


def test_articles_are_read_again_when_an_alias_changes() -> None:
    topics = [{}, {"ML": "AI"}, {"ML": "Machine learning"}]
    assert len({reading_fingerprint(configuration(topics=Grouping(aliases=aliases))) for aliases in topics}) == 3
