"""``feedpub deploy`` to Debian's OpenSSH server on loopback, with sshfs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedpub.delivery.deploy.manifest import NAME
from support.site import SiteFolder
from support.ssh_server import SshServer, ssh_server

pytestmark = pytest.mark.campaign

pytest.importorskip("sshfs", reason="needs feedpub[sftp]")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SshServer]:
    with ssh_server(tmp_path / "ssh") as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "www" / "news"


@pytest.fixture
def built(site: SiteFolder, server: SshServer, target: Path) -> SiteFolder:
    site.configure(f"deploy:\n  web: {{url: '{server.url(target)}'}}\n")
    for name in "abc":
        site.add(name, topics=[name.upper(), "All"])
    site.build()
    return site


def deploy(site: SiteFolder, server: SshServer, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "SSH_AUTH_SOCK"}
    return site.run_process("deploy", *args, env=environment | {"HOME": str(server.home)})


def deployed(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_the_server_gets_what_changed_and_loses_what_went(built: SiteFolder, server: SshServer, target: Path) -> None:
    first = deploy(built, server)
    assert (first.returncode, first.stderr) == (0, "")
    assert deployed(target) == built.files()
    quiet = deploy(built, server)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    before = {path: (target / path).stat().st_ino for path in deployed(target)}
    (built.content / "c.md").unlink()
    built.add("a", title="Another title", topics=["A", "All"])
    built.build("--prune")
    changed = deploy(built, server, "-v")
    assert changed.returncode == 0, changed.stderr
    assert deployed(target) == built.files()
    assert not (target / "topics" / "c").exists()
    replaced = {path for path in deployed(target) if (target / path).stat().st_ino != before.get(path)}
    uploaded = {
        line.removeprefix("uploaded: ") for line in changed.stderr.splitlines() if line.startswith("uploaded: ")
    }
    assert replaced == uploaded


def test_verify_all_finds_a_file_that_is_missing_or_shorter(built: SiteFolder, server: SshServer, target: Path) -> None:
    deploy(built, server)
    (target / "rss.xml").write_bytes(b"short")
    (target / "feedpub.css").unlink()
    done = deploy(built, server, "--verify-all", "-v")
    assert done.returncode == 0, done.stderr
    assert set(done.stderr.splitlines()) == {"uploaded: rss.xml", "uploaded: feedpub.css"}
    assert deployed(target) == built.files()


def test_what_goes_wrong_is_one_line(built: SiteFolder, server: SshServer, target: Path, tmp_path: Path) -> None:
    known = server.home / ".ssh" / "known_hosts"
    whole = known.read_text()
    known.write_text("")
    done = deploy(built, server)
    assert done.returncode == 1
    assert "the server's key is not in ~/.ssh/known_hosts" in done.stderr
    known.write_text(whole)
    authorized = server.home / ".ssh" / "id_ed25519.pub"
    key = authorized.read_text()
    authorized.write_text("")
    done = deploy(built, server)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "permission denied" in done.stderr
    authorized.write_text(key)
    target.parent.mkdir()
    target.write_text("a file")
    done = deploy(built, server)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1), done.stderr
    target.unlink()
    built.configure(f"deploy:\n  web: {{url: 'sftp://127.0.0.1:9{tmp_path}/x'}}\n")
    done = deploy(built, server)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1), done.stderr
