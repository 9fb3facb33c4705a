"""The benchmark of ``feedpub serve``: its polls come at their rate, and count only what they should."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from benchmarks.serve.polls import Poll, poll
from support.asking import serving, target

pytestmark = pytest.mark.slow


def test_polls_come_at_their_rate_and_nothing_but_304_counts(tmp_path: Path) -> None:
    (tmp_path / "rss.xml").write_text("<rss/>" * 1000)
    with serving(target(tmp_path)) as asked:
        etag = asked.ask("/rss.xml", Accept_Encoding="gzip, deflate").etag
        started = time.monotonic()
        found = asyncio.run(poll(asked.port, [Poll("/rss.xml", etag)], 100, 1, 5))
        assert time.monotonic() - started > 0.9
        assert 0 < found.median <= found.p99 <= found.p999 <= found.worst < 10_000
        with pytest.raises(ConnectionError, match="404"):
            asyncio.run(poll(asked.port, [Poll("/nothing", etag)], 100, 0.2, 5))
