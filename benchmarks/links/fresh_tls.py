"""TLS handshakes: ask for every URL of a file over a connection of its own, and print how many were made a second.

``python benchmarks/links/fresh_tls.py feedpub URLS.txt 16`` does it with feedpub's own fetcher in 16 threads,
``requests`` in its place with requests as it comes.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from feedpub.config.check_model import Check
from feedpub.links.fetch.fetcher import Fetcher
from feedpub.links.model import LinkTarget
from feedpub.links.settings import SettingsByHost


def with_feedpub() -> Callable[[str], int | None]:
    """Return a function from a URL to its status, with feedpub's fetcher, which all threads share."""
    check = Check(allow_private=("127.0.0.0/8",))
    fetch = Fetcher(SettingsByHost(check, "https://news.example.org/"))
    return lambda url: fetch(LinkTarget(url=url), keep_alive=False).status


def with_requests() -> Callable[[str], int | None]:
    """The same with a Session of each thread's own."""
    own = threading.local()

    def status(url: str) -> int:
        if not hasattr(own, "session"):
            own.session = requests.Session()
        with own.session.head(url, headers={"Connection": "close"}, timeout=20) as answer:
            return int(answer.status_code)

    return status


def main() -> None:
    """Ask, and print."""
    status = {"feedpub": with_feedpub, "requests": with_requests}[sys.argv[1]]()
    urls = Path(sys.argv[2]).read_text(encoding="utf-8").split()
    started = time.monotonic()
    with ThreadPoolExecutor(int(sys.argv[3])) as executor:
        statuses = set(executor.map(status, urls))
    print(len(urls) / (time.monotonic() - started))
    sys.exit(statuses != {200})


if __name__ == "__main__":
    main()
