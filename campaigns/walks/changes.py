"""The changes that a random walk makes to a site between two builds."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from feedpub.core.models import ArchivedCopy
from feedpub.links.model import Answer, LinkTarget, Verdict
from feedpub.links.remember.copies import StoredCopy
from feedpub.links.remember.store import LinkStore

START = datetime(2024, 6, 1, tzinfo=UTC)
CONFIGS = {"config.yaml": "output", "b.yaml": "public"}
"""The output folder of each configuration of the site."""

_NAMES = [
    *(f"article-{number}" for number in range(50)),
    "part/a",
    "part/b",
    "part/deep/c",
    "ü",
    "a b",
    "2024-05-03-dated",
]
_TOPICS = ["AI", "ai", "Power Apps", "power-apps", "C++", "机器学习", "No", "1e3", "<b>", "..", "x" * 80, "a/b"]
_PROVIDERS = [
    None,
    {"name": "First", "domain": "first.example"},
    {"name": "Other First", "domain": "FIRST.example"},
    {"name": "Nameless domain"},
    {"name": "ü", "domain": "bücher.example", "authors": [{"name": "A & B"}]},
]
_BODIES = ["", "Short.", "# Title\n\n[a](b) <script>x</script> & ]]>\n", "<iframe>" * 50, "word " * 4_000]
_LINKS = ["[a](article-3.md)", "[b](../part/a.md#x)", "[c](/ü.md) [d](deep/c.md)", "[e](<a b.md>) [f](none.md)"]
_WRONG = ["", "no front matter", "---\ntitle: [\n---\n", "---\ntitle: A\n---\n", "---\n" + "[" * 200 + "\n---\n"]
_SECTIONS: dict[str, list[str]] = {
    "output": [
        "limit: 2",
        "limit: 50",
        "formats: [atom]",
        "formats: [json, rss]",
        "archive: true",
        "precompress: [gzip]",
        "pages: false",
        "max_article_output: 60 kB",
    ],
    "topics": ["exclude: [AI]", "min_articles: 2", "group_stories: true", "limit: 3"],
    "providers": ["exclude: [first.example]", "min_articles: 2"],
    "check": ["on_broken: omit", "on_broken: archive", "on_broken: archive", "failures_before_broken: 2"],
}
_CONTENT = [
    "exclude: [part/**]",
    "exclude: [ü.md]",
    "permalink: '/{path}/'",
    "timezone: Asia/Tokyo",
    "pattern: '**/a*.md'",
    "generator: eleventy",
    "generator: mkdocs",
]
_DATA_FILES = [
    "content.json",
    "part/part.11tydata.js",
    "part/a.json",
    ".meta.yml",
    "part/.meta.yml",
    "part/deep/.meta.yml",
]
_DATA = ['{"draft": %s}', '{"tags": ["AI"], "heat": %s}', '{"author": "%s"}', '{"x": "%s", "permalink": "/{{ x }}/"}']
_FEEDS = [
    "{slug: mine, title: Mine, topics: [AI, C++], min_heat: 40}",
    "{slug: best, title: Best, top: {count: 2, per: day}, limit: 7}",
    "{slug: week, title: Week, min_heat: 10, top: {count: 3, digest: true}, limit: 4, content: excerpt}",
    "{slug: month, title: Month, since: 10d, top: {per: month, by: quality, digest: true}}",
    "{slug: stories, title: Stories, group_stories: true, limit: 4}",
    "{slug: hot-stories, title: Hot stories, group_stories: true, limit: 4, sort: heat, since: 20d}",
    "{slug: pod, title: Pod, podcast: {category: News, image: /cover.jpg}}",
    "{slug: pairs, title: Pairs, combine: [topics, providers], min_articles: 2, limit: 3, archive: true}",
    "{slug: spoken, title: Spoken, languages: true, none: {topics: [AI]}, since: 20d}",
    "{slug: flip, title: Flip, limit: 4, profiles: [flipboard]}",
]
_STORIES = ["Title of OpenAI and GPT-5 & more", "Title of OpenAI and GPT-5", "Title of Tesla and 2 million cars"]


class WalkedSite:
    """A site that changes at random, the same for the same ``chance``."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root = root
        self.now = START
        self.log: list[str] = []
        """The changes so far, for the message of a failure."""
        self._chance = chance
        self._count = 0
        self._content = root / "content"
        self._content.mkdir(parents=True)
        for name in CONFIGS:
            self.configure(name)
        for _ in range(chance.randrange(70)):
            self.write()

    def change(self) -> None:
        """Make a few changes."""
        changes: dict[Callable[[], object], int] = {
            self.write: 30,
            self.write_wrong: 4,
            self.write_data: 4,
            self.remove: 8,
            self.rename: 5,
            self.copy: 3,
            self.change_quickly: 3,
            self.link: 4,
            self.remove_many: 1,
            lambda: self.configure(self._chance.choice(list(CONFIGS))): 6,
            self.turn_the_clock: 8,
            self.damage_output: 10,
            self.damage_cache: 4,
            self.check: 6,
            self.find_copies: 4,
            self.lose_answers: 1,
        }
        for action in self._chance.choices(list(changes), list(changes.values()), k=self._chance.randint(0, 5)):
            before = len(self.log)
            # A file may be in the place of a folder, or the other way round.
            with contextlib.suppress(OSError):
                action()
            if len(self.log) == before:
                self.log.append(getattr(action, "__name__", "configure"))

    def write(self) -> None:
        """Add an article, or write another in its place."""
        chance = self._chance
        self._count += 1
        moment = START + timedelta(days=chance.randint(-60, 30), minutes=chance.randrange(3))
        fields: dict[str, Any] = {
            "title": f"Title {self._count} & more" if chance.random() < 0.5 else chance.choice(_STORIES),
            "publishedDateTime": moment.isoformat() if chance.random() < 0.9 else moment.date().isoformat(),
            "sourceUrl": f"https://example.com/{chance.randrange(90)}",
            "topics": chance.sample(_TOPICS, chance.randrange(5)),
            "provider": chance.choice(_PROVIDERS),
            "heat": chance.choice([-1, 0, 50, 100, "warm"]),
            "excerpt": chance.choice(["", "Plain & simple.", "<p>HTML</p>", "control \x01 character"]),
            "images": [{"url": f"/image-{self._count}.png", "width": 10}] if chance.random() < 0.3 else [],
            "enclosures": [f"/episode-{self._count}.mp3"] if chance.random() < 0.3 else [],
            "episode": self._count,
            "draft": chance.random() < 0.1,
            "related": [{"sourceUrl": f"https://example.com/{chance.randrange(90)}"}] if chance.random() < 0.2 else [],
        }
        if chance.random() < 0.2:
            fields["updated"] = (moment + timedelta(days=chance.randint(-3, 20))).isoformat()
        if chance.random() < 0.1:
            del fields["sourceUrl"]
        self._save(chance.choice(_NAMES), f"---\n{json.dumps(fields)}\n---\n{self._body()}")

    def _body(self) -> str:
        if self._chance.random() < 0.2:
            return " ".join(self._chance.sample(_LINKS, self._chance.randint(1, 3)))
        return self._chance.choice(_BODIES)

    def write_wrong(self) -> None:
        """Write a file that is no valid article."""
        self._save(self._chance.choice(_NAMES), self._chance.choice(_WRONG))

    def write_data(self) -> None:
        """Write or remove a data file of a folder, which a generator reads."""
        name, value = self._chance.choice(_DATA_FILES), self._chance.choice(["true", "false", "7"])
        path = self._content / name
        path.unlink(missing_ok=True)
        if self._chance.random() < 0.7:
            path.parent.mkdir(parents=True, exist_ok=True)
            text = self._chance.choice(_DATA) % value
            path.write_text(f"export default {text}" if name.endswith(".js") else text, encoding="utf-8")
        self.log.append(f"data {name}")

    def remove(self) -> None:
        """Delete an article."""
        self._any_article().unlink()

    def remove_many(self) -> None:
        """Delete most of the articles."""
        for file in self._articles():
            if self._chance.random() < 0.7:
                file.unlink()

    def rename(self) -> None:
        """Give an article another file."""
        target = self._path(self._chance.choice(_NAMES))
        target.parent.mkdir(parents=True, exist_ok=True)
        self._any_article().rename(target)

    def copy(self) -> None:
        """Make a duplicate of an article."""
        shutil.copy(self._any_article(), self._path(self._chance.choice(_NAMES)))

    def change_quickly(self) -> None:
        """Change an article, and leave its size and modification time as they were."""
        file = self._any_article()
        status = file.stat()
        file.write_bytes(file.read_bytes().replace(b"Title ", b"Trick "))
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    def link(self) -> None:
        """Link a file or a folder inside the content, or outside of it."""
        name = self._chance.choice(["link.md", "part/link.md", "linked", "part/linked"])
        target = self._chance.choice([*_NAMES, "", "part", "part/deep", ".hidden", "../config.yaml", "../.."])
        path = self._content / name
        path.unlink(missing_ok=True)
        path.symlink_to(self._content / (f"{target}.md" if name.endswith(".md") and target in _NAMES else target))

    def configure(self, name: str) -> None:
        """Write a configuration at random."""
        chance = self._chance
        text = "site: {title: AI News, base_url: 'https://news.example.org/'}\n"
        content = dict(option.split(": ", 1) for option in chance.sample(_CONTENT, chance.randrange(3)))
        text += "content:\n  path: content\n" + "".join(f"  {key}: {value}\n" for key, value in content.items())
        for section, options in _SECTIONS.items():
            chosen = dict(option.split(": ", 1) for option in chance.sample(options, chance.randrange(3)))
            chosen |= {"path": CONFIGS[name]} if section == "output" else {}
            text += f"{section}: {{{', '.join(f'{key}: {value}' for key, value in chosen.items())}}}\n"
        text += f"feeds: [{', '.join(chance.sample(_FEEDS, chance.randrange(len(_FEEDS) + 1)))}]\n"
        (self.root / name).write_text(text, encoding="utf-8")
        self.log.append(f"{name}: {text!r}")

    def turn_the_clock(self) -> None:
        """Let time pass, or turn the clock back, perhaps to 1970."""
        days = self._chance.choice([-10, -1, 1, 5, 20, None])
        self.now = datetime(1970, 1, 1, tzinfo=UTC) if days is None else max(self.now, START) + timedelta(days=days)
        self.log.append(f"clock: {self.now}")

    def damage_output(self) -> None:
        """Let somebody else change, remove or replace files in an output folder."""
        output = self.root / self._chance.choice(list(CONFIGS.values()))
        files = sorted(path for path in output.rglob("[!.]*") if path.is_file() and not path.is_symlink())
        for file in self._chance.sample(files, min(len(files), self._chance.choice([1, 3, 1000]))):
            damage = self._chance.choice(["change", "truncate", "remove", "touch", "link", "stray"])
            if damage == "change":
                file.write_bytes(b"changed")
            elif damage == "truncate":
                os.truncate(file, file.stat().st_size // 2)
            elif damage in ("remove", "link"):
                file.unlink()
                if damage == "link":
                    file.symlink_to(self.root / "config.yaml")
            elif damage == "touch":
                os.utime(file)
            else:
                (file.parent / ".feedpub-tmp-0123456789abcdef").write_bytes(b"left by a killed build")
            self.log.append(f"{damage} {file.relative_to(self.root)}")

    def damage_cache(self) -> None:
        """Delete or damage the cache of a configuration."""
        file = self.root / ".feedpub" / self._chance.choice(["build.db", "build-b.yaml.db"])
        damage = self._chance.choice(["delete", "truncate", "garbage"])
        if damage == "delete":
            file.unlink()
        elif damage == "truncate":
            os.truncate(file, file.stat().st_size // 2)
        else:
            file.write_bytes(b"garbage" * 1000 if file.exists() else b"")
        self.log.append(f"{damage} {file.name}")

    def check(self) -> None:
        """Record what a link check finds out about files of a few articles, or forget it."""
        state = self.root / ".feedpub"
        state.mkdir(exist_ok=True)
        with LinkStore(state) as store:
            for _ in range(self._chance.choice([1, 1, 5, 300])):
                number = self._chance.randint(0, self._count)
                name = self._chance.choice([f"image-{number}.png", f"episode-{number}.mp3"])
                target = LinkTarget(url=f"https://news.example.org/{name}", wants_length=True)
                length = self._chance.choice([0, 1, 2, None])
                if length is None:
                    store.forget([target.url])
                elif length:
                    store.add(target, Answer(status=200, media_type="audio/ogg", length=length), [Verdict.OK], START)
                else:
                    store.add(target, Answer(status=404), [Verdict.BROKEN], START)
                self.log.append(f"check {name}: {length}")

    def find_copies(self) -> None:
        """Record which sources are dead, and the archived copies of a few."""
        state = self.root / ".feedpub"
        state.mkdir(exist_ok=True)
        urls = [f"https://example.com/{self._chance.randrange(90)}" for _ in range(self._chance.choice([1, 5, 90]))]
        with LinkStore(state) as store:
            for url in urls:
                copy = ArchivedCopy(
                    f"https://archive.example/{url}", START - timedelta(days=self._chance.randrange(70))
                )
                store.add_copy(url, StoredCopy(self._chance.choice([copy, copy, None]), START, START))
            half = self._chance.randint(0, len(urls))
            store.show_copies(dead=urls[:half], alive=urls[half:])
        self.log.append(f"copies of {urls}")

    def lose_answers(self) -> None:
        """Delete links.db."""
        for file in (self.root / ".feedpub").glob("links.db*"):
            file.unlink()

    def _save(self, name: str, text: str) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            path.unlink()
        path.write_text(text, encoding="utf-8")
        self.log.append(f"write {name}: {text[:300]!r}")

    def _path(self, name: str) -> Path:
        return self._content / f"{name}.md"

    def _articles(self) -> list[Path]:
        return sorted(path for path in self._content.rglob("*.md") if path.is_file() and not path.is_symlink())

    def _any_article(self) -> Path:
        articles = self._articles()
        if not articles:
            raise FileNotFoundError
        return self._chance.choice(articles)
