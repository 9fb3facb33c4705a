"""A deploy that is killed or interrupted: the next one goes on, and nobody gets a feed that links what is not there."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
import requests

from feedpub.core.format_registry import format_of_path
from feedpub.delivery.deploy.manifest import NAME
from feedpub.feeds.paths import is_archived
from support.object_store import CREDENTIALS, S3Server, s3_server
from support.site import CONFIG, SiteFolder

pytestmark = pytest.mark.slow

KILLS = 50
# Ends the process, as kill -9 does, before a rename of its own: that of the file with this number.
DIES = """
import os, sys
left, replace = int(sys.argv.pop(1)), os.replace
def dying(source, target):
    global left
    left -= "/public/" in os.fspath(target)
    if left < 0:
        os._exit(137)
    replace(source, target)
os.replace = dying
from feedpub.cli import main
main()
"""


def deployed(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_deploy_that_is_killed_before_any_rename_goes_on(site: SiteFolder) -> None:
    site.configure("deploy:\n  here: {url: 'file:public'}\n")
    site.add("a", topics=["A"])
    site.add("b", topics=["B"])
    site.build()
    site.run("deploy")
    (site.content / "b.md").unlink()
    site.add("a", title="Another title", topics=["A", "C"])
    site.build("--prune")
    count = 0
    for count in range(0, 100, 5):
        command = [sys.executable, "-c", DIES, str(count), "deploy"]
        done = subprocess.run(command, cwd=site.root, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 137:
            break
    assert count > 5
    assert (done.returncode, done.stderr) == (0, "")
    assert deployed(site.root / "public") == site.files()
    assert "lease" not in (site.root / "public" / NAME).read_text()


def test_an_interrupted_deploy_says_so_and_gives_the_lease_back(site: SiteFolder) -> None:
    site.add()
    site.build()
    with s3_server() as store:
        site.configure(f"deploy:\n  web: {{url: 's3://news', endpoint: '{store.url}'}}\n")
        arrived, interrupted = threading.Event(), threading.Event()

        def wait(method: str, path: str) -> None:
            if method == "PUT" and path.endswith("rss.xml"):
                arrived.set()
                interrupted.wait(30)

        store.behave = wait
        command = [sys.executable, "-m", "feedpub", "deploy"]
        environment = os.environ | CREDENTIALS
        with subprocess.Popen(command, cwd=site.root, env=environment, stderr=subprocess.PIPE, text=True) as process:
            assert arrived.wait(60)
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
            interrupted.set()
            _, stderr = process.communicate(timeout=60)
        assert (process.returncode, stderr.count("\n")) == (130, 1), stderr
        assert "interrupted; every published file is whole, and the next deploy goes on" in stderr
        found = store.get(NAME).json()
        assert found["pending"]
        assert "lease" not in found
        store.behave = None
        assert site.run_process("deploy", env=environment).returncode == 0
        assert {path: data for path, data in store.files().items() if path != NAME} == site.files()


class Poller:
    """A subscriber that fetches feeds all the while, and what they link."""

    def __init__(self, store: S3Server) -> None:
        self._store = store
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True)
        self.polls = 0
        self.missing: list[tuple[str, str]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _poll(self) -> None:
        chance = random.Random(1)
        with requests.Session() as session:
            while not self._ended.wait(0.01):
                # Archives are found through feeds.
                feeds = [key for key in self._store.files() if format_of_path(key) and not is_archived(key)]
                if feeds:
                    self._check(session, chance.choice(feeds))

    def _check(self, session: requests.Session, feed: str) -> None:
        base = f"{self._store.url}/news/"
        response = session.get(base + feed, timeout=30)
        if response.status_code == 200:
            self.polls += 1
            for url in sorted(set(re.findall(rf"{base}[\w/.-]*", response.text))):
                page = url + "index.html" if url.endswith("/") else url
                if session.get(page, timeout=30).status_code != 200:
                    # A feed that was removed, with its page, after it was fetched is no fault.
                    again = session.get(base + feed, timeout=30)
                    if again.status_code == 200 and again.text == response.text:
                        self.missing.append((feed, url))


@pytest.fixture
def store() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.mark.campaign
def test_fifty_kills_leave_the_output_in_the_store_and_no_subscriber_in_the_lurch(
    site: SiteFolder, store: S3Server
) -> None:
    chance = random.Random(20260501)
    base = CONFIG.replace("https://news.example.org/", f"{store.url}/news/")
    site.configure(
        f"output: {{archive: true, limit: 3}}\ndeploy:\n  w: {{url: s3://news, endpoint: '{store.url}'}}\n", base=base
    )
    environment = os.environ | CREDENTIALS
    killed = uploads = 0
    with Poller(store) as poller:
        while killed < KILLS:
            for name in chance.sample(range(12), 3):
                file = site.content / f"{name}.md"
                if file.exists() and chance.random() < 0.3:
                    file.unlink()
                else:
                    topics = chance.sample(["A", "B", "C", "D", "E", "F"], 2)
                    date = f"2024-05-{name + 1:02}T10:00:00Z"
                    site.add(str(name), title=f"Title {chance.random()}", topics=topics, publishedDateTime=date)
            site.build("--prune", "--allow-shrink")
            command = [sys.executable, "-m", "feedpub", "deploy"]
            with subprocess.Popen(
                command, cwd=site.root, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as process:
                before = len(store.requests)
                limit = time.monotonic() + 60
                # From the first request on, a moment that differs each time.
                while len(store.requests) == before and process.poll() is None and time.monotonic() < limit:
                    time.sleep(0.002)
                time.sleep(chance.uniform(0, 0.4))
                process.kill()
                _, stderr = process.communicate()
            assert process.returncode in (0, -signal.SIGKILL), stderr
            killed += process.returncode != 0
            uploads += process.returncode == 0
            if killed % 10 == 0 and process.returncode:
                done = site.run_process("deploy", env=environment)
                assert (done.returncode, done.stderr) == (0, "")
                assert {path: data for path, data in store.files().items() if path != NAME} == site.files()
    assert poller.missing == []
    assert poller.polls > 50
    done = site.run_process("deploy", "--verify-all", env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
