"""The cost of ``feedpub verify``: the feeds of a site on nginx at 127.0.0.1, without a delay between requests.

    python benchmarks/verify.py 1000

nginx is configured as ``feedpub hosting nginx`` prints it. The number is that of the feeds, each in three formats. All
rounds are printed, with the load of the machine at their end.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compare import FEEDPUB
from measure import run

PROGRAM = FEEDPUB[0]
CONFIG = """\
site: {title: Many, base_url: "http://127.0.0.1:PORT/"}
content: {path: content}
check: {delay: 0, per_host: 8}
"""


def main() -> None:
    """Print a line for each round."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("feeds", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        port = write_site(site, options.feeds)
        run(FEEDPUB, site)
        with nginx(site, port):
            for _ in range(options.rounds):
                cost = run([PROGRAM, "verify"], site)
                print(
                    f"{cost.seconds:.1f} s, {cost.cpu:.1f} s CPU, {cost.memory:.0f} MB, load {os.getloadavg()[0]:.0f}"
                )


def write_site(site: Path, feeds: int) -> int:
    """Write a site with as many ``feeds``, that of the site included; the port that its URL has."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    (site / "config.yaml").write_text(CONFIG.replace("PORT", str(port)))
    (site / "content").mkdir()
    for number in range(feeds - 1):
        topics = ", ".join(f"Topic {(number + other) % (feeds - 1)}" for other in range(5))
        head = f"title: Article {number}\ndate: 2024-05-01\nsourceUrl: https://example.com/{number}\ntopics: [{topics}]"
        (site / "content" / f"{number}.md").write_text(f"---\n{head}\n---\n{'Some words of text. ' * 150}\n")
    return port


@contextmanager
def nginx(site: Path, port: int) -> Iterator[None]:
    """Serve the output of ``site`` until the end of the block."""
    printed = subprocess.run([PROGRAM, "hosting", "nginx"], cwd=site, capture_output=True, text=True, check=True).stdout
    printed = re.sub(r"^ *listen \[::\].*\n", "", printed, flags=re.MULTILINE).replace("listen ", "listen 127.0.0.1:")
    temporary = "".join(f"{kind}_temp_path {site}/.{kind}; " for kind in "client_body proxy fastcgi uwsgi scgi".split())
    user = "user root; " if os.geteuid() == 0 else ""
    head = f"daemon off; master_process off; {user}pid {site}/.pid; error_log {site}/.log; events {{ }}"
    (site / "nginx.conf").write_text(f"{head}\nhttp {{ access_log off; {temporary}\n{printed}\n}}\n")
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    process = subprocess.Popen(["nginx", "-c", f"{site}/nginx.conf", "-p", f"{site}/"], env=environment)
    try:
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
