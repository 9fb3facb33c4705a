"""Debian's OpenSSH server on loopback, with keys of its own, for a user with a home of their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.ports import free_port

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class SshServer:
    """The address of a running server, and the home of the one user that it lets in."""

    def __init__(self, port: int, home: Path) -> None:
        self.port = port
        self.home = home

    def url(self, folder: Path) -> str:
        return f"sftp://127.0.0.1:{self.port}{folder}"


@contextmanager
def ssh_server(folder: Path) -> Iterator[SshServer]:
    """A server with its files in ``folder``; skips the test if there is none on this machine."""
    if SSHD is None:
        pytest.skip("needs sshd (Debian: openssh-server)")
    port, home = free_port(), folder / "home"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    for key in (folder / "host_key", home / ".ssh" / "id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    host_key = (folder / "host_key.pub").read_text()
    (home / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}")
    settings = folder / "sshd_config"
    settings.write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host_key\nPidFile none\nStrictModes no\n"
        f"AuthorizedKeysFile {home}/.ssh/id_ed25519.pub\nPermitRootLogin yes\nUsePAM no\n"
        "PasswordAuthentication no\nMaxStartups 100\nSubsystem sftp internal-sftp\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", settings], stderr=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield SshServer(port, home)
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert process.poll() is None, "sshd ended"
            time.sleep(0.05)
        else:
            return
    pytest.fail("sshd does not listen")
