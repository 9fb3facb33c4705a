"""Answers remembered whole, most of all that of a poll that finds nothing new: what a feed's server does all the time.

What was worked out once is said again to the same question as long as the stamps of the files say that nothing changed,
without looking at anything else. What is not remembered, or asks for more, goes on to the application, which would say
the same.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Mapping

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feedpub.hosting.target import DESTINATION, NAVIGATION
from feedpub.serving.files import Place
from feedpub.serving.representations import Representation
from feedpub.serving.responses import not_modified

_REMEMBERED = 16_384
_LONGEST_QUESTION = 2000
# Who asks so is answered by the application.
_ASK_MORE = frozenset((b"if-match", b"if-unmodified-since", b"range"))
_DESTINATION = DESTINATION.lower().encode()
_NAVIGATION = NAVIGATION.encode()
_END: Message = {"type": "http.response.body", "body": b""}

_Question = tuple[bytes | None, bytes, bytes | None, bytes | None]
"""Host, path, Accept-Encoding, and Sec-Fetch-Dest where that tells of a page being opened."""


class _Known(msgspec.Struct, frozen=True):
    etag: bytes
    modified: bytes
    """As the header has it."""
    places: tuple[Place, ...]
    """The files that the answer comes from."""
    whole: Message
    unchanged: Message
    representation: weakref.ref[Representation]
    """Whether the body stays in memory is not decided here."""


class Polls:
    """Which answer each question was given."""

    def __init__(self) -> None:
        self._known: dict[_Question, _Known] = {}

    def remember(
        self, scope: Scope, places: tuple[Place, ...], found: Representation, headers: Mapping[str, str]
    ) -> None:
        """Note that a request is answered with ``found``, made of ``places``; ``headers`` are those of a 200."""
        question, _, _ = _read(scope)
        if question is None or sum(len(part or b"") for part in question) > _LONGEST_QUESTION:
            return
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[question] = _Known(
            headers["ETag"].encode(),
            headers["Last-Modified"].encode(),
            places,
            _message(200, {**headers, "Content-Length": str(found.length)}),
            _message(304, not_modified(headers)),
            weakref.ref(found),
        )

    def answer(self, scope: Scope) -> tuple[Message, Message] | None:
        """What to answer, or None where it has to be worked out."""
        question, tag, since = _read(scope)
        known = self._known.get(question) if question else None
        if known is None or scope["method"] not in ("GET", "HEAD"):
            return None
        # RFC 9110 section 13.2.2: with a tag, the date does not count.
        if tag == known.etag or (tag is None and since == known.modified):
            return (known.unchanged, _END) if _are_as_they_were(known.places) else None
        found = known.representation()
        if tag is not None or since is not None or found is None or found.body is None:
            return None
        whole: Message = {"type": "http.response.body", "body": found.body}
        return (known.whole, whole) if _are_as_they_were(known.places) else None


class PollsMiddleware:
    """Answers from the ``polls`` of the moment what it can, and leaves the rest to ``app``."""

    def __init__(self, app: ASGIApp, polls: Callable[[], Polls]) -> None:
        self._app = app
        self._polls = polls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See https://asgi.readthedocs.io/."""
        answer = self._polls().answer(scope) if scope["type"] == "http" else None
        if answer is None:
            await self._app(scope, receive, send)
        else:
            await send(answer[0])
            await send(answer[1])


def _read(scope: Scope) -> tuple[_Question | None, bytes | None, bytes | None]:
    """The question with its If-None-Match and If-Modified-Since; no question where it is more than that."""
    host = coding = destination = tag = since = None
    for name, value in scope["headers"]:
        if name == b"host":
            if host is not None:
                return None, None, None
            host = value
        elif name == b"accept-encoding":
            if coding is not None:
                return None, None, None
            coding = value
        elif name == b"if-none-match":
            if tag is not None:
                return None, None, None
            tag = value
        elif name == b"if-modified-since":
            since = value
        elif name == _DESTINATION:
            if destination is not None:
                return None, None, None
            destination = value
        elif name in _ASK_MORE:
            return None, None, None
    return (host, scope["raw_path"], coding, _NAVIGATION if destination == _NAVIGATION else None), tag, since


def _message(status: int, headers: Mapping[str, str]) -> Message:
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": encoded}


def _are_as_they_were(places: tuple[Place, ...]) -> bool:
    try:
        for place in places:
            status = os.stat(place.path)
            if place.stamp != (
                status.st_dev,
                status.st_ino,
                status.st_size,
                status.st_mtime_ns,
                status.st_ctime_ns,
            ):
                return False
    except OSError:
        return False
    return True
