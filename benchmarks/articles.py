"""Articles like the two of seeds/, any number, the same for the same number: for benchmarks and scale tests.

1 to 4 of 201 topics, 1,000 providers with a Zipf share, 0 to 2 related articles, 90 % published, no body, an encrypted
payload; dates over ten years. ``python benchmarks/articles.py 10000 DIR`` writes them with a config.yaml.
"""

from __future__ import annotations

import argparse
import base64
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

TOPICS = tuple(f"Topic {number}" for number in range(1, 202))
PROVIDERS = 1000
FOLDER_SIZE = 1000
_FIRST = datetime(2015, 1, 1, tzinfo=UTC)
_MINUTES = 10 * 365 * 24 * 60
_WORDS = (
    "Facebook Twitter global network fake accounts coordinated campaign political messages artificial intelligence "
    "tools mask behavior companies outside research firms worked said remove powered generated profile operation "
    "group social media platform report language model chip data center robot vision speech startup investor privacy"
).split()

CONFIG = """\
site:
  title: AI News
  base_url: https://news.example.org/
  description: What matters in AI, by topic and by source.
  author: {name: Example News, email: editor@example.org}
content:
  path: content
output:
  limit: 50
  pages: false
"""


class Articles:
    """A stream of articles; ``text(n)`` is the same for the same ``n``."""

    def __init__(self) -> None:
        weights = [1 / rank for rank in range(1, PROVIDERS + 1)]
        self._cumulative = [sum(weights[: rank + 1]) for rank in range(PROVIDERS)]

    def path(self, number: int) -> str:
        """Return the path of article ``number`` below the content folder."""
        return f"{number // FOLDER_SIZE:04}/article-{number:07}.md"

    def text(self, number: int, *, revision: int = 0) -> str:
        """The file's text. Another ``revision`` has another title, and the rest the same."""
        pick = random.Random(number)
        lines = ["---", "category: news"]
        story, provider = self._story(pick, number)
        if revision:
            story[0] = story[0][:-1] + f' revision {revision}"'
        lines += [*story, f"published: {str(pick.random() < 0.9).lower()}", "", *provider, ""]
        lines += ["topics:", *(f"  - {topic}" for topic in pick.sample(TOPICS, pick.randint(1, 4))), ""]
        lines += self._images(pick, number)
        related = pick.randint(0, 2)
        lines += ["", "related:"] if related else []
        for index in range(related):
            inner, source = self._story(pick, number * 10 + index + 10_000_000)
            block = [*inner, *source, *self._images(pick, number + index)]
            lines += [("  - " if position == 0 else "    ") + line for position, line in enumerate(block)]
        payload = base64.b64encode(pick.randbytes(pick.randint(150, 300))).decode()
        return "\n".join([*lines, "", f'secured: "{payload}"', "---", ""])

    def _story(self, pick: random.Random, number: int) -> tuple[list[str], list[str]]:
        rank = pick.choices(range(PROVIDERS), cum_weights=self._cumulative)[0]
        domain = f"provider-{rank}.example"
        slug = "-".join(pick.choices(_WORDS, k=8)).lower()
        moment = _FIRST + timedelta(minutes=pick.randrange(_MINUTES))
        path = f"articles/{slug}-{number}"
        cache = f"www.{domain}".replace("-", "--").replace(".", "-")
        story = [
            f'title: "{self._sentence(pick, 12)}"',
            f'excerpt: "{self._sentence(pick, 40)}"',
            f"publishedDateTime: {moment:%Y-%m-%dT%H:%M:%SZ}",
            f"sourceUrl: https://www.{domain}/{path}",
            f"ampUrl: https://www.{domain}/amp/{path}",
            f"cdnAmpUrl: https://{cache}.cdn.ampproject.org/c/s/www.{domain}/amp/{path}",
            "type: article",
            f"quality: {pick.randint(-1, 100)}",
            f"heat: {pick.randint(-1, 100)}",
        ]
        provider = [
            "provider:",
            f"  name: Provider {rank}",
            f"  domain: {domain}",
            "  images:",
            f"    - url: /assets/images/organizations/{domain}-50x50.jpg",
            "      width: 50",
            "      height: 50",
        ]
        return story, provider

    def _images(self, pick: random.Random, number: int) -> list[str]:
        url = f"https://images.example.net/im-{number}/social"
        title = self._sentence(pick, 12)
        return ["images:", f"  - url: {url}", "    width: 1280", "    height: 640", f'    title: "{title}"']

    def _sentence(self, pick: random.Random, words: int) -> str:
        return " ".join(pick.choices(_WORDS, k=words)).capitalize()


def write_site(folder: Path, count: int) -> None:
    """Write a site of ``count`` articles into ``folder``."""
    articles = Articles()
    (folder / "content").mkdir(parents=True)
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    for number in range(count):
        file = folder / "content" / articles.path(number)
        if number % FOLDER_SIZE == 0:
            file.parent.mkdir()
        file.write_text(articles.text(number), encoding="utf-8")


def main() -> None:
    """Write a site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    write_site(options.folder, options.count)


if __name__ == "__main__":
    main()
