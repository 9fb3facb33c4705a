"""The same bytes wherever the work runs, and a clear end when a worker is lost."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

import feedpub
from feedpub.core.workers import LocalWorkers
from support.ports import closed_port
from support.site import SiteFolder

pytestmark = pytest.mark.slow

BUILD = [sys.executable, "-m", "feedpub", "build"]


def stock(site: SiteFolder, count: int) -> None:
    """Enough articles for several batches."""
    for number in range(count):
        topics = [f"Topic {number % 7}", f"Topic {number % 3}"]
        body = "Some **text**, [a link](/x) and more.\n\n" * 20
        site.add(f"{number:05}", body, topics=topics, publishedDateTime=f"2024-05-{number % 28 + 1:02}")


def children(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def wait_for(condition: object, seconds: float = 60) -> object:
    """The first true value of ``condition()``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()  # type: ignore[operator]
        if value:
            return value
        time.sleep(0.005)
    raise AssertionError("it did not happen")


@pytest.fixture
def stocked(site: SiteFolder) -> SiteFolder:
    """A site that several workers read and render."""
    stock(site, 450)
    return site


@pytest.fixture
def building(stocked: SiteFolder) -> Iterator[subprocess.Popen[str]]:
    """A build with two workers at work, for long enough to be disturbed."""
    stock(stocked, 1000)
    process = subprocess.Popen([*BUILD, "--jobs", "2"], cwd=stocked.root, text=True, stderr=subprocess.PIPE)
    wait_for(lambda: len(children(process.pid)) >= 2)
    yield process
    process.kill()
    process.communicate()


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="there is no /proc to find workers in")


def test_any_number_of_workers_gives_the_same_bytes(stocked: SiteFolder) -> None:
    outputs = []
    for jobs in ("1", "2", "3"):
        stocked.build("--full", "--jobs", jobs, "--output", f"output-{jobs}")
        stocked.output = stocked.root / f"output-{jobs}"
        outputs.append(stocked.files())
    assert sum(path.endswith("index.html") for path in outputs[0]) == 8
    assert outputs[0] == outputs[1] == outputs[2]


def test_a_build_that_cannot_share_memory_gives_the_same_bytes(stocked: SiteFolder) -> None:
    # The site is reached by another path, as it may lie in /dev/shm itself.
    script = 'mount --bind . /mnt; mount -t tmpfs -o ro none /dev/shm; cd /mnt; exec "$@"'
    without = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-ec", script, "sh"]
    if shutil.which("unshare") is None or subprocess.run([*without, "true"], check=False).returncode != 0:
        pytest.skip("this user cannot have a /dev/shm of its own")
    stocked.build("--jobs", "2")
    expected = stocked.files()
    command = [*without, *BUILD, "--jobs", "2", "--output", "alone"]
    done = subprocess.run(command, cwd=stocked.root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    stocked.output = stocked.root / "alone"
    assert stocked.files() == expected != {}


@needs_proc
def test_a_worker_that_dies_ends_the_build_with_status_4_and_changes_nothing(
    stocked: SiteFolder, building: subprocess.Popen[str]
) -> None:
    os.kill(children(building.pid)[0], signal.SIGKILL)
    _, messages = building.communicate(timeout=60)
    assert building.returncode == 4
    assert re.fullmatch(r"feedpub: a worker process died .*; nothing was published\n", messages)
    assert stocked.files() == {}
    assert ", 8 feeds written," in stocked.build().stdout


@needs_proc
def test_the_workers_of_a_build_that_is_killed_end_with_it_and_let_go_of_the_lock(
    stocked: SiteFolder, building: subprocess.Popen[str]
) -> None:
    workers = children(building.pid)
    building.kill()
    building.wait()
    wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    assert stocked.run("build").returncode == 0


def test_a_scheduler_that_is_not_there_is_told_in_one_line(site: SiteFolder) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    site.add()
    address = f"tcp://127.0.0.1:{closed_port()}"
    done = site.run_process("build", "--scheduler", address)
    assert done.returncode == 4
    assert re.fullmatch(
        rf"feedpub: --scheduler {re.escape(address)}: lost \(.+\); nothing was published\n", done.stderr
    )


def test_a_scheduler_that_does_not_answer_costs_ten_seconds(site: SiteFolder) -> None:
    # Imported before the time is measured, and the build is in this process: what remains are the ten seconds.
    pytest.importorskip("distributed", reason="Dask is not installed")
    site.add()
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        started = time.monotonic()
        done = site.run("build", "--scheduler", address)
    assert done.returncode == 4
    assert re.fullmatch(r"feedpub: --scheduler .*: lost \(.+\); nothing was published\n", done.stderr)
    assert time.monotonic() - started < 60, "ten, and those that a loaded machine takes"


def test_what_is_no_address_is_an_error_of_the_command_line(site: SiteFolder) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    done = site.run_process("build", "--scheduler", "nonsense://x:1")
    assert done.returncode == 2
    assert re.fullmatch(r"feedpub: --scheduler nonsense://x:1: .*\n", done.stderr)


def test_a_dask_cluster_gives_the_same_bytes_though_one_of_its_workers_is_killed(stocked: SiteFolder) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    stocked.build("--jobs", "1", "--output", "local")
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        command = [*BUILD, "--scheduler", cluster.scheduler_address]
        process = subprocess.Popen(command, cwd=stocked.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        busy = wait_for(lambda: [name for name, tasks in client.processing().items() if tasks])
        pids = client.run(os.getpid)
        os.kill(pids[busy[0]], signal.SIGKILL)  # type: ignore[index]
        _, messages = process.communicate(timeout=120)
    assert process.returncode == 0, messages
    local, remote = SiteFolder.__new__(SiteFolder), stocked
    local.output = stocked.root / "local"
    assert remote.files() == local.files()


def test_a_worker_of_another_program_is_refused_in_one_line(site: SiteFolder, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    site.add()
    copy = tmp_path / "program" / "feedpub"
    shutil.copytree(Path(feedpub.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "core/slugs.py").write_text((copy / "core/slugs.py").read_text() + "# edited\n")
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as cluster:
        worker = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", cluster.scheduler_address, "--no-dashboard"],
            env={**os.environ, "PYTHONPATH": str(copy.parent)},
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(lambda: cluster.scheduler.workers)
            done = site.run("build", "--scheduler", cluster.scheduler_address)
        finally:
            worker.terminate()
            worker.wait(30)
    assert done.returncode == 2
    assert re.fullmatch(
        "feedpub: --scheduler: a worker has another version of feedpub, Python or a library .*\n", done.stderr
    )
    assert site.files() == {}


DYING = """
import os, signal, time
from multiprocessing.connection import Connection
from feedpub.core.workers import LocalWorkers, WorkerLostError

def half(connection, data):
    os.write(connection.fileno(), bytes(data)[: len(data) // 2])
    os.kill(os.getpid(), signal.SIGKILL)

def work(number):
    if number:
        time.sleep(600)
    Connection._send = half
    return bytes(100_000)

if __name__ == "__main__":
    try:
        with LocalWorkers(3) as workers:
            list(workers.map(work, [0, 1, 2, 3]))
    except WorkerLostError as error:
        print(error)
"""


def test_a_worker_that_dies_in_the_middle_of_its_answer_is_lost_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "dying.py").write_text(DYING)
    command = [sys.executable, str(tmp_path / "dying.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("a worker process died"), done.stderr


def test_no_pipe_is_closed_twice_when_the_workers_end(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[tuple[int, int]] = []
    close = Connection._close  # type: ignore[attr-defined]

    def slowly(connection: Connection, *args: object) -> None:
        closed.append((id(connection), connection.fileno()))
        # As on a busy machine: another thread may close the same pipe meanwhile.
        time.sleep(0.5 if connection is results else 0)
        with contextlib.suppress(OSError):
            close(connection, *args)

    with LocalWorkers(2) as workers:
        assert list(workers.map(abs, [-1, -2, -3])) == [1, 2, 3]
        results: object = workers._pool._result_queue._writer  # type: ignore[union-attr]
        monkeypatch.setattr(Connection, "_close", slowly)
    assert wait_for(lambda: closed)
    time.sleep(0.6)
    assert len(set(closed)) == len(closed)
