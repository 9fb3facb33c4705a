"""The headings of a body, which are titles where the front matter has none. Pure functions."""

from __future__ import annotations

import re

_HEADING = re.compile(r" {0,3}#[ \t]+")
_FENCE = re.compile("`{3,}|~{3,}")


def first_heading(body: str) -> str:
    """Return the first heading outside of fenced code as it is written; empty if there is none."""
    # A regular expression over the body could take a time of its length squared.
    fence = before = ""
    for line in body.split("\n"):
        text = line.rstrip(" \t")
        if fence:
            fence = "" if text.startswith(fence) and not text.strip(fence[0]) else fence
        elif opening := _FENCE.match(text):
            fence, before = opening[0], ""
        elif mark := _HEADING.match(text):
            return text[mark.end() :].rstrip("#").rstrip(" \t")
        elif text and not text.strip("=") and before[:1].strip():
            return before
        else:
            before = text
    return ""


def plain_heading(text: str) -> str:
    """Return the Markdown of a heading as plain text, without an id in braces."""
    text = re.sub(r"\{[^{}]*\}$", "", text.rstrip()).rstrip()
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", text)
    return re.sub(r"(\*\*|__|`|\*)(.+?)\1", r"\2", text).strip()
