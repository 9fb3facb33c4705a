"""One link check, from links to a result for each URL of each kind.

:mod:`feedpub.links.judge.verdicts` decides what an answer means,
:mod:`feedpub.links.remember.answers` how long it is trusted, and
:mod:`feedpub.links.schedule.scheduler` when each URL is fetched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from feedpub.core.urls import page_of
from feedpub.links.find.article_links import targets_of
from feedpub.links.judge.soft import Hosts
from feedpub.links.judge.verdicts import SOFT_KINDS, LinkContext, fragment_of, judge, judge_unfetched
from feedpub.links.model import Answer, Failure, Judgement, Link, LinkKind, LinkResult, LinkTarget, Verdict
from feedpub.links.options import CheckOptions, OnProgress
from feedpub.links.redact import redacted
from feedpub.links.remember.answers import StoredAnswer, counts_as_broken, telling_page, ttl_name
from feedpub.links.remember.store import LinkStore
from feedpub.links.report.base import WORST_FIRST
from feedpub.links.run.engine import Engine, RunOutcome, Stop
from feedpub.links.schedule.host import FinishedTarget
from feedpub.links.schedule.online import is_public_name
from feedpub.links.schedule.politeness import host_of, shows_network
from feedpub.links.settings import CheckSettings, SettingsByHost


class _TargetState(msgspec.Struct, frozen=True, gc=False):
    """The result for one target. It is small, because there may be a hundred thousand."""

    answer: Answer
    elapsed: float
    attempts: int
    """The number of fetches; 0 for a stored answer."""
    broken_runs: int
    """The argument of :func:`~feedpub.links.remember.answers.counts_as_broken`."""
    is_stored: bool = False


_NOT_FETCHED = Answer(failure=Failure.GIVEN_UP)
_MAX_PROBES = 3
"""The number of links with good stored answers that are fetched to confirm a missing network."""


class LinkCheck:
    """The check of ``links``: first :meth:`run`, then :meth:`results`."""

    def __init__(
        self, links: Iterable[Link], settings: SettingsByHost, options: CheckOptions, store: LinkStore, now: datetime
    ) -> None:
        self._settings = settings
        self._options = options
        self._store = store
        self._now = now
        self._links: dict[str, list[Link]] = {}
        """The links by their URL without fragment, which is the URL of their target."""
        self._unfetched: dict[Link, Judgement] = {}
        self._states: dict[str, _TargetState] = {}
        self._hosts = Hosts(self._answer_of)
        self._answers: dict[Answer, Answer] = {}
        """Equal answers are stored once, because most of them are equal."""
        for link in links:
            if link.kind in (options.kinds or self._settings_of(link.url).kinds):
                self._links.setdefault(page_of(link.url), []).append(link)

    @property
    def unchecked(self) -> int:
        """The number of links without a result (not fetched, or the run was stopped)."""
        return sum(
            page not in self._states and link not in self._unfetched
            for page, links in self._links.items()
            for link in links
        )

    def run(self, engine: Engine, on_progress: OnProgress, stop: Stop) -> RunOutcome:
        """Get an answer for each link: a stored one, or that of a fetch."""
        for links in self._links.values():
            for link in links:
                judgement = judge_unfetched(link, self._settings_of(link.url))
                if judgement is not None:
                    self._unfetched[link] = judgement
        to_fetch = (link for links in self._links.values() for link in links if link not in self._unfetched)
        outcome = self._fetch(self._targets_of(to_fetch), engine, on_progress, stop)
        for find_more in (self._find_canonical_sources, self._find_probes):
            if outcome.no_network or outcome.is_stopped:
                return outcome
            outcome = self._fetch(find_more(), engine, on_progress, stop, is_online=True)
        return outcome

    def results(self) -> Iterator[LinkResult]:
        """Yield one result for each URL of each kind, in no order."""
        for links in self._links.values():
            groups: dict[tuple[LinkKind, str], list[Link]] = defaultdict(list)
            for link in links:
                groups[link.kind, link.url].append(link)
            for group in groups.values():
                result = self._result(group)
                if result is not None:
                    yield result

    def fails(self, result: LinkResult) -> bool:
        """Return whether the check fails because of ``result``."""
        return result.verdict in (self._options.fail_on or self._settings_of(result.url).fail_on)

    def _targets_of(self, links: Iterable[Link]) -> dict[str, LinkTarget]:
        return targets_of(links, frozenset(LinkKind), self._is_soft, self._fragment_of)

    def _fragment_of(self, link: Link) -> str | None:
        """Return the part of its page that ``link`` names, if it is looked for."""
        return fragment_of(link, self._settings_of(link.url))

    def _is_soft(self, link: Link) -> bool:
        """Return whether ``link`` may be dead although its server answers."""
        return link.kind in SOFT_KINDS and self._settings_of(link.url).gone_pages

    def _fetch(
        self,
        targets: dict[str, LinkTarget],
        engine: Engine,
        on_progress: OnProgress,
        stop: Stop,
        *,
        is_online: bool = False,
    ) -> RunOutcome:
        """Get the answers for ``targets``: use trusted stored answers, and fetch the rest."""
        if not self._options.refresh:
            for target, stored in self._store.trusted_answers(targets.values(), self._now, self._ttl):
                self._set_state(target.url, stored.answer, stored.broken_runs, attempts=0, is_stored=True)
        to_fetch = [target for url, target in targets.items() if url not in self._states]
        if self._options.offline or not to_fetch:
            return RunOutcome(answered=0)
        del targets
        done = 0

        def on_answers(finished: Sequence[FinishedTarget]) -> None:
            nonlocal done
            done += len(finished)
            with self._store.transaction():
                for target, answer, attempts in finished:
                    self._record_answer(target, answer, attempts)
            on_progress(done, len(to_fetch))

        on_progress(0, len(to_fetch))
        outcome = engine.run(to_fetch, on_answers, stop, is_online=is_online)
        if outcome.no_network and (hosts := self._known_hosts(engine, stop)):
            # All of these URLs are dead: those that work have stored answers, and were not fetched.
            has_names = any(map(is_public_name, hosts))
            outcome = engine.run(to_fetch, on_answers, stop, is_online=True, has_names=has_names)
        return outcome

    def _known_hosts(self, engine: Engine, stop: Stop) -> list[str]:
        """Return hosts with good stored answers that can still be reached, a few at most."""
        by_host = {
            host_of(url): LinkTarget(url=url)
            for url, state in self._states.items()
            if state.is_stored and state.answer.failure is None
        }
        probes = sorted(by_host.values(), key=lambda probe: not is_public_name(host_of(probe.url)))[:_MAX_PROBES]
        finished: list[FinishedTarget] = []
        engine.run(probes, finished.extend, stop)
        return [host_of(probe.url) for probe, answer, _ in finished if shows_network(answer)]

    def _record_answer(self, target: LinkTarget, answer: Answer, attempts: int) -> None:
        links = self._links.get(target.url, (Link(LinkKind.SOURCE, target.url, "", 1),))
        verdicts = {judge(answer, link, self._settings_of(link.url)).verdict for link in links}
        runs = self._store.broken_runs(target.url) + 1 if Verdict.BROKEN in verdicts else 0
        self._set_state(target.url, answer, runs, attempts=attempts)
        if target.url in self._links or self._hosts.is_probe(target.url):
            self._store.add(target, answer, verdicts, datetime.now(UTC))

    def _set_state(self, url: str, answer: Answer, broken_runs: int, *, attempts: int, is_stored: bool = False) -> None:
        elapsed = answer.elapsed
        if not answer.hops:
            answer = msgspec.structs.replace(
                answer,
                final_url=None,
                retry_after=None,
                elapsed=0.0,
                # The verdict on a redirect to nowhere depends on it.
                length=answer.length if answer.status is not None and 300 <= answer.status < 400 else None,
                page=telling_page(answer),
                # A picture is none if it is a page.
                media_type=answer.media_type if answer.media_type == "text/html" else None,
            )
            if answer.amp is None and answer.page is None:
                answer = self._answers.setdefault(answer, answer)
        self._states[url] = _TargetState(answer, elapsed, attempts, broken_runs, is_stored)

    def _ttl(self, target: LinkTarget, stored: StoredAnswer) -> float | None:
        """Return for how many seconds ``stored`` is trusted: the shortest time of its verdicts."""
        settings = self._settings_of(target.url)
        spans: list[float] = []
        for link in self._links.get(target.url, ()):
            verdict = judge(stored.answer, link, settings).verdict
            name = ttl_name(verdict)
            # A link that does not count as broken yet is fetched in every run, not once a day.
            is_pending = verdict is Verdict.BROKEN and not _counts_as_broken(stored.broken_runs, settings)
            if name is None or is_pending:
                return None
            spans.append(getattr(settings.ttl, name))
        return min(spans, default=settings.ttl.ok if self._hosts.is_probe(target.url) else None)

    def _find_canonical_sources(self) -> dict[str, LinkTarget]:
        return self._targets_of(list(self._canonical_sources()))

    def _canonical_sources(self) -> Iterator[Link]:
        """Yield the links that are needed to compare the canonical URL of AMP pages with sources.

        An AMP page is valid also if the source redirects to its canonical URL, or the other way
        round.
        """
        for page, links in self._links.items():
            state = self._states.get(page)
            amp = state.answer.amp if state else None
            if state is None or amp is None or amp.canonical is None:
                continue
            for link in links:
                judgement = judge(
                    state.answer, link, self._settings_of(link.url), LinkContext(self._answer_of(link.partner))
                )
                if link.kind is LinkKind.AMP and judgement.verdict is Verdict.INVALID:
                    yield from filter(self._can_fetch, self._sources(link, amp.canonical))

    def _sources(self, link: Link, canonical: str) -> Iterator[Link]:
        for url in (link.partner, canonical):
            if url is not None:
                yield Link(LinkKind.SOURCE, url, link.path, link.line)

    def _find_probes(self) -> dict[str, LinkTarget]:
        return self._hosts.find_probes(page for page, links in self._links.items() if any(map(self._is_soft, links)))

    def _can_fetch(self, link: Link) -> bool:
        """Return whether ``link`` can be fetched, and has no answer yet."""
        return page_of(link.url) not in self._states and judge_unfetched(link, self._settings_of(link.url)) is None

    def _judgement(self, link: Link) -> Judgement | None:
        """Return the judgement of a link; None if there is no answer."""
        state = self._states.get(page_of(link.url))
        unfetched = self._unfetched.get(link)
        if unfetched is not None or state is None:
            return unfetched
        settings = self._settings_of(link.url)
        amp = state.answer.amp
        judgement = judge(
            state.answer,
            link,
            settings,
            LinkContext(
                self._answer_of(link.partner) or _NOT_FETCHED,
                self._answer_of(amp.canonical) if amp else None,
                self._hosts.facts(page_of(link.url)),
            ),
        )
        if judgement.verdict is Verdict.BROKEN and not _counts_as_broken(state.broken_runs, settings):
            runs = f"in {state.broken_runs} of {settings.failures_before_broken} runs"
            message = f"{judgement.message}, {runs}; not counted as broken yet"
            return Judgement(Verdict.BLOCKED, message, judgement.final_url)
        return judgement

    def _answer_of(self, url: str | None) -> Answer | None:
        state = self._states.get(page_of(url)) if url else None
        return state.answer if state else None

    def _result(self, group: Sequence[Link]) -> LinkResult | None:
        """Return the result of one URL of one kind; None without an answer.

        An AMP page can be valid for one article and not for another one. Then the worst verdict is
        the result, with the places that have it.
        """
        judgements = {link: judgement for link in group if (judgement := self._judgement(link)) is not None}
        if not judgements:
            return None
        worst = min(judgements.values(), key=lambda judgement: WORST_FIRST.index(judgement.verdict))
        places = {(link.path, link.line) for link, judged in judgements.items() if judged.verdict is worst.verdict}
        link = group[0]
        state = None if link in self._unfetched else self._states.get(page_of(link.url))
        return LinkResult(
            url=redacted(link.url),
            kind=link.kind,
            verdict=worst.verdict,
            status=state.answer.status if state else None,
            message=worst.message,
            final_url=worst.final_url,
            elapsed_ms=round(state.elapsed * 1000) if state else 0,
            attempts=state.attempts if state else 0,
            cached=state.is_stored if state else False,
            locations=tuple(sorted(places)),
        )

    def _settings_of(self, url: str) -> CheckSettings:
        return self._settings.settings_for(host_of(url))


def _counts_as_broken(broken_runs: int, settings: CheckSettings) -> bool:
    return counts_as_broken(broken_runs, settings.failures_before_broken)
