"""The verdicts on all behaviours in Markdown, and the errors of a link checker."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from support.links.behaviours import BEHAVIOURS, SECTIONS
from support.links.behaviours.model import ALIVE, DEAD, Behaviour

FALSE_ALARMS = frozenset(("broken", "gone", "invalid"))
"""The verdicts that a page which is there must not get."""
MISSED = frozenset(("ok", "redirected"))
"""The verdicts that a page which is gone must not get."""
FAILS = FALSE_ALARMS | {"unreachable"}
"""The verdicts with which a check fails."""
OTHERS = Path(__file__).with_name("others.json")
"""The verdicts of other link checkers, as ``python -m campaigns.link_checkers --record`` writes them."""
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


def record(verdicts: Mapping[str, Sequence[str]]) -> None:
    """Write the verdicts of other tools than feedpub, but for those that are ok."""
    found = {
        tool: {one.name: verdict for one, verdict in zip(BEHAVIOURS, told, strict=True) if verdict != "ok"}
        for tool, told in verdicts.items()
        if tool != "feedpub"
    }
    text = json.dumps({"behaviours": len(BEHAVIOURS), **found}, ensure_ascii=False, indent=1)
    OTHERS.write_text(text + "\n", encoding="utf-8")


def recorded() -> dict[str, list[str]]:
    """Return what :func:`record` wrote, for each behaviour."""
    found = json.loads(OTHERS.read_text(encoding="utf-8"))
    assert found.pop("behaviours") == len(BEHAVIOURS), "run python -m campaigns.link_checkers --record"
    return {tool: [told.get(one.name, "ok") for one in BEHAVIOURS] for tool, told in found.items()}


def scores(verdicts: Mapping[str, Sequence[str]]) -> str:
    """Return a table with the number of pages that each tool judges rightly and wrongly."""
    alive, dead = counts()[1:]
    rows = (
        (f"fails for one of {alive} pages that are there", ALIVE, _fails),
        ("tells one of them, and does not fail", ALIVE, _tells),
        (f"has nothing to say of one of {dead} pages that are gone", DEAD, _is_content),
        ("tells one of them, and does not fail", DEAD, _tells),
        ("fails for one of them", DEAD, _fails),
    )
    lines = [f"| a check … | {' | '.join(verdicts)} |", "|---" * (len(verdicts) + 1) + "|"]
    for text, person, test in rows:
        cells = (
            str(sum(one.person == person and test(said) for one, said in zip(BEHAVIOURS, tool, strict=True)))
            for tool in verdicts.values()
        )
        lines.append(f"| {text} | {' | '.join(cells)} |")
    return "\n".join(lines)


def errors_by_section(verdicts: Mapping[str, Sequence[str]]) -> str:
    """Return a table with the failures for pages that are there, and the pages that are gone of which nothing is said."""
    lines = [f"| | {' | '.join(verdicts)} |", "|---" * (len(verdicts) + 1) + "|"]
    start = 0
    for section, behaviours in SECTIONS.items():
        end = start + len(behaviours)
        alive, dead = (sum(one.person == person for one in behaviours) for person in (ALIVE, DEAD))
        cells = []
        for tool in verdicts.values():
            told = list(zip(behaviours, tool[start:end], strict=True))
            alarms = sum(one.person == ALIVE and _fails(said) for one, said in told)
            missed = sum(one.person == DEAD and _is_content(said) for one, said in told)
            cells.append(f"{alarms} / {missed}")
        lines.append(f"| {section} ({alive} / {dead}) | {' | '.join(cells)} |")
        start = end
    return "\n".join(lines)


def _fails(verdict: str) -> bool:
    return bool(FAILS & set(verdict.split(" and ")))


def _is_content(verdict: str) -> bool:
    return set(verdict.split(" and ")) <= MISSED


def _tells(verdict: str) -> bool:
    return not _fails(verdict) and not _is_content(verdict)
