"""A third profile is a module and a line of the registry: that of docs/profiles.md, in commands of a real site."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from lxml import etree

from support.site import ProcessSite, SiteFolder

pytestmark = pytest.mark.slow

DOCUMENT = Path(__file__).parents[3] / "docs" / "profiles.md"
# Python imports a module of this name in every process, workers included.
REGISTRATION = """
from feedpub.core.profile_registry import PROFILES

PROFILES["smartnews"] = "smartnews:SmartNewsProfile"
"""
NAMESPACE = "{http://www.smartnews.be/snf}"


@pytest.fixture
def profiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SiteFolder:
    """A site with a feed that follows the profile of the documentation."""
    modules = tmp_path / "modules"
    modules.mkdir()
    (module,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    (modules / "smartnews.py").write_text(module)
    (modules / "sitecustomize.py").write_text(REGISTRATION)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(modules), os.environ.get("PYTHONPATH")))))
    site = ProcessSite(tmp_path / "site")
    site.configure("feeds: [{slug: smart, title: Smart, icon: /logo.png, profiles: [smartnews, flipboard]}]\n")
    site.add("a", "The text.", images=["/a.png"])
    site.add("b")
    return site


def test_a_feed_follows_it_beside_another_profile(profiled: SiteFolder) -> None:
    profiled.build()
    files = profiled.files()
    channel = etree.fromstring(files["feeds/smart/rss.xml"]).find("channel")
    assert channel is not None
    assert channel.findtext(f"{NAMESPACE}logo/url") == "https://news.example.org/logo.png"
    assert b"smartnews" not in files["rss.xml"]
    profiled.add("c", "More.")
    profiled.build()
    after = profiled.files()
    profiled.build("--full")
    assert profiled.files() == after


def test_validate_names_what_it_refuses(profiled: SiteFolder) -> None:
    done = profiled.run("validate")
    assert done.returncode == 1
    assert "content/b.md:1: body: missing; SmartNews shows whole articles\n" in done.stdout
    assert "content/a.md:1: body" not in done.stdout


def test_the_configuration_knows_it(profiled: SiteFolder) -> None:
    profiled.configure("feeds: [{slug: a, title: A, profiles: [gazette]}]\n")
    assert "feeds[0].profiles[0]: 'gazette' is not one of flipboard, smartnews" in profiled.run("validate").stderr
