"""The processes besides the commands: the hostile server, and the long-lived process."""

from __future__ import annotations

import re
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self

import msgspec

from campaigns.hostile_network.resident import Order, Told
from campaigns.hostile_network.sites import Limits

_LIMIT = 400.0
_BAD = re.compile(r"Traceback|Exception in thread|Exception ignored|ResourceWarning|Error in sys")


class HungError(Exception):
    """A process says nothing any more."""


class _Party:
    """A module of this package, running; it is ended by closing its standard input."""

    def __init__(
        self, module: str, *arguments: str, errors: IO[bytes], environment: Mapping[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"campaigns.hostile_network.{module}", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
        )
        self.hear(60)

    def hear(self, limit: float = _LIMIT) -> bytes:
        """The next line that it says. Raises :class:`HungError`."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], limit)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            raise HungError(f"no answer within {limit:.0f} s" if not ready else "has died")
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Server(_Party):
    """See :mod:`.server`."""

    def __init__(self, authority: Path, seed: int) -> None:
        super().__init__("server", str(authority), str(seed), errors=sys.stderr.buffer)


class Resident(_Party):
    """See :mod:`.resident`."""

    def __init__(self, folder: Path, seed: int, limits: Limits, environment: Mapping[str, str]) -> None:
        self._errors = folder / "resident.err"
        with self._errors.open("wb") as errors:
            super().__init__(
                "resident", str(folder), str(seed), *map(str, limits), errors=errors, environment=environment
            )
        self._read = 0

    def obey(self, order: Order) -> Told:
        """Return the result of ``order``. Raise :class:`HungError`."""
        assert self.process.stdin is not None
        self.process.stdin.write(msgspec.json.encode(order) + b"\n")
        self.process.stdin.flush()
        return msgspec.json.decode(self.hear(), type=Told)

    def complaints(self) -> list[str]:
        """Return the new text on standard error since the last call, without warnings for people."""
        with self._errors.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        self._read += len(new)
        text = new.decode("utf-8", "replace")
        return [text[-3000:]] if _BAD.search(text) else []
