"""The rule for broken links that feeds leave out (``check.on_broken: omit``). Pure."""

from __future__ import annotations

from feedpub.links.judge.verdicts import judge
from feedpub.links.model import Link, LinkKind, Verdict
from feedpub.links.remember.answers import StoredAnswer, counts_as_broken
from feedpub.links.schedule.politeness import host_of
from feedpub.links.settings import SettingsByHost


def is_omitted(url: str, stored: StoredAnswer, settings: SettingsByHost) -> bool:
    """Return whether feeds leave out ``url``, an AMP, image or attachment link with this answer."""
    host_settings = settings.settings_for(host_of(url))
    # The link is judged as an image, because only the status counts: feeds keep an AMP page that
    # is available and not valid.
    is_broken = judge(stored.answer, Link(LinkKind.IMAGE, url, "", 1), host_settings).verdict is Verdict.BROKEN
    return (
        host_settings.omits_broken
        and is_broken
        and host_settings.exclusion(url) is None
        and counts_as_broken(stored.broken_runs, host_settings.failures_before_broken)
    )
