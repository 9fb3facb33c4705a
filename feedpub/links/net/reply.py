"""The status line and headers of a response, which http.client's own response reads more slowly.

http.client skips 100 Continue, but not 103 Early Hints, and reads at most a hundred headers, each
with the parser of e-mail. Browsers limit headers by their size alone, as the allowance of the
socket does here (:mod:`feedpub.links.net.deadline`): some servers send hundreds of cookies.

RFC 9112 sections 4 (status line), 5 (headers) and 6.3 (length of the body), RFC 9110 section 15.2
(status 1xx). http.client reads the body.
"""

from __future__ import annotations

import http.client
import re
from email.parser import Parser
from typing import Any, BinaryIO

from urllib3 import HTTPHeaderDict

_MOST_INTERIM = 20
_MOST_LINE = 65536
# A header in one line, as nearly all are. The parser of e-mail takes ten times as long.
_HEADER = re.compile("([!-9;-~]+):[ \\t]*([^\\r\\n]*)\\r?\\n")


class Reply(http.client.HTTPResponse):
    """A response with any number of headers, which skips all interim responses.

    http.client reads at most a hundred headers, and skips 100 Continue, but not 103 Early Hints.
    """

    headers: HTTPHeaderDict  # type: ignore[assignment]  # it has what http.client uses
    _method: str

    def begin(self, **_: Any) -> None:  # Python 3.15 passes an option
        """Read status line and headers. Raise the errors of the socket and of http.client."""
        for _number in range(_MOST_INTERIM + 1):
            version, status, reason = self._read_status()  # type: ignore[attr-defined]  # typeshed hides it
            if not version.startswith("HTTP/1.") and version != "HTTP/0.9":
                raise http.client.UnknownProtocol(version)
            headers = _read_headers(self.fp)
            if status != 100 and not 102 <= status <= 199:
                break
        else:
            raise http.client.HTTPException("too many interim answers")
        self.version = 10 if version in ("HTTP/1.0", "HTTP/0.9") else 11
        self.code, self.status, self.reason, self.headers = status, status, reason.strip(), headers
        self._set_framing()

    def first(self, name: str) -> str | None:
        """Return the value of the first header ``name``; None where there is none."""
        values = self.headers.getlist(name)
        return values[0] if values else None

    def _set_framing(self) -> None:
        """Find out where the body ends (RFC 9112 section 6.3)."""
        self.chunked = (self.first("transfer-encoding") or "").lower() == "chunked"
        self.chunk_left = None
        self.length = None if self.chunked else _length(self.headers.get("content-length"))
        if self.status < 200 or self.status in (204, 304) or self._method == "HEAD":
            self.length = 0
        is_closed = self._check_close()  # type: ignore[attr-defined]
        self.will_close = is_closed or (not self.chunked and self.length is None)


def _read_headers(file: BinaryIO) -> HTTPHeaderDict:
    """Read headers up to the blank line, with the values that http.client gives them."""
    headers, lines, is_simple = HTTPHeaderDict(), [], True
    while (line := file.readline(_MOST_LINE + 1)) not in (b"\r\n", b"\n", b""):
        if len(line) > _MOST_LINE:
            raise http.client.LineTooLong("header line")
        match = _HEADER.fullmatch(line.decode("latin-1"))
        lines.append(line)
        if match is None:
            is_simple = False
        elif is_simple:
            headers.add(match[1], match[2])
    if is_simple:
        return headers
    text = b"".join(lines).decode("latin-1")
    return HTTPHeaderDict(Parser(_class=http.client.HTTPMessage).parsestr(text, headersonly=True).items())


def _length(text: str | None) -> int | None:
    """Return a Content-Length; None if it is no number, or a negative one.

    Raise http.client.HTTPException for several different ones.
    """
    values = {value.strip() for value in (text or "").split(",")}
    if len(values) > 1:
        raise http.client.HTTPException("several lengths")
    try:
        length = int(values.pop())
    except ValueError:
        return None
    return length if length >= 0 else None
