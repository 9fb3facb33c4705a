"""The files of ``output/`` with the headers that a web server gives them.

Starlette finds a file, and compares its date and its ETag with those that the client has. This
module adds media types and headers, and serves no hidden file.
"""

from __future__ import annotations

import os
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from feedpub.core.urls import path_of
from feedpub.delivery.hosting.site_target import DESTINATION, NAVIGATION, STYLED_TYPE, SiteTarget
from feedpub.delivery.media_types import content_type, is_json
from feedpub.delivery.serving.live_reload import Reloads
from feedpub.output.pages import NOT_FOUND_PAGE

_WELL_KNOWN = ".well-known"
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
_CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link"}


class OutputFiles(StaticFiles):
    """The files of ``target`` as an ASGI application. With ``reloads``, pages reload themselves."""

    def __init__(self, target: SiteTarget, reloads: Reloads | None = None) -> None:
        super().__init__(directory=target.folder, html=True, check_dir=False)
        self.target = target
        self._reloads = reloads
        # A build may replace the folder while the server runs.
        self.config_checked = True

    def get_path(self, scope: Scope) -> str:
        """Return the path below ``site.base_url``. A request for ``/`` is redirected to that."""
        path, base = str(scope["path"]), self.target.path
        if path == "/" != base:
            raise HTTPException(307, headers={"Location": urlsplit(self.target.base_url).path})
        if not path.startswith(base):
            raise HTTPException(404)
        if (moved := self.target.moved_to(path[len(base) :])) is not None:
            location = urlsplit(self.target.base_url).path + moved
            raise HTTPException(301, headers={"Location": location, "Cache-Control": self._caching, **_cors(path)})
        if self.target.is_retired(path[len(base) :]):
            raise HTTPException(410)
        return super().get_path({**scope, "path": path[len(base) - 1 :]})

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file at ``path``, or the page for people with status 404."""
        response = await super().get_response(path, scope)
        if not isinstance(response, FileResponse) or response.status_code != HTTPStatus.NOT_FOUND:
            return response
        # A cache must not take it for the file that a client asked for.
        page = Path(response.path).read_bytes()
        headers = {"Content-Type": content_type(NOT_FOUND_PAGE), **_SAFE}
        return Response(self._reloads.edit(page) if self._reloads else page, HTTPStatus.NOT_FOUND, headers)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Return the file at ``path``, unless it is hidden, unreadable, or outside the folder."""
        try:
            found, status = super().lookup_path(path)
        except OSError:
            return "", None
        names = self._name(found).split("/") if found else []
        if any(name.startswith(".") and name not in (".", _WELL_KNOWN) for name in names):
            return "", None
        return (found, status) if status and os.access(found, os.R_OK) else ("", None)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return the file, or a 304 if the client has it already."""
        request, name = Headers(scope=scope), self._name(full_path)
        # Two headers are none of a browser.
        is_navigation = request.getlist(DESTINATION) == [NAVIGATION]
        headers = self._headers(name, is_navigation=is_navigation)
        if self._reloads and headers["Content-Type"].startswith("text/html"):
            return Response(self._reloads.edit(Path(full_path).read_bytes()), status_code, headers)
        response = FileResponse(full_path, status_code, headers, stat_result=stat_result)
        if headers["Content-Type"] == STYLED_TYPE:
            # A browser that has the feed must get the page with the other type.
            response.headers["ETag"] = f'{response.headers["ETag"][:-1]}-page"'
        unchanged = NotModifiedResponse(response.headers) if self.is_not_modified(response.headers, request) else None
        # It is weak, because the compressed file has the same.
        (unchanged or response).headers["ETag"] = f"W/{response.headers['ETag']}"
        if unchanged:
            # Browsers check these again.
            unchanged.headers.update(_cors(name))
        return unchanged or response

    def _headers(self, name: str, *, is_navigation: bool) -> dict[str, str]:
        """Return the headers of the file ``name``; ``is_navigation`` if a browser opens it."""
        feed = next((file for file in self.target.feeds if file.name == name.rpartition("/")[2]), None)
        as_page = is_navigation and feed is not None and feed.is_styled
        headers = {
            "Content-Type": STYLED_TYPE if as_page else content_type(name),
            "Cache-Control": self._caching,
            **_SAFE,
            **_cors(name),
        }
        if feed and feed.is_styled:
            headers["Vary"] = DESTINATION
            if as_page and not self._reloads:
                headers["Cache-Control"] = self.target.styled_cache_control
        if feed and (link := self.target.link_header(path_of(name))):
            headers["Link"] = link
        return headers

    @property
    def _caching(self) -> str:
        """The value of Cache-Control. With --watch, each build is visible at once."""
        return "no-cache" if self._reloads else self.target.cache_control

    def _name(self, path: str | os.PathLike[str]) -> str:
        """Return ``path``, which has no symbolic links, relative to the folder."""
        return os.path.relpath(path, os.path.realpath(self.target.folder)).replace(os.sep, "/")


def _cors(name: str) -> dict[str, str]:
    """Return the headers that let scripts of other sites read JSON."""
    return _CORS if is_json(name) else {}
