"""``--fix-redirects``: new source URLs in the files of articles whose source has moved for good.

The new URL replaces a source URL whose redirects were all 301 or 308 (RFC 9110 sections 15.4.2 and
15.4.9). The old URL becomes the article's id if it has none, so that no subscriber gets the article
again. The new text of a file is first read as a build reads it. If anything but the URL of the
article differs, the file is not changed.
"""

from __future__ import annotations

import codecs
import difflib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urldefrag

import msgspec
import yaml

from feedpub.content import ArticleFile, ReadSettings, UnreadableError, read, read_article
from feedpub.content.front_matter import FrontMatter, parse
from feedpub.core import urls
from feedpub.core.errors import printable
from feedpub.core.models import Article
from feedpub.core.yaml_nodes import NodeError
from feedpub.links.domains import domain_of, is_same_site
from feedpub.links.fix.front_matter import EditRefusedError, NewValues, line_of_key, lines_of, proposals, used_key
from feedpub.links.judge.soft import has_lost_its_path
from feedpub.links.model import LinkKind, LinkResult, Verdict
from feedpub.state.atomic_files import digest, replace_file

_CONTEXT = 3  # lines around a change in a diff


class MovedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article whose source has moved."""

    source: ArticleFile
    old: str
    """The URL in the article, normalized."""
    new: str
    """The URL at the end of the redirects."""
    may_change_domain: bool = False
    """True if the new URL may have another registrable domain than the old one."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """The planned change of a file."""

    path: str
    """The path for messages, relative to config.yaml."""
    file: str
    """The absolute path of the file, with symbolic links resolved."""
    before: str
    """The digest of the file's current bytes."""
    data: bytes
    """The new bytes."""
    diff: str
    """A unified diff of printable text; it ends with a line break."""
    note: str | None
    """A warning for the person who confirms the change."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The reason why a file is not changed. ``str()`` is ``path:line: message``."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{printable(self.path)}:{self.line}: {printable(self.message)}"


def moved_articles(
    results: Iterable[LinkResult], sources: Mapping[str, ArticleFile], *, other_domains: bool = False
) -> tuple[MovedArticle, ...]:
    """Return the articles to rewrite, in the order of their paths.

    ``sources`` maps the paths in ``results`` to article files. With ``other_domains``, URLs of
    other domains are written, too.
    """
    articles = {
        path: MovedArticle(source=sources[path], old=result.url, new=result.final_url, may_change_domain=other_domains)
        for result in results
        if result.kind is LinkKind.SOURCE and result.verdict is Verdict.REDIRECTED and result.final_url
        for path, _ in result.locations
        if path in sources
    }
    return tuple(articles[path] for path in sorted(articles))


def plan(articles: Iterable[MovedArticle], settings: ReadSettings, max_size: int) -> tuple[Edit | Refusal, ...]:
    """Return the edit of each of ``articles``, or why there is none. Nothing is written.

    ``max_size`` is ``content.max_file_size``.
    """
    plans: list[Edit | Refusal] = []
    files: dict[str, str] = {}
    for article in articles:
        path, file = article.source.path, os.path.realpath(article.source.file)
        if file in files:
            plans.append(Refusal(path=path, line=1, message=f"is the same file as {files[file]}"))
            continue
        files[file] = path
        try:
            plans.append(_plan(article, file, settings, max_size))
        except EditRefusedError as error:
            message = f"{error}; left as it is, the source is now {article.new}"
            plans.append(Refusal(path=path, line=error.line, message=message))
    return tuple(plans)


def apply(edit: Edit, max_size: int) -> Refusal | None:
    """Replace the file by rename, flushed and with the same mode. Return why, if that is refused.

    A file that has changed since the plan is not replaced.

    Raise :class:`~feedpub.core.errors.StorageError`.
    """
    message = None
    try:
        if os.path.realpath(edit.file) != edit.file:
            message = "has become a link; left as it is"
        elif digest(read(edit.file, max_size)) != edit.before:
            message = "was changed meanwhile; left as it is"
        elif not os.access(edit.file, os.W_OK):
            message = "may not be written; left as it is"
    except UnreadableError as error:
        message = str(error)
    if message is not None:
        return Refusal(path=edit.path, line=1, message=message)
    replace_file(Path(edit.file), edit.data)
    return None


def _plan(article: MovedArticle, file: str, settings: ReadSettings, max_size: int) -> Edit:
    data, before = _current_article(article, file, settings, max_size)
    new = _new_url(article)
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data.removeprefix(bom).decode()
    document = _document(text)
    url_key = used_key(document, settings.fields["url"])
    if url_key is None:
        raise EditRefusedError(1, "has no source URL in its front matter")
    has_id = used_key(document, settings.fields["id"]) is not None
    values = NewValues(url_key=url_key, url=new, id_key=settings.fields["id"][0], id=None if has_id else article.old)
    line = line_of_key(document, url_key)
    for proposal in proposals(text, document, values):
        after = bom + proposal.encode()
        if len(after) <= max_size and _changes_only(values, proposal, document):
            reading = read_article(article.source, after, settings)
            if reading.article == msgspec.structs.replace(before, url=new):
                return Edit(
                    path=article.source.path,
                    file=file,
                    before=digest(data),
                    data=after,
                    diff=_diff(article.source.path, text, proposal),
                    note=_note(article.old, new),
                )
    raise EditRefusedError(line, f"{url_key}: cannot be rewritten without changing more")


def _current_article(article: MovedArticle, file: str, settings: ReadSettings, max_size: int) -> tuple[bytes, Article]:
    """Return the current bytes of the file, and the article in it.

    Raise :class:`EditRefusedError` if the article is invalid, or no longer has the old URL.
    """
    try:
        data = read(file, max_size)
    except UnreadableError as error:
        raise EditRefusedError(1, str(error)) from None
    current = read_article(article.source, data, settings).article
    if current is None:
        raise EditRefusedError(1, "is not a valid article")
    if current.url != article.old or current.own:
        raise EditRefusedError(1, f"does not name {article.old} as its source")
    return data, current


def _new_url(article: MovedArticle) -> str:
    """Return the new URL of the source, with the old fragment (RFC 9110 section 10.2.2)."""
    try:
        new = urls.normalize(article.new)
    except urls.UrlError as error:
        raise EditRefusedError(1, f"redirects to a URL that an article cannot have: {error}") from None
    fragment = urldefrag(article.old).fragment
    if fragment and "#" not in new:
        new = f"{new}#{fragment}"
    if new == article.old:
        raise EditRefusedError(1, "redirects back to the same URL")
    if has_lost_its_path(article.old, new):
        raise EditRefusedError(1, "redirects to a page above it, as sites do when a page is gone; look at it")
    if not article.may_change_domain and not is_same_site(article.old, new):
        raise EditRefusedError(1, f"redirects to another domain, {domain_of(new)}; --yes-other-domains writes its URL")
    return new


def _document(text: str) -> FrontMatter:
    return parse(text.replace("\r\n", "\n").replace("\r", "\n"))


def _changes_only(values: NewValues, proposal: str, before: FrontMatter) -> bool:
    """Return whether ``values`` are the only difference of ``proposal``, even in unknown keys."""
    try:
        after = _document(proposal)
    except NodeError:
        return False
    keys = [*before.fields] if values.id is None else [*before.fields, values.id_key]
    return (
        sorted(after.fields) == sorted(keys)
        and after.fields[values.url_key][1].value == values.url
        and after.body == before.body
        and all(
            _tree(after.fields[key][1]) == _tree(node)
            for key, (_, node) in before.fields.items()
            if key != values.url_key
        )
    )


def _tree(node: yaml.Node) -> object:
    """Return the tags and values of ``node`` without their positions."""
    if isinstance(node, yaml.MappingNode):
        return [(_tree(key), _tree(value)) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [_tree(item) for item in node.value]
    return node.tag, node.value


def _diff(path: str, before: str, after: str) -> str:
    old, new = lines_of(before), lines_of(after)
    # The bodies, which follow the change in the front matter, are equal and may be long.
    changed = next(index for index, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1])
    added = len(new) - len(old)
    last = changed + 1 + _CONTEXT
    shown = ([line.rstrip("\r\n") for line in lines] for lines in (old[:last], new[: last + added]))
    diff = difflib.unified_diff(next(shown), next(shown), path, path, n=_CONTEXT, lineterm="")
    return "".join(f"{printable(line)}\n" for line in diff)


def _note(old: str, new: str) -> str | None:
    is_downgrade = old.lower().startswith("https:") and new.lower().startswith("http:")
    return "the new URL is http, the old one was https" if is_downgrade else None
