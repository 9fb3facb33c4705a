"""One check: links in, a result for each URL of each kind out. It fetches what it has to, judges, and remembers.

What an answer means is decided in :mod:`feedpub.links.judge.verdicts`, how long it is trusted in
:mod:`feedpub.links.remember.answers`, and when what is fetched in :mod:`feedpub.links.schedule.scheduler`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from feedpub.core.urls import page_of
from feedpub.links.find.article_links import targets_of
from feedpub.links.judge.verdicts import judge, judge_unfetched
from feedpub.links.model import Answer, Failure, Judgement, Link, LinkKind, LinkTarget, Result, Verdict
from feedpub.links.redact import masked
from feedpub.links.remember.answers import StoredAnswer, counts_as_broken, ttl_name
from feedpub.links.remember.store import LinkStore
from feedpub.links.report.base import WORST_FIRST
from feedpub.links.run.engine import Engine, RunOutcome, Stop
from feedpub.links.schedule.politeness import host_of
from feedpub.links.settings import CheckSettings, SettingsByHost

Tell = Callable[[int, int], None]
"""Hears how many of how many targets are done with."""


class CheckOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of ``feedpub check`` that say what is checked, and how."""

    kinds: frozenset[LinkKind] = frozenset()
    """Instead of ``check.kinds``, where not empty."""
    offline: bool = False
    """Fetch nothing: say what can be said, and what is remembered."""
    refresh: bool = False
    """Trust nothing that is remembered."""


class _TargetState(msgspec.Struct, frozen=True, gc=False):
    """What is known of one target. Kept small: there are a hundred thousand."""

    answer: Answer
    elapsed: float
    attempts: int
    """0 where it is remembered."""
    broken_runs: int
    """See :func:`~feedpub.links.remember.answers.counts_as_broken`."""
    is_remembered: bool = False


_NOT_ASKED = Answer(failure=Failure.GIVEN_UP)
_WITNESSES = 3
"""Links known to be fine that are asked before it is said that there is no network."""


class LinkCheck:
    """The check of ``links``; :meth:`run` it, and then ask for the :meth:`results`."""

    def __init__(
        self, links: Iterable[Link], settings: SettingsByHost, options: CheckOptions, store: LinkStore, now: datetime
    ) -> None:
        self._settings = settings
        self._options = options
        self._store = store
        self._now = now
        self._links: dict[str, list[Link]] = {}
        """By what is fetched for them."""
        self._unfetched: dict[Link, Judgement] = {}
        self._known: dict[str, _TargetState] = {}
        self._answers: dict[Answer, Answer] = {}
        """Most answers are alike."""
        for link in links:
            if link.kind in (options.kinds or self._of(link.url).kinds):
                self._links.setdefault(page_of(link.url), []).append(link)

    @property
    def unchecked(self) -> int:
        """How many links nothing was found out about: nothing was fetched, or the run was stopped."""
        return sum(
            page not in self._known and link not in self._unfetched
            for page, links in self._links.items()
            for link in links
        )

    def run(self, engine: Engine, tell: Tell, stop: Stop) -> RunOutcome:
        """Find out about every link."""
        for links in self._links.values():
            for link in links:
                judgement = judge_unfetched(link, self._of(link.url))
                if judgement is not None:
                    self._unfetched[link] = judgement
        wanted = (link for links in self._links.values() for link in links if link not in self._unfetched)
        outcome = self._fetch(wanted, engine, tell, stop)
        if outcome.no_network or outcome.is_stopped:
            return outcome
        # There was a network, whatever becomes of these few.
        return self._fetch(list(self._doubted()), engine, tell, stop, is_online=True)

    def results(self) -> Iterator[Result]:
        """What was found, one for each URL of each kind, in no order."""
        for links in self._links.values():
            groups: dict[tuple[LinkKind, str], list[Link]] = defaultdict(list)
            for link in links:
                groups[link.kind, link.url].append(link)
            for group in groups.values():
                result = self._result(group)
                if result is not None:
                    yield result

    def fails(self, result: Result, fail_on: frozenset[Verdict]) -> bool:
        """Whether the check fails for ``result``, ``fail_on`` standing in for ``check.fail_on`` where not empty."""
        return result.verdict in (fail_on or self._of(result.url).fail_on)

    def _fetch(
        self, links: Iterable[Link], engine: Engine, tell: Tell, stop: Stop, *, is_online: bool = False
    ) -> RunOutcome:
        """Learn the answers for ``links``: those that are remembered and trusted, and fetch the rest."""
        targets = targets_of(links, frozenset(LinkKind))
        if not self._options.refresh:
            for target, kept in self._store.fresh(targets.values(), self._now, self._ttl):
                self._know(target.url, kept.answer, kept.broken_runs, attempts=0, is_remembered=True)
        left = [target for url, target in targets.items() if url not in self._known]
        if self._options.offline or not left:
            return RunOutcome(answered=0)
        del targets
        done = 0

        def on_answer(target: LinkTarget, answer: Answer, attempts: int) -> None:
            nonlocal done
            done += 1
            self._learn(target, answer, attempts)
            tell(done, len(left))

        tell(0, len(left))
        outcome = engine.run(left, on_answer, stop, is_online=is_online)
        if outcome.no_network and self._is_online(engine, stop):
            # What was left was dead, all of it: what is fine was remembered, and not asked.
            outcome = engine.run(left, on_answer, stop, is_online=True)
        return outcome

    def _is_online(self, engine: Engine, stop: Stop) -> bool:
        """Whether a host that was there lately still is."""
        by_host = {
            host_of(url): LinkTarget(url=url)
            for url, known in self._known.items()
            if known.is_remembered and known.answer.failure is None
        }
        witnesses = list(by_host.values())[:_WITNESSES]
        return bool(witnesses) and engine.run(witnesses, lambda *_: None, stop).answered > 0

    def _learn(self, target: LinkTarget, answer: Answer, attempts: int) -> None:
        links = self._links.get(target.url, ())
        verdicts = {judge(answer, link, self._of(link.url)).verdict for link in links} or {Verdict.OK}
        runs = self._store.broken_runs(target.url) + 1 if Verdict.BROKEN in verdicts else 0
        self._know(target.url, answer, runs, attempts=attempts)
        if links:
            self._store.add(target, answer, verdicts, datetime.now(UTC))

    def _know(self, url: str, answer: Answer, broken_runs: int, *, attempts: int, is_remembered: bool = False) -> None:
        elapsed = answer.elapsed
        if not answer.hops and answer.amp is None:
            answer = Answer(
                status=answer.status,
                failure=answer.failure,
                message=answer.message,
                is_challenge=answer.is_challenge,
            )
            answer = self._answers.setdefault(answer, answer)
        self._known[url] = _TargetState(answer, elapsed, attempts, broken_runs, is_remembered)

    def _ttl(self, target: LinkTarget, kept: StoredAnswer) -> float | None:
        """How long ``kept`` is trusted: as long as the verdict is that is trusted least."""
        settings = self._of(target.url)
        spans: list[float] = []
        for link in self._links.get(target.url, ()):
            verdict = judge(kept.answer, link, settings).verdict
            name = ttl_name(verdict)
            # A link that may yet be found broken is looked at in every run, or it would take days to tell.
            is_pending = verdict is Verdict.BROKEN and not _counts(kept.broken_runs, settings)
            if name is None or is_pending:
                return None
            spans.append(getattr(settings.ttl, name))
        return min(spans, default=None)

    def _doubted(self) -> Iterator[Link]:
        """What has to be asked besides: an AMP page may name as canonical what its article's source redirects to, and
        that may redirect to the source.
        """
        for page, links in self._links.items():
            known = self._known.get(page)
            amp = known.answer.amp if known else None
            if known is None or amp is None or amp.canonical is None:
                continue
            for link in links:
                finding = judge(known.answer, link, self._of(link.url), self._answer_of(link.partner))
                if link.kind is LinkKind.AMP and finding.verdict is Verdict.INVALID:
                    yield from filter(self._is_open, self._sources(link, amp.canonical))

    def _sources(self, link: Link, canonical: str) -> Iterator[Link]:
        for url in (link.partner, canonical):
            if url is not None:
                yield Link(LinkKind.SOURCE, url, link.path, link.line)

    def _is_open(self, link: Link) -> bool:
        """Whether ``link`` may be asked, and was not."""
        return page_of(link.url) not in self._known and judge_unfetched(link, self._of(link.url)) is None

    def _judgement(self, link: Link) -> Judgement | None:
        """What is to be said of a link; None where nothing is known."""
        known = self._known.get(page_of(link.url))
        unfetched = self._unfetched.get(link)
        if unfetched is not None or known is None:
            return unfetched
        settings = self._of(link.url)
        amp = known.answer.amp
        judgement = judge(
            known.answer,
            link,
            settings,
            self._answer_of(link.partner) or _NOT_ASKED,
            self._answer_of(amp.canonical) if amp else None,
        )
        if judgement.verdict is Verdict.BROKEN and not _counts(known.broken_runs, settings):
            runs = f"in {known.broken_runs} of {settings.failures_before_broken} runs"
            message = f"{judgement.message}, {runs}; not counted as broken yet"
            return Judgement(Verdict.BLOCKED, message, judgement.final_url)
        return judgement

    def _answer_of(self, url: str | None) -> Answer | None:
        known = self._known.get(page_of(url)) if url else None
        return known.answer if known else None

    def _result(self, group: Sequence[Link]) -> Result | None:
        """The result of one URL of one kind. An AMP page may be right for one article and not for another: then it is
        told of those for which it is worst.
        """
        judged = {link: judgement for link in group if (judgement := self._judgement(link)) is not None}
        if not judged:
            return None
        worst = min(judged.values(), key=lambda judgement: WORST_FIRST.index(judgement.verdict))
        link = group[0]
        known = None if link in self._unfetched else self._known.get(page_of(link.url))
        return Result(
            url=masked(link.url),
            kind=link.kind,
            verdict=worst.verdict,
            status=known.answer.status if known else None,
            message=worst.message,
            final_url=worst.final_url,
            elapsed_ms=round(known.elapsed * 1000) if known else 0,
            attempts=known.attempts if known else 0,
            cached=known.is_remembered if known else False,
            locations=tuple(
                sorted({(one.path, one.line) for one, of in judged.items() if of.verdict is worst.verdict})
            ),
        )

    def _of(self, url: str) -> CheckSettings:
        return self._settings.settings_for(host_of(url))


def _counts(broken_runs: int, settings: CheckSettings) -> bool:
    return counts_as_broken(broken_runs, settings.failures_before_broken)
