"""The judgement of what belongs to the site: pages, lists of feeds, hub and robots.txt. Pure.

RFC 9309 (robots.txt); https://blog.whatwg.org/feed-autodiscovery ; http://opml.org/spec2.opml .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from feedpub.core.errors import printable
from feedpub.core.format_registry import FORMATS
from feedpub.core.urls import UrlError, page_of, resolve
from feedpub.delivery.verify.feed_findings import unreadable
from feedpub.delivery.verify.model import ExpectedFeed, FeedAnswer, FeedFinding, Rule
from feedpub.delivery.verify.reader_agents import READER_AGENTS
from feedpub.links.fetch.robots import Rules
from feedpub.links.judge.amp.tags import tags
from feedpub.links.model import Answer, Failure
from feedpub.links.redact import redacted, shown_url

MOST_LINKED = 20
"""The maximum number of linked feeds that are fetched, besides those of published.json."""

_FEED_TYPES = frozenset(info.media_type for info in FORMATS.values()) | {"application/json"}


def page_findings(url: str, answer: Answer) -> Iterator[FeedFinding]:
    """Yield a finding if the page or list at ``url`` is not there; none if it was not fetched."""
    if answer.failure is Failure.GIVEN_UP:
        return
    if answer.failure is not None:
        yield _warning(Rule.PAGE, url, f"cannot be fetched: {answer.message}")
    elif answer.status != 200:
        yield _warning(Rule.PAGE, url, f"is not there: status {answer.status}")


def linked_feeds(url: str, answer: Answer) -> list[str]:
    """Return the URLs of the feeds that the page or list at ``url`` links, normalized, in order."""
    if not isinstance(answer, FeedAnswer) or answer.status != 200:
        return []
    text = answer.body.decode("utf-8", "replace")
    found: dict[str, None] = {}
    for tag in tags(text, ("link", "outline")):
        attributes = tag.attributes
        if tag.name == "outline":
            reference = attributes.get("xmlurl")
        else:
            relations = attributes.get("rel", "").lower().split()
            is_feed = "alternate" in relations and attributes.get("type", "").lower() in _FEED_TYPES
            reference = attributes.get("href") if is_feed else None
        if reference:
            try:
                found[page_of(resolve(answer.final_url or url, reference))] = None
            except UrlError:
                found[reference] = None
    return list(found)


def linked_findings(linked: Mapping[str, str], answers: Mapping[str, Answer]) -> Iterator[FeedFinding]:
    """Yield a finding for each dead feed: ``linked`` has the page that links it, by its URL."""
    for url, page in linked.items():
        answer = answers.get(url)
        problem = unreadable(answer) if answer is not None else None
        if problem is not None:
            message = f"links the feed {shown_url(printable(redacted(url)))}, which {problem[1]}"
            yield FeedFinding(rule=Rule.DISCOVERY, url=page, message=message, is_error=True)


def hub_findings(url: str, answer: Answer) -> Iterator[FeedFinding]:
    """Yield a finding if the hub at ``url`` does not answer; any status but 404 and 5xx is one."""
    if answer.failure is not None:
        yield _warning(Rule.HUB, url, f"the hub does not answer: {answer.message}")
    elif answer.status in (404, 410) or (answer.status or 0) >= 500:
        yield _warning(Rule.HUB, url, f"the hub answers with status {answer.status}")


def robots_findings(answer: Answer, feeds: Iterable[ExpectedFeed]) -> Iterator[FeedFinding]:
    """Yield a finding for each feed that robots.txt, the ``answer``, forbids to readers."""
    if not isinstance(answer, FeedAnswer) or answer.status != 200 or answer.is_html:
        return
    text = answer.body.decode("utf-8-sig", "replace")
    rules = {reader: Rules(text, reader) for reader in READER_AGENTS}
    for feed in feeds:
        refused = [reader for reader in rules if not rules[reader].allows(feed.url)]
        if refused:
            whom = "feed readers" if len(refused) == len(rules) else " and ".join(refused)
            yield _warning(Rule.ROBOTS, feed.url, f"is forbidden to {whom} by robots.txt")


def origin_of(url: str) -> str:
    """Return the origin of ``url`` with a slash at its end."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _warning(rule: Rule, url: str, message: str) -> FeedFinding:
    return FeedFinding(rule=rule, url=url, message=message, is_error=False)
