"""The two sites of a run: one for link checks, and one for pings."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from campaigns.hostile_network.cases import Case
from campaigns.hostile_network.places import ZONE
from feedpub.config import Config, load_config
from feedpub.delivery.websub.feed_urls import feed_digests
from feedpub.state.published import HubState, PublishedState, output_key

_TOPICS = 4
_SITE = """\
site:
  title: Hostile
  base_url: https://news.hostile.example/
  description: Links that lead nowhere good.
  author: {name: Nobody, email: nobody@hostile.example}
content:
  path: content
  permalink: /{year}/{path}/
"""
_CHECK = """\
check:
  kinds: [source, amp, amp-cache, image, attachment, related]
  timeout: {timeout}
  retries: {retries}
  delay: 0
"""
_ROBOTS = f'  hosts: {{"*.robots.{ZONE}": {{robots: true}}}}\n'
_EVERYWHERE = '  allow_private: ["0.0.0.0/0", "::/0"]\n'


class Limits(NamedTuple):
    """The limits on the time for a link."""

    timeout: float
    """Seconds."""
    retries: int


class CheckedSite:
    """One whose articles are all of one round."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self._check = _CHECK.format(**limits._asdict())
        (folder / "content").mkdir(parents=True)
        self.open_everything(is_open=False)
        self.config = load_config(folder / "config.yaml")

    def open_everything(self, *, is_open: bool) -> None:
        """Let the check connect to every address there is, or to public ones alone."""
        more = _EVERYWHERE if is_open else ""
        (self.folder / "config.yaml").write_text(_SITE + self._check + more + _ROBOTS)

    def write(self, cases: Iterable[tuple[int, Case]]) -> None:
        """Write an article for each of ``cases``, in place of those there are."""
        for old in (self.folder / "content").iterdir():
            old.unlink()
        for number, case in cases:
            values: dict[str, object] = {"title": f"Case {number}", "publishedDateTime": "2024-05-01T10:00:00Z"}
            for field, url in case.links.items():
                values[field] = {"images": [{"url": url}], "attachments": [{"url": url, "type": "audio/mpeg"}]}.get(
                    field, [{"title": "Related", "sourceUrl": url}] if field == "related" else url
                )
            lines = [f"{key}: {json.dumps(value)}" for key, value in values.items()]
            (self.folder / "content" / f"{name_of(number, case)}.md").write_text("\n".join(["---", *lines, "---", ""]))


def name_of(number: int, case: Case) -> str:
    """The name of an article, from which its case is told."""
    return f"{case.kind}.{number}{'.forbidden' if case.is_forbidden else ''}"


class PingingSite:
    """One with some feeds, of which the hub is made to believe that it knows nothing."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self._check = _CHECK.format(**limits._asdict())
        (folder / "content").mkdir(parents=True)
        for number in range(_TOPICS):
            text = f"---\ntitle: T\ndate: 2024-05-01\nsourceUrl: https://a.example/{number}\ntopics: [T{number}]\n---\n"
            (folder / "content" / f"{number}.md").write_text(text)
        self.set_hub("http://hub.test/")
        subprocess.run([sys.executable, "-m", "feedpub", "-q", "build"], cwd=folder, check=True)

    @property
    def config(self) -> Config:
        """As it is now."""
        return load_config(self.folder / "config.yaml")

    def set_hub(self, url: str) -> None:
        """Have ``url`` as the hub."""
        (self.folder / "config.yaml").write_text(f"{_SITE}{self._check}hub: {url}\n")

    def forget(self, url: str) -> int:
        """Make ``url`` the hub and every feed a changed one; return the number of feeds."""
        self.set_hub(url)
        published = PublishedState(self.config.state_folder)
        key = output_key(self.config, None)
        digests = feed_digests(published.output_state(key))
        published.save_hub_state(key, HubState(hub=url, files=dict.fromkeys(digests, "other")))
        return len(digests)
