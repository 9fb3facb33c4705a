"""The time and the requests of ``feedpub deploy`` to a server with the interface of S3, moto's, on loopback.

``python benchmarks/deploy.py 100000`` builds so many articles, deploys all, changes one, builds, and deploys that. Each
deploy is a process of its own, started as by cron; its time includes the start of Python and the import of s3fs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from articles import CONFIG, Articles, write_site

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.object_store import CREDENTIALS, S3Server, s3_server  # noqa: E402

RUNS = 5


def main() -> None:
    """Print a line for each deploy."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder, s3_server() as store:
        site = Path(folder)
        write_site(site, count)
        target = f"deploy:\n  production: {{url: 's3://news', endpoint: '{store.url}'}}\n"
        (site / "config.yaml").write_text(CONFIG + target, encoding="utf-8")
        build(site)
        deploy(site, store, "first")
        articles = Articles()
        newest = json.loads((site / "output" / "feed.json").read_bytes())["items"][0]["url"]
        number = int(newest.rpartition("-")[2])
        for revision in range(1, RUNS + 1):
            changed = site / "content" / articles.path(number)
            changed.write_text(articles.text(number, revision=revision), encoding="utf-8")
            build(site)
            deploy(site, store, "one article changed")
        deploy(site, store, "nothing changed")


def build(site: Path) -> None:
    """Build and print what the build did."""
    done = feedpub(site, "build")
    print(done.stdout.strip())


def deploy(site: Path, store: S3Server, what: str) -> None:
    """Deploy and print the time and the requests."""
    store.requests.clear()
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = feedpub(site, "deploy")
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures = f"{seconds:.2f} s ({cpu:.2f} s of CPU), {len(store.requests)} requests, load {os.getloadavg()[0]:.1f}"
    print(f"{what}: {figures}: {done.stdout.strip()}", flush=True)


def feedpub(site: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of feedpub, which has to succeed."""
    arguments = [sys.executable, "-m", "feedpub", command]
    environment = os.environ | CREDENTIALS | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(arguments, cwd=site, env=environment, capture_output=True, text=True, check=True)


if __name__ == "__main__":
    main()
