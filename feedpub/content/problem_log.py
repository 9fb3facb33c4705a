"""The problems of one article file, as its reader logs them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from feedpub.core.errors import Problem, ProblemKind


class ProblemLog:
    """The problems of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.repaired_lines: tuple[int, ...] = ()
        """The lines whose characters were changed before the parse, in order."""
        self.problems: list[Problem] = []
        self._repaired: set[str] = set()

    def invalid(self, line: int, key: str, message: str) -> None:
        """Add a problem that keeps the article out."""
        self.problems.append(Problem(path=self.path, line=line, key=key, message=message))

    def ignored(self, line: int, key: str, message: str) -> None:
        """Add a problem of a value that is left out."""
        self.problems.append(Problem(path=self.path, line=line, key=key, message=message, kind=ProblemKind.IGNORED))

    def repaired(self, line: int, key: str, how: str = "held") -> None:
        """Add the repair of the text of ``key``, once for each key.

        ``how`` is the verb of the message: "held" or "referred to".
        """
        if key in self._repaired:
            return
        self._repaired.add(key)
        message = f"{how} characters that feeds cannot hold; they were taken out"
        self.problems.append(Problem(path=self.path, line=line, key=key, message=message, kind=ProblemKind.REPAIRED))

    def was_repaired(self, first: int, last: int) -> bool:
        """Return whether one of the lines from ``first`` to ``last`` was repaired."""
        index = bisect_left(self.repaired_lines, first)
        return index < len(self.repaired_lines) and self.repaired_lines[index] <= last

    def is_wrong(self, keys: Iterable[str]) -> bool:
        """Return whether the value of one of ``keys`` keeps the article out."""
        wrong_keys = {problem.key for problem in self.problems if problem.kind is ProblemKind.INVALID}
        return not wrong_keys.isdisjoint(keys)

    @property
    def is_valid(self) -> bool:
        """True if no problem keeps the article out."""
        return all(problem.kind is not ProblemKind.INVALID for problem in self.problems)
