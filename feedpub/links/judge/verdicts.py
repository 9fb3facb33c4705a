"""The verdict on a link: the first that applies.

The order is: excluded; invalid; then by the answer: gone, suspect, ok or redirected, blocked,
rate-limited, unreachable, broken. Pure functions: nothing is fetched, stored or printed here. The
number of failures before a link counts as broken is not considered here either.

The statuses are those of RFC 9110 section 15. A link is broken if the answer proves that it leads
nowhere (404, NXDOMAIN, …), unreachable if the answer proves nothing (time-outs, 5xx, …), and
blocked if the site does not answer programs (403, …).
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import NamedTuple

from feedpub.core.errors import quoted
from feedpub.links.judge.amp import cache_mismatch, same_page
from feedpub.links.judge.soft import HostFacts, soft_judgement
from feedpub.links.model import AmpPage, Answer, Failure, Judgement, Link, LinkKind, PageSign, Verdict
from feedpub.links.net.addresses import literal, refusal
from feedpub.links.redact import shown_url
from feedpub.links.schedule.politeness import host_of
from feedpub.links.settings import CheckSettings

AMP_PREFIX = "AMP: "
"""The beginning of each message about AMP, which distinguishes it from one about a dead link."""

_PERMANENT = frozenset((301, 308))
_BROKEN = frozenset((400, 404, 410, 414, 422))
# They refuse the client, its country, its method or its protocol, not the URL. 430, 440, 449 and
# 450 are those of Shopify and IIS, 495 to 497 those of nginx.
_BLOCKED = frozenset(
    (401, 402, 403, 405, 406, 407, 418, 421, 426, 428, 430, 431, 440, 449, 450, 451, 495, 496, 497, 999)
)
# 420 is Twitter's.
_LIMITED = frozenset((420, 429))
# Statuses of a page that exists: in several representations, or unchanged.
_GOOD_3XX = frozenset((300, 304))
# Without a URL to follow, a browser shows the page that comes with these, if one does.
_WITH_PAGE = frozenset((301, 302, 303, 307, 308))
# The kinds of links that lead to a page for people.
SOFT_KINDS = frozenset((LinkKind.SOURCE, LinkKind.RELATED, LinkKind.BODY))

_FAILURES = {
    Failure.INVALID_URL: (Verdict.INVALID, "not a URL that can be fetched"),
    Failure.REFUSED_SCHEME: (Verdict.INVALID, "leads to something that is not http or https"),
    Failure.REFUSED_ADDRESS: (Verdict.INVALID, "leads to an address that is not public"),
    Failure.ROBOTS: (Verdict.EXCLUDED, "excluded by robots.txt"),
    Failure.GIVEN_UP: (Verdict.UNREACHABLE, "not fetched, because its host was given up"),
    Failure.NO_SUCH_NAME: (Verdict.BROKEN, "the host's name does not exist"),
    Failure.CERTIFICATE: (Verdict.BROKEN, "the certificate is not valid"),
    Failure.AUTHORITY: (Verdict.UNREACHABLE, "the certificate's authority is not known"),
    Failure.LOOP: (Verdict.BROKEN, "redirects without an end"),
    Failure.DNS: (Verdict.UNREACHABLE, "the host's name could not be resolved for now"),
    Failure.CONNECT: (Verdict.UNREACHABLE, "no connection"),
    Failure.TIMEOUT: (Verdict.UNREACHABLE, "no answer in time"),
    Failure.PROTOCOL: (Verdict.UNREACHABLE, "no valid HTTP answer"),
    Failure.TLS: (Verdict.UNREACHABLE, "no TLS connection"),
}


class LinkContext(NamedTuple):
    """Other answers on which the judgement of a link depends, where they are known."""

    source: Answer | None = None
    """The answer of the partner of an AMP link, the source URL."""
    canonical: Answer | None = None
    """The answer of the page that the AMP page names as canonical."""
    host: HostFacts = HostFacts()
    """The facts by which a link that answers may be dead nevertheless."""


NO_CONTEXT = LinkContext()


def judge_unfetched(link: Link, settings: CheckSettings) -> Judgement | None:
    """Return the judgement on ``link`` that needs no request; None if the link has to be fetched.

    ``settings`` are those of its host.
    """
    pattern = settings.exclusion(link.url)
    if pattern is not None:
        return Judgement(Verdict.EXCLUDED, f"excluded by {quoted(pattern)}")
    address = literal(host_of(link.url))
    refused = refusal(address, settings.allow_private) if address is not None else None
    if refused is not None:
        return Judgement(Verdict.INVALID, refused)
    if link.kind is LinkKind.AMP_CACHE and link.partner is not None:
        mismatch = cache_mismatch(link.partner, link.url)
        return Judgement(Verdict.INVALID, AMP_PREFIX + mismatch) if mismatch is not None else None
    return None


def judge(
    answer: Answer,
    link: Link,
    settings: CheckSettings,
    context: LinkContext = NO_CONTEXT,
) -> Judgement:
    """Return the judgement on ``link``, which needs a request, by ``answer``, the answer to it.

    ``settings`` are those of the link's own host, even if it redirects to another one. An AMP page
    may name as canonical any URL to which the source redirects, or that redirects to the source.
    Without a good answer of the source, the canonical page is not checked.
    """
    final_url = _final_url(answer, link.url)
    is_accepted = answer.status in settings.accept
    if answer.failure is not None:
        verdict, message = _judge_failure(answer.failure, answer)
    elif is_accepted or _is_good(answer):
        amp_problem = (
            _amp_problem(answer.amp, link, context.source, context.canonical) if answer.amp is not None else None
        )
        if amp_problem is None:
            is_soft = settings.gone_pages and link.kind in SOFT_KINDS and 200 <= (answer.status or 0) <= 299
            soft = soft_judgement(answer, link.url, context.host, final_url) if is_soft else None
            return (
                soft
                or _judge_picture(answer, link, final_url)
                or _judge_fragment(answer, link, settings, final_url)
                or _judge_good_answer(answer, link.url, final_url)
            )
        verdict, message = Verdict.INVALID, AMP_PREFIX + amp_problem
    else:
        verdict, message = _judge_bad_status(answer)
    return Judgement(verdict, message, final_url)


def fragment_of(link: Link, settings: CheckSettings) -> str | None:
    """Return the part of its page that ``link`` names, if it has to be in the page; else None.

    Scripts read a fragment that begins with ``/``, ``!`` or ``:~:``.
    """
    fragment = link.url.partition("#")[2]
    is_checked = settings.fragments and link.kind in SOFT_KINDS and fragment.lower() != "top"
    return fragment if is_checked and fragment and not fragment.startswith(("/", "!", ":~:")) else None


def _judge_fragment(answer: Answer, link: Link, settings: CheckSettings, final_url: str | None) -> Judgement | None:
    """Return the judgement on a link to a part that its page does not have, or None."""
    fragment = fragment_of(link, settings)
    if fragment is None or answer.page is None or fragment not in answer.page.missing:
        return None
    return Judgement(Verdict.SUSPECT, f"the page has no part {quoted(f'#{fragment}')}", final_url)


def _judge_picture(answer: Answer, link: Link, final_url: str | None) -> Judgement | None:
    """Return the judgement on a link to a picture that leads to a page, or None."""
    if link.kind is not LinkKind.IMAGE or answer.media_type != "text/html" or answer.status != HTTPStatus.OK:
        return None
    return Judgement(Verdict.SUSPECT, "leads to a page, not to a picture", final_url)


def _judge_good_answer(answer: Answer, url: str, final_url: str | None) -> Judgement:
    status = _status_text(answer)
    if final_url is None or final_url == url:
        return Judgement(Verdict.OK, status)
    if all(hop.status in _PERMANENT for hop in answer.hops):
        return Judgement(Verdict.REDIRECTED, f"moved for good to {shown_url(final_url)}", final_url)
    return Judgement(Verdict.OK, f"{status}, at {shown_url(final_url)}", final_url)


def _judge_bad_status(answer: Answer) -> tuple[Verdict, str]:
    status = answer.status or 0
    text = _status_text(answer)
    if answer.is_challenge:
        return Verdict.BLOCKED, f"{text}, with a challenge that only browsers pass"
    if status in _BLOCKED:
        return Verdict.BLOCKED, f"{text}, the site does not answer programs"
    if status in _LIMITED:
        return Verdict.RATE_LIMITED, f"{text}, the site limits the rate of requests"
    if answer.page is not None and answer.page.sign is PageSign.THERE:
        return Verdict.SUSPECT, f"{text}, but {answer.page.evidence}"
    if 300 <= status < 400:
        return Verdict.UNREACHABLE, f"{text}, without a URL to follow"
    return Verdict.BROKEN if status in _BROKEN else Verdict.UNREACHABLE, text


def _judge_failure(failure: Failure, answer: Answer) -> tuple[Verdict, str]:
    verdict, reason = _FAILURES[failure]
    if failure is Failure.GIVEN_UP and answer.status == 429:
        verdict = Verdict.RATE_LIMITED
    return verdict, answer.message or reason


def _amp_problem(page: AmpPage, link: Link, source: Answer | None, canonical: Answer | None) -> str | None:
    """Return the problem of the page of an AMP link or of a link to the AMP Cache, or None."""
    if link.kind not in (LinkKind.AMP, LinkKind.AMP_CACHE):
        return None
    if page.silent_redirect is not None:
        to = f" to {shown_url(page.silent_redirect)}" if page.silent_redirect else ""
        return f"the AMP Cache does not have the page: it sends readers on{to}, without an HTTP redirect"
    # The cache serves only valid AMP pages, and rewrites them.
    return _page_problem(page, link.partner, source, canonical) if link.kind is LinkKind.AMP else None


def _page_problem(page: AmpPage, partner: str | None, source: Answer | None, answer: Answer | None) -> str | None:
    if not page.is_amp:
        return "not an AMP page, which would begin with <html ⚡> or <html amp>"
    canonical = page.canonical
    if canonical is None:
        return "the AMP page names no canonical page"
    if partner is None or (source is not None and not _is_good(source)):
        return None
    canonical_urls = tuple(_urls_of(canonical, answer))
    if any(same_page(name, url) for url in _urls_of(partner, source) for name in canonical_urls):
        return None
    return f"the AMP page names {shown_url(canonical)} as its canonical page, not {shown_url(partner)}"


def _is_good(answer: Answer) -> bool:
    status = answer.status or 0
    is_good_status = 200 <= status < 300 or status in _GOOD_3XX or (status in _WITH_PAGE and bool(answer.length))
    return answer.failure is None and is_good_status and not answer.is_challenge


def _urls_of(url: str, answer: Answer | None) -> Iterator[str]:
    """Yield ``url`` and the URLs to which it redirects."""
    yield url
    if answer is not None:
        yield from (hop.url for hop in answer.hops)
        if answer.final_url is not None:
            yield answer.final_url


def _final_url(answer: Answer, url: str) -> str | None:
    """Return the URL to which the link is redirected; None if it is not.

    It gets the link's own fragment if the redirect has none (RFC 9110 section 10.2.2).
    """
    if not answer.hops:
        return None
    # After a failure, the last URL fetched may be the one before the last redirect.
    final_url = answer.final_url if answer.failure is None and answer.final_url else answer.hops[-1].url
    _, mark, fragment = url.partition("#")
    return final_url if "#" in final_url else final_url + mark + fragment


def _status_text(answer: Answer) -> str:
    """Return the status with its phrase, and the message of the answer."""
    try:
        text = f"{answer.status} {HTTPStatus(answer.status).phrase}" if answer.status is not None else "no answer"
    except ValueError:
        text = str(answer.status)
    return f"{text} ({answer.message})" if answer.message else text
