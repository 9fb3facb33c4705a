"""Which broken links feeds leave out (``check.on_broken: omit``). Pure."""

from __future__ import annotations

from feedpub.links.judge.verdicts import judge
from feedpub.links.model import Link, LinkKind, Verdict
from feedpub.links.remember.answers import StoredAnswer, counts_as_broken
from feedpub.links.schedule.politeness import host_of
from feedpub.links.settings import SettingsByHost


def is_left_out(url: str, known: StoredAnswer, settings: SettingsByHost) -> bool:
    """Whether ``url``, which was found to be as ``known``, is one."""
    of = settings.settings_for(host_of(url))
    # Whether an image or an AMP page is broken, the status says; what else an AMP page may be is no reason to omit it.
    is_broken = judge(known.answer, Link(LinkKind.IMAGE, url, "", 1), of).verdict is Verdict.BROKEN
    return (
        of.omits_broken
        and is_broken
        and of.exclusion(url) is None
        and counts_as_broken(known.broken_runs, of.failures_before_broken)
    )
