"""What is remembered of a link between runs, for how long, and as which row of links.db. Pure.

The answer is kept, not the verdict: what an answer means depends on the kind of the link and on the configuration, and
is judged again. Where the rows lie is the business of :mod:`feedpub.links.remember.store`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Literal, assert_never
from zlib import crc32

import msgspec

from feedpub.core.models import MeasuredMedia
from feedpub.links.model import AmpPage, Answer, Failure, Hop, LinkTarget, Verdict
from feedpub.links.redact import has_user_information, masked

COLUMNS = (
    "url, checked_at, wanted, status, failure, message, final_url, is_challenge, media_type, length, elapsed, detail, "
    "broken_runs, run"
)
"""Of the table ``answers``, in the order of the rows here."""

_NAMES = tuple(COLUMNS.split(", "))

# Decided here and now, by the configuration or by how this run went: the next run has to see for itself.
_OF_THIS_RUN = frozenset((Failure.INVALID_URL, Failure.REFUSED_ADDRESS, Failure.ROBOTS, Failure.GIVEN_UP))

_JITTER = 0.1

Row = tuple[Any, ...]


class StoredAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The last answer of a URL that was kept."""

    answer: Answer
    """Without ``retry_after``."""
    checked_at: datetime
    broken_runs: int
    """In how many runs on end it was found broken, up to this answer."""


TtlOf = Callable[[LinkTarget, StoredAnswer], float | None]
"""How many seconds an answer is to be trusted, before jitter; None: not at all."""


class _Detail(msgspec.Struct, frozen=True, array_like=True):
    """What few answers have."""

    hops: tuple[Hop, ...]
    amp: AmpPage | None


_decode_detail = msgspec.msgpack.Decoder(_Detail).decode
_encode_detail = msgspec.msgpack.Encoder().encode


def ttl_name(verdict: Verdict) -> Literal["ok", "broken", "blocked"] | None:
    """Which of ``check.ttl`` an answer of this verdict is trusted for; None where it is not remembered."""
    match verdict:
        case Verdict.OK | Verdict.REDIRECTED:
            return "ok"
        case Verdict.BROKEN | Verdict.INVALID:
            return "broken"
        case Verdict.BLOCKED:
            return "blocked"
        case Verdict.RATE_LIMITED | Verdict.UNREACHABLE | Verdict.EXCLUDED:
            return None
    assert_never(verdict)


def is_kept(target: LinkTarget, answer: Answer, verdicts: Iterable[Verdict]) -> bool:
    """Whether ``answer``, which means ``verdicts`` for the kinds that ``target`` has, says something about the link."""
    if answer.failure in _OF_THIS_RUN or has_user_information(target.url):
        return False
    return any(ttl_name(verdict) is not None for verdict in verdicts)


def counts_as_broken(broken_runs: int, needed: int) -> bool:
    """Whether a link that is judged broken counts as such (``check.failures_before_broken`` is ``needed``).

    ``broken_runs`` has the run of the answer in it: :attr:`StoredAnswer.broken_runs` for a remembered one, 1 more than
    :meth:`feedpub.links.remember.store.LinkStore.broken_runs` for a new one. A remembered answer may have become broken by the
    configuration alone: that is once.
    """
    return max(broken_runs, 1) >= needed


def is_fresh(target: LinkTarget, kept: StoredAnswer, wanted: int, now: datetime, ttl_of: TtlOf) -> bool:
    """Whether ``kept``, of a fetch that ``wanted`` (see :func:`wanted_of`), spares fetching ``target``."""
    if wanted_of(target) & ~wanted:
        return False
    ttl = ttl_of(target, kept)
    # What was checked in the future was checked by another clock.
    return ttl is not None and 0 <= (now - kept.checked_at).total_seconds() < jittered(target.url, ttl)


def jittered(url: str, ttl: float) -> float:
    """``ttl``, up to a tenth more or less, always the same of one URL: not all links expire on one day."""
    return ttl * (1 - _JITTER + 2 * _JITTER * crc32(url.encode()) / 2**32)


def wanted_of(target: LinkTarget) -> int:
    """What a fetch of ``target`` brings, as bits: the page, type and length."""
    return target.wants_page | target.wants_length << 1


def measured_in(target: LinkTarget, answer: Answer) -> MeasuredMedia | None:
    """What ``answer`` tells an enclosure; None where it tells nothing."""
    is_answered = answer.failure is None and answer.status is not None and 200 <= answer.status < 300
    if not (target.wants_length and is_answered):
        return None
    measured = MeasuredMedia(answer.media_type and _clean(answer.media_type), _length(answer.length))
    return None if measured == MeasuredMedia(None, None) else measured


def row_of(target: LinkTarget, answer: Answer, now: datetime) -> Row:
    """The row of ``answer`` but for its last two columns, which depend on the row before it."""
    hops = tuple(Hop(hop.status, _clean(hop.url)) for hop in answer.hops)
    detail = _encode_detail(_Detail(hops, _clean_page(answer.amp))) if hops or answer.amp else None
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


def remembered(row: Row) -> tuple[StoredAnswer, int] | None:
    """What a row holds, and what was wanted of the fetch; None where it holds nothing that makes sense."""
    values = dict(zip(_NAMES, row, strict=True))
    try:
        detail = _decode_detail(values["detail"]) if values["detail"] is not None else _Detail((), None)
        values |= {
            "final_url": values["final_url"] or values["url"],
            "is_challenge": bool(values["is_challenge"]),
            "hops": detail.hops,
            "amp": detail.amp,
        }
        kept = StoredAnswer(
            answer=msgspec.convert(values, Answer),
            checked_at=datetime.fromtimestamp(values["checked_at"], UTC),
            broken_runs=int(values["broken_runs"]),
        )
        return kept, int(values["wanted"])
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, OSError):
        return None


def _clean(text: str) -> str:
    """``text`` from elsewhere without secrets, and without what is no character."""
    return masked(text if text.isascii() else text.encode(errors="replace").decode())


def _clean_page(page: AmpPage | None) -> AmpPage | None:
    if page is None:
        return None
    canonical, silent = page.canonical, page.silent_redirect
    return AmpPage(page.is_amp, canonical and _clean(canonical), silent and _clean(silent))


def _length(length: int | None) -> int | None:
    """``length``, unless it is more than SQLite, or any file, can hold."""
    return length if length is not None and 0 <= length < 2**63 else None
