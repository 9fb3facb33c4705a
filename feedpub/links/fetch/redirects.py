"""The redirects of one link: from its URL to the last response, with one deadline for all requests.

RFC 9110 section 15.4 (redirects). Each step gets the same checks as the first: scheme, addresses,
robots.txt. The headers that ``config.yaml`` sets for an origin are sent to that origin
only.

:mod:`feedpub.links.fetch.fetcher` chooses the method and reads the response.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from requests.structures import CaseInsensitiveDict

from feedpub.links.fetch.cookies import Cookies
from feedpub.links.fetch.robots import MOST_BYTES, Robots, RobotsFile
from feedpub.links.model import Failure, Hop
from feedpub.links.net.connections import Route
from feedpub.links.net.deadline import Deadline, DeadlineError
from feedpub.links.net.failures import TransportError
from feedpub.links.net.response_headers import REDIRECTS, redirect_target
from feedpub.links.net.routes import Router
from feedpub.links.net.session import Call, CheckSession, RequestTerms, Response
from feedpub.links.schedule.politeness import host_of
from feedpub.links.settings import SettingsByHost

MOST_REDIRECTS = 20
"""As many as browsers follow (https://fetch.spec.whatwg.org/#http-redirect-fetch)."""

_DEFAULT_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
}


class RequestPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The request that is sent to each server along the redirects."""

    method: str
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Replacements of the default headers, in the same spelling; headers set in config.yaml win."""
    share: float = 1.0
    """The part of the remaining time that the requests may use."""
    user_agent: str | None = None
    """The User-Agent instead of that of config.yaml."""
    obeys_robots: bool = True
    """True if robots.txt may refuse the request."""


class RedirectResult:
    """The end of a chain of redirects: a response, which has to be finished, or an error."""

    def __init__(self) -> None:
        self.hops: list[Hop] = []
        self.url: str | None = None
        """The last URL that was requested."""
        self.status: int | None = None
        """The status of the last response."""
        self.response: Response | None = None
        self.error: TransportError | None = None

    def finish(self) -> None:
        """Release the connection of the response, if there is one."""
        if self.response is not None:
            self.response.finish()


class RedirectFollower:
    """A client that follows the redirects of one link.

    All its requests share one deadline, which starts at the first connection attempt, and one set
    of cookies.
    """

    def __init__(
        self, session: CheckSession, router: Router, settings: SettingsByHost, robots: Robots, *, keep_alive: bool
    ) -> None:
        self._session = session
        self._router = router
        self._settings = settings
        self._robots = robots
        self._keep_alive = keep_alive
        self._cookies = Cookies()
        self._routes: set[Route] = set()
        self._deadline: Deadline | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the first connection attempt; 0 where there was none."""
        return self._deadline.elapsed() if self._deadline else 0.0

    def follow(self, plan: RequestPlan, url: str) -> RedirectResult:
        """Request ``url``, follow the redirects, and return where they end."""
        result = RedirectResult()
        try:
            self._follow_redirects(result, plan, url)
        except TransportError as error:
            result.error = error
        except DeadlineError:
            result.error = TransportError(Failure.TIMEOUT, "no answer in time")
        return result

    def close(self) -> None:
        """Close the connections to the servers, unless they are kept alive."""
        if not self._keep_alive:
            for route in self._routes:
                self._session.transport.idle_connections.drop(route)

    def _follow_redirects(self, result: RedirectResult, plan: RequestPlan, url: str) -> None:
        seen: set[tuple[str, str | None]] = set()
        deadline: Deadline | None = None
        while True:
            route, deadline = self._prepare(url, plan, deadline)
            call = self._call(url, plan, route, deadline)
            # A site may redirect to the same URL after it has set a cookie.
            state = url.partition("#")[0], call.headers.get("Cookie")
            if state in seen:
                raise TransportError(Failure.LOOP, "redirects in a circle")
            seen.add(state)
            result.url = url
            response = self._session.call(call)
            result.status = response.status_code
            location = response.first("Location") if response.status_code in REDIRECTS else None
            if not location:
                result.response = response
                return
            response.finish()
            if len(result.hops) == MOST_REDIRECTS:
                raise TransportError(Failure.LOOP, f"redirects more than {MOST_REDIRECTS} times")
            self._cookies.store(call, response.raw.headers)
            url = redirect_target(url, location)
            result.hops.append(Hop(status=response.status_code, url=url))

    def _prepare(self, url: str, plan: RequestPlan, deadline: Deadline | None) -> tuple[Route, Deadline]:
        """Return the route to ``url`` and the deadline of the requests.

        The deadline starts after the first host name is resolved; later look-ups count.
        """
        timeout = self._settings.settings_for(host_of(url)).timeout
        route = self._router.route(url, self._deadline.remaining() if self._deadline else timeout)
        self._deadline = self._deadline or Deadline(timeout)
        self._routes.add(route)
        return route, deadline or self._deadline.shortened(plan.share)

    def _call(self, url: str, plan: RequestPlan, route: Route, deadline: Deadline) -> Call:
        settings = self._settings.settings_for(host_of(url))
        # Where two names differ only in case, the last one wins.
        headers = CaseInsensitiveDict({**_DEFAULT_HEADERS, **plan.headers, **self._settings.headers_for(url)})
        if plan.user_agent is not None:
            headers["User-Agent"] = plan.user_agent
        if plan.obeys_robots and settings.robots:
            self._robots.require_allowed(url, str(headers["User-Agent"]), self._read_robots, deadline.remaining())
        call = Call(plan.method, url, headers, RequestTerms(route, deadline, self._keep_alive))
        self._cookies.add_to(call)
        return call

    def _read_robots(self, url: str) -> RobotsFile:
        result = self.follow(_ROBOTS, url)
        try:
            body, cut = result.response.page(MOST_BYTES) if result.response else (b"", None)
        finally:
            result.finish()
        return RobotsFile(result.status, body, result.error or cut, bool(result.hops))


_ROBOTS = RequestPlan(method="GET", headers={"Accept": "text/plain,*/*;q=0.8"}, obeys_robots=False)
