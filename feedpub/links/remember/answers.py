"""The answers that links.db stores, how long they are trusted, and the form of their rows. Pure.

The answer is stored, not the verdict. The verdict depends on the kind of the link and on the
configuration, so each run judges again. :mod:`feedpub.links.remember.store` reads and writes the
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Literal, assert_never
from zlib import crc32

import msgspec

from feedpub.core.models import MeasuredMedia
from feedpub.links.model import AmpPage, Answer, Failure, Hop, LinkTarget, PageFacts, PageSign, Verdict
from feedpub.links.redact import has_user_information, redacted

COLUMNS = (
    "url, checked_at, wanted, status, failure, message, final_url, is_challenge, media_type, length, elapsed, detail, "
    "broken_runs, run"
)
"""The columns of the table ``answers``, in the order of :data:`Row`."""

_NAMES = tuple(COLUMNS.split(", "))

# Failures that depend on the configuration or on this run, so that the next run has to fetch again.
_NEVER_STORED = frozenset((Failure.INVALID_URL, Failure.REFUSED_ADDRESS, Failure.ROBOTS, Failure.GIVEN_UP))

_JITTER = 0.1

Row = tuple[Any, ...]
"""A row of the table ``answers``, or the first columns of one."""


class StoredAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The last stored answer of a URL."""

    answer: Answer
    """The answer without ``retry_after``."""
    checked_at: datetime
    broken_runs: int
    """The number of consecutive runs that found it broken, up to this answer."""


TtlOf = Callable[[LinkTarget, StoredAnswer], float | None]
"""A function that returns the seconds for which an answer is trusted, before jitter, or None."""


class _Detail(msgspec.Struct, frozen=True, array_like=True):
    """The values that only few answers have."""

    hops: tuple[Hop, ...]
    amp: AmpPage | None
    page: PageFacts | None = None


_decode_detail = msgspec.msgpack.Decoder(_Detail).decode
_encode_detail = msgspec.msgpack.Encoder().encode


def ttl_name(verdict: Verdict) -> Literal["ok", "broken", "blocked"] | None:
    """Return the key of ``check.ttl`` for answers with this verdict; None if not stored."""
    match verdict:
        case Verdict.OK | Verdict.REDIRECTED:
            return "ok"
        case Verdict.BROKEN | Verdict.INVALID:
            return "broken"
        case Verdict.BLOCKED | Verdict.SUSPECT | Verdict.GONE:
            return "blocked"
        case Verdict.RATE_LIMITED | Verdict.UNREACHABLE | Verdict.EXCLUDED:
            return None
    assert_never(verdict)


def is_worth_storing(target: LinkTarget, answer: Answer, verdicts: Iterable[Verdict]) -> bool:
    """Return whether ``answer`` says something lasting about the link.

    ``verdicts`` are those of the answer for the kinds of links to ``target``.
    """
    if answer.failure in _NEVER_STORED or has_user_information(target.url):
        return False
    return any(ttl_name(verdict) is not None for verdict in verdicts)


def counts_as_broken(broken_runs: int, needed: int) -> bool:
    """Return whether a link with the verdict broken counts as broken.

    ``needed`` is ``check.failures_before_broken``. ``broken_runs`` includes the run of the answer:
    it is :attr:`StoredAnswer.broken_runs` of a stored answer, and one more than
    :meth:`feedpub.links.remember.store.LinkStore.broken_runs` for a new one. A stored answer with 0
    runs is broken because of a changed configuration, and counts as one run.
    """
    return max(broken_runs, 1) >= needed


def is_trusted(target: LinkTarget, stored: StoredAnswer, wanted: int, now: datetime, ttl_of: TtlOf) -> bool:
    """Return whether ``stored`` can be used instead of a fetch of ``target``.

    ``wanted`` holds the parts that the fetch of the stored answer wanted (see :func:`wanted_of`).
    """
    page = stored.answer.page
    if wanted_of(target) & ~wanted or (page is not None and not set(target.fragments) <= set(page.sought)):
        return False
    ttl = ttl_of(target, stored)
    # A negative age means that the clock was set back; then the age is unknown.
    return ttl is not None and 0 <= (now - stored.checked_at).total_seconds() < jittered(target.url, ttl)


def jittered(url: str, ttl: float) -> float:
    """Return ``ttl`` with up to a tenth added or subtracted, always the same for one URL.

    So not all links expire on the same day.
    """
    return ttl * (1 - _JITTER + 2 * _JITTER * crc32(url.encode()) / 2**32)


def wanted_of(target: LinkTarget) -> int:
    """Return the parts that a fetch of ``target`` gets, as bits.

    They are 1 for the AMP page, 2 for type and length, 4 for the text, and 8 for fragments.
    """
    return target.wants_page | target.wants_length << 1 | target.wants_text << 2 | bool(target.fragments) << 3


def measured_in(target: LinkTarget, answer: Answer) -> MeasuredMedia | None:
    """Return the media type and length in ``answer``, for enclosures; None if it has neither."""
    is_answered = answer.failure is None and answer.status is not None and 200 <= answer.status < 300
    if not (target.wants_length and is_answered):
        return None
    measured = MeasuredMedia(answer.media_type and _clean(answer.media_type), _length(answer.length))
    return None if measured == MeasuredMedia(None, None) else measured


def row_of(target: LinkTarget, answer: Answer, now: datetime) -> Row:
    """Return the row of ``answer`` without its last two columns, which depend on the old row."""
    hops = tuple(Hop(hop.status, _clean(hop.url)) for hop in answer.hops)
    page = telling_page(answer)
    detail = _encode_detail(_Detail(hops, _clean_page(answer.amp), page)) if hops or answer.amp or page else None
    final_url = None if answer.final_url in (None, target.url) else _clean(answer.final_url or "")
    return (
        target.url,
        now.timestamp(),
        wanted_of(target),
        answer.status,
        answer.failure.value if answer.failure else None,
        _clean(answer.message),
        final_url,
        answer.is_challenge,
        answer.media_type and _clean(answer.media_type),
        _length(answer.length),
        answer.elapsed,
        detail,
    )


def stored_answer(row: Row) -> tuple[StoredAnswer, int] | None:
    """Return the answer in a row and the bits of :func:`wanted_of`; None for an invalid row."""
    values = dict(zip(_NAMES, row, strict=True))
    try:
        detail = _decode_detail(values["detail"]) if values["detail"] is not None else _Detail((), None)
        values |= {
            "final_url": values["final_url"] or values["url"],
            "is_challenge": bool(values["is_challenge"]),
            "hops": detail.hops,
            "amp": detail.amp,
            "page": detail.page,
        }
        stored = StoredAnswer(
            answer=msgspec.convert(values, Answer),
            checked_at=datetime.fromtimestamp(values["checked_at"], UTC),
            broken_runs=int(values["broken_runs"]),
        )
        return stored, int(values["wanted"])
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, OSError):
        return None


def telling_page(answer: Answer) -> PageFacts | None:
    """Return the facts of the page where they can change a verdict; None for most pages."""
    page = answer.page
    is_telling = page is not None and (page.sign is not PageSign.NOTHING or page.is_certain or page.sought)
    return page if is_telling else None


def _clean(text: str) -> str:
    """Return ``text`` from a server without user information and without lone surrogates."""
    return redacted(text if text.isascii() else text.encode(errors="replace").decode())


def _clean_page(page: AmpPage | None) -> AmpPage | None:
    if page is None:
        return None
    canonical, redirect = page.canonical, page.silent_redirect
    return AmpPage(page.is_amp, canonical and _clean(canonical), redirect and _clean(redirect))


def _length(length: int | None) -> int | None:
    """Return ``length``; None if it is negative, or too large for an integer of SQLite."""
    return length if length is not None and 0 <= length < 2**63 else None
