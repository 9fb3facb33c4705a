"""kramdown's extensions (``{::comment}``), and its breaks of lines by two backslashes.

See https://kramdown.gettalong.org/syntax.html#extensions.
"""

from __future__ import annotations

from feedpub.core.html.code_parts import replace_outside_code

_SYNTAX = (
    r"\{::comment(?: [^{}\n]{0,200})?\}(?:[^{]|\{(?!:[/:]))*+\{:/(?:comment)?\}|\{::comment[^{}\n]{0,200}/\}"
    r"|\{::options [^{}]{0,500}/\}|\{::nomarkdown(?: [^{}\n]{0,200})?\}|\{:/(?:nomarkdown)?\}|(?P<break>\\\\)$"
)


def without_extensions(text: str) -> str:
    """Return ``text`` without extensions, and with the breaks of lines as CommonMark has them."""
    if "{:" not in text and "\\\\" not in text:
        return text
    return replace_outside_code(_SYNTAX, text, lambda match: "\\" if match["break"] else "")
