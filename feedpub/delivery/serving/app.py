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
    """What is served now: with ``reloads``, the configuration may change while it is."""

    def __init__(self, target: SiteTarget, reloads: Reloads | None = None) -> None:
        self.reloads = reloads
        self.published = FeedEndpoint(target, reloads)

    def use(self, target: SiteTarget) -> None:
        """Serve what ``target`` says from now on."""
        if target != self.published.target:
            self.published = FeedEndpoint(target, self.reloads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See https://asgi.readthedocs.io/."""
        await self.published(scope, receive, send)


def application(site: ServedSite, hosts: Sequence[str] | None) -> ASGIApp:
    """The application that serves ``site``. ``hosts`` are the names that it answers to, None for any.

    Where a server is for this machine alone, a page from elsewhere could have its own name lead here, and read what is
    served (DNS rebinding); but a browser says what name it used.
    """
    routes: list[BaseRoute] = []
    if site.reloads:
        routes += [Route(SCRIPT_PATH, site.reloads.script), Route(EVENTS_PATH, site.reloads.events)]
    # An object: Starlette would take a method for a handler of requests.
    routes.append(Route("/{path:path}", site))
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    return Starlette(routes=routes, middleware=[trusted] if hosts is not None else [])
