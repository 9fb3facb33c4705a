"""Template tags in bodies, replaced before Markdown is read: Liquid, shortcodes and their kin.

No template is run. A known tag (:mod:`~feedpub.core.html.template_tags`) becomes HTML or a URL, and
any other is taken out, while the text between an opening and a closing tag stays. Code stays as it
is written. For a site without a generator, other tags than those of code stay, too: an article may
be about them. In a URL, an unknown tag leaves a mark with which the sanitizer drops the URL.
"""

from __future__ import annotations

import html
import re

from feedpub.core.html import template_tags as tags
from feedpub.core.html.code_parts import CODE, CodeFinder
from feedpub.core.html.flavours import Flavour, flavour_of
from feedpub.core.html.jsx import tag_at, text_in_braces, value_end
from feedpub.core.html.leftovers import CLOSERS, IN_URL, REMOVED, literal
from feedpub.core.html.python_markdown import without_tabs
from feedpub.core.html.template_arguments import TemplateSite, parsed

__all__ = ("TemplateSite", "ignored_tags", "replace_tags")

_MODULES = (
    r"|(?P<module>^(?:import\s+(?:[\w*{][^'\"\n]*(?:\n[^'\"\n]+){0,40}?\s+from\s+)?['\"][^'\"\n]+['\"];?[ \t]*$"
    r"|export\s+(?:const|let|default|function|async)\b(?:[^\n]|\n(?![ \t]*(?:\n|\Z)))*))"
    r"|(?P<comment>\{/\*)|(?P<space>\{\s*(?:'\s'|\"\s\")\s*\})"
)
# Braces of mathematics, of ids (``{#id}``) and of attributes (``{.class}``) are no expressions.
_JSX = (
    r"|(?P<jsx></?[A-Za-z>])|(?P<math>\$\$[^$]{1,5000}\$\$|\$(?=[^\s$])[^$\n]{0,500}(?<=\S)\$(?![0-9]))"
    r"|(?P<expression>(?<!\\)\{(?![#.:%]))"
)
_START = re.compile(rf"(?P<tag>\{{[{{%]|\{{#(?=[-\s]))|{CODE}", re.MULTILINE | re.IGNORECASE)
_START_WITH_MODULES = re.compile(rf"(?P<tag>\{{[{{%])|{CODE}{_MODULES}", re.MULTILINE | re.IGNORECASE)
_START_WITH_JSX = re.compile(f"{_START_WITH_MODULES.pattern}{_JSX}", re.MULTILINE | re.IGNORECASE)
_WHOLE_LINK = re.compile(r'<a href="([^"]*)"')
_ESCAPED = re.compile(r"\{\{([<%])/\*([^*]{0,500})\*/([>%])\}\}")
_RAW_TAG = re.compile(r"^\{%-?\s*(?:end)?raw\s*-?%\}\n|\{%-?\s*(?:end)?raw\s*-?%\}", re.MULTILINE)
# https://vitepress.dev/guide/using-vue#escaping
_V_PRE = re.compile(
    r"^(?P<colons>:{3,})[ \t]*v-pre[ \t]*\n(?:(?!(?P=colons))[^\n]*\n)*+"
    r"|<(?P<name>[a-z]+)[ \t](?:[^<>]*[ \t])?v-pre(?=[\s>])[^<>]*>(?:[^<]|<(?!/(?P=name)))*+",
    re.MULTILINE,
)
_MAX_TAG = 5000
_SHOWN = 60
_MOST_BROKEN = 100
_TAIL = 300
_CLOSERS = {**CLOSERS, "{#": "#}"}
# Braces of TeX, such as ``x^{{a}}``.
_TEX = re.compile(r"(?:[\^_}]|\\[A-Za-z]{1,30})\Z")


def replace_tags(text: str, flavour: Flavour, site: TemplateSite) -> tuple[str, tuple[tuple[int, str], ...]]:
    """Return ``text`` without template tags, and the line (from 0) and text of each unknown tag."""
    if "{{" not in text and "{%" not in text and "{#" not in text and not flavour.modules:
        return text, ()
    if flavour.vue and "v-pre" in text:
        text = _V_PRE.sub(lambda match: literal(match[0]), text)
    return _Replacement(text, flavour, site).run()


def ignored_tags(body: str, flavour: str | None, source: str = "") -> tuple[tuple[int, str], ...]:
    """Return the line (from 0) of each template tag that rendering takes out of ``body``, and the
    tag without its arguments. ``source`` is the path of the file.
    """
    settings = flavour_of(flavour, source)
    snippets: tuple[tuple[int, str], ...] = ()
    if settings.python:
        body, snippets = without_tabs(body)
    return tuple(sorted((*snippets, *replace_tags(body, settings, TemplateSite())[1])))


class _Replacement:
    """One text in which tags are replaced, from its beginning to its end."""

    def __init__(self, text: str, flavour: Flavour, site: TemplateSite) -> None:
        self._text = text
        self._flavour = flavour
        self._site = site
        self._code = CodeFinder(text, indented=flavour.indented_code)
        self._parts: list[str] = []
        self._tail = ""
        self._removed: list[tuple[int, str]] = []
        self._counted = (0, 0)
        self._unclosed: set[str] = set()
        self._opened: list[str] = []
        self._start = _START_WITH_JSX if flavour.modules else _START
        self._broken = 0
        # The end of the last tag, and the first part of those that tags without text between them
        # wrote.
        self._last_end = -1
        self._first_part = 0

    def run(self) -> tuple[str, tuple[tuple[int, str], ...]]:
        position = 0
        while match := self._start.search(self._text, position):
            self._write(self._text[position : match.start()])
            if match["tag"]:
                position = self._tag(match.start(), match["tag"])
            elif match.lastgroup == "module":
                position = match.end()
            elif match.lastgroup == "comment":
                position = self._comment(match.end())
            elif match.lastgroup == "space":
                self._write(" ")
                position = match.end()
            elif match.lastgroup == "jsx":
                position = self._element(match.start())
            elif match.lastgroup == "math":
                self._write(match[0])
                position = match.end()
            elif match.lastgroup == "expression":
                position = self._expression(match.start())
            else:
                position = self._code.end(match) or match.end()
                self._write(self._as_written(self._text[match.start() : position]))
        self._write(self._text[position:])
        return "".join(self._parts), tuple(self._removed)

    def _write(self, part: str) -> None:
        self._parts.append(part)
        self._tail = (self._tail + part[-_TAIL:])[-_TAIL:]

    def _as_written(self, code: str) -> str:
        """Return ``code`` as the generator shows it: without the tags that keep it literal."""
        if not self._flavour.templates or "{" not in code:
            return code
        code = _ESCAPED.sub(r"{{\1\2\3}}", code)
        return _RAW_TAG.sub("", code) if self._flavour.raw_in_code else code

    def _comment(self, start: int) -> int:
        """Return the end of the comment ``{/* … */}`` of MDX."""
        end = -1 if "*/}" in self._unclosed else self._text.find("*/}", start)
        if end < 0:
            self._unclosed.add("*/}")
        return end + 3 if end >= 0 else start

    def _broken_off(self, start: int) -> int:
        """Write the sign of JSX that is none. Return the position after it."""
        self._broken += 1
        if self._broken == _MOST_BROKEN:
            self._start = _START_WITH_MODULES
        self._write(self._text[start])
        return start + 1

    def _expression(self, start: int) -> int:
        """Replace the expression in braces at ``start``. Return the position after it."""
        end = value_end(self._text, start, start + _MAX_TAG)
        if end < 0 or _TEX.search(self._tail):
            return self._broken_off(start)
        written = self._text[start:end]
        shown = text_in_braces(written)
        if shown is None:
            self._removed.append((self._line(start), f"{{ {' '.join(written[1:-1].split())[:_SHOWN]} }}"))
            shown = REMOVED if IN_URL.search(self._tail) else ""
        self._write(self._literal(shown))
        return end

    def _element(self, start: int) -> int:
        """Replace the tag of JSX at ``start``. Return the position after it."""
        tag = tag_at(self._text, start)
        if tag is None:
            return self._broken_off(start)
        if not tag.is_component:
            self._write(tag.element() if tag.has_braces else self._text[start : tag.end])
            return tag.end
        shown = tag.component(self._site)
        if shown is None and tag.name:
            self._removed.append((self._line(start), f"<{tag.name}>"))
        # What a component holds is Markdown, also on the lines after it.
        is_alone = self._tail.rstrip(" \t")[-1:] in ("", "\n") and self._text[tag.end : tag.end + 1] in ("", "\n")
        self._write(f"\n{shown or ''}\n\n" if is_alone else shown or "")
        return tag.end

    def _tag(self, start: int, opening: str) -> int:
        """Replace the tag at ``start``. Return the position after it."""
        if self._text[start : start + 3] in _CLOSERS:
            opening = self._text[start : start + 3]
        if opening == "{{" and not self._flavour.liquid and _TEX.search(self._tail):
            self._write("{ {")
            return start + 2
        closer = _CLOSERS[opening]
        end = -1 if closer in self._unclosed else self._text.find(closer, start + len(opening))
        if end < 0:
            self._unclosed.add(closer)
        if end < 0 or end - start > _MAX_TAG or (opening == "{#" and not self._flavour.templates):
            self._write(opening)
            return start + len(opening)
        inside, end = self._text[start + len(opening) : end].strip(" \t\r\n-~"), end + len(closer)
        if opening == "{#":
            return end
        if inside.startswith("/*") and inside.endswith("*/"):
            self._write(self._literal(opening + inside[2:-2] + closer))
            return end
        if opening == "{{":
            self._put(start, end, inside, tags.value(inside, self._site))
            return end
        return self._statement(start, end, inside)

    def _statement(self, start: int, end: int, inside: str) -> int:
        """Replace a tag with a name: the whole of code, the beginning or the end of a box, or one
        alone.
        """
        name, arguments = parsed(inside)
        closing = self._closing(name, end) if name in tags.CODE_BLOCKS else None
        if closing is not None and (self._flavour.templates or name in tags.ALWAYS):
            code = self._text[end : closing.start()]
            line = self._text[self._text.rfind("\n", max(start - _TAIL, 0), start) + 1 : start]
            self._write(self._literal(tags.code_block(name, arguments, code, before=line)))
            return closing.end()
        if name.startswith(("end", "/")) or name in tags.MIDDLES:
            self._close(start, end)
            return end
        if self._flavour.templates and name in tags.BOXES:
            beginning, ending = tags.box(name, arguments, inside.partition(name)[2])
            self._opened.append(ending)
            self._write(beginning)
            return end
        if self._flavour.templates and "(" in self._text[start:end]:
            self._opened.append("")
        self._put(start, end, name, tags.expanded(name, arguments, self._site))
        return end

    def _closing(self, name: str, position: int) -> re.Match[str] | None:
        if name in self._unclosed:
            return None
        pattern = rf"\{{%[-~+]?\s*end{name}\s*[-~+]?%\}}|\{{\{{[<%]\s*/\s*{name}\s*[>%]\}}\}}"
        match = re.compile(pattern).search(self._text, position)
        if match is None:
            self._unclosed.add(name)
        return match

    def _close(self, start: int, end: int) -> None:
        """Close the last box, or leave out a tag that closes what was taken out."""
        if not self._flavour.templates:
            self._write(self._text[start:end])
            return
        if self._opened:
            self._write(self._opened.pop())

    def _put(self, start: int, end: int, name: str, replacement: str | None) -> None:
        """Write the replacement of a tag, or take the tag out."""
        in_url = IN_URL.search(self._tail) is not None
        if in_url and replacement and (link := _WHOLE_LINK.match(replacement)):
            replacement = html.unescape(link[1])
        if not self._flavour.templates and not in_url:
            self._write(self._text[start:end])
            return
        if replacement is None:
            self._removed.append((self._line(start), self._shown(start, name)))
            replacement = REMOVED if in_url else ""
        if start != self._last_end:
            self._first_part = len(self._parts)
        elif in_url and replacement.startswith(("http://", "https://")):
            # The URL is whole; what the tags right before it wrote is the beginning of the same
            # URL.
            del self._parts[self._first_part :]
        else:
            replacement = self._literal(replacement)
        self._last_end = end
        if in_url:
            replacement = replacement.replace(" ", "%20") or REMOVED * (name in tags.REFERENCES)
        self._write(replacement)

    def _shown(self, start: int, name: str) -> str:
        """Return the tag ``name`` for messages, without its arguments."""
        opening = next(sign for sign in _CLOSERS if self._text.startswith(sign, start))
        return f"{opening} {' '.join(name.split())[:_SHOWN]} {_CLOSERS[opening]}"

    def _literal(self, text: str) -> str:
        """Return ``text``, which the generator shows as it is."""
        return literal(text) if self._flavour.templates else text

    def _line(self, position: int) -> int:
        counted, line = self._counted
        line += self._text.count("\n", counted, position)
        self._counted = (position, line)
        return line
