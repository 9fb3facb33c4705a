"""Types of content, and encodings of text."""

from __future__ import annotations

from support.links.behaviours.model import (
    ALIVE,
    ARTICLE,
    DEAD,
    B,
    html,
    only,
    page,
    soft,
)

STORY = str(ARTICLE.body)
_TYPES = (
    ("application/pdf", b"%PDF-1.4 ..."),
    ("text/plain", b"A story."),
    ("image/png", b"\x89PNG"),
    ("image/svg+xml", b"<svg/>"),
    ("audio/mpeg", b"ID3"),
    ("video/mp4", b"\0\0\0 ftyp"),
    ("application/json", b'{"title":"Story"}'),
    ("application/json; charset=utf-8", b'{"error":null,"items":[]}'),
    ("application/rss+xml", b"<rss version='2.0'/>"),
    ("application/atom+xml", b"<feed/>"),
    ("application/xml", b"<a/>"),
    ("application/octet-stream", b"\0\1\2"),
    ("application/zip", b"PK"),
    ("text/markdown", b"# Story"),
    ("text/csv", b"a,b"),
    ("application/xhtml+xml", STORY.encode()),
    ("text/html", STORY.encode()),
    ("TEXT/HTML;CHARSET=UTF-8", STORY.encode()),
    ("text/html;charset=", STORY.encode()),
    ("text/html; charset=none", STORY.encode()),
    ("html", STORY.encode()),
    ("", STORY.encode()),
    ("text/html, text/html", STORY.encode()),
    ("multipart/related", b"--a"),
    ("text/plain", b"404 is a number of three digits, and this is a file about numbers."),
)
_ALIVE = (
    ("Shift_JIS", "日本語の記事"),
    ("EUC-JP", "日本語の記事"),
    ("GB18030", "中文的文章"),
    ("Big5", "中文的文章"),
    ("EUC-KR", "한국어 기사"),
    ("windows-1251", "Статья"),
    ("KOI8-R", "Статья"),
    ("windows-1252", "Café"),
    ("UTF-16", "Story"),
    ("ISO-8859-2", "Článek"),
)
_GONE = (
    ("Shift_JIS", "ページが見つかりません"),
    ("EUC-JP", "ページが見つかりません"),
    ("GB18030", "页面不存在"),
    ("Big5", "找不到網頁"),
    ("EUC-KR", "페이지를 찾을 수 없습니다"),
    ("windows-1251", "Страница не найдена"),
    ("windows-1252", "Página no encontrada"),
    ("ISO-8859-2", "Stránka nenalezena"),
    ("UTF-16", "Page not found"),
    ("windows-1254", "Sayfa bulunamadı"),
    ("windows-1255", "הדף לא נמצא"),
    ("windows-1256", "الصفحة غير موجودة"),
    ("ISO-8859-7", "Η σελίδα δεν βρέθηκε"),
)

BEHAVIOURS = (
    *(
        B(
            "has a document of a type",
            ALIVE,
            only(html(data, Content_Type=name)),
            variant=f"{name or 'none'}, {len(data)} bytes",
        )
        for name, data in _TYPES
    ),
    *(
        B(
            "has an article in an encoding",
            ALIVE,
            only(html(page(title).encode(name), Content_Type=f"text/html; charset={name}")),
            variant=name,
        )
        for name, title in _ALIVE
    ),
    *(
        B(
            "says “not found” with 200, in an encoding",
            DEAD,
            soft(html(page(title, "").encode(name), Content_Type=f"text/html; charset={name}")),
            variant=name,
        )
        for name, title in _GONE
    ),
    *(
        B(
            "says “not found” with 200, in an encoding that a meta element names",
            DEAD,
            soft(html(page(title, "", f"<meta charset={name}>").encode(name), Content_Type="text/html")),
            variant=name,
        )
        for name, title in _GONE
        if name != "UTF-16"
    ),
    B(
        "says “not found” with 200 as XHTML",
        DEAD,
        soft(html(page("Page not found"), Content_Type="application/xhtml+xml")),
    ),
    B("says “not found” with 200 with entities", DEAD, soft(html(page("P&aacute;gina no encontrada", "")))),
    B(
        "says “not found” with 200 in upper case",
        DEAD,
        soft(html("<HTML><HEAD><TITLE>PAGE NOT FOUND</TITLE></HEAD><BODY><H1>PAGE NOT FOUND</H1></BODY></HTML>")),
    ),
    B(
        "says “not found” with 200 in a heading of many elements",
        DEAD,
        soft(html("<title>News</title><h1><span>Page</span> <b><i>not</i> found</b></h1>")),
    ),
    B("says “not found” with 200 without a type", DEAD, soft(html(page("Page not found"), Content_Type=""))),
)
