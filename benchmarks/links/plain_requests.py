"""The obvious program: requests, a Session for each of 64 threads, GET. What feedpub's own transport is held against.

``python benchmarks/links/plain_requests.py URLS.txt`` fails where an answer is not 2xx.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

THREADS = 64
_own = threading.local()


def is_ok(url: str) -> bool:
    """Return whether ``url`` answers with 2xx, redirects followed."""
    try:
        session = _own.session
    except AttributeError:
        session = _own.session = requests.Session()
    return bool(session.get(url, timeout=20).ok)


def main() -> None:
    """Check every URL of a file."""
    urls = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    with ThreadPoolExecutor(THREADS) as executor:
        failed = [url for url, ok in zip(urls, executor.map(is_ok, urls), strict=True) if not ok]
    print(f"{len(urls)} URLs, {len(failed)} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
