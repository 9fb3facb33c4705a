"""``--fix-redirects``: sources that have moved for good, in the files of the articles.

A source URL of which every hop was 301 or 308 (RFC 9110 sections 15.4.2 and 15.4.9) gives way to the new one, and
becomes the article's id where that has none of its own, so that no subscriber sees the article again. What is to be
written is read first, as a build would: it has to be the same article but for its URL, or the file is left as it is.
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
from feedpub.links.fix.front_matter import EditRefusedError, Wanted, line_of_key, lines_of, proposals, used
from feedpub.links.model import LinkKind, Result, Verdict
from feedpub.state.atomic_files import digest, replace_file

_CONTEXT = 3  # lines that a diff shows around a change


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """An article whose source has moved."""

    source: ArticleFile
    old: str
    """As the article has it, normalized."""
    new: str
    """Where the redirects end."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it is to be."""

    path: str
    """For messages; relative to config.yaml."""
    file: str
    """For the system: absolute, links resolved."""
    before: str
    """The digest of what it must still hold."""
    data: bytes
    diff: str
    """Unified, printable, with a line's end at its end."""
    note: str | None
    """What a person should see before it is done."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is left as it is. ``str()`` is ``path:line: message``."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{printable(self.path)}:{self.line}: {printable(self.message)}"


def moved(results: Iterable[Result], sources: Mapping[str, ArticleFile]) -> tuple[Moved, ...]:
    """The articles to rewrite, in order of path; ``sources`` are the article files by their path in ``results``."""
    found = {
        path: Moved(source=sources[path], old=result.url, new=result.final_url)
        for result in results
        if result.kind is LinkKind.SOURCE and result.verdict is Verdict.REDIRECTED and result.final_url
        for path, _ in result.locations
        if path in sources
    }
    return tuple(found[path] for path in sorted(found))


def plan(articles: Iterable[Moved], settings: ReadSettings, max_size: int) -> tuple[Edit | Refusal, ...]:
    """What is to be done to each of ``articles``; nothing is written. ``max_size`` is ``content.max_file_size``."""
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
    """Replace the file by rename, flushed and of the same mode; nothing is done where it is no longer what was planned.

    Raises :class:`~feedpub.core.errors.StorageError`.
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


def _plan(article: Moved, file: str, settings: ReadSettings, max_size: int) -> Edit:
    data, before = _as_it_is(article, file, settings, max_size)
    new = _new_url(article)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data.removeprefix(mark).decode()
    document = _document(text)
    url_key = used(document, settings.fields["url"])
    if url_key is None:
        raise EditRefusedError(1, "has no source URL in its front matter")
    has_id = used(document, settings.fields["id"]) is not None
    wanted = Wanted(url_key=url_key, url=new, id_key=settings.fields["id"][0], id=None if has_id else article.old)
    line = line_of_key(document, url_key)
    for proposal in proposals(text, document, wanted):
        after = mark + proposal.encode()
        if len(after) <= max_size and _is_right(proposal, document, wanted):
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


def _as_it_is(article: Moved, file: str, settings: ReadSettings, max_size: int) -> tuple[bytes, Article]:
    """What the file holds now."""
    try:
        data = read(file, max_size)
    except UnreadableError as error:
        raise EditRefusedError(1, str(error)) from None
    found = read_article(article.source, data, settings).article
    if found is None:
        raise EditRefusedError(1, "is not a valid article")
    if found.url != article.old or found.own:
        raise EditRefusedError(1, f"does not name {article.old} as its source")
    return data, found


def _new_url(article: Moved) -> str:
    """Where the source is now, with the fragment that it had (RFC 9110 section 10.2.2)."""
    try:
        new = urls.normalize(article.new)
    except urls.UrlError as error:
        raise EditRefusedError(1, f"leads to what is no URL of an article: {error}") from None
    fragment = urldefrag(article.old).fragment
    if fragment and "#" not in new:
        new = f"{new}#{fragment}"
    if new == article.old:
        raise EditRefusedError(1, "leads back to where it was")
    return new


def _document(text: str) -> FrontMatter:
    return parse(text.replace("\r\n", "\n").replace("\r", "\n"))


def _is_right(proposal: str, before: FrontMatter, wanted: Wanted) -> bool:
    """Whether nothing but what is ``wanted`` is other than ``before``, also of what no feed shows."""
    try:
        after = _document(proposal)
    except NodeError:
        return False
    keys = [*before.fields] if wanted.id is None else [*before.fields, wanted.id_key]
    return (
        sorted(after.fields) == sorted(keys)
        and after.fields[wanted.url_key][1].value == wanted.url
        and after.body == before.body
        and all(
            _tree(after.fields[key][1]) == _tree(node)
            for key, (_, node) in before.fields.items()
            if key != wanted.url_key
        )
    )


def _tree(node: yaml.Node) -> object:
    """What ``node`` says, without its place."""
    if isinstance(node, yaml.MappingNode):
        return [(_tree(key), _tree(value)) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [_tree(item) for item in node.value]
    return node.tag, node.value


def _diff(path: str, before: str, after: str) -> str:
    old, new = lines_of(before), lines_of(after)
    # Behind the change, which is in the front matter, bodies are equal, and may be long.
    changed = next(index for index, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1])
    added = len(new) - len(old)
    last = changed + 1 + _CONTEXT
    shown = ([line.rstrip("\r\n") for line in lines] for lines in (old[:last], new[: last + added]))
    told = difflib.unified_diff(next(shown), next(shown), path, path, n=_CONTEXT, lineterm="")
    return "".join(f"{printable(line)}\n" for line in told)


def _note(old: str, new: str) -> str | None:
    is_downgrade = old.lower().startswith("https:") and new.lower().startswith("http:")
    return "the new URL is http, the old one was https" if is_downgrade else None
