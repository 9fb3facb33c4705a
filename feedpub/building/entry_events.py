"""The events of a build for the log of entries: what it publishes, changes and removes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from feedpub.building.options import BuildContext
from feedpub.building.plan import BuildPlan
from feedpub.building.render_jobs import whole_article
from feedpub.building.rendering import ChangedError
from feedpub.core.models import Candidate
from feedpub.state.event_log import KEPT_EVENTS, EntryChanges, EntryEvent, EventLog, LoggedEntry


def entry_changes(plan: BuildPlan, log: EventLog, context: BuildContext) -> EntryChanges:
    """Return the differences between the entries of ``plan`` and those of ``log``.

    Without a log, its first entries are no events: a program that follows it would announce every
    old article. Raise :class:`~feedpub.building.rendering.ChangedError` if an article was changed
    since it was read.
    """
    # An incremental plan is made only if the log is ready.
    is_new = plan.touched is None and not log.is_ready()
    known = {} if is_new else log.entries(plan.touched)
    published = _published(plan)
    differing = {entry_id: one for entry_id, one in published.items() if known.get(entry_id) != _logged(one, plan)}
    removed = tuple(sorted(known.keys() - published.keys()))
    events = [] if is_new else [*_removals(removed, known), *_details(differing, known, plan, context)]
    return EntryChanges(
        events=tuple(events[-KEPT_EVENTS:]),
        entries={entry_id: _logged(one, plan) for entry_id, one in differing.items()},
        removed=removed,
    )


def _published(plan: BuildPlan) -> Mapping[str, Candidate]:
    """Return the published articles by id: all, or those that an incremental plan touched."""
    if plan.touched is not None:
        return {entry_id: one for entry_id, one in plan.touched.items() if one is not None}
    # The group of the site has all of them.
    return {one.id: one for group in (plan.groups or ())[:1] for one in group.articles}


def _logged(article: Candidate, plan: BuildPlan) -> LoggedEntry:
    record = plan.snapshot.records[article.path]
    return LoggedEntry(record.shown, record.url)


def _removals(ids: Iterable[str], known: Mapping[str, LoggedEntry]) -> Iterable[EntryEvent]:
    return (EntryEvent(event="removed", id=entry_id, url=known[entry_id].url or entry_id) for entry_id in ids)


def _details(
    differing: Mapping[str, Candidate], known: Mapping[str, LoggedEntry], plan: BuildPlan, context: BuildContext
) -> Iterable[EntryEvent]:
    """Yield the events of new and changed entries, the oldest entry first."""
    oldest_first = sorted(differing.values(), key=lambda one: (one.published_at, one.id))
    for candidate in oldest_first[-KEPT_EVENTS:]:
        origin = plan.snapshot.origin(candidate)
        article = whole_article(origin, context.settings, context.config.max_file_size)
        if article is None:
            raise ChangedError
        yield EntryEvent(
            event="changed" if candidate.id in known else "published",
            id=article.id,
            url=article.url,
            title=article.title,
            date_published=article.published_at,
            date_modified=candidate.updated_at,
            tags=tuple(topic.label for topic in article.topics),
        )
