"""What a build did: the numbers, the problems, and the line and the JSON that tell of them."""

from __future__ import annotations

import msgspec

from feedpub.core.errors import Problem, ProblemKind, printable_json
from feedpub.core.models import ArticleCounts, FeedCounts


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a build."""

    articles: ArticleCounts
    feeds: FeedCounts
    problems: tuple[Problem, ...]
    """All, in order of path and line."""
    new_problems: tuple[Problem, ...]
    """Those that no earlier build named."""
    files: tuple[str, ...]
    """What was written or removed (or, in a dry run, would be), relative to the output folder."""
    warnings: tuple[str, ...]
    """What is amiss with feedpub's own files, and went on."""
    seconds: float

    @property
    def changed(self) -> bool:
        """Whether the output is not what it was."""
        return bool(self.files)

    def line(self, *, dry_run: bool = False) -> str:
        """The line that a build ends with."""
        articles, feeds = self.articles, self.feeds
        left_out = [
            f"{count} {reason}"
            for count, reason in (
                (articles.unpublished, "unpublished"),
                (articles.embargoed, "embargoed"),
                (articles.invalid, "invalid"),
                (articles.duplicates, "duplicate" if articles.duplicates == 1 else "duplicates"),
            )
            if count
        ]
        others = 0 if feeds.written or feeds.removed else len(self.files)
        parts = [
            f"{articles.read} {_plural('article', articles.read)} read",
            f"{articles.published} published",
            f"{', '.join(left_out)} left out" if left_out else "",
            f"{feeds.written} {_plural('feed', feeds.written)} {'to write' if dry_run else 'written'}",
            f"{feeds.unchanged} unchanged",
            f"{feeds.removed} {'to remove' if dry_run else 'removed'}" if feeds.removed else "",
            # Pages, archives: told where nothing else says that there was a change.
            f"{others} other {_plural('file', others)} {'to write' if dry_run else 'written'}" if others else "",
        ]
        return ", ".join(filter(None, parts)) + f" in {self.seconds:.2f} s"

    def to_json(self) -> bytes:
        """The report for programs: ``articles``, ``feeds``, ``files`` that changed, ``problems`` and ``seconds``."""
        problems = [
            {"path": problem.path, "line": problem.line, "key": problem.key, "message": problem.message}
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
    """One line with the number of ``problems`` that were named before; None where there are none."""
    if not problems:
        return None
    counts = [
        f"{count} {kind.value}" for kind in ProblemKind if (count := sum(problem.kind is kind for problem in problems))
    ]
    noun = _plural("problem", len(problems))
    return f"{len(problems)} known {noun} ({', '.join(counts)}); 'feedpub validate' names them"


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"
