"""The report of a build: the counts, the problems, and their form as a line and as JSON."""

from __future__ import annotations

import msgspec

from feedpub.core.counts import ArticleCounts, FeedCounts
from feedpub.core.errors import Problem, ProblemKind, printable_json


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a build."""

    articles: ArticleCounts
    feeds: FeedCounts
    problems: tuple[Problem, ...]
    """All problems, in order of path and line."""
    new_problems: tuple[Problem, ...]
    """The problems that no earlier build named."""
    files: tuple[str, ...]
    """The paths of files that were written or removed; in a dry run, that would be."""
    warnings: tuple[str, ...]
    """The faults of feedpub's own files that did not stop the build."""
    seconds: float

    @property
    def changed(self) -> bool:
        """True if the build changed the output."""
        return bool(self.files)

    def line(self, *, dry_run: bool = False) -> str:
        """Return the last line that a build prints."""
        articles, feeds = self.articles, self.feeds
        left_out = [
            f"{count} {reason}"
            for count, reason in (
                (articles.unpublished, "unpublished"),
                (articles.embargoed, "embargoed"),
                (articles.expired, "expired"),
                (articles.invalid, "invalid"),
                (articles.duplicates, "duplicate" if articles.duplicates == 1 else "duplicates"),
            )
            if count
        ]
        # Pages and archives are counted only if no other part of the line shows a change.
        other_files = 0 if feeds.written or feeds.removed else len(self.files)
        written = "to write" if dry_run else "written"
        parts = [
            f"{articles.read} {_plural('article', articles.read)} read",
            f"{articles.published} published",
            f"{', '.join(left_out)} left out" if left_out else "",
            f"{feeds.written} {_plural('feed', feeds.written)} {written}",
            f"{feeds.unchanged} unchanged",
            f"{feeds.removed} {'to remove' if dry_run else 'removed'}" if feeds.removed else "",
            f"{other_files} other {_plural('file', other_files)} {written}" if other_files else "",
        ]
        return ", ".join(filter(None, parts)) + f" in {self.seconds:.2f} s"

    def to_json(self) -> bytes:
        """Return the report as JSON; ``files`` is the number of files that changed."""
        problems = [
            {
                "path": problem.path,
                "line": problem.line,
                "key": problem.key,
                "message": problem.message,
                "kind": problem.kind.value,
            }
            for problem in self.problems
        ]
        document = {
            "articles": self.articles,
            "feeds": self.feeds,
            "files": len(self.files),
            "problems": problems,
            "seconds": round(self.seconds, 3),
        }
        text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
        return printable_json(text).encode() + b"\n"


def known_line(problems: tuple[Problem, ...]) -> str | None:
    """Return a line with the number of ``problems``, which were named before; None without any."""
    if not problems:
        return None
    counts = [
        f"{count} {kind.value}" for kind in ProblemKind if (count := sum(problem.kind is kind for problem in problems))
    ]
    noun = _plural("problem", len(problems))
    return f"{len(problems)} known {noun} ({', '.join(counts)}); 'feedpub validate' names them"


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"
