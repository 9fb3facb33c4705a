"""``--fix-redirects`` on front matter of any style: the same article but for its URL, two lines at the most."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.content import ArticleFile, ReadSettings, keys_of, read_article
from feedpub.core.urls import normalize
from feedpub.links.fix.redirects import MovedArticle, Refusal, plan

SETTINGS = ReadSettings(base_url="https://news.example.org/", zone=UTC, fields=keys_of({}))

_WORDS = st.text("ab: #'\"{}[],&*!|>%@`-\\ä\U0001f600\u2028\x85\t", max_size=12)
_KEYS = ["topics", "type", "excerpt", "secured", "x", "provider"]


@st.composite
def _front_matter(draw: st.DrawFn) -> tuple[str, str, bool]:
    """An article's text in some style, its URL as the reader has it, and whether it can be rewritten."""
    path = draw(st.text("ab/:'(),;=~!$&*+%@[]ä ", max_size=12))
    written_url = f"http://example.com/{path}"
    url = normalize(written_url)
    kind = draw(st.sampled_from(["yaml", "flow", "json", "toml"]))
    fields: list[tuple[str, Any]] = [("title", "A " + draw(_WORDS)), ("date", "2024-05-01")]
    fields += [(key, draw(_WORDS)) for key in draw(st.lists(st.sampled_from(_KEYS[:-1]), unique=True))]
    if draw(st.booleans()):
        fields.append(("provider", {"name": "B", "x": draw(_WORDS)}))
    if draw(st.booleans()):
        fields.append(("related", [{"sourceUrl": written_url, "title": draw(_WORDS)}]))
    if draw(st.booleans()):
        fields.append(("id", draw(st.sampled_from(["mine", "urn:x:y", written_url]))))
    fields.append((draw(st.sampled_from(["sourceUrl", "webUrl"])), written_url))
    text = _STYLES_OF[kind](draw, draw(st.permutations(fields)))
    body = draw(st.sampled_from(["", "\n", "\nText\n---\n+++\nsourceUrl: x\n", "\n    code\x0b\u2029\n"]))
    ends = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return (
        draw(st.sampled_from(["", "\ufeff", "\n\n"])) + (text + body).replace("\n", ends),
        url,
        kind in ("yaml", "toml"),
    )


def _yaml(draw: st.DrawFn, fields: Sequence[tuple[str, Any]]) -> str:
    """Block style, each line with or without a comment and in any quotes that hold it."""
    lines = ["---"]
    for key, value in fields:
        comment = draw(st.sampled_from(["", " # sourceUrl: x", "  "]))
        quoted = [json.dumps(value), json.dumps(value, ensure_ascii=False)]
        if isinstance(value, str):
            quoted.append("'" + value.replace("'", "''") + "'")
            if re.fullmatch(r"[a-z][a-z0-9:/.]*[a-z0-9]", value):
                quoted += [value, f"!!str {value}", f"&a{len(lines)} {value}"]
        shown = draw(st.sampled_from([key, json.dumps(key)]))
        lines.append(f"{shown}: {draw(st.sampled_from(quoted))}{comment}")
    return "\n".join([*lines, draw(st.sampled_from(["---", "..."]))]) + "\n"


def _flow(draw: st.DrawFn, fields: Sequence[tuple[str, Any]]) -> str:
    separator = draw(st.sampled_from([", ", ",\n  ", " ,\n"]))
    inner = separator.join(f"{key}: {json.dumps(value)}" for key, value in fields)
    around = draw(st.sampled_from(["{%s}", "{ %s\n}", "{\n  %s\n}", "{\n  %s,\n}"]))
    return f"---\n{around % inner}\n---\n"


def _json(draw: st.DrawFn, fields: Sequence[tuple[str, Any]]) -> str:
    indent = draw(st.sampled_from([None, 0, 2, "\t"]))
    return json.dumps(dict(fields), indent=indent, ensure_ascii=draw(st.booleans())) + "\n"


def _toml(draw: st.DrawFn, fields: Sequence[tuple[str, Any]]) -> str:
    def value_of(value: Any) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(map(value_of, value)) + "]"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key} = {value_of(item)}" for key, item in value.items()) + "}"
        if "'" not in value and draw(st.booleans()) and value.isprintable():
            return f"'{value}'"
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "")

    lines = [f"{key} = {value_of(value)}{draw(st.sampled_from(['', ' # id = 1']))}" for key, value in fields]
    return "\n".join(["+++", *lines, "+++"]) + "\n"


_STYLES_OF = {"yaml": _yaml, "flow": _flow, "json": _json, "toml": _toml}


@given(made=_front_matter(), new=st.text("ab/:'(),;=~#?&%[]ä ", max_size=10))
def test_any_front_matter_is_the_same_article_after(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[str, str, bool], new: str
) -> None:
    text, old, can_be_rewritten = made
    file = tmp_path_factory.mktemp("content") / "2024-05-01-a.md"
    file.write_bytes(text.encode())
    source = ArticleFile(f"content/{file.name}", file.name, str(file))
    (one,) = plan(
        [MovedArticle(source=source, old=old, new=f"https://example.org/a/b/{new}", may_change_domain=True)],
        SETTINGS,
        5_000_000,
    )
    before = read_article(source, text.encode(), SETTINGS).article
    if before is None:
        assert isinstance(one, Refusal)
        return
    if isinstance(one, Refusal):
        assert not can_be_rewritten, str(one)
        return
    after = read_article(source, one.data, SETTINGS).article
    assert after == msgspec.structs.replace(before, url=normalize(f"https://example.org/a/b/{new}"))
    assert after.id == before.id
    lines = [re.split(r"(?<=\n)|(?<=\r)(?!\n)", version) for version in (text, one.data.decode())]
    changes = [line[0] for line in difflib.ndiff(*lines) if line[0] in "-+"]
    assert changes.count("-") == 1
    assert changes.count("+") in (1, 2)
