"""Time zones that are the same on every machine, whatever the system has."""

from __future__ import annotations

import os
import pickle
import zoneinfo
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedpub.core import zones
from feedpub.core.zones import zone_of
from support.site import CONFIG, SiteFolder


@pytest.mark.slow
def test_the_system_s_zones_are_not_asked(site: SiteFolder, tmp_path: Path) -> None:
    doctored = tmp_path / "zoneinfo" / "Europe" / "Berlin"
    doctored.parent.mkdir(parents=True)
    doctored.write_bytes((Path(zones._folder()) / "zoneinfo" / "Asia" / "Tokyo").read_bytes())
    site.configure(base=CONFIG.replace("path: content", "path: content\n  timezone: Europe/Berlin"))
    site.add(publishedDateTime="2024-05-01 10:00:00")
    site.build()
    before = site.files()
    assert b"2024-05-01T08:00:00Z" in before["feed.json"]
    done = site.run_process("build", "--full", env={**os.environ, "PYTHONTZPATH": str(tmp_path / "zoneinfo")})
    assert (done.returncode, site.files()) == (0, before)


@pytest.mark.slow
def test_a_zone_that_only_the_system_has_is_none(site: SiteFolder, tmp_path: Path) -> None:
    own = tmp_path / "zoneinfo" / "Own" / "Zone"
    own.parent.mkdir(parents=True)
    own.write_bytes((Path(zones._folder()) / "zoneinfo" / "Asia" / "Tokyo").read_bytes())
    site.configure(base=CONFIG.replace("path: content", "path: content\n  timezone: Own/Zone"))
    done = site.run_process("build", env={**os.environ, "PYTHONTZPATH": str(tmp_path / "zoneinfo")})
    assert done.returncode == 2
    assert "'Own/Zone' is not a time zone" in done.stderr


def test_every_name_gives_a_zone() -> None:
    for name in zones.names():
        datetime(2024, 7, 1, tzinfo=UTC).astimezone(zone_of(name))


@pytest.mark.parametrize(
    "name", ["", ".", "..", "Europe", "../zones", "/etc/localtime", "Europe/Berlin\0", "localtime"]
)
def test_another_name_gives_none(name: str) -> None:
    with pytest.raises(KeyError):
        zone_of(name)


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin"])
def test_a_zone_goes_to_workers_and_comes_back_as_itself(name: str) -> None:
    zone = zone_of(name)
    assert pickle.loads(pickle.dumps(zone)) is zone


def test_a_zone_is_shown_by_its_name_alone() -> None:
    # What is shown is in the fingerprint of builds, which is the same wherever tzdata lies.
    assert repr(zone_of("Europe/Berlin")) == "zone_of('Europe/Berlin')"


def test_other_users_of_zoneinfo_are_left_alone() -> None:
    assert zone_of("Asia/Tokyo") is not zoneinfo.ZoneInfo("Asia/Tokyo")
