"""The ASGI application: the published files, behind a check of the Host header."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from feedpub.delivery.hosting.site_target import SiteTarget
from feedpub.delivery.serving.endpoint import FeedEndpoint
from feedpub.delivery.serving.live_reload import EVENTS_PATH, SCRIPT_PATH, Reloads


class ServedSite:
    """The site that is served. With ``reloads``, its configuration may change meanwhile."""

    def __init__(self, target: SiteTarget, reloads: Reloads | None = None) -> None:
        self.reloads = reloads
        self.endpoint = FeedEndpoint(target, reloads)

    def use(self, target: SiteTarget) -> None:
        """Serve ``target`` from now on."""
        if target != self.endpoint.target:
            self.endpoint = FeedEndpoint(target, self.reloads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See https://asgi.readthedocs.io/."""
        await self.endpoint(scope, receive, send)


def application(site: ServedSite, hosts: Sequence[str] | None) -> ASGIApp:
    """Return the application that serves ``site`` under the names ``hosts``, or any name if None.

    The names protect a server that only this machine can connect to. Otherwise the owner of another
    name could let it resolve to this machine, and a page from there could read the site in this
    machine's browser (DNS rebinding). The browser sends that name in the Host header.
    """
    routes: list[BaseRoute] = []
    if site.reloads:
        routes += [Route(SCRIPT_PATH, site.reloads.script), Route(EVENTS_PATH, site.reloads.events)]
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app = Starlette(routes=routes, middleware=[trusted] if hosts is not None else [])
    # The default, because no route matches the path of "OPTIONS *".
    app.router.default = site
    return app
