"""The table of bounds in docs/security.md: each figure is the program's, and no bound is missing."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import feedpub
from feedpub.config.model import ConfigDocument, Site
from support.documents import text_of

ROW = re.compile(r"^\| .+ \| (.+) \| `([\w.]+)` \|$", re.MULTILINE)
BOUND = re.compile("_?(MAX|MOST|LONGEST)(_|$)")
PACKAGE = Path(feedpub.__file__).parent

# These constants have the names of bounds, but bound nothing that comes from elsewhere.
OTHERS = {
    "building.incremental.MAX_CHANGES": "more changes cost a look at everything",
    "config.check_constraints._MAX_PORT": "of TCP",
    "config.value_types._MAX_DIGITS": "a longer number is the longest time",
    "core.html.attributes._MAX_BLOCK": "a longer search is given up",
    "core.markup_bounds._MOST_EQUAL": "of HTML",
    "core.urls._MAX_CACHED_LENGTH": "a longer reference is resolved without the cache",
    "core.urls._MAX_PORT": "of TCP",
    "core.yaml_parser._MAX_BRACKETS": "more cost a measurement",
    "core.yaml_parser._MAX_INDENT": "more costs a measurement",
    "delivery.hosting.servers._MAX_NAMES": "of CloudFront",
    "delivery.hosting.servers._MAX_SPLATS": "of Cloudflare Pages",
    "delivery.hosting.site_target._MAX_AGE": "a header of feedpub's own",
    "links.judge.amp.cache._MAX_LABEL": "of DNS",
    "links.judge.soft.landing._LONGEST_DATE": "the parts of a date in a path",
    "links.judge.soft.sends_on._LONGEST_WAIT": "a page that waits longer is read",
    "links.net.addresses._MAX_PARTS": "of IPv4",
}


def rows() -> dict[str, str]:
    """Return the figure of each bound in the table by the name of its constant, or of its key in config.yaml."""
    table = text_of("docs/security.md").partition("\n## Bounds\n")[2].partition("\n## ")[0]
    found = ROW.findall(table)
    assert len(found) == len({name for _, name in found}), "a bound has two rows"
    return {name: figure for figure, name in found}


def figure_of(name: str) -> str:
    """Return the figure as the table shows it."""
    owner, _, constant = name.rpartition(".")
    document = ConfigDocument(site=Site(title="", base_url=""))
    is_key = owner in ConfigDocument.__struct_fields__
    value = getattr(getattr(document, owner) if is_key else importlib.import_module(f"feedpub.{owner}"), constant)
    return value if isinstance(value, str) else f"{value:,.0f}"


def constants() -> set[str]:
    """Return the name of every constant of the package that is called as a bound is."""
    names = set()
    for file in PACKAGE.rglob("*.py"):
        module = ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        for statement in ast.parse(file.read_text(encoding="utf-8")).body:
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            names |= {f"{module}.{one.id}" for one in targets if isinstance(one, ast.Name) and BOUND.match(one.id)}
    return names


def test_each_figure_in_the_table_is_the_program_s() -> None:
    told = rows()
    assert len(told) > 50
    assert told == {name: figure_of(name) for name in told}


def test_every_bound_of_the_program_is_in_the_table() -> None:
    found = constants()
    assert found - rows().keys() == OTHERS.keys()
