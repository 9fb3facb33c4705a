"""The topics and providers that an article counts for: those it names, or the ones of aliases.

Aliases apply when an article is read, so that every later step knows the new names only.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from feedpub.config import Config
from feedpub.core.models import Provider, name_key, provider_keys, provider_named
from feedpub.core.text import match_key


class Aliases(msgspec.Struct, frozen=True, kw_only=True):
    """The aliases of a site, in a form that workers can be sent."""

    topics: Mapping[str, tuple[str, str]] = {}
    """The key and the label of the topic that counts, by the key of the former topic."""
    providers: Mapping[str, Provider] = {}
    """The provider that counts, with a domain or a name, by each key of the former provider."""

    def provider(self, written: Provider | None) -> Provider | None:
        """Return the provider that counts for an article from the provider ``written``.

        A name that becomes another name leaves the domain as it is. A domain that becomes another
        domain leaves the name, unless that has an alias, too.
        """
        if written is None or not self.providers:
            return written
        by_name = self.providers.get(name_key(written.name)) if written.name else None
        by_domain = self.providers.get(written.domain) if written.domain else None
        if by_domain is None and by_name is None:
            return written
        domain, name = written.domain, written.name
        if by_name is not None:
            domain, name = by_name.domain or domain, by_name.name
        if by_domain is not None:
            domain, name = by_domain.domain, by_domain.name or name
        has_former_name = by_name is None and domain is not None
        return msgspec.structs.replace(written, domain=domain, name=name, has_former_name=has_former_name)


def aliases_in(config: Config) -> Aliases:
    """Return the aliases in ``config``."""
    return Aliases(
        topics={match_key(name): (match_key(target), target) for name, target in config.topics.aliases.items()},
        providers={
            key: provider_named(target)
            for name, target in config.providers.aliases.items()
            for key in provider_keys(name)
        },
    )
