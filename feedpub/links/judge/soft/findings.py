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
from feedpub.links.judge.soft.landing import (
    Landing,
    asks_by_query,
    is_of_an_article,
    is_search,
    landing_of,
    page_key,
    segments_of,
)
from feedpub.links.model import Answer, Judgement, PageFacts, PageSign, Verdict
from feedpub.links.redact import shown_url

_WALLS = frozenset((Landing.LOGIN, Landing.CONSENT))
# Pages whose query holds what was looked for.
_ASKING = _WALLS | {Landing.SEARCH, Landing.ERROR}
_UNSIGNED = frozenset((PageSign.NOTHING, PageSign.UNRELATED))
_WORST_FIRST = (Verdict.GONE, Verdict.SUSPECT)
_PROBE = "feedpub-no-such-page-"
_SAME = "as does a page of the site that does not exist"


class _PageText(NamedTuple):
    """The meaning of a sign in a page, for :class:`_Finding`."""

    text: str
    needs_probe: bool = True
    is_alone_enough: bool = True
    can_be_certain: bool = True


_PAGE_TEXTS = {
    PageSign.NOT_FOUND: _PageText("the page says that it does not exist"),
    PageSign.FOR_SALE: _PageText("the domain may be for sale"),
    PageSign.NO_SITE: _PageText("the host may have no site"),
    PageSign.EMPTY: _PageText("the page is empty", can_be_certain=False),
    PageSign.PARKED: _PageText("the domain is parked", needs_probe=False),
    PageSign.VIDEO_GONE: _PageText("the video or the post is gone", needs_probe=False),
    PageSign.UNRELATED: _PageText("shows a page that does not name it", is_alone_enough=False, can_be_certain=False),
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
    is_in_page: bool = False
    """True if the sign is in the page, and not in the URL of a redirect."""


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
    findings = _findings(answer, url, is_shared=facts.is_shared)
    judged = [_judged(finding, answer, url, facts.probe) for finding in findings]
    worst = next((found for verdict in _WORST_FIRST for found in judged if found and found[0] is verdict), None)
    return Judgement(*worst, final_url) if worst is not None else None


def needs_probe(answer: Answer, url: str, *, is_shared: bool) -> bool:
    """Return whether the answer to the probe changes the judgement on a link."""
    findings = _findings(answer, url, is_shared=is_shared)
    return bool(findings) and all(finding.needs_probe for finding in findings)


def landing_key(answer: Answer, url: str) -> tuple[object, ...] | None:
    """Return a key that links of one host have in common if they lead to one page, or None."""
    if answer.hops and answer.final_url is not None and segments_of(url):
        key = page_key(answer.final_url)
        return None if key == page_key(url) else ("to", *key)
    if answer.page is not None and answer.page.sign in _UNSIGNED and answer.page.is_certain:
        return "page", answer.page.checksum
    return None


def probe_of(url: str) -> str:
    """Return a URL beside ``url`` that surely does not exist, always the same one."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    _, dot, suffix = name.rpartition(".")
    extension = f"{dot}{suffix}" if dot and suffix.isalnum() and len(suffix) <= len("xhtml") else ""
    number = sha256(f"{parts.netloc}{folder}".encode()).hexdigest()[:12]
    if asks_by_query(url):
        return urlunsplit((*parts[:3], f"{parts.query.partition('=')[0]}={_PROBE}{number}", ""))
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{_PROBE}{number}{extension}", "", ""))


def is_probe(url: str) -> bool:
    """Return whether ``url`` is one that :func:`probe_of` returns."""
    return _PROBE in url


def _judged(finding: _Finding, answer: Answer, url: str, probe: Answer | None) -> tuple[Verdict, str] | None:
    if not finding.needs_probe:
        return Verdict.GONE, finding.text
    if probe is not None and _is_same(finding, answer, probe, url):
        return Verdict.GONE if finding.can_be_certain else Verdict.SUSPECT, f"{finding.text}, {_SAME}"
    return (Verdict.SUSPECT, finding.text) if finding.is_alone_enough else None


def _findings(answer: Answer, url: str, *, is_shared: bool) -> list[_Finding]:
    found = _of_redirect(answer, url, is_shared=is_shared), _of_page(answer, url, is_shared=is_shared)
    return [finding for finding in found if finding is not None]


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
    # A short URL may be one of a home page.
    is_its_own = is_same or landing is Landing.ERROR or is_of_an_article(url)
    return _Finding(
        f"leads to {landing.value}: {shown_url(answer.final_url)}",
        is_alone_enough=is_its_own and landing not in {*_WALLS, Landing.OTHER},
        can_be_certain=is_same and landing not in {*_WALLS, Landing.LANGUAGE, Landing.LIST, Landing.OTHER},
    )


def _of_page(answer: Answer, url: str, *, is_shared: bool) -> _Finding | None:
    page = answer.page
    if page is None or page.sign not in _PAGE_TEXTS:
        text = "is the same page as other links of the site"
        is_one_page = is_shared and page is not None and page.is_certain and not answer.hops
        return _Finding(text, is_alone_enough=False, can_be_certain=False, is_in_page=True) if is_one_page else None
    text, needs_probe, is_alone_enough, can_be_certain = _PAGE_TEXTS[page.sign]
    # A home page may be that of a site with one page alone, and a search names what it finds.
    if page.sign is PageSign.UNRELATED and (is_search(url) or not (segments_of(url) or asks_by_query(url))):
        return None
    return _Finding(
        f"{text}: {page.evidence}" if page.evidence else text,
        needs_probe=needs_probe or not page.is_certain,
        is_alone_enough=is_alone_enough,
        # A site may begin with such a home page.
        can_be_certain=page.is_certain
        and can_be_certain
        and (page.sign is not PageSign.NO_SITE or bool(segments_of(url))),
        is_in_page=True,
    )


def _is_same(finding: _Finding, answer: Answer, probe: Answer, url: str) -> bool:
    """Return whether the answer to the probe has the same sign as that to the link."""
    if probe.failure is not None or probe.status != answer.status:
        return False
    if finding.is_in_page:
        page, other = answer.page, probe.page
        return page is not None and other is not None and _key_of(page) == _key_of(other)
    if not probe.hops or probe.final_url is None or answer.final_url is None:
        return False
    with_query = landing_of(url, answer.final_url) not in _ASKING
    return page_key(probe.final_url, with_query=with_query) == page_key(answer.final_url, with_query=with_query)


def _key_of(page: PageFacts) -> tuple[bool | PageSign, int]:
    return page.sign in _UNSIGNED or page.sign, page.checksum
