"""The judgement on a link that answers with a page and may be dead nevertheless.

A link is ``gone`` if two things come together: a sign of a dead page (a redirect to the home page,
a title that says "not found"), and the same sign at a URL of the same host that surely does not
exist (the probe). One alone is ``suspect``. The page of a parker, and the player of a removed video
need no probe.

A page that may be there for people is never more than suspect: one behind a login or a question
for consent, one of a site that has moved to another domain, and one that scripts fill. A site that
answers every URL with the same scripts is judged by its titles alone. Pure functions.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from feedpub.links.domains import is_same_site
from feedpub.links.judge.soft.landing import Landing, landing_of, page_key, segments_of
from feedpub.links.model import Answer, Judgement, PageSign, Verdict
from feedpub.links.redact import shown_url

_WALLS = frozenset((Landing.LOGIN, Landing.CONSENT))
# Pages whose query holds what was looked for.
_ASKING = _WALLS | {Landing.SEARCH}
_SAME = "as does a page of the site that does not exist"
_CERTAIN_SIGNS = {
    PageSign.VIDEO_GONE: "the video is gone",
    PageSign.PARKED: "the domain is parked",
}


class _Finding(NamedTuple):
    """A sign of a dead page."""

    text: str
    needs_probe: bool = True
    """True if the probe may make it certain, or refute it."""
    is_alone_enough: bool = True
    """True if it makes the link suspect without the probe."""
    can_be_certain: bool = True
    """True if the link is gone if the probe has the same sign."""


class HostFacts(NamedTuple):
    """The facts about the host of a link that its own answer does not show."""

    probe: Answer | None = None
    """The answer to :func:`probe_of` a link of the host."""
    is_shared: bool = False
    """True if other links of the host lead to the same page."""


def soft_judgement(answer: Answer, url: str, facts: HostFacts, final_url: str | None) -> Judgement | None:
    """Return the judgement on a link with a good ``answer`` that is dead nevertheless, or None.

    ``final_url`` is that of the judgement.
    """
    finding, probe = _finding(answer, url, is_shared=facts.is_shared), facts.probe
    if finding is None:
        return None
    if not finding.needs_probe:
        return Judgement(Verdict.GONE, finding.text, final_url)
    if probe is not None and _is_same(answer, probe, url):
        verdict = Verdict.GONE if finding.can_be_certain else Verdict.SUSPECT
        return Judgement(verdict, f"{finding.text}, {_SAME}", final_url)
    return Judgement(Verdict.SUSPECT, finding.text, final_url) if finding.is_alone_enough else None


def needs_probe(answer: Answer, url: str, *, is_shared: bool) -> bool:
    """Return whether the answer to the probe changes the judgement on a link."""
    finding = _finding(answer, url, is_shared=is_shared)
    return finding is not None and finding.needs_probe


def landing_key(answer: Answer, url: str) -> tuple[object, ...] | None:
    """Return a key that links of one host have in common if they lead to one page, or None."""
    if answer.hops and answer.final_url is not None and segments_of(url):
        key = page_key(answer.final_url)
        return None if key == page_key(url) else ("to", *key)
    if answer.page is not None and answer.page.sign is PageSign.NOTHING and answer.page.is_certain:
        return "page", answer.page.checksum
    return None


def probe_of(url: str) -> str:
    """Return a URL beside ``url`` that surely does not exist, always the same one."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    _, dot, suffix = name.rpartition(".")
    extension = f"{dot}{suffix}" if dot and suffix.isalnum() and len(suffix) <= len("xhtml") else ""
    number = sha256(f"{parts.netloc}{folder}".encode()).hexdigest()[:12]
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/feedpub-no-such-page-{number}{extension}", "", ""))


def _finding(answer: Answer, url: str, *, is_shared: bool) -> _Finding | None:
    found = _of_redirect(answer, url, is_shared=is_shared)
    # A redirect to a parker, or the page of one, is certain.
    if found is not None and not found.needs_probe:
        return found
    return _of_page(answer, is_shared=is_shared) or found


def _of_redirect(answer: Answer, url: str, *, is_shared: bool) -> _Finding | None:
    if not answer.hops or answer.final_url is None:
        return None
    landing = landing_of(url, answer.final_url)
    if landing is Landing.PARKER:
        return _Finding(f"leads to {landing.value}: {shown_url(answer.final_url)}", needs_probe=False)
    if landing is None:
        text = "leads to the same page as other links of the site"
        return _Finding(text, is_alone_enough=False, can_be_certain=False) if is_shared else None
    is_same = is_same_site(url, answer.final_url)
    return _Finding(
        f"leads to {landing.value}: {shown_url(answer.final_url)}",
        # A short URL may be one of a home page.
        is_alone_enough=landing not in _WALLS and (is_same or landing is Landing.ERROR),
        can_be_certain=is_same and landing not in {*_WALLS, Landing.LANGUAGE},
    )


def _of_page(answer: Answer, *, is_shared: bool) -> _Finding | None:
    page = answer.page
    if page is None:
        return None
    if page.sign is PageSign.NOTHING:
        if not (is_shared and page.is_certain and not answer.hops):
            return None
        text = "is the same page as other links of the site"
        return _Finding(text, is_alone_enough=False, can_be_certain=False)
    if page.sign in _CERTAIN_SIGNS:
        text = f"{_CERTAIN_SIGNS[page.sign]}: {page.evidence}"
        return _Finding(text, needs_probe=not page.is_certain)
    if page.sign is PageSign.FOR_SALE:
        return _Finding(f"the domain may be for sale: {page.evidence}", can_be_certain=page.is_certain)
    return _Finding(f"the page says that it does not exist: {page.evidence}", can_be_certain=page.is_certain)


def _is_same(answer: Answer, probe: Answer, url: str) -> bool:
    """Return whether the answer to the probe has the same sign as that to the link."""
    if probe.failure is not None or probe.status != answer.status:
        return False
    if answer.page is not None and (answer.page.sign is not PageSign.NOTHING or not answer.hops):
        return probe.page is not None and (probe.page.sign, probe.page.checksum) == (
            answer.page.sign,
            answer.page.checksum,
        )
    if not probe.hops or probe.final_url is None or answer.final_url is None:
        return False
    with_query = landing_of(url, answer.final_url) not in _ASKING
    return page_key(probe.final_url, with_query=with_query) == page_key(answer.final_url, with_query=with_query)
