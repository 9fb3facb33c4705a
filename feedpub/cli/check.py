"""The command ``feedpub check``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feedpub.cli.check_records import manage_records
from feedpub.cli.common import (
    GivenPath,
    check_file,
    common_options,
    format_option,
    one_of,
    settings,
    show_progress,
    stoppable,
    warn,
    write_file,
)
from feedpub.cli.help_sections import CONFIG, HelpWithSections
from feedpub.cli.progress import ProgressLine
from feedpub.core.link_kinds import LinkKind, Verdict
from feedpub.links.report import FORMATS, report_of

if TYPE_CHECKING:
    from feedpub.config import Config
    from feedpub.links.find.site_links import SiteLinks
    from feedpub.links.model import LinkResult
    from feedpub.links.options import CheckOptions
    from feedpub.links.site_check import CheckReport

_KINDS = tuple(kind.value for kind in LinkKind)
_VERDICTS = tuple(verdict.value for verdict in Verdict)


@click.command(
    "check",
    cls=HelpWithSections,
    statuses={
        0: "No link fails.",
        1: "A link has a verdict of check.fail_on: by default, it is broken, gone, unreachable or invalid.",
        2: "The command line, the configuration or a PATH cannot be used.",
        4: "There is no network, or the report or links.db cannot be written.",
        130: "Interrupted; the results so far are recorded.",
    },
    files={**CONFIG, ".feedpub/links.db": "The recorded responses; keep it."},
    examples={
        "feedpub check": "Check the links without a recent result.",
        "feedpub check --kind image content/2024": "Check the images of some articles.",
        "feedpub check -q --fail-on broken": "Print only the broken links.",
        "feedpub check --suggest archive": "Name archived copies of dead links.",
        "feedpub check --forget '*.example.com'": "Fetch the links to these hosts again next time.",
        "feedpub check --format junit --output links.xml": "Write a report for CI.",
    },
)
@click.argument("paths", nargs=-1, type=GivenPath(), metavar="[PATH]...")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(_KINDS),
    metavar="KIND",
    help=f"Check links of this kind instead of check.kinds: {one_of(_KINDS)}. Repeatable.",
)
@click.option("--all", "all_articles", is_flag=True, help="Check unpublished articles, too.")
@click.option("--offline", is_flag=True, help="Fetch nothing; report only what needs no request.")
@click.option("--refresh", is_flag=True, help="Fetch every link again, even with a recent result.")
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(_VERDICTS),
    metavar="VERDICT",
    help=f"Exit with 1 for this verdict, instead of those of check.fail_on: {one_of(_VERDICTS)}. Repeatable.",
)
@click.option("--fix-redirects", is_flag=True, help="Replace the URLs of permanently moved sources.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation of --fix-redirects.")
@click.option("--yes-other-domains", is_flag=True, help="Also write URLs of other domains, with --fix-redirects.")
@click.option(
    "--suggest",
    type=click.Choice(("archive",)),
    metavar="WHAT",
    help="For broken and gone links, ask a web archive (check.archive) for a copy: archive.",
)
@click.option(
    "--forget",
    "patterns",
    multiple=True,
    metavar="PATTERN",
    help="Check nothing; forget the responses of a host or URL, with * as wildcard. Repeatable.",
)
@click.option("--stats", is_flag=True, help="Check nothing; print the verdicts and ages of the recorded responses.")
@format_option(FORMATS)
@click.option("--output", type=GivenPath(), metavar="FILE", help="Write the report to FILE instead of standard output.")
@common_options
def command(
    paths: tuple[Path, ...],
    *,
    format_name: str,
    output: Path | None,
    fix_redirects: bool,
    yes: bool,
    **given: Any,
) -> int:
    """Check whether the links of the published articles still resolve.

    Prints each link that does not, with its file and line. PATH is an article or a folder; without
    a PATH, every article of the site is checked. The results are recorded in
    .feedpub/links.db, so a later check continues an interrupted one.
    """
    from feedpub.links.options import CheckOptions
    from feedpub.links.report.base import ReportContext
    from feedpub.links.site_check import find_links

    other_domains = given.pop("yes_other_domains")
    given["suggest_archive"] = given.pop("suggest") is not None
    _require_consistent(
        given, fix_redirects=fix_redirects, confirmations={"--yes": yes, "--yes-other-domains": other_domains}
    )
    config = settings().load_config()
    patterns, stats = given.pop("patterns"), given.pop("stats")
    if patterns or stats:
        if paths or fix_redirects or given["suggest_archive"] or output is not None:
            others = "PATH, --fix-redirects, --suggest and --output"
            raise click.UsageError(f"--forget and --stats check nothing; leave out {others}")
        return manage_records(config, patterns, stats=stats, as_json=format_name == "json")
    check_file(output, "--output")
    kinds, fail_on = frozenset(map(LinkKind, given.pop("kinds"))), frozenset(map(Verdict, given.pop("fail_on")))
    options = CheckOptions(paths=paths, kinds=kinds, fail_on=fail_on, progress=show_progress, **given)
    links = find_links(config, options)
    report = _run(config, links, options)
    status = _print_report(config, report, format_name, output)
    if status or not settings().quiet:
        # A build reports them when they are new, so they alone do not make a quiet check print.
        context = ReportContext(prefix=_prefix(config))
        warn(replace(problem, path=context.path(problem.path)) for problem in report.problems)
    if report.is_stopped:
        raise click.Abort
    if fix_redirects:
        _fix_redirects(config, paths, report.results(), ask=not yes, other_domains=other_domains)
    return status


def _require_consistent(given: Mapping[str, Any], *, fix_redirects: bool, confirmations: Mapping[str, bool]) -> None:
    """Raise :class:`click.UsageError` for options that do not go together."""
    for option, is_given in confirmations.items():
        if is_given and not fix_redirects:
            raise click.UsageError(f"{option} needs --fix-redirects")
    if fix_redirects and given["kinds"] and "source" not in given["kinds"]:
        raise click.UsageError("--fix-redirects changes sources; add --kind source")
    if given["suggest_archive"] and given["offline"]:
        raise click.UsageError("--suggest archive sends requests; leave out --offline")


def _run(config: Config, links: SiteLinks, options: CheckOptions) -> CheckReport:
    """Check ``links``; Ctrl-C ends the check, and keeps its answers."""
    import msgspec

    from feedpub.links.site_check import check_links

    with stoppable() as stop, ProgressLine() as progress:
        run_options = msgspec.structs.replace(options, on_progress=progress.show, on_warning=_print_warning, stop=stop)
        return check_links(config, links, run_options)


def _print_warning(warning: str) -> None:
    warn([f"feedpub: warning: {warning}"])


def _print_report(config: Config, report: CheckReport, format_name: str, output: Path | None) -> int:
    """Write the report and return the exit status."""
    from feedpub.links.report.base import ReportContext

    colour = output is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    context = ReportContext(
        fails=report.fails,
        prefix=_prefix(config),
        colour=colour,
        verbose=settings().verbose,
        quiet=settings().quiet,
    )
    fails = report.has_failures()
    if report.unchecked and not settings().quiet:
        links = "link was" if report.unchecked == 1 else "links were"
        warn([f"feedpub: {report.unchecked} {links} not checked"])
    text = report_of(format_name).render(report.results(), context)
    if output is not None:
        write_file(output, "".join(text).encode())
    elif fails or not settings().quiet or format_name != "text":
        for piece in text:
            click.echo(piece, nl=False)
    return 1 if fails else 0


def _prefix(config: Config) -> str:
    """Return the folder of config.yaml relative to the current one, for the paths in reports."""
    prefix = os.path.relpath(config.root)
    return "" if prefix == os.curdir else prefix.replace(os.sep, "/")


def _fix_redirects(
    config: Config, paths: Iterable[Path], results: Iterable[LinkResult], *, ask: bool, other_domains: bool
) -> None:
    """Show the changes, ask for confirmation, and write them."""
    from feedpub.content.loading import scan_content
    from feedpub.content.read_settings import read_settings
    from feedpub.links.fix import redirects
    from feedpub.state.atomic_files import remove_strays

    files = {file.path: file for file in scan_content(config, tuple(paths)).sources}
    moved = redirects.moved_articles(results, files, other_domains=other_domains)
    planned = redirects.plan(moved, read_settings(config), config.max_file_size)
    edits = [step for step in planned if isinstance(step, redirects.Edit)]
    refusals = [step for step in planned if isinstance(step, redirects.Refusal)]
    for edit in edits:
        click.echo(edit.diff, nl=False, err=True)
        warn([f"{edit.path}: {edit.note}"] if edit.note else [])
    warn(refusals)
    if not edits:
        return
    noun = "article" if len(edits) == 1 else "articles"
    try:
        if ask and not click.confirm(f"Write {len(edits)} {noun}?", err=True):
            return
    except click.Abort:
        click.echo(err=True)
        raise click.UsageError("nothing was written: no answer to the prompt; use --yes in scripts") from None
    # An earlier run that was killed may have left temporary files beside its articles.
    remove_strays(sorted({Path(edit.file).parent for edit in edits}))
    warn(filter(None, (redirects.apply(edit, config.max_file_size) for edit in edits)))
