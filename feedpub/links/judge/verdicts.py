"""What an answer means for a link: one verdict, the first that applies.

excluded; invalid; then of the answer: ok or redirected, blocked, rate-limited, unreachable, broken. Pure: nothing is
fetched, remembered or printed here, and how often a link has to fail is not asked.

Statuses are those of RFC 9110 section 15. What says that the link leads nowhere (404, NXDOMAIN, …) is broken; what says
that it could not be found out now (time-outs, 5xx, …) is unreachable; what says no more than that the site does not
answer programs (403, …) is blocked.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from feedpub.core.errors import quoted
from feedpub.links.judge.amp import cache_mismatch, same_page
from feedpub.links.model import AmpPage, Answer, Failure, Judgement, Link, LinkKind, Verdict
from feedpub.links.net.addresses import literal, refusal
from feedpub.links.schedule.politeness import host_of
from feedpub.links.settings import CheckSettings

AMP_PREFIX = "AMP: "
"""What the message of every finding about AMP begins with, so that it is told from a dead link."""

_PERMANENT = frozenset((301, 308))
_BLOCKED = frozenset((401, 403, 407, 451, 999))
_PASSING = frozenset((408, 425))
# There is a page: of several kinds, or unchanged.
_FINE_3XX = frozenset((300, 304))
_SHOWN = 300

_FAILURES = {
    Failure.INVALID_URL: (Verdict.INVALID, "not a URL that can be fetched"),
    Failure.REFUSED_SCHEME: (Verdict.INVALID, "leads to something that is not http or https"),
    Failure.REFUSED_ADDRESS: (Verdict.INVALID, "leads to an address that is not public"),
    Failure.ROBOTS: (Verdict.EXCLUDED, "excluded by robots.txt"),
    Failure.GIVEN_UP: (Verdict.UNREACHABLE, "not fetched, because its host was given up"),
    Failure.NO_SUCH_NAME: (Verdict.BROKEN, "the host's name does not exist"),
    Failure.CERTIFICATE: (Verdict.BROKEN, "the certificate is not valid"),
    Failure.LOOP: (Verdict.BROKEN, "redirects without an end"),
    Failure.DNS: (Verdict.UNREACHABLE, "the host's name could not be resolved for now"),
    Failure.CONNECT: (Verdict.UNREACHABLE, "no connection"),
    Failure.TIMEOUT: (Verdict.UNREACHABLE, "no answer in time"),
    Failure.PROTOCOL: (Verdict.UNREACHABLE, "no valid HTTP answer"),
    Failure.TLS: (Verdict.UNREACHABLE, "no TLS connection"),
}


def judge_unfetched(link: Link, settings: CheckSettings) -> Judgement | None:
    """What can be said of ``link`` without the network; None where it has to be fetched.

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
    source: Answer | None = None,
    canonical: Answer | None = None,
) -> Judgement:
    """What ``answer``, to a fetch of its URL, means for ``link``, which :func:`judge_unfetched` had no word on.

    ``settings`` are those of the link's own host, also where it redirects to another. Of an AMP link, ``source`` is
    what its partner, the source URL, answered, and ``canonical`` what the page that it names did, if that is known: the
    AMP page may name as canonical whatever the source redirects to, or what redirects to the source. Where the source
    gave no good answer, nobody knows.
    """
    final_url = _final_url(answer, link.url)
    is_accepted = answer.status in settings.accept
    if answer.failure is not None:
        verdict, said = _of_failure(answer.failure, answer)
    elif is_accepted or _is_good(answer):
        finding = _amp_finding(answer.amp, link, source, canonical) if answer.amp is not None else None
        if finding is None:
            return _of_good_answer(answer, link.url, final_url)
        verdict, said = Verdict.INVALID, AMP_PREFIX + finding
    else:
        verdict, said = _of_bad_status(answer)
    return Judgement(verdict, said, final_url)


def _is_fine(status: int) -> bool:
    return 200 <= status < 300 or status in _FINE_3XX


def _of_good_answer(answer: Answer, url: str, final_url: str | None) -> Judgement:
    said = _status_text(answer)
    if final_url is None or final_url == url:
        return Judgement(Verdict.OK, said)
    if all(hop.status in _PERMANENT for hop in answer.hops):
        return Judgement(Verdict.REDIRECTED, f"moved for good to {_cut(final_url)}", final_url)
    return Judgement(Verdict.OK, f"{said}, at {_cut(final_url)}", final_url)


def _of_bad_status(answer: Answer) -> tuple[Verdict, str]:
    status = answer.status or 0
    said = _status_text(answer)
    if answer.is_challenge:
        return Verdict.BLOCKED, f"{said}, with a challenge that only browsers pass"
    if status in _BLOCKED:
        return Verdict.BLOCKED, f"{said}, the site does not answer programs"
    if status == 429:
        return Verdict.RATE_LIMITED, f"{said}, the site wants fewer requests"
    if 300 <= status < 400:
        return Verdict.UNREACHABLE, f"{said}, without a place to go to"
    is_broken = 400 <= status < 500 and status not in _PASSING
    return Verdict.BROKEN if is_broken else Verdict.UNREACHABLE, said


def _of_failure(failure: Failure, answer: Answer) -> tuple[Verdict, str]:
    verdict, said = _FAILURES[failure]
    if failure is Failure.GIVEN_UP and answer.status == 429:
        verdict = Verdict.RATE_LIMITED
    return verdict, answer.message or said


def _amp_finding(page: AmpPage, link: Link, source: Answer | None, canonical: Answer | None) -> str | None:
    """What is wrong with the page of an AMP link, or of one to the AMP Cache."""
    if link.kind not in (LinkKind.AMP, LinkKind.AMP_CACHE):
        return None
    if page.silent_redirect is not None:
        where = f" to {_cut(page.silent_redirect)}" if page.silent_redirect else ""
        return f"the AMP Cache does not have the page: it sends readers on{where}, without an HTTP redirect"
    # The cache serves nothing but valid AMP, and rewrites it.
    return _page_finding(page, link.partner, source, canonical) if link.kind is LinkKind.AMP else None


def _page_finding(page: AmpPage, partner: str | None, source: Answer | None, answer: Answer | None) -> str | None:
    if not page.is_amp:
        return "not an AMP page, which would begin with <html ⚡> or <html amp>"
    canonical = page.canonical
    if canonical is None:
        return "the AMP page names no canonical page"
    if partner is None or (source is not None and not _is_good(source)):
        return None
    names = tuple(_names_of(canonical, answer))
    if any(same_page(name, url) for url in _names_of(partner, source) for name in names):
        return None
    return f"the AMP page names {_cut(canonical)} as its canonical page, not {_cut(partner)}"


def _is_good(answer: Answer) -> bool:
    is_fine = answer.status is not None and _is_fine(answer.status)
    return answer.failure is None and is_fine and not answer.is_challenge


def _names_of(url: str, answer: Answer | None) -> Iterator[str]:
    """Every URL by which the page at ``url`` goes."""
    yield url
    if answer is not None:
        yield from (hop.url for hop in answer.hops)
        if answer.final_url is not None:
            yield answer.final_url


def _final_url(answer: Answer, url: str) -> str | None:
    """Where the link leads if it is redirected; None if it is not.

    With the link's own fragment, where the redirect has none (RFC 9110 section 10.2.2).
    """
    if not answer.hops:
        return None
    # Of a redirect to what cannot be fetched, the last URL fetched is the one before.
    final_url = answer.final_url if answer.failure is None and answer.final_url else answer.hops[-1].url
    _, mark, fragment = url.partition("#")
    return final_url if "#" in final_url else final_url + mark + fragment


def _status_text(answer: Answer) -> str:
    """The status in words, and what else there is to know."""
    try:
        said = f"{answer.status} {HTTPStatus(answer.status).phrase}" if answer.status is not None else "no answer"
    except ValueError:
        said = str(answer.status)
    return f"{said} ({answer.message})" if answer.message else said


def _cut(url: str) -> str:
    return url if len(url) <= _SHOWN else quoted(url, _SHOWN)
