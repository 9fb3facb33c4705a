"""Coverage-guided fuzzing with atheris (https://github.com/google/atheris): ``python tests/support/fuzzing.py TARGET``.

What follows the target goes to libFuzzer: ``-max_total_time=600``, a folder for the corpus. Whatever is raised is a
defect, as is an input that takes more than five seconds.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC

import atheris

with atheris.instrument_imports(include=["feedpub", "frontmatter", "markdown_it", "tomllib", "yaml", "idna"]):
    from feedpub.content import ArticleFile, ReadSettings, entry_id, read_article
    from feedpub.core import html, slugs, text, urls
    from feedpub.links.fetch.robots import Rules
    from feedpub.links.judge.amp import cache, page
    from feedpub.links.net.failures import TransportError
    from feedpub.links.net.response_headers import redirect_target

BASE = "https://news.example.org/"
SETTINGS = ReadSettings(base_url=BASE, zone=UTC, permalink="/{year}/{path}/")


def reader(data: bytes) -> None:
    reading = read_article(ArticleFile("content/a.md", "a.md", ""), data, SETTINGS)
    assert reading.article or reading.problems
    assert all("\n" not in str(problem) for problem in reading.problems)


def sanitizer(data: bytes) -> None:
    written = data.decode("utf-8", "replace")
    clean = html.sanitize(written, base=BASE, page=BASE)
    assert not any(tag in clean.lower() for tag in ("<script", "<style", "<svg", "<iframe", "<object", "<form"))
    html.render_body(written, base=BASE, page=BASE)
    html.render_excerpt(written, base=BASE, page=BASE)
    text.plain_text(written)


def names(data: bytes) -> None:
    written = text.repair(data.decode("utf-8", "surrogatepass" if data.isascii() else "replace"))
    slug = slugs.slug(text.match_key(written))
    assert not any(sign in slug for sign in "/\\:. ")
    assert len(slug) <= 62
    assert len(slug.encode()) <= 180


def addresses(data: bytes) -> None:
    written = data.decode("utf-8", "replace")
    for convert in (urls.normalize, lambda one: urls.resolve(BASE, one), urls.domain, entry_id):
        try:
            made = convert(written)
        except urls.UrlError:
            continue
        assert made.isascii()
        assert convert is urls.domain or convert(made) == made


def amp(data: bytes) -> None:
    written = data.decode("utf-8", "replace")
    head, _, rest = written.partition("\n")
    cache.cache_subdomain(head)
    cache.cache_urls(head)
    cache.cache_mismatch(head, rest)
    page.read_amp_page(data, BASE)


def robots(data: bytes) -> None:
    written = data.decode("utf-8", "replace")
    Rules(written, "feedpub").allows(BASE + "a?b")


def redirects(data: bytes) -> None:
    try:
        made = redirect_target(BASE, data.decode("latin-1"))
    except TransportError:
        return
    assert made.startswith(("http://", "https://", "HTTP", "Http")) or made[:4].lower() == "http"
    assert "@" not in re.split("[/?#]", made.partition("://")[2])[0]


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (reader, sanitizer, names, addresses, amp, robots, redirects)
}

if __name__ == "__main__":
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup([*sys.argv, "-timeout=5", "-rss_limit_mb=1000"], target)
    atheris.Fuzz()
