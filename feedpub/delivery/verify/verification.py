"""The requests of a verification, and the report.

The first round asks for each feed of published.json, for pages, lists, hub and robots.txt. The
second asks a sample of the feeds again, as other clients do (:mod:`…sample_findings`), and for
feeds that pages link and published.json does not name. Both keep to the politeness of ``check``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence

import msgspec

from feedpub.config import Config
from feedpub.core.errors import StorageError, UsageError
from feedpub.core.format_registry import format_of_path
from feedpub.core.urls import UrlError, normalize
from feedpub.delivery.verify.client import PublicClient
from feedpub.delivery.verify.feed_findings import SiteTerms, feed_findings, unreadable
from feedpub.delivery.verify.model import (
    ExpectedFeed,
    FeedFinding,
    FeedRequest,
    Purpose,
    Rule,
    VerifiedFeed,
    VerifyReport,
)
from feedpub.delivery.verify.sample_findings import sample_findings, sample_of, sample_requests
from feedpub.delivery.verify.site_findings import (
    MOST_LINKED,
    hub_findings,
    linked_feeds,
    linked_findings,
    origin_of,
    page_findings,
    robots_findings,
)
from feedpub.delivery.websub.feed_urls import feed_digests, feed_url
from feedpub.feeds.paths import WELL_KNOWN_FEEDS, path_in, url_path
from feedpub.links.model import Answer
from feedpub.links.net.file_limit import affordable
from feedpub.links.run.engine import Engine, Stop, StopFlag
from feedpub.links.run.from_config import politeness_by
from feedpub.links.schedule.host import FinishedTarget
from feedpub.links.schedule.politeness import Politeness, host_of
from feedpub.links.settings import SettingsByHost
from feedpub.output.opml import ALL
from feedpub.output.pages.views import PAGE_FILE
from feedpub.state.published import OutputState, PublishedState, output_folder, output_key

_RULES = {rule: number for number, rule in enumerate(Rule)}
# Readers that are refused, limited or challenged are what the second round is for: no retry helps.
_NO_RETRIES = frozenset(range(400, 600))


class VerifyOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of a verification."""

    url: str | None = None
    """The URL in place of ``site.base_url``, below which the same paths are verified."""
    on_progress: Callable[[int, int], None] | None = None
    """A function that receives the numbers of answers and of requests."""
    stop: Stop | None = None
    """A flag that ends the verification early."""


def verify(config: Config, options: VerifyOptions) -> VerifyReport:
    """Fetch the feeds that were published, as readers do, and return what is wrong with them.

    Raise :class:`~feedpub.core.errors.UsageError` if the URL cannot be used or nothing was
    published, and :class:`~feedpub.core.errors.StorageError` if there is no network.
    """
    base = _base_url(options.url) if options.url is not None else config.site.base_url
    state = _published(config)
    feeds = _expected(config, state, base)
    settings = SettingsByHost.of(config)
    chosen = {host_of(url) for url in (base, config.site.base_url, config.hub or "") if url}
    with contextlib.closing(PublicClient(settings, output_folder(config, None), chosen)) as client:
        engine = Engine(
            fetch=client,
            resolve=client.resolve,
            politeness=politeness_by(settings),
            workers=affordable(config.check.workers),
            known_names=config.check.known_names,
        )
        return _Verification(config, base, feeds, _Rounds(engine, options)).report(_pages(state, base))


def _base_url(text: str) -> str:
    try:
        url = normalize(text)
    except UrlError as error:
        raise UsageError(f"URL: {error}") from None
    if "?" in url or "#" in url:
        raise UsageError(f"URL: {url}: a base URL has neither a query nor a fragment")
    return url if url.endswith("/") else f"{url}/"


def _published(config: Config) -> OutputState:
    published = PublishedState(config.state_folder)
    state = published.output_state(output_key(config, None))
    if not feed_digests(state):
        unknown = f" ({published.warning})" if published.warning else ""
        folder = output_folder(config, None)
        raise UsageError(f"{folder}: nothing was published there; run feedpub build{unknown}")
    return state


def _expected(config: Config, state: OutputState, base: str) -> list[ExpectedFeed]:
    digests = feed_digests(state)
    return [
        ExpectedFeed(
            path=path,
            url=base + url_path(path),
            canonical_url=feed_url(path, config),
            format=info,
            digest=digests[path],
        )
        for path in sorted(digests, key=lambda path: ("/" in path, path))
        if (info := format_of_path(path)) is not None
    ]


def _pages(state: OutputState, base: str) -> list[str]:
    """Return the URLs of the site's page, of one feed's page, and of the lists of all feeds."""
    folders = [folder for folder in sorted(state.feeds) if path_in(folder, PAGE_FILE) in state.files]
    lists = [base + name for name in (ALL, WELL_KNOWN_FEEDS) if name in state.files]
    return [*(base + path_in(url_path(folder), "") for folder in folders[:2]), *lists]


class _Rounds:
    """The rounds of requests, with one progress."""

    def __init__(self, engine: Engine, options: VerifyOptions) -> None:
        self._engine = engine
        self._on_progress = options.on_progress
        self._stop = options.stop or StopFlag()
        self._done = self._total = 0
        self.is_stopped = False

    def first(self, requests: Sequence[FeedRequest]) -> list[tuple[FeedRequest, Answer]]:
        """Return the answers. Raise :class:`StorageError` if there is no network."""
        try:
            return self._run(self._engine, requests, is_online=False)
        except _NoNetworkError as error:
            # One host that refuses connections does not show whether there is a network.
            if not self._reaches_known_name():
                raise StorageError(f"no network: {error}; nothing was verified") from None
        return self._run(self._engine, requests, is_online=True)

    def second(self, requests: Sequence[FeedRequest]) -> list[tuple[FeedRequest, Answer]]:
        """Return the answers to requests that may be refused.

        A status is final, but for an error of the server: it may have been that once.
        """
        if self.is_stopped or not requests:
            return []
        politeness = self._engine.politeness

        def patient(host: str) -> Politeness:
            return msgspec.structs.replace(politeness(host), accept=_NO_RETRIES)

        engine = msgspec.structs.replace(self._engine, politeness=patient)
        answers = self._run(engine, requests, is_online=True)
        errors = [request for request, answer in answers if (answer.status or 0) >= 500]
        if not errors or self.is_stopped:
            return answers
        return [
            *((each, answer) for each, answer in answers if each not in errors),
            *self._run(engine, errors, is_online=True),
        ]

    def _run(
        self, engine: Engine, requests: Sequence[FeedRequest], *, is_online: bool
    ) -> list[tuple[FeedRequest, Answer]]:
        answers: list[tuple[FeedRequest, Answer]] = []
        done, total = self._done, self._done + len(requests)

        def on_answers(finished: Sequence[FinishedTarget]) -> None:
            answers.extend((each.target, each.answer) for each in finished if isinstance(each.target, FeedRequest))
            self._show(done + len(answers), total)

        self._show(done, total)
        outcome = engine.run(requests, on_answers, self._stop, is_online=is_online)
        if outcome.no_network:
            raise _NoNetworkError(outcome.no_network)
        self._done = total
        self.is_stopped |= outcome.is_stopped
        return answers

    def _reaches_known_name(self) -> bool:
        names = [FeedRequest(url=f"https://{name}/", purpose=Purpose.LINKED) for name in self._engine.known_names]
        return self._engine.run(names, lambda *_: None, self._stop).answered > 0

    def _show(self, done: int, total: int) -> None:
        if self._on_progress is not None:
            self._on_progress(done, total)


class _NoNetworkError(Exception):
    """A sign that there is no network."""


class _Verification:
    """One verification of the ``feeds`` below the URL ``base``."""

    def __init__(self, config: Config, base: str, feeds: Sequence[ExpectedFeed], rounds: _Rounds) -> None:
        self._config = config
        self._base = base
        self._feeds = feeds
        self._rounds = rounds

    def report(self, pages: Sequence[str]) -> VerifyReport:
        """Send all requests, and return the report."""
        hub = self._config.hub
        requests = [FeedRequest(url=feed.url, purpose=Purpose.FEED, feed=feed) for feed in self._feeds]
        requests += [FeedRequest(url=url, purpose=Purpose.PAGE) for url in pages]
        requests += [FeedRequest(url=f"{origin_of(self._base)}robots.txt", purpose=Purpose.ROBOTS)]
        requests += [FeedRequest(url=hub, purpose=Purpose.HUB)] if hub else []
        answers = {(request.purpose, request.url): answer for request, answer in self._rounds.first(requests)}
        verified = [
            VerifiedFeed(feed=feed, answer=answers[Purpose.FEED, feed.url])
            for feed in self._feeds
            if (Purpose.FEED, feed.url) in answers
        ]
        sample = sample_of(verified)
        linked = self._linked({url: answers[Purpose.PAGE, url] for url in pages if (Purpose.PAGE, url) in answers})
        more = [FeedRequest(url=url, purpose=Purpose.LINKED) for url in linked]
        second = self._rounds.second([*sample_requests(sample), *more])
        findings = [
            *self._first_findings(verified, answers),
            *sample_findings(sample, [each for each in second if each[0].purpose is not Purpose.LINKED]),
            *linked_findings(linked, {request.url: answer for request, answer in second}),
        ]
        return VerifyReport(
            url=self._base,
            feeds=tuple(verified),
            findings=tuple(sorted(findings, key=_sort_key)),
            is_stopped=self._rounds.is_stopped,
        )

    def _linked(self, pages: dict[str, Answer]) -> dict[str, str]:
        """Return the page of each linked feed that published.json does not name, by its URL."""
        known = {feed.url for feed in self._feeds}
        canonical = self._config.site.base_url
        linked: dict[str, str] = {}
        for page, answer in pages.items():
            for url in linked_feeds(page, answer):
                # Pages name the feeds below site.base_url, also where they are verified elsewhere.
                public = self._base + url.removeprefix(canonical) if url.startswith(canonical) else url
                if public not in known:
                    linked.setdefault(public, page)
        return dict(list(linked.items())[:MOST_LINKED])

    def _first_findings(
        self, verified: Iterable[VerifiedFeed], answers: dict[tuple[Purpose, str], Answer]
    ) -> Iterable[FeedFinding]:
        terms = SiteTerms(ttl=self._config.site.ttl * 60, hub=self._config.hub)
        readable = [each.feed for each in verified if unreadable(each.answer) is None]
        for each in verified:
            yield from feed_findings(each.feed, each.answer, terms)
        for (purpose, url), answer in answers.items():
            if purpose is Purpose.HUB:
                yield from hub_findings(url, answer)
            elif purpose is Purpose.PAGE and readable:
                # Where no feed can be fetched, its findings say why.
                yield from page_findings(url, answer)
            elif purpose is Purpose.ROBOTS:
                yield from robots_findings(answer, readable)


def _sort_key(finding: FeedFinding) -> tuple[bool, int, str, str]:
    return not finding.is_error, _RULES[finding.rule], finding.url, finding.message
