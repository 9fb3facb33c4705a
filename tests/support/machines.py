"""The machine that the docs speak of, as far as a test can have it: a site, its sources, and where feeds go."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from support.site import CONFIG, SiteFolder

MORE = """\
hub: http://127.0.0.1:%d/hub
check:
  delay: 0
  allow_private: [127.0.0.0/8]
"""


class _Sources(BaseHTTPRequestHandler):
    """Every page is there; what has moved has moved for good."""

    def do_GET(self) -> None:
        self.send_response(301 if self.path == "/old" else 200)
        self.send_header("Content-Length", "0")
        if self.path == "/old":
            self.send_header("Location", "/new")
        self.end_headers()

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class Machine:
    """Runs what a document tells its reader to run."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.site = SiteFolder(root / "srv" / "news")
        self.site.configure(MORE % port, base=CONFIG)
        self.site.add("hello", sourceUrl=f"http://127.0.0.1:{port}/hello", topics=["AI"])
        self.site.add("moved", sourceUrl=f"http://127.0.0.1:{port}/old", topics=["AI"])
        self.site.build()
        moved = root / "srv" / "my-site"
        (moved / "content" / "posts").mkdir(parents=True)
        (moved / "hugo.toml").write_text('baseURL = "https://notes.example.org/"\ntitle = "Notes"\n', encoding="utf-8")
        post = "---\ntitle: Leap day\ndate: 2024-02-29\n---\n"
        (moved / "content" / "posts" / "leap-day.md").write_text(post, encoding="utf-8")

    def localized(self, script: str) -> str:
        """``script`` with the places of the document put below this machine's folder."""
        places = {
            "web:": f"{self.root}/web",
            "/srv/news": str(self.site.root),
            "/srv/my-site": str(self.root / "srv" / "my-site"),
            "/tmp/": f"{self.root}/",
            "~/": f"{self.root}/home/",
        }
        return re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], script)

    def run(self, script: str, stdin: str = "y\n") -> subprocess.CompletedProcess[str]:
        """Run ``script`` in the site's folder; it stops at the first command that fails."""
        for folder in (
            "web/srv/www/news",
            "home/.config/fish/completions",
            "home/.local/share/bash-completion/completions",
        ):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        program = Path(sys.executable).parent
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.localized(script)],
            cwd=self.site.root,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "PATH": f"{program}:{os.environ['PATH']}", "HOME": str(self.root / "home")},
        )


@contextmanager
def running(root: Path) -> Iterator[Machine]:
    """A machine with a site of two articles in /srv/news, and their sources and a hub on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sources)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield Machine(root, server.server_address[1])
    server.shutdown()
    thread.join()
    server.server_close()
