"""Pictures that arrive in readers, which run no script of the site."""

from __future__ import annotations

import pytest

from feedpub.core.html import sanitize

SITE = "https://garden.example/"
GIF = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def clean(markup: str) -> str:
    return sanitize(markup, base=SITE, page=SITE)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (f'<img src="{GIF}" data-src="/fern.jpg" alt="Fern">', f'<img src="{SITE}fern.jpg" alt="Fern">'),
        ('<img src="wait.gif" data-original="/fern.jpg">', f'<img src="{SITE}fern.jpg">'),
        ('<img src="wait.gif" data-lazyload="/fern.jpg">', f'<img src="{SITE}fern.jpg">'),
        (
            '<amp-img src="/fern.jpg" width="4" height="3"></amp-img>',
            f'<img src="{SITE}fern.jpg" width="4" height="3">',
        ),
        ('<img data-lazy-src="fern.jpg" width="4" height="3">', f'<img width="4" height="3" src="{SITE}fern.jpg">'),
        (
            '<img src="a.jpg" data-srcset="a.jpg 300w, b,c.jpg 600w" data-sizes="auto">',
            f'<img src="{SITE}a.jpg" srcset="{SITE}a.jpg 300w, {SITE}b,c.jpg 600w">',
        ),
        ('<img srcset="a.jpg, b.jpg 2x">', f'<img srcset="{SITE}a.jpg, {SITE}b.jpg 2x" src="{SITE}b.jpg">'),
        ('<img srcset="javascript:hit() 1x">', "<img>"),
        (
            '<picture><source media="print" srcset="a.webp 2x" type="image/webp"><img src="a.jpg"></picture>',
            (
                f'<picture><source media="print" srcset="{SITE}a.webp 2x" type="image/webp">'
                f'<img src="{SITE}a.jpg"></picture>'
            ),
        ),
        (f'<img src="{GIF}" alt="dot">', f'<img src="{GIF}" alt="dot">'),
        ('<img src="data:image/svg+xml;base64,AAAA" alt="s">', '<img alt="s">'),
        ('<img src="data:image/png,<script>" alt="s">', '<img alt="s">'),
        (f'<a href="{GIF}">x</a>', "<a>x</a>"),
    ],
)
def test_a_picture_is_loaded_without_a_script(markup: str, expected: str) -> None:
    assert clean(markup) == expected


def test_a_picture_in_a_url_is_small() -> None:
    small, large = "A" * (32 * 1024 // 3 * 4), "A" * (33 * 1024 // 3 * 4)
    assert "data:" in clean(f'<img src="data:image/png;base64,{small}">')
    assert clean(f'<img src="data:image/png;base64,{large}">') == "<img>"


REAL = '<img src="https://garden.example/fern.jpg" alt="Fern">'


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (f'<img class="lazy" src="wait.gif"><noscript>{REAL}</noscript>', REAL),
        (f'<noscript>{REAL}</noscript><img class="lazyload" src="{GIF}">', REAL),
        (f'<picture><source srcset="{GIF}"><img src="{GIF}"></picture> <noscript>{REAL}</noscript>', REAL),
        (f"<p><noscript>{REAL}</noscript></p>", f"<p>{REAL}</p>"),
        (f'{REAL}<noscript><img src="/hit" width="1" height="1"></noscript>', REAL),
        (f"{REAL}<noscript>Turn it on.</noscript>", REAL),
        (f"<noscript>{REAL}<script>hit()</script></noscript>", REAL),
    ],
)
def test_what_a_reader_without_scripts_sees_wins(markup: str, expected: str) -> None:
    assert clean(markup) == expected
