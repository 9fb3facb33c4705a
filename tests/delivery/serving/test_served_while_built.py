"""Files are replaced while they are served: every body is a whole version, the one that its ETag is of."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import threading
import time
from pathlib import Path

import brotli
import pytest

from support.asking import Asked, serving, target

pytestmark = pytest.mark.slow

SECONDS = 3
SIZES = (200, 40_000, 300_000)


def version(number: int, size: int) -> bytes:
    """Any two differ in every line."""
    line = f"version {number:09}\n".encode()
    return line * (size // len(line) + number % 7)


def replace(folder: Path, number: int, *, beside: bool) -> None:
    for size in SIZES:
        data = version(number, size)
        for name, content in ((f"{size}.xml", data), (f"{size}.xml.gz", gzip.compress(data, 1))):
            if beside or name.endswith("xml"):
                (folder / f".tmp-{name}").write_bytes(content)
                os.replace(folder / f".tmp-{name}", folder / name)


def poll(asked: Asked, coding: str, until: float, found: list[str], seen: dict[str, set[str]]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", asked.port, timeout=30)
    known: dict[str, tuple[str, bytes]] = {}
    while time.monotonic() < until:
        for size in SIZES:
            path = f"/{size}.xml"
            headers = {"Accept-Encoding": coding}
            if path in known:
                headers["If-None-Match"] = known[path][0]
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            body = response.read()
            etag = response.headers["ETag"]
            if response.status == 304:
                if etag != known[path][0]:
                    found.append(f"{path}: 304 with another ETag")
                continue
            known[path] = (etag, body)
            seen.setdefault(path, set()).add(etag)
            if hashlib.sha256(body).hexdigest()[:32] not in etag:
                found.append(f"{path}: {etag} is not that of the body")
            unpack = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}
            plain = unpack[response.headers["Content-Encoding"]](body)
            if plain != version(int(plain[8:17]), size):
                found.append(f"{path}: is not one version")


def check(tmp_path: Path, *, beside: bool) -> None:
    replace(tmp_path, 0, beside=beside)
    found: list[str] = []
    seen: dict[str, set[str]] = {}
    with serving(target(tmp_path)) as asked:
        until = time.monotonic() + SECONDS
        clients = [
            threading.Thread(target=poll, args=(asked, coding, until, found, seen))
            for coding in ("identity", "gzip", "br", "gzip")
        ]
        for client in clients:
            client.start()
        number = 0
        while time.monotonic() < until:
            number += 1
            replace(tmp_path, number, beside=beside)
            time.sleep(0.002 if number % 3 else 0.1)
        for client in clients:
            client.join(60)
        # In the end, the last version is served.
        for size in SIZES:
            assert asked.ask(f"/{size}.xml").body == version(number, size)
            zipped = asked.ask(f"/{size}.xml", Accept_Encoding="gzip")
            is_zipped = zipped.headers["Content-Encoding"] == "gzip"
            assert (gzip.decompress(zipped.body) if is_zipped else zipped.body) == version(number, size)
    assert not found
    assert all(len(etags) > 3 for etags in seen.values())


def test_every_answer_is_one_version(tmp_path: Path) -> None:
    check(tmp_path, beside=False)


def test_so_it_is_where_compressed_files_lie_beside(tmp_path: Path) -> None:
    check(tmp_path, beside=True)
