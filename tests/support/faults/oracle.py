"""The conditions after a fault: every published file is whole, and the old or the new one; the next build gives what a
build from nothing gives with the same published.json and links.db; nothing stays behind; nothing that was kept is lost.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import zlib
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import brotli
from lxml import etree, html

from support.faults.children import Done, Zygote
from support.faults.sites import Change, FaultSite

PublishedFiles = Mapping[str, bytes]

_SAID = re.compile(r"feedpub: \S.*|content/\S+:\d+: \S.*")
_STATUSES = {
    1: "",
    3: r"feedpub: another build is running \(pid (\d+|unknown)\); nothing was written",
    4: r"feedpub: .+: cannot be (written|read|locked): .+"
    r"|feedpub: articles changed while they were read; nothing was published"
    r"|feedpub: a worker process died \(killed, or out of memory\?\); nothing was published",
}


class Tally:
    """The injected faults and their effects by kind: torn, lost, strays and wrong.

    Faults that were missed are counted, too: nothing is known of their effects.
    """

    KINDS = ("torn", "lost", "strays", "wrong", "missed")

    def __init__(self, name: str) -> None:
        self.name = name
        self.injected = 0
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []

    def fail(self, kind: str, what: str) -> None:
        """Note a failure."""
        self.counts[kind] += 1
        self.failures.append(f"{self.name}: {kind}: {what}")


class Before(NamedTuple):
    """The files before a fault, and those that a build may leave."""

    old: PublishedFiles
    new: PublishedFiles
    published: dict[str, Any]


def parse(path: str, data: bytes) -> None:
    """Raise where ``data`` is not a whole file of its kind."""
    if path.endswith((".gz", ".br")):
        data = zlib.decompress(data, 31) if path.endswith(".gz") else brotli.decompress(data)
        path = path[:-3]
    if path.endswith((".xml", ".opml")):
        etree.fromstring(data)
    elif path.endswith(".json"):
        json.loads(data)
    elif path.endswith(".html"):
        html.fromstring(data)
        assert data.rstrip().endswith(b"</html>")


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``, but temporary ones."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".feedpub-tmp-" not in path.name
    }


def strays(site: FaultSite) -> list[str]:
    """Return the files that no build may leave: temporary files, journals, empty folders."""
    state = {"lock", "build.db", "links.db", "published.json", "published.copy.json"}
    found = [path for path in site.root.rglob("*") if ".feedpub-tmp-" in path.name]
    logs = {path.name for path in site.state.glob("entries-*.db")}
    found += [path for path in site.state.glob("*") if path.name not in state | logs]
    for output in (site.output, site.root / "second"):
        found += [path for path in output.rglob("*") if path.is_dir() and not any(path.iterdir())]
    return [str(path.relative_to(site.root)) for path in found]


class Oracle:
    """Judges what faults leave of ``site``."""

    def __init__(self, site: FaultSite, zygote: Zygote, spare: Path) -> None:
        self.site = site
        self._zygote = zygote
        self._spare = spare
        self._whole: set[bytes] = set()
        self._known: dict[bytes, tuple[PublishedFiles, dict[str, Any]]] = {}

    def published(self) -> dict[str, Any]:
        """published.json. Raises where it is torn."""
        file = self.site.state / "published.json"
        found: dict[str, Any] = json.loads(file.read_bytes()) if file.exists() else {"outputs": {}, "hubs": {}}
        return found

    def before(self, change: Change, clock: float = 0) -> Before:
        """Return the current files, before a build."""
        new, _ = self.from_nothing(change, clock)
        return Before(files_in(self.site.root / change.output), new, self.published())

    def from_nothing(self, change: Change, clock: float = 0) -> tuple[PublishedFiles, dict[str, Any]]:
        """Return the output of a build with only published.json and links.db, and the state that it keeps."""
        shutil.rmtree(self._spare, ignore_errors=True)
        self._spare.mkdir(parents=True)
        for name in ("content", "templates"):
            shutil.copytree(self.site.root / name, self._spare / name)
        shutil.copy(self.site.root / "config.yaml", self._spare)
        (self._spare / ".feedpub").mkdir()
        for name in ("published.json", "links.db"):
            if (self.site.state / name).exists():
                shutil.copy(self.site.state / name, self._spare / ".feedpub")
        # Of what was published, an empty output needs to know the feeds.
        history = [(output, state["feeds"]) for output, state in self.published()["outputs"].items()]
        files = sorted(item for item in files_in(self._spare).items() if "published.json" not in item[0])
        key = sha256(repr((files, history, self.published().get("hubs"), change.args, clock)).encode()).digest()
        if key not in self._known:
            self._known[key] = self._build_from_nothing(change, clock)
        return self._known[key]

    def _build_from_nothing(self, change: Change, clock: float) -> tuple[PublishedFiles, dict[str, Any]]:
        done = self._zygote.run(self._spare, "build", "--full", *change.args, clock=clock)
        assert done.status == 0, done.err
        kept = json.loads((self._spare / ".feedpub" / "published.json").read_bytes())
        return files_in(self._spare / change.output), kept

    def check_message(self, done: Done, tally: Tally, statuses: tuple[int, ...]) -> None:
        """Check that a command ended as the design says: its status, and one line with the reason."""
        lines = done.err.splitlines()
        if "Traceback" in done.err or done.status not in (*statuses, -signal.SIGKILL):
            tally.fail("wrong", f"status {done.status}: {done.err or done.out!r}")
        elif done.status in _STATUSES:
            told = [line for line in lines if not line.startswith(("feedpub: warning: ", "content/"))]
            if len(told) != 1 or not re.fullmatch(_STATUSES[done.status] or ".+", told[0]):
                tally.fail("wrong", f"status {done.status} says {done.err!r}")
        elif done.status == 0 and not all(map(_SAID.fullmatch, lines)):
            tally.fail("wrong", f"status 0 says {done.err!r}")

    def check_files(self, before: Before, change: Change, tally: Tally, what: str) -> None:
        """Check that every file is the old or the new one, and that published.json has lost nothing."""
        now = files_in(self.site.root / change.output)
        for path, data in now.items():
            if data not in (before.old.get(path), before.new.get(path)):
                tally.fail("torn", f"{what}: {path}")
        for path in before.old.keys() & before.new.keys() - now.keys():
            tally.fail("lost", f"{what}: {path}")
        try:
            published = self.published()
        except ValueError:
            tally.fail("torn", f"{what}: published.json")
            return
        for output, state in before.published["outputs"].items():
            feeds = published["outputs"].get(output, {}).get("feeds", {})
            if state["feeds"].keys() - feeds.keys() and "--prune" not in change.args:
                tally.fail("lost", f"{what}: a feed of {output} in published.json")
        if any(published["hubs"].get(output) != told for output, told in before.published["hubs"].items()):
            tally.fail("lost", f"{what}: what the hub was told")

    def check_next(self, change: Change, tally: Tally, what: str, clock: float = 0) -> None:
        """Check that the next build gives the output of a build from nothing, and leaves no strays."""
        expected, kept = self.from_nothing(change, clock)
        others = {name: state for name, state in self.published()["outputs"].items() if name != change.output}
        args = tuple(arg for arg in change.args if arg != "--full")
        done = self._zygote.run(self.site.root, "build", *args, clock=clock)
        self.check_message(done, tally, (0,))
        now = files_in(self.site.root / change.output)
        for path in sorted(now.keys() | expected.keys()):
            if now.get(path) != expected.get(path):
                kind = "strays" if path not in expected else "lost" if path not in now else "torn"
                tally.fail(kind, f"{what}: {path} after the next build")
        published = self.published()
        is_kept = published["outputs"][change.output] == kept["outputs"][change.output]
        if (
            not is_kept
            or published.get("hubs") != kept.get("hubs")
            or any(published["outputs"][name] != others[name] for name in others)
        ):
            tally.fail("lost", f"{what}: published.json after the next build")
        for path in strays(self.site):
            tally.fail("strays", f"{what}: {path}")
        self.check_whole(change, tally, what)

    def check_whole(self, change: Change, tally: Tally, what: str) -> None:
        """Check that every file is whole, and valid for its kind."""
        for path, data in files_in(self.site.root / change.output).items():
            if data in self._whole:
                continue
            try:
                parse(path, data)
                self._whole.add(data)
            except (ValueError, AssertionError, zlib.error, brotli.error, etree.LxmlError) as error:
                tally.fail("torn", f"{what}: {path}: {error!r}")
