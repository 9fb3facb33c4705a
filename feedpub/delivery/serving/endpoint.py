"""The application's endpoint, which answers requests for files of ``output/`` (RFC 9110)."""

from __future__ import annotations

import contextlib
import time

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from feedpub.delivery.hosting.site_target import DESTINATION, NAVIGATION, SiteTarget
from feedpub.delivery.serving.conditions import is_unchanged, range_of
from feedpub.delivery.serving.live_reload import Reloads
from feedpub.delivery.serving.media_types import is_compressible, media_type
from feedpub.delivery.serving.negotiation import IDENTITY, acceptable
from feedpub.delivery.serving.representations import Edit, Representation, Representations, open_file
from feedpub.delivery.serving.responses import (
    METHODS,
    SAFE,
    ShortenedError,
    content,
    headers_of,
    not_modified,
    options,
    refusal,
)
from feedpub.delivery.serving.url_files import FolderRedirect, OutputFiles, PathRefusedError, ServedFile

# Bytes: compression does not make a smaller file smaller.
_SMALL = 256
_TRIES = 3


class FeedEndpoint:
    """The files of ``target`` as an ASGI application. With ``reloads``, pages reload themselves."""

    def __init__(self, target: SiteTarget, reloads: Reloads | None = None) -> None:
        self.target = target
        self._reloads = reloads
        self._files = OutputFiles(target.folder, target.path)
        self._representations = Representations(self._files)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See https://asgi.readthedocs.io/."""
        with contextlib.ExitStack() as stack:
            try:
                response = await self._answer(Request(scope), stack)
            except PathRefusedError as refused:
                response = refusal(refused.status)
            # uvicorn closes the connection if a response is shorter than its Content-Length.
            with contextlib.suppress(ShortenedError):
                await response(scope, receive, send)

    async def _answer(self, request: Request, stack: contextlib.ExitStack) -> Response:
        if (response := _without_file(request)) is not None:
            return response
        place = self._files.find(request.scope["raw_path"])
        if isinstance(place, FolderRedirect):
            query = request.scope["query_string"].decode("latin-1")
            location = f"{place.path}?{query}" if query else place.path
            return RedirectResponse(location, 308 if place.is_permanent else 307, SAFE)
        if request.method == "OPTIONS":
            return options(place, is_preflight="access-control-request-method" in request.headers)
        for _ in range(_TRIES):
            representation = await self._represent(request.headers, place)
            if representation.body is not None or request.method == "HEAD":
                return self._respond(request, place, representation, None)
            file, stamp = stack.enter_context(open_file(self._files, representation.place))
            if stamp == representation.place.stamp:
                return self._respond(request, place, representation, file)
            # A build replaced the file after its digest was made.
            place = self._files.refresh(place)
        raise PathRefusedError(503)

    async def _represent(self, headers: Headers, place: ServedFile) -> Representation:
        codings = acceptable(", ".join(headers.getlist("accept-encoding")) if "accept-encoding" in headers else None)
        if not is_compressible(place.name) or place.stamp[2] < _SMALL:
            codings = (IDENTITY,) if IDENTITY in codings else ()
        return await self._representations.get(place, codings, self._edit(place))

    def _edit(self, place: ServedFile) -> Edit | None:
        return self._reloads.edit if self._reloads and media_type(place.name) == "text/html" else None

    def _respond(
        self, request: Request, place: ServedFile, representation: Representation, file: int | None
    ) -> Response:
        is_navigation = request.headers.getlist(DESTINATION) == [NAVIGATION]
        is_watched = self._reloads is not None
        headers = headers_of(self.target, place, representation, is_navigation=is_navigation, is_watched=is_watched)
        etag = headers["ETag"]
        if is_unchanged(request.headers, etag, representation.modified):
            return Response(status_code=304, headers=not_modified(headers))
        part = None
        if request.method == "GET":
            try:
                part = range_of(request.headers, etag, representation.modified, representation.length, time.time())
            except PathRefusedError as refused:
                return refusal(refused.status, {"Content-Range": f"bytes */{representation.length}"})
        return content(headers, representation, file, part)


def _without_file(request: Request) -> Response | None:
    """Return the response to a request that is not for a file; None for any other request."""
    version = request.scope["http_version"]
    if not version.startswith("1."):
        return refusal(505, {"Connection": "close"})
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        return refusal(405, {"Allow": METHODS})
    if len(request.headers.getlist("host")) != 1 and version != "1.0":
        # RFC 9112 section 3.2.
        return refusal(400)
    if request.scope["raw_path"] == b"*":
        # The methods of the server (RFC 9110 section 9.3.7).
        return (
            Response(status_code=204, headers={**SAFE, "Allow": METHODS})
            if request.method == "OPTIONS"
            else refusal(400)
        )
    return None
