"""The bodies of articles: their links to other articles, and the template tags that are left out.

A link names a file (``../other.md``, ``@/blog/other.md``), or a template tag names an article
(``{% post_url 2024-05-01-other %}``, ``{{< ref "other" >}}``). The functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import normpath

import msgspec

from feedpub.core.errors import Problem, ProblemKind, quoted
from feedpub.core.html import ignored_tags, render_body
from feedpub.core.models import Article

# A body without one of these signs links no article by its file or name.
_SIGN = re.compile(r"\.(?:md|mdx|markdown)\b|\{[{%].{0,80}?(?:ref\b|post_|\blink\b|get_url|url_for)", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:md|mdx|markdown|mkd|mkdn|mkdown|html|rst|Rmd|Rmarkdown)\Z")
_INDEX = re.compile(r"/index(?P<language>\.[a-z]{2}(?:-[A-Za-z]{2,4})?)?\Z")
_LANGUAGE = re.compile(r"\.[a-z]{2}(?:-[A-Za-z]{2,4})?\Z")
_DATE = re.compile(r"\d{2,4}-\d{1,2}-\d{1,2}[-_]")
_MAX_LINKS = 1000
_MAX_TEXT = 1000


class CrossLink(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A link to another article."""

    text: str
    """The path or the name, as it is written."""
    by_name: bool
    """True if a template tag names the article, which may be in any folder."""
    line: int
    """The line in the file."""


class LinkedFile(msgspec.Struct, frozen=True):
    """An article file that a link may mean."""

    path: str
    url: str | None
    """The URL of the article; None if it is not published."""


def links_in(article: Article, generator: str | None, body_line: int) -> tuple[CrossLink, ...]:
    """Return the links of ``article``, whose body begins in ``body_line``.

    They are those that rendering asks for.
    """
    body = article.body
    if not _SIGN.search(body):
        return ()
    asked: dict[tuple[str, bool], None] = {}

    def ask(path: str, *, by_name: bool) -> str:
        if len(asked) < _MAX_LINKS and len(path) < _MAX_TEXT:
            asked[path, by_name] = None
        return ""

    render_body(body, base=article.url, page=article.url, flavour=generator, source=article.path, resolve=ask)
    lines = (body_line + body.count("\n", 0, _position(body, text)) for text, _ in asked)
    return tuple(CrossLink(text, by_name, line) for (text, by_name), line in zip(asked, lines, strict=True))


def _position(body: str, text: str) -> int:
    found = (body.find(written) for written in (text, text.replace(" ", "%20"), text.rpartition("/")[2]))
    return next((position for position in found if position >= 0), 0)


def name_of(path: str) -> str:
    """Return the name by which the article at ``path`` is sought: without folder, date and ending.

    The name of an index is that of its folder.
    """
    name = _INDEX.sub("", _SUFFIX.sub("", path)).rpartition("/")[2]
    return _DATE.sub("", name).lstrip("_").partition(".")[0].casefold()


def names_of(link: CrossLink, path: str, below: str) -> set[str]:
    """Return the names of all articles that a ``link`` of the article at ``path`` may mean."""
    return {name_of(stem) for stem in (*_stems(link, path, below), _stem(link.text))}


def target_of(link: CrossLink, path: str, below: str, files: Iterable[LinkedFile]) -> LinkedFile | None:
    """Return the one of ``files`` that a ``link`` of the article at ``path`` means, or None.

    ``below`` is the path without the content folder. A translation links translations.
    """
    by_stem: dict[str, LinkedFile] = {}
    for file in sorted(files, key=lambda file: file.path):
        by_stem.setdefault(_SUFFIX.sub("", file.path), file)
    own = _LANGUAGE.search(_SUFFIX.sub("", path))
    language = own[0] if own else ""
    for stem in _stems(link, path, below):
        for form in (stem + language, stem, f"{stem}/index{language}", f"{stem}/index"):
            if form in by_stem:
                return by_stem[form]
    return _named(link, by_stem, language) if link.by_name else None


def _named(link: CrossLink, by_stem: dict[str, LinkedFile], language: str) -> LinkedFile | None:
    """Return the file whose path ends with the text of ``link``, with or without a date."""
    wanted = "/" + _stem(link.text).lstrip("/")
    found: list[tuple[bool, str]] = []
    for stem in by_stem:
        plain, suffix = _without_language(stem)
        folder, _, name = f"/{plain}".rpartition("/")
        forms = (f"/{plain}", f"{folder}/{_DATE.sub('', name)}", f"/{stem}")
        if any(form.endswith(wanted) for form in forms):
            found.append((suffix != language, stem))
    return by_stem[min(found)[1]] if found else None


def _without_language(stem: str) -> tuple[str, str]:
    """Return the path of a page without ``/index`` and language, and the language."""
    index = _INDEX.search(stem)
    if index:
        return stem[: index.start()], index["language"] or ""
    language = _LANGUAGE.search(stem)
    return (stem[: language.start()], language[0]) if language else (stem, "")


def _stem(text: str) -> str:
    return _SUFFIX.sub("", text.removeprefix("@").rstrip("/"))


def _stems(link: CrossLink, path: str, below: str) -> Iterator[str]:
    """Yield the paths, without their endings, that a link may mean, the likeliest first.

    A path is relative to the article, to its content folder, or to one of the folders above.
    """
    stem = _stem(link.text)
    if not stem.startswith("/"):
        yield _joined(path.rpartition("/")[0], stem)
    root = path.removesuffix(below).rstrip("/")
    folder = below.rpartition("/")[0]
    inner = [f"{root}/{'/'.join(folder.split('/')[: count + 1])}" for count in range(folder.count("/") + 1)]
    parts = root.split("/")
    outer = ["/".join(parts[:count]) for count in range(len(parts) - 1, -1, -1)]
    for above in (root, *(inner if folder else ()), *outer):
        yield _joined(above, stem.lstrip("/"))


def _joined(folder: str, stem: str) -> str:
    return normpath(f"{folder}/{stem}" if folder else stem)


def tag_problems(article: Article, generator: str | None, body_line: int) -> tuple[Problem, ...]:
    """Return a problem for each template tag that rendering the body of ``article`` leaves out."""
    lines: dict[str, list[int]] = {}
    for line, tag in ignored_tags(article.body, generator, article.path):
        lines.setdefault(tag, []).append(body_line + line)
    return tuple(
        Problem(
            path=article.path,
            line=found[0],
            key="body",
            message=f"{tag} is left out{f' {len(found)} times' if len(found) > 1 else ''}; feedpub runs no templates",
            kind=ProblemKind.IGNORED,
        )
        for tag, found in lines.items()
    )


def link_problem(link: CrossLink, path: str) -> Problem:
    """Return the problem of a ``link`` that leads to no published article."""
    message = f"{quoted(link.text)} is no published article; the link to it is left out"
    return Problem(path=path, line=link.line, key="body", message=message, kind=ProblemKind.IGNORED)
