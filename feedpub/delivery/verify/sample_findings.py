"""The judgement of what a server does by its configuration, asked of a sample of the feeds. Pure.

What depends on the pattern of a path alone is the same for all feeds of a format: the answer to
HEAD, to a conditional request and to the User-Agent of a feed reader. So only the site's feed and
one other are asked for, in each format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from feedpub.core.models import FeedKind
from feedpub.delivery.verify.feed_findings import unreadable
from feedpub.delivery.verify.model import FeedAnswer, FeedFinding, FeedRequest, Purpose, Rule, VerifiedFeed
from feedpub.delivery.verify.reader_agents import READER_AGENTS
from feedpub.links.model import Answer

__all__ = ["sample_findings", "sample_of", "sample_requests"]

_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_SITE = FeedKind.SITE


def sample_of(feeds: Iterable[VerifiedFeed]) -> list[VerifiedFeed]:
    """Return the site's feed and the first other one, in each format, of those that readers get."""
    found: dict[tuple[str, bool], VerifiedFeed] = {}
    for verified in feeds:
        if unreadable(verified.answer) is None:
            found.setdefault((verified.feed.format.filename, "/" in verified.feed.path), verified)
    return list(found.values())


def sample_requests(sample: Iterable[VerifiedFeed]) -> Iterator[FeedRequest]:
    """Yield the requests for the feeds of ``sample``."""
    for verified in sample:
        feed, answer = verified.feed, verified.answer
        yield FeedRequest(url=feed.url, purpose=Purpose.HEAD, feed=feed)
        headers = answer.headers if isinstance(answer, FeedAnswer) else {}
        conditions = tuple((_CONDITIONS[name], headers[name]) for name in _CONDITIONS if headers.get(name))
        if conditions:
            yield FeedRequest(url=feed.url, purpose=Purpose.CONDITIONAL, feed=feed, validators=conditions)
        for reader in READER_AGENTS:
            yield FeedRequest(url=feed.url, purpose=Purpose.READER, feed=feed, reader=reader)


def sample_findings(
    sample: Sequence[VerifiedFeed], answers: Iterable[tuple[FeedRequest, Answer]]
) -> Iterator[FeedFinding]:
    """Yield the findings on ``answers``; ``sample`` has the answers to feedpub's own requests."""
    own = {verified.feed.url: verified.answer for verified in sample}
    for request, answer in answers:
        if request.purpose is Purpose.HEAD:
            problem, rule = _head(answer, own[request.url]), Rule.HEAD
        elif request.purpose is Purpose.CONDITIONAL:
            problem, rule = _conditional(answer), Rule.NOT_MODIFIED
        else:
            problem, rule = _reader(request, answer, own[request.url]), Rule.READER
        if problem is not None:
            yield FeedFinding(rule=rule, url=request.url, message=problem, is_error=rule is Rule.READER)


def _head(answer: Answer, own: Answer) -> str | None:
    if answer.failure is not None:
        return f"does not answer HEAD: {answer.message}"
    if answer.status != 200:
        return f"answers HEAD with status {answer.status}, and GET with the feed"
    if answer.media_type != own.media_type:
        return f"answers HEAD with another media type than GET: {answer.media_type}"
    return None


def _conditional(answer: Answer) -> str | None:
    if answer.status == 304 or answer.failure is not None:
        return None
    return f"answers a reader that has it already with status {answer.status}, not with 304"


def _reader(request: FeedRequest, answer: Answer, own: Answer) -> str | None:
    """Return what the reader gets instead of the feed; None if it gets what feedpub gets."""
    if answer.failure is not None:
        return f"is not given to {request.reader}: {answer.message}"
    if unreadable(answer) is not None:
        page = isinstance(answer, FeedAnswer) and answer.is_html
        what = f"a page for browsers, such as a bot challenge (status {answer.status})"
        return f"is not given to {request.reader}, which gets {what if page else f'status {answer.status}'}"
    mine = own.content.state if isinstance(own, FeedAnswer) and own.content else None
    theirs = answer.content.state if isinstance(answer, FeedAnswer) and answer.content else None
    return None if theirs is mine else f"has other bytes for {request.reader} than for feedpub"
