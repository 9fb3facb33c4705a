"""The ASGI application: the published files, behind a check of the Host header."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from feedpub.delivery.hosting.site_target import SiteTarget
from feedpub.delivery.serving.live_reload import REVISION_PATH, SCRIPT_PATH, Reloads
from feedpub.delivery.serving.output_files import OutputFiles


class ServedSite:
    """The site that is served. With ``reloads``, its configuration may change meanwhile."""

    def __init__(self, target: SiteTarget, reloads: Reloads | None = None) -> None:
        self.reloads = reloads
        self.files = OutputFiles(target, reloads)

    def use(self, target: SiteTarget) -> None:
        """Serve ``target`` from now on."""
        self.files = OutputFiles(target, self.reloads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See https://asgi.readthedocs.io/."""
        await self.files(scope, receive, send)


def application(site: ServedSite, hosts: Sequence[str] | None) -> ASGIApp:
    """Return the application that serves ``site`` under the names ``hosts``, or any name if None.

    The names protect a server that only this machine can connect to. Otherwise the owner of another
    name could let it resolve to this machine, and a page from there could read the site in this
    machine's browser (DNS rebinding). The browser sends that name in the Host header.
    """
    routes: list[BaseRoute] = []
    if site.reloads:
        routes += [Route(SCRIPT_PATH, site.reloads.script), Route(REVISION_PATH, site.reloads.current)]
    middleware = [Middleware(GZipMiddleware)]
    if hosts is not None:
        middleware.insert(0, Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False))
    app = Starlette(routes=routes, middleware=middleware)
    # The default, because the path of base_url may change, and may look like a pattern of a route.
    app.router.default = site
    return app
