"""The way to a URL's server: its name resolved and vetted, or a proxy that resolves it.

Nothing here connects, see :mod:`feedpub.links.net.connections`.
"""

from __future__ import annotations

import base64
from concurrent.futures import Future
from functools import lru_cache
from ipaddress import ip_network
from urllib.parse import unquote, urlsplit

import msgspec

from feedpub.core.errors import UsageError
from feedpub.links.model import Failure
from feedpub.links.net.addresses import literal
from feedpub.links.net.connections import Route
from feedpub.links.net.failures import TransportError
from feedpub.links.net.resolver import Resolution, Resolver
from feedpub.links.settings import SettingsByHost

EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
"""Every network: for a server that the owner chose, which more often than not is in a private one."""

_PORTS = {"http": 80, "https": 443}


class Router:
    """Finds routes; safe to use from many threads.

    ``resolver`` vets what it resolves.
    """

    def __init__(self, settings: SettingsByHost, resolver: Resolver) -> None:
        self._settings = settings
        self._resolver = resolver
        self._proxies = Resolver(lambda _: EVERYWHERE)

    def resolve(self, host: str) -> Future[Resolution]:
        """Begin to resolve ``host``. A name behind a proxy is the proxy's business, an address is vetted."""
        if self._settings.settings_for(host).proxy is not None and literal(host) is None:
            future: Future[Resolution] = Future()
            future.set_result(Resolution())
            return future
        return self._resolver.submit(host)

    def route(self, url: str, timeout: float) -> Route:
        """The way to the server of ``url``, found within ``timeout`` seconds. Raises :class:`TransportError`."""
        parts = urlsplit(url)
        host = (parts.hostname or "").removesuffix(".")
        port = _PORTS[parts.scheme] if parts.port is None else parts.port
        addresses = self._addresses(self.resolve(host), timeout)
        proxy = self._settings.settings_for(host).proxy
        if proxy is None:
            return Route(parts.scheme, host, port, addresses)
        place = proxy_place(proxy)
        addresses = self._addresses(self._proxies.submit(place.host), timeout)
        return Route(parts.scheme, host, port, addresses, (place.host, place.port), place.headers)

    def close(self) -> None:
        """Let the resolvers' threads end."""
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
    """A proxy, and what it has to be told."""

    host: str
    port: int
    headers: tuple[tuple[str, str], ...]


@lru_cache
def proxy_place(proxy: str) -> ProxyAddress:
    """The proxy written as ``http://[user:password@]host[:port]``. Raises :class:`UsageError`."""
    try:
        place = urlsplit(proxy)
        host, port = place.hostname, 80 if place.port is None else place.port
    except ValueError:
        host, port = None, 0
    if not host or place.scheme != "http":
        raise UsageError("the proxy is not written as http://host:port")
    if place.username is None:
        return ProxyAddress(host, port, ())
    user = f"{unquote(place.username)}:{unquote(place.password or '')}".encode()
    return ProxyAddress(host, port, (("Proxy-Authorization", f"Basic {base64.b64encode(user).decode()}"),))
