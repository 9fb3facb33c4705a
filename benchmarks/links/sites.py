"""A site with any number of links over many hosts, the same for the same number, and the bare URLs for other tools.

    python -m benchmarks.links.sites 20000 DIR http://127.0.1.1:8000 http://127.0.1.2:8000

writes DIR/config.yaml and DIR/content/ for ``feedpub check``, and DIR/urls/ with the URLs as text, HTML and Markdown.
An article has three links, each of its own URL: source and AMP page on one host, an image on any. The articles are
those of ``benchmarks/articles.py`` (the shape of ``seeds/``) with their URLs replaced, and without related ones.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.articles import CONFIG, FOLDER_SIZE, Articles
from benchmarks.links.pages import path

KINDS = ("source", "amp", "image")
WORKERS = 256
_CHECK = f"check:\n  kinds: [{', '.join(KINDS)}]\n  workers: {WORKERS}\n  allow_private: [127.0.0.0/8]\n"
POLITE = f"{CONFIG}{_CHECK}"
"""config.yaml with feedpub's own defaults for ``per_host`` and ``delay``."""
NOT_POLITE = f"{POLITE}  per_host: {WORKERS}\n  delay: 0\n"
_SEED = 4


class Site(NamedTuple):
    """A site that was written."""

    folder: Path
    links: int
    articles: int
    per_host: tuple[int, ...]
    """How many links lead to each host."""

    def configure(self, config: str) -> None:
        """Give it another config.yaml."""
        (self.folder / "config.yaml").write_text(config, encoding="utf-8")

    def urls(self, ending: str) -> Path:
        """The URLs as ``txt``, ``html`` or ``md``."""
        return self.folder / "urls" / f"urls.{ending}"


def write_site(folder: Path, origins: Sequence[str], links: int, *, zipf: bool = False) -> Site:
    """Write a site of ``links`` links into ``folder``, which must not exist yet. The hosts have equal shares or, with
    ``zipf``, the share of the one of rank r is in proportion to 1/r.
    """
    articles = -(-links // len(KINDS))
    hosts = list(_hosts(articles, len(origins), zipf=zipf))[:links]
    urls = [origins[host] + path(KINDS[number % len(KINDS)], number) for number, host in enumerate(hosts)]
    texts = Articles()
    for number in range(articles):
        file = folder / "content" / texts.path(number)
        if number % FOLDER_SIZE == 0:
            file.parent.mkdir(parents=True)
        mine = urls[number * len(KINDS) : (number + 1) * len(KINDS)]
        file.write_text(_with_urls(texts.text(number), *mine), encoding="utf-8")
    counts = Counter(hosts)
    site = Site(folder, links, articles, tuple(counts[host] for host in range(len(origins))))
    site.configure(NOT_POLITE)
    (folder / "urls").mkdir()
    # In any order: a list in which neighbours share a host is slow for those who wait for a host.
    random.Random(_SEED).shuffle(urls)
    for ending, lines in _lists(urls).items():
        site.urls(ending).write_text(lines, encoding="utf-8")
    return site


def _hosts(articles: int, hosts: int, *, zipf: bool) -> Iterator[int]:
    """The host of every link, in order."""
    pick = random.Random(_SEED)
    pages, images = (_shuffled(articles, hosts, pick, zipf=zipf) for _ in range(2))
    for page, image in zip(pages, images, strict=True):
        yield from (page, page, image)


def _shuffled(count: int, hosts: int, pick: random.Random, *, zipf: bool) -> list[int]:
    """``count`` hosts in any order, each as often as its share says: largest remainders are rounded up."""
    weights = [1 / rank if zipf else 1.0 for rank in range(1, hosts + 1)]
    shares = [count * weight / sum(weights) for weight in weights]
    whole = [int(share) for share in shares]
    for host in sorted(range(hosts), key=lambda host: whole[host] - shares[host])[: count - sum(whole)]:
        whole[host] += 1
    found = [host for host in range(hosts) for _ in range(whole[host])]
    pick.shuffle(found)
    return found


def _with_urls(text: str, source: str, amp: str | None = None, image: str | None = None) -> str:
    """An article with these URLs and no others, published."""
    text = re.sub(r"^related:\n(?:  .*\n)*|^cdnAmpUrl: .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^published: false$", "published: true", text, flags=re.MULTILINE)
    text = re.sub(r"^sourceUrl: .*$", f"sourceUrl: {source}", text, flags=re.MULTILINE)
    text = re.sub(r"^ampUrl: .*\n", f"ampUrl: {amp}\n" if amp else "", text, flags=re.MULTILINE)
    block = r"^images:\n  - url: .*\n((?:    .*\n)*)"
    return re.sub(block, rf"images:\n  - url: {image}\n\1" if image else "", text, flags=re.MULTILINE)


def _lists(urls: Sequence[str]) -> dict[str, str]:
    """The URLs for other tools, by file name ending."""
    items = "".join(f'<li><a href="{url}">{number}</a>\n' for number, url in enumerate(urls))
    return {
        "txt": "".join(f"{url}\n" for url in urls),
        "html": f"<!doctype html><html lang=en><meta charset=utf-8><title>Links</title><ul>\n{items}</ul></html>\n",
        "md": "".join(f"- [{number}]({url})\n" for number, url in enumerate(urls)),
    }


def main() -> None:
    """Write a site."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("links", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("origins", nargs="+", help="of the hosts: http://127.0.1.1:8000")
    parser.add_argument("--zipf", action="store_true", help="shares in proportion to 1/rank, not equal ones")
    options = parser.parse_args()
    write_site(options.folder, options.origins, options.links, zipf=options.zipf)


if __name__ == "__main__":
    main()
