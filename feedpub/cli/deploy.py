"""The command ``feedpub deploy``, and the deploy of ``feedpub build --deploy``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from feedpub.cli.common import common_options, settings, stoppable, warn
from feedpub.cli.help_sections import CONFIG, HelpWithSections

if TYPE_CHECKING:
    from feedpub.config import Config

_DEFAULT_DELETES = 256


@click.command(
    "deploy",
    cls=HelpWithSections,
    statuses={
        0: "The target is equal to the output.",
        1: "A person must look: the target is not configured, its store refuses, a file in output/ is not that of the "
        "last build, too many files would be removed, --verify-all found other files, or a purge failed.",
        2: "The command line or the configuration cannot be used, an extra is not installed, or there was no build.",
        3: "A build or another deploy is running; nothing was uploaded.",
        4: "The target or the state cannot be written, or no network; every file in the target is whole.",
        130: "Interrupted; every file in the target is whole, and the next deploy goes on.",
    },
    files={
        **CONFIG,
        ".feedpub-manifest.json": "In the target: the list of the files that feedpub put there.",
        ".feedpub/deploy-TARGET.json": "The last run, and the URLs that are still to purge.",
    },
    examples={
        "feedpub deploy production": "Upload what changed to the target 'production'.",
        "feedpub deploy --dry-run -v": "Show which files would be uploaded or removed.",
        "feedpub build --deploy production --ping": "Build, deploy, and then notify the hub.",
    },
)
@click.argument("target", required=False)
@click.option("--dry-run", is_flag=True, help="Report what would change; upload and remove nothing.")
@click.option("--verify-all", is_flag=True, help="Compare all files with the target's listing, and repair it.")
@click.option(
    "--max-deletes",
    type=click.IntRange(min=0),
    default=_DEFAULT_DELETES,
    metavar="N",
    help=f"Remove nothing if more than N files would be removed; {_DEFAULT_DELETES} by default.",
)
@common_options
def command(target: str | None, **options: Any) -> int:
    """Upload what changed to an object store, a server or a folder.

    TARGET is one of the targets in config.yaml; if there is only one, it can be left out. A feed is
    uploaded after the files that it links. Only files that feedpub uploaded are removed, after all
    uploads. Then, the changed URLs are purged from the CDN, if the target has a purge.

    The store's own library takes the credentials from the environment or from its usual files,
    never from config.yaml.

    If its output is not a terminal, a deploy without changes prints nothing, which suits cron.
    """
    return deploy_output(settings().load_config(), target, **options)


def deploy_output(config: Config, target: str | None, **options: Any) -> int:
    """Deploy with the ``options`` of :class:`~feedpub.delivery.deploy.DeployOptions`.

    Print the result, and return the exit status.
    """
    from feedpub.cli.progress import ProgressLine
    from feedpub.delivery.deploy import DeployOptions, deploy

    common = settings()
    with stoppable() as stop, ProgressLine("Uploading", "files") as progress:
        report = deploy(config, target, DeployOptions(progress=progress.show, stop=stop, **options))
    dry_run = bool(options.get("dry_run"))
    if common.verbose:
        would = "would be " if dry_run else ""
        warn(f"{would}uploaded: {path}" for path in report.uploaded)
        warn(f"{would}removed: {path}" for path in report.removed)
    warn(f"feedpub: {problem}" for problem in report.problems())
    is_news = report.changed or report.purged or sys.stdout.isatty() or common.verbose or dry_run
    if not common.quiet and is_news:
        click.echo(report.line(dry_run=dry_run))
    return report.exit_status
