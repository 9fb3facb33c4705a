"""The cookies of one link: without cookies, some sites redirect for ever.

They are dropped after the link, so that links and threads share none. RFC 6265, as the standard
library's cookie jar implements it.
"""

from __future__ import annotations

from http.client import HTTPMessage

import requests
from requests.cookies import MockRequest, MockResponse, RequestsCookieJar, get_cookie_header
from urllib3 import HTTPHeaderDict

# RFC 6265 section 6.1: the size and the number that every browser has to support.
_LONGEST = 4096
_MOST = 50
_LONGEST_HEADER = 8192


class Cookies:
    """A jar for the cookies of responses, which are sent with later requests."""

    def __init__(self) -> None:
        self._jar: RequestsCookieJar | None = None

    def store(self, request: requests.PreparedRequest, headers: HTTPHeaderDict) -> None:
        """Keep the cookies that ``headers``, those of the response to ``request``, set."""
        message = HTTPMessage()
        for value in headers.getlist("Set-Cookie")[:_MOST]:
            if len(value) <= _LONGEST:
                message["Set-Cookie"] = value
        if "Set-Cookie" in message:
            self._jar = self._jar or RequestsCookieJar()
            self._jar.extract_cookies(MockResponse(message), MockRequest(request))  # type: ignore[arg-type]

    def add_to(self, request: requests.PreparedRequest) -> None:
        """Add the cookies for the URL of ``request`` to its headers."""
        if self._jar is None:
            return
        header = get_cookie_header(self._jar, request)  # type: ignore[no-untyped-call]
        if header and len(header) <= _LONGEST_HEADER:
            request.headers["Cookie"] = header
