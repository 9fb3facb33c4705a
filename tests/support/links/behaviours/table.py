"""The verdicts on all behaviours in Markdown, and the errors of a link checker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from support.links.behaviours import BEHAVIOURS, SECTIONS
from support.links.behaviours.model import ALIVE, DEAD, Behaviour

FALSE_ALARMS = frozenset(("broken", "gone", "invalid"))
"""The verdicts that a page which is there must not get."""
MISSED = frozenset(("ok", "redirected"))
"""The verdicts that a page which is gone must not get."""
_MOST_VARIANTS = 3


def errors(verdicts: Sequence[str], person: str, wrong: frozenset[str]) -> list[str]:
    """Return the names of the behaviours for which ``person`` and a ``wrong`` verdict come together."""
    pairs = zip(BEHAVIOURS, verdicts, strict=True)
    return [one.name for one, verdict in pairs if one.person == person and wrong & set(verdict.split(" and "))]


def tables(verdicts: Mapping[str, Sequence[str]]) -> str:
    """Return a table for each section; ``verdicts`` are those of each tool on all behaviours."""
    rows = iter(zip(*verdicts.values(), strict=True))
    lines: list[str] = []
    for section, behaviours in SECTIONS.items():
        lines += [
            f"## {section}",
            "",
            f"| a site that … | a person | {' | '.join(verdicts)} |",
            "|---" * (len(verdicts) + 2) + "|",
        ]
        by_text: dict[str, list[tuple[Behaviour, tuple[str, ...]]]] = {}
        for one in behaviours:
            by_text.setdefault(one.text, []).append((one, next(rows)))
        for text, told in by_text.items():
            lines += _rows(text, told)
        lines.append("")
    return "\n".join(lines)


def _rows(text: str, told: list[tuple[Behaviour, tuple[str, ...]]]) -> Iterator[str]:
    """One row for all variants with the same verdicts."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for one, verdicts in told:
        kinds.setdefault((one.person, *verdicts), []).append(one.variant)
    for verdicts, variants in kinds.items():
        known = ", ".join(map(_code, variants)) if all(variants) and len(variants) <= _MOST_VARIANTS else ""
        more = f" ({known})" if known else f" ({len(variants)} of them)" if len(variants) > 1 else ""
        yield f"| {_cell(text)}{more} | {' | '.join(verdicts)} |"


def _code(variant: str) -> str:
    return f"`{_cell(variant)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def counts() -> tuple[int, int, int]:
    """Return the number of behaviours, of pages that are there, and of pages that are gone."""
    return len(BEHAVIOURS), *(sum(one.person == person for one in BEHAVIOURS) for person in (ALIVE, DEAD))
