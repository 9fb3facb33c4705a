"""The cookies of one link: some sites redirect for ever without. They end with the link, so no two links, and no two
threads, share any.

RFC 6265, by way of the standard library's cookie jar.
"""

from __future__ import annotations

from http.client import HTTPMessage

import requests
from requests.cookies import MockRequest, MockResponse, RequestsCookieJar, get_cookie_header
from urllib3 import HTTPHeaderDict

# RFC 6265 section 6.1: what a browser has to be able to keep of each.
_LONGEST = 4096
_MOST = 50
_LONGEST_HEADER = 8192


class Cookies:
    """Takes cookies from answers, and gives them to requests."""

    def __init__(self) -> None:
        self._jar: RequestsCookieJar | None = None

    def take(self, request: requests.PreparedRequest, headers: HTTPHeaderDict) -> None:
        """Keep what the answer to ``request`` sets."""
        message = HTTPMessage()
        for value in headers.getlist("Set-Cookie")[:_MOST]:
            if len(value) <= _LONGEST:
                message["Set-Cookie"] = value
        if "Set-Cookie" in message:
            self._jar = self._jar or RequestsCookieJar()
            self._jar.extract_cookies(MockResponse(message), MockRequest(request))  # type: ignore[arg-type]

    def give(self, request: requests.PreparedRequest) -> None:
        """Add to ``request`` the cookies that are for it."""
        if self._jar is None:
            return
        header = get_cookie_header(self._jar, request)  # type: ignore[no-untyped-call]
        if header and len(header) <= _LONGEST_HEADER:
            request.headers["Cookie"] = header
