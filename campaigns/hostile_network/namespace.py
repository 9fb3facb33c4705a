"""The network of a run: namespaces (``man 7 namespaces``) in which every address is local.

Every connection succeeds, and nothing leaves: there is no interface but the loopback, and all of IPv4 and
IPv6 is routed to it. Names are asked for at a resolver in there. Processes and /dev/shm are its own, too, so that
what is left behind is seen.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from campaigns.hostile_network.places import HUB, RESOLVER

_INSIDE = "FEEDPUB_HOSTILE_NETWORK"
_ROUTES = (
    ("link", "set", "lo", "up"),
    ("-4", "route", "add", "local", "0.0.0.0/0", "dev", "lo"),
    ("-6", "route", "add", "local", "::/0", "dev", "lo"),
)
_FILES = {
    "/etc/resolv.conf": f"nameserver {RESOLVER}\noptions timeout:1 attempts:1\n",
    "/etc/hosts": f"127.0.0.1 localhost\n::1 ip6-localhost\n10.0.0.5 intranet.test\n{HUB} hub.test\n",
    "/etc/nsswitch.conf": "hosts: files dns\n",
}
# Daemons that resolve names on their own, outside.
_CACHES = ("/run/nscd", "/var/run/nscd")


def _unshare() -> list[str]:
    mapped = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *mapped, "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def missing() -> str | None:
    """Why there can be no namespace here; None where there can."""
    for tool in ("unshare", "ip", "mount"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    try:
        done = subprocess.run(
            [
                *_unshare(),
                "sh",
                "-c",
                "ip link set lo up && ip -6 route add local ::/0 dev lo && mount -t tmpfs none /dev/shm",
            ],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"no namespace can be made: {error}"
    return f"no namespace can be made: {done.stderr.strip()}" if done.returncode else None


def is_inside() -> bool:
    """Return whether this process is in a namespace."""
    return _INSIDE in os.environ


def again_inside(module: str, arguments: list[str]) -> int:
    """Run ``module`` once more, in namespaces; its exit status."""
    command = [*_unshare(), sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, env={**os.environ, _INSIDE: "1"}) as process:
        # unshare itself ignores what is sent to it; what is inside ends with it.
        signal.signal(signal.SIGTERM, lambda *_: process.kill())
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait()


def furnish(folder: Path) -> None:
    """Make the network, and the files that say how names are resolved; these lie in ``folder``."""
    for route in _ROUTES:
        subprocess.run(["ip", *route], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", "/dev/shm"], check=True)
    for cache in _CACHES:
        if Path(cache).is_dir():
            subprocess.run(["mount", "-t", "tmpfs", "none", cache], check=True)
    for place, text in _FILES.items():
        file = folder / Path(place).name
        file.write_text(text)
        if not Path(place).exists():
            Path(place).touch()
        subprocess.run(["mount", "--bind", str(file), os.path.realpath(place)], check=True)


def processes() -> set[int]:
    """The pids of all processes in here."""
    return {int(name) for name in os.listdir("/proc") if name.isdigit()}
