"""The route to a URL's server: its checked addresses, or a proxy that resolves its name.

:mod:`feedpub.links.net.connections` opens the connections.
"""

from __future__ import annotations

import base64
import re
from concurrent.futures import Future
from functools import lru_cache
from ipaddress import ip_network
from urllib.parse import unquote, urlsplit

import msgspec

from feedpub.core.errors import UsageError
from feedpub.core.urls import DEFAULT_PORTS
from feedpub.links.model import Failure
from feedpub.links.net.addresses import literal
from feedpub.links.net.connections import Route
from feedpub.links.net.failures import TransportError
from feedpub.links.net.resolver import Resolution, Resolver
from feedpub.links.settings import SettingsByHost

_ORIGIN = re.compile("[^/?#]*//[^/?#]*")
_CACHED_ROUTES = 1024
EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
"""All networks: for a server that the owner of the site chose, often one in a private network."""


class Router:
    """A finder of routes; threads can share it. ``resolver`` checks the servers' addresses."""

    def __init__(self, settings: SettingsByHost, resolver: Resolver) -> None:
        self._settings = settings
        self._resolver = resolver
        self._proxies = Resolver(lambda _: EVERYWHERE)
        self._known: dict[str, Route] = {}
        """The routes to the last servers, by the URLs' scheme and authority."""

    def resolve(self, host: str) -> Future[Resolution]:
        """Begin to resolve ``host``.

        With a proxy, a name is left to the proxy; an address is still checked.
        """
        if self._settings.settings_for(host).proxy is not None and literal(host) is None:
            future: Future[Resolution] = Future()
            future.set_result(Resolution())
            return future
        return self._resolver.submit(host)

    def route(self, url: str, timeout: float) -> Route:
        """Return the route to the server of ``url``, within ``timeout`` seconds for each look-up.

        Raise :class:`TransportError`.
        """
        match = _ORIGIN.match(url)
        origin = match[0] if match else url
        route = self._known.get(origin)
        if route is None:
            route = self._new_route(url, timeout)
            if len(self._known) >= _CACHED_ROUTES:
                self._known.clear()
            self._known[origin] = route
        return route

    def _new_route(self, url: str, timeout: float) -> Route:
        parts = urlsplit(url)
        host = (parts.hostname or "").removesuffix(".")
        port = DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
        addresses = self._addresses(self.resolve(host), timeout)
        proxy = self._settings.settings_for(host).proxy
        if proxy is None:
            return Route(parts.scheme, host, port, addresses)
        address = proxy_address(proxy)
        addresses = self._addresses(self._proxies.submit(address.host), timeout)
        return Route(parts.scheme, host, port, addresses, (address.host, address.port), address.headers)

    def close(self) -> None:
        """End the resolvers' threads."""
        self._resolver.close()
        self._proxies.close()

    @staticmethod
    def _addresses(future: Future[Resolution], timeout: float) -> tuple[str, ...]:
        try:
            resolution = future.result(timeout)
        except TimeoutError:
            raise TransportError(Failure.DNS, "the name could not be resolved in time") from None
        if resolution.failure is not None:
            raise TransportError(resolution.failure, resolution.message)
        return resolution.addresses


class ProxyAddress(msgspec.Struct, frozen=True):
    """The host and port of a proxy, and the headers that it needs."""

    host: str
    port: int
    headers: tuple[tuple[str, str], ...]


@lru_cache
def proxy_address(proxy: str) -> ProxyAddress:
    """Parse ``proxy``, ``http://[user:password@]host[:port]``. Raise :class:`UsageError`."""
    try:
        parts = urlsplit(proxy)
        host, port = parts.hostname, 80 if parts.port is None else parts.port
    except ValueError:
        host, port = None, 0
    if not host or parts.scheme != "http":
        raise UsageError("the proxy is not written as http://host:port")
    if parts.username is None:
        return ProxyAddress(host, port, ())
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return ProxyAddress(host, port, (("Proxy-Authorization", f"Basic {base64.b64encode(user).decode()}"),))
