"""The supported template tags of Jekyll, Hugo, Zola, Hexo and Eleventy, as HTML or as URLs.

An unknown tag has no replacement (None). Texts are escaped; the sanitizer checks the URLs later.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from feedpub.core.html.template_arguments import Arguments, TemplateSite, arguments_of

CODE_BLOCKS = {"raw": "", "verbatim": "", "comment": "", "highlight": "code", "codeblock": "code", "code": "code"}
"""The tags whose contents are not read for tags; those of "code" are code."""
ALWAYS = frozenset(("raw", "highlight", "codeblock"))
"""Those of them that are replaced in bodies of any site."""
MIDDLES = frozenset(("else", "elsif", "elif", "when", "empty", "break", "continue"))
BOXES = {"quote": "blockquote", "pullquote": "blockquote", "blockquote": "blockquote", "details": "details"}
REFERENCES = frozenset(("ref", "relref", "post_url", "post_path", "link", "get_url"))

_FILTER = re.compile(r"\|(?=(?:[^\"']|\"[^\"]*\"|'[^']*')*\Z)")
_CALL = re.compile(r"(?P<name>[A-Za-z_][\w.:]*)\s*\((?P<inside>.*)\)\Z", re.DOTALL)
_CITED = re.compile(r"(?P<author>[^,]*?)(?: (?P<url>https?://\S+)(?: (?P<title>.+))?|, ?(?P<source>.+))?")
_TICKS = re.compile("`+")
_ID = re.compile(r"[\w-]{1,100}")
_IMAGE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg)(?:[?#].*)?\Z", re.IGNORECASE)
_VIDEO = re.compile(r"\.(?:mp4|webm|ogv|mov|m4v)(?:[?#].*)?\Z", re.IGNORECASE)
_SAME = frozenset(("escape", "escape_once", "xml_escape", "uri_escape", "strip", "trim", "safe", "e", "strip_index"))


def value(expression: str, site: TemplateSite) -> str | None:
    """Return the value of ``expression``, such as ``"/a" | relative_url``, or None if it is
    unknown.
    """
    first, *filters = _FILTER.split(expression) if len(expression) < 500 else [expression]
    result = _atom(first.strip(), site)
    for text in filters:
        if result is None:
            return None
        name, _, argument = (part.strip() for part in text.partition(":"))
        other = _atom(argument, site) if argument else None
        if name in {"relative_url", "url", "absolute_url", "absURL", "htmlBaseUrl"}:
            result = site.path(result, absolute=name[:3] == "abs")
        elif name == "prepend" and other is not None:
            result = other + result
        elif name == "append" and other is not None:
            result += other
        elif name not in _SAME:
            return None
    return result


def _atom(text: str, site: TemplateSite) -> str | None:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    call = _CALL.match(text)
    if call:
        return expanded(call["name"], arguments_of(call["inside"]), site)
    return {
        "site.url": site.origin,
        "site.baseurl": site.prefix,
        "site.base_url": site.prefix,
        "site.github.url": site.origin + site.prefix,
        "site.BaseURL": site.origin + site.prefix,
        "config.base_url": site.origin + site.prefix,
        "page.url": site.page or None,
    }.get(text)


def code_block(name: str, arguments: Arguments, code: str, *, before: str) -> str:
    """Return the contents of a tag of :data:`CODE_BLOCKS` as Markdown; ``before`` is the line
    before the tag.
    """
    if name == "comment":
        return ""
    if not CODE_BLOCKS[name]:
        return code
    language = arguments.get("lang") or ("" if name == "codeblock" else arguments.get(at=0))
    language = language if _ID.fullmatch(language.replace("+", "").replace("#", "") or "x") else ""
    fence = "`" * max(3, *(len(run) + 1 for run in _TICKS.findall(code)), 3)
    is_alone = not before.strip(" \t>")
    indent = before if is_alone else ""
    lines = code.strip("\r\n").rstrip()
    return f"{'' if is_alone else chr(10) * 2}{fence}{language}\n{lines}\n{indent}{fence}\n"


def box(name: str, arguments: Arguments, written: str) -> tuple[str, str]:
    """Return the beginning and the end of the box ``name``, each between blank lines, so that what
    is between them is Markdown. ``written`` is the text of the ``arguments``.
    """
    element = BOXES[name]
    if element == "details":
        title = html.escape(arguments.get("summary", "title", at=0) or "Details")
        return f"\n<details><summary>{title}</summary>\n\n", "\n\n</details>\n\n"
    footer = f"<footer>{_cited(arguments, written)}</footer>\n" if written.strip() and name != "pullquote" else ""
    return f"\n<{element}>\n\n", f"\n\n{footer}</{element}>\n\n"


def _cited(arguments: Arguments, written: str) -> str:
    """Return the author and the source of a quotation as HTML.

    Hexo's are not named: ``Author, Source`` or ``Author https://… Title``.
    """
    match = None if arguments.named else _CITED.fullmatch(" ".join(written.split())[:500])
    author = match["author"] if match else arguments.get("author", "title", at=0)
    title = (match["title"] or match["source"] or "") if match else arguments.get("source")
    url = (match["url"] or "") if match else arguments.get("url", "link", "cite")
    title = html.escape(title or url)
    cite = f'<a href="{html.escape(url)}">{title}</a>' if url else title
    return f"<strong>{html.escape(author)}</strong>" + (f" <cite>{cite}</cite>" if cite else "")


def expanded(name: str, arguments: Arguments, site: TemplateSite) -> str | None:
    """Return the HTML or the URL of the tag ``name``, or None if it is unknown."""
    if name in _VIDEOS:
        key = arguments.get("id", "video_id", "url", at=0)
        return _link(_VIDEOS[name], key) if key else None
    tag = _TAGS.get(name)
    return tag(arguments, site) if tag else None


_VIDEOS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "instagram": "https://www.instagram.com/p/{}/",
}


def _link(form: str, key: str) -> str | None:
    if key.startswith(("https://", "http://")):
        url = key
    elif all(_ID.fullmatch(part) for part in key.split("/")):
        url = form.format(key)
    else:
        return None
    return f'<a href="{html.escape(url)}">{html.escape(url)}</a>'


def _figure(arguments: Arguments, _site: TemplateSite) -> str | None:
    source = arguments.get("src", "url", "image_path", "path", "image", "link", at=0)
    if not source:
        return None
    text = arguments.get("alt", "caption", "title")
    sizes = "".join(
        f' {name}="{arguments.get(name)}"' for name in ("width", "height") if arguments.get(name).isdecimal()
    )
    image = f'<img src="{html.escape(source)}" alt="{html.escape(text)}"{sizes}>'
    link = arguments.get("link") if arguments.get("src") else ""
    if link:
        image = f'<a href="{html.escape(link)}">{image}</a>'
    caption = " ".join(part for part in (arguments.get("title"), arguments.get("caption")) if part)
    return f"<figure>{image}<figcaption>{html.escape(caption)}</figcaption></figure>" if caption else image


def _gist(arguments: Arguments, _site: TemplateSite) -> str | None:
    return _link("https://gist.github.com/{}", arguments.get("url") or "/".join(arguments.values[:2]))


def _post(arguments: Arguments, _site: TemplateSite) -> str | None:
    user, number = arguments.get("user"), arguments.get("id", at=0)
    return _link("https://x.com/{}", f"{user}/status/{number}" if user else number)


def _reference(arguments: Arguments, site: TemplateSite) -> str | None:
    return site.article(arguments.get("path", at=0))


def _page_link(arguments: Arguments, site: TemplateSite) -> str | None:
    path = arguments.get("path", at=0)
    url = next((number for number, text in enumerate(arguments.values) if text.startswith(("http://", "https://"))), 0)
    if url:
        # Hexo's: a text and its URL.
        return f'<a href="{html.escape(arguments.values[url])}">{html.escape(" ".join(arguments.values[:url]))}</a>'
    if re.search(r"\.(?:md|markdown|mdx)(?:#|\Z)", path):
        return site.article(path)
    return site.path(path) if path else None


def _include(arguments: Arguments, site: TemplateSite) -> str | None:
    file = arguments.get(at=0).lower()
    if "youtube" in file or "vimeo" in file:
        return expanded("vimeo" if "vimeo" in file else "youtube", Arguments([], arguments.named), site)
    source = arguments.get("src", "url", "image_path", "path", "image")
    return _figure(Arguments([], arguments.named), site) if _IMAGE.search(source) else None


def _asset_image(arguments: Arguments, _site: TemplateSite) -> str | None:
    values = arguments.values
    at = next((index for index, text in enumerate(values) if _IMAGE.search(text)), None)
    if at is None:
        return None
    numbers = [text for text in values[at + 1 :] if text.isdecimal()][:2]
    texts = [text for text in values[at + 1 :] if not text.isdecimal()]
    named = dict(zip(("width", "height"), numbers, strict=False))
    # The last of a title and an alternative text.
    title = re.split(r"[\"'] +[\"']", texts[-1])[-1].strip("'\"") if texts else ""
    return _figure(Arguments([], {"src": values[at], "alt": title, **named}), _site)


def _video(arguments: Arguments, _site: TemplateSite) -> str | None:
    source = arguments.get("src", "url", at=0)
    return f'<video src="{html.escape(source)}" controls></video>' if _VIDEO.search(source) else None


def _asset_link(arguments: Arguments, _site: TemplateSite) -> str | None:
    path, text = arguments.get(at=0), " ".join(arguments.values[1:]) or arguments.get(at=0)
    return f'<a href="{html.escape(path)}">{html.escape(text)}</a>' if path else None


def _post_link(arguments: Arguments, site: TemplateSite) -> str | None:
    url, text = site.article(arguments.get(at=0)), " ".join(arguments.values[1:]) or arguments.get(at=0)
    return f'<a href="{html.escape(url)}">{html.escape(text)}</a>' if url else html.escape(text)


_TAGS: dict[str, Callable[[Arguments, TemplateSite], str | None]] = {
    "figure": _figure,
    "img": _asset_image,
    "image": _figure,
    "gist": _gist,
    "tweet": _post,
    "twitter": _post,
    "x": _post,
    "ref": _reference,
    "relref": _reference,
    "post_url": _reference,
    "post_path": _reference,
    "link": _page_link,
    "get_url": _page_link,
    "url_for": _page_link,
    "include": _include,
    "include_relative": _include,
    "asset_img": _asset_image,
    "asset_path": lambda arguments, _site: arguments.get(at=0) or None,
    "asset_link": _asset_link,
    "post_link": _post_link,
    "video": _video,
    "toc": lambda _arguments, _site: "",
    "more": lambda _arguments, _site: "",
}
