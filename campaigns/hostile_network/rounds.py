"""The rounds of a run, and the evaluation of each."""

from __future__ import annotations

import json
import random
import signal
import socket
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple, Self

from campaigns.hostile_network.cases import KINDS, Case, case
from campaigns.hostile_network.commands import Ran, Runner
from campaigns.hostile_network.namespace import furnish
from campaigns.hostile_network.parties import HungError, Resident, Server
from campaigns.hostile_network.places import HUB, HUB_PORT, HUB_TLS_PORT, PLAIN, PUBLIC, RESOLVER, one_of_each
from campaigns.hostile_network.resident import Order, Told
from campaigns.hostile_network.sites import CheckedSite, Limits, PingingSite
from campaigns.hostile_network.tally import OVERRUN, Sample, Tally
from campaigns.hostile_network.watch import Packet, Watch

_START = 8.0  # seconds that a command may take to begin, on a busy machine
_AT_ONCE = 8  # topics that a ping tells at once
_CONTROL, _FEW = 20, 8  # cases


class Size(NamedTuple):
    """The amount of work."""

    cases: int
    """Of each check."""
    wide: int
    """Of every tenth; 0 for none."""
    limits: Limits
    seed: int


class Run:
    """Everybody who takes part, and the rounds."""

    def __init__(self, folder: Path, size: Size) -> None:
        seed, limits = size.seed, size.limits
        self.tally = Tally(limits.timeout)
        self._seed, self._size = seed, size
        self._chance = random.Random(f"rounds {seed}")
        self._next = 0
        with ExitStack() as stack:
            furnish(folder)
            self._watch = Watch()
            authority = folder / "authority.pem"
            stack.enter_context(Server(authority, seed))
            self._runner = Runner(folder, authority)
            self._site = CheckedSite(folder / "checked", limits)
            self._pinging = PingingSite(folder / "pinging", limits)
            self._topics = self._pinging.forget("http://hub.test/")
            self._resident = stack.enter_context(Resident(folder, seed, limits, self._runner.environment))
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def control(self) -> None:
        """Connect where nobody may, by sockets and by feedpub with everything allowed. The log has to show it."""
        self._watch.take()
        wanted = one_of_each()
        for address in wanted:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            with suppress(OSError):
                socket.create_connection((address, PLAIN), 1).close()
            with socket.socket(family, socket.SOCK_DGRAM) as sock, suppress(OSError):
                sock.sendto(b"x", (address, PLAIN))
        seen = self._watch.take()
        expected = {Packet(how, address, PLAIN) for address in wanted for how in ("tcp", "udp")}
        self.tally.missed += [f"{one.protocol} to {one.address}" for one in sorted(expected - seen)]
        found = {one.address for one in seen & expected}
        kinds = ("address", "name", "redirect")
        cases = [one for kind in kinds for one in self._cases(_CONTROL, kind) if one[1].is_forbidden]
        self._site.open_everything(is_open=True)
        self._check_command(cases, is_control=True)
        self._site.open_everything(is_open=False)
        reached = {one.address for one in self._watch.take() if one.protocol == "tcp"} - PUBLIC - {RESOLVER}
        found |= reached
        # Many are one address spelled in many ways, or none that can be connected to.
        if len(reached) < len(cases) / 4:
            self.tally.missed.append(f"feedpub: {len(reached)} addresses by {len(cases)} links")
        self.tally.seen = len(found)

    def round(self, number: int) -> None:
        """Check and ping, from the command line and in the long-lived process."""
        is_wide = number % 10 == 9 and self._size.wide > 0
        cases = self._cases(self._size.wide if is_wide else self._size.cases)
        self._watch.take()
        if is_wide:
            self._check_command(cases, stop=(self._chance.uniform(2, 8), signal.SIGKILL))
        elif number % 7 == 3:
            self._check_command(cases, stop=(self._chance.uniform(2, 5), signal.SIGINT))
        self._check_command(cases)
        self._judge(is_ping=False)
        self._ping_command(number)
        self._judge(is_ping=True)
        try:
            self._check_inside(is_wide=is_wide, is_stopped=number % 7 == 5)
            self._judge(is_ping=False)
            told = self._ping_inside(number)
            self._judge(is_ping=True)
        except HungError as error:
            self.tally.complaints.append(f"the long-lived process {error}")
            raise
        self._sample(told)
        self.tally.dropped = self._watch.dropped

    def warm_up(self) -> None:
        """Have the long-lived process do once what makes it start helpers that stay, and measure it."""
        self._watch.take()
        self._obey(Order(first=self._take(_FEW), count=_FEW))
        self._judge(is_ping=False)
        self._sample(self._obey(Order(hub=f"http://{HUB}:{HUB_PORT}/ok")))
        self._judge(is_ping=True)

    def _sample(self, told: Told) -> None:
        self.tally.samples.append(Sample(told.memory, told.blocks, told.threads, told.descriptors))

    def _take(self, count: int) -> int:
        self._next += count
        return self._next - count

    def _cases(self, count: int, kind: str | None = None) -> list[tuple[int, Case]]:
        """New ones."""
        found: list[tuple[int, Case]] = []
        assert kind is None or kind in KINDS
        while len(found) < count:
            number = self._take(1)
            one = case(self._seed, number)
            if kind in (None, one.kind):
                self.tally.case(number, one)
                found.append((number, one))
        return found

    def _check_command(
        self, cases: Iterable[tuple[int, Case]], *, stop: tuple[float, int] | None = None, is_control: bool = False
    ) -> None:
        self._site.write(cases)
        ran = self._runner.run(self._site.folder, "check", "--all", "--format", "json", stop=stop)
        what = "feedpub check" + (
            f", {signal.Signals(stop[1]).name}" if stop else ", all allowed" if is_control else ""
        )
        # It may be done before the signal comes.
        expected = (0, 1) if stop is None else (0, 1, 130) if stop[1] == signal.SIGINT else (0, 1, -signal.SIGKILL)
        self.tally.ran(what, ran.status, expected, ran.seconds, ran.complaints)
        if stop is None and not is_control:
            self.tally.peaks.append(ran.memory)
            self._count_links(ran)

    def _count_links(self, ran: Ran) -> None:
        try:
            links = json.loads(ran.out)["links"]
        except ValueError:
            self.tally.complaints.append(f"no report: {ran.out[:200]!r}")
            return
        for link in links:
            for location in link["locations"]:
                name = location["path"].removeprefix("content/").removesuffix(".md")
                self.tally.link(name, link["verdict"], link["elapsed_ms"] / 1000)

    def _hub(self, number: int) -> str:
        place = self._chance.choice((f"{HUB}:{HUB_PORT}", f"hub.test:{HUB_PORT}", f"{HUB}:{HUB_TLS_PORT}"))
        scheme = "https" if place.endswith(str(HUB_TLS_PORT)) else "http"
        return f"{scheme}://{place}/hub/{self._seed}/{number}"

    def _ping_command(self, number: int) -> None:
        self._pinging.forget(self._hub(2 * number))
        ran = self._runner.run(self._pinging.folder, "ping")
        self.tally.ran("feedpub ping", ran.status, (0, 1, 4), ran.seconds, ran.complaints)
        self._time_ping(ran.seconds)

    def _ping_inside(self, number: int) -> Told:
        told = self._obey(Order(hub=self._hub(2 * number + 1)))
        self.tally.ran("ping inside", told.status, (0, 1, 4), told.seconds, self._resident.complaints())
        self._time_ping(told.seconds)
        return told

    def _time_ping(self, seconds: float) -> None:
        """A topic has one time-out, retries included; as many rounds as there are topics, and what a hang is later."""
        limit = (-(-self._topics // _AT_ONCE) + OVERRUN) * self._size.limits.timeout + _START
        if seconds > limit:
            self.tally.complaints.append(f"a ping takes {seconds:.1f} s, more than {limit:.0f} s")

    def _check_inside(self, *, is_wide: bool, is_stopped: bool) -> None:
        count = self._size.wide if is_wide else self._size.cases
        order = Order(
            first=self._take(count),
            count=count,
            stop_after=self._chance.uniform(0.1, 4) if is_stopped else None,
        )
        told = self._obey(order)
        what = "check inside" + (", stopped" if is_stopped else "")
        self.tally.ran(what, 0, (0,), told.seconds, self._resident.complaints())
        for number in range(order.first, order.first + count):
            self.tally.case(number, case(self._seed, number))
        for one in told.findings:
            self.tally.link(one.name, one.verdict, one.seconds)

    def _obey(self, order: Order) -> Told:
        told = self._resident.obey(order)
        allowed = {HUB} if order.hub else PUBLIC
        self.tally.breaches += [
            f"{address}, as Python has it" for address, _ in told.connects if address not in allowed
        ]
        return told

    def _judge(self, *, is_ping: bool) -> None:
        """Look at what was connected to since the last look."""
        for one in self._watch.take():
            if (one.address, one.port) == (RESOLVER, 53):
                continue
            is_hub = (one.address, one.port) in ((HUB, HUB_PORT), (HUB, HUB_TLS_PORT))
            if one.protocol == "tcp" and (is_hub if is_ping else one.address in PUBLIC):
                self.tally.allowed[one.address] += 1
            else:
                self.tally.breaches.append(f"{one.protocol} {one.address} port {one.port}")
