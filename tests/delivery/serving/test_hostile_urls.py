"""No file outside output/, whatever is sent: hostile requests over bare sockets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.asking import Asked, serving, target

pytestmark = pytest.mark.slow

_UP = (
    "..",
    "%2e%2e",
    "%2E.",
    ".%2e",
    "%252e%252e",
    "..;",
    "%c0%ae%c0%ae",
    "%e0%80%ae%e0%80%ae",
    "\uff0e\uff0e",
    "..%00",
    "...",
)
_SLASHES = ("/", "%2f", "%2F", "%252f", "\\", "%5c", "%c0%af", "%e2%88%95", "//", "/./", "/%2e/")
_ABSOLUTE = (
    "//etc/passwd",
    "/%2fetc/passwd",
    "/%2f%2fetc%2fpasswd",
    "///etc/passwd",
    "file:///etc/passwd",
    "http://localhost/../secret",
    "http://localhost/%2e%2e/secret",
    "http://evil.example/../secret",
    "/topics/ai/../../../secret",
    "/topics/%2e%2e/%2e%2e/secret",
    "/topics/..%2f..%2fsecret",
    "/rss.xml/../../secret",
    "/rss.xml%00.html",
    "/rss.xml%0d%0aX-Injected:%201",
    "/nothing%0d%0aX-Injected:%201",
    "/topics%0d%0aX-Injected:%201/",
    "/.feedpub-tmp-0123",
    "/topics/.feedpub-tmp-0123",
    "/%2efeedpub-tmp-0123",
    "/topics/%2e%66eedpub-tmp-0123",
    "/.git/config",
    "/.well-known/../.git/config",
    "/.well-known/.hidden",
    "/.well-known",
    "/link",
    "/folder/secret",
    "/folder/",
    "/above/secret",
    "/up/site/secret",
    "/rss.xml?/../../secret",
    "/../../../../../../../../etc/passwd",
    "/~root/.bashrc",
    "/C:/secret",
    "/" + "../" * 2000 + "secret",
    "/" + "a" * 20_000,
    "/" + "a/" * 3000,
    "*",
    "secret",
    "",
    "\xff",
    "/\xff\xfe",
    "/%ff%fe",
    "/%u002e%u002e/secret",
    "/%",
    "/%2",
    "/topics/ai/%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret%23",
    "/#/../secret",
)
HOSTILE = [*_ABSOLUTE, *(f"/{up}{slash}secret" for up in _UP for slash in _SLASHES)]
HOSTILE += [f"/topics/ai/{(up + slash) * 4}secret" for up in _UP for slash in _SLASHES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("site")
    output = root / "output"
    (output / "topics" / "ai").mkdir(parents=True)
    (output / ".git").mkdir()
    (output / ".well-known").mkdir()
    (root / "secret").write_text("TOP SECRET")
    for hidden in (".git/config", ".feedpub-tmp-0123", "topics/.feedpub-tmp-0123", ".well-known/.hidden"):
        (output / hidden).write_text("TOP SECRET")
    (output / "rss.xml").write_text("<rss/>")
    (output / "link").symlink_to(root / "secret")
    (output / "folder").symlink_to(root)
    (output / "above").symlink_to("..")
    (output / "up").symlink_to("../..")
    return output


@pytest.fixture(scope="module", params=["/", "/news/"])
def asked(request: pytest.FixtureRequest, folder: Path) -> Iterator[Asked]:
    with serving(target(folder, request.param)) as one:
        yield one


def test_nothing_but_what_is_published_can_be_had(asked: Asked) -> None:
    for path in HOSTILE:
        for prefix in ("", "/news"):
            line = f"GET {prefix}{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            for raw in {line.encode(), line.encode("latin-1", "replace")}:
                answer = asked.send(raw)
                head, _, body = answer.partition(b"\r\n\r\n")
                assert b"SECRET" not in answer, path
                assert b"root:" not in answer, path
                assert b"X-Injected" not in head.title(), path
                assert re.match(rb"HTTP/1\.1 (4\d\d|30[78]) |HTTP/1\.1 200 ", head), (path, answer)
                assert not head.startswith(b"HTTP/1.1 200") or body == b"<rss/>", path
                location = re.search(rb"(?im)^location: (.*)\r$", head)
                assert not location or re.match(rb"(http://(localhost|127\.0\.0\.1:\d+))?/(?!/)", location[1]), path


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /rss.xml HTTP/1.1\r\n\r\n",
        b"GET /rss.xml HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET /rss.xml\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /rss.xml HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /rss.xml HTTP/1.1\r\nHost: localhost\r\nBad Name: x\r\n\r\n",
        b"GET /rss.xml HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
        b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_and_the_next_client_served(asked: Asked, request_: bytes) -> None:
    answer = asked.send(request_)
    assert re.match(rb"HTTP/1\.1 4\d\d ", answer), answer
    assert asked.ask("/").status in {307, 404}


def test_an_upgrade_that_is_not_offered_is_not_made(asked: Asked) -> None:
    head = b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n"
    assert asked.send(head).startswith(b"HTTP/1.1 404")
