"""The pages of the load server for link n. The path of each has its kind and its number.

``/source/<n>`` is an article, no two the same. ``/amp/<n>`` is a valid AMP page whose canonical is ``/source/<n - 1>``
of the same host. ``/image/<n>`` is a picture.
"""

from __future__ import annotations

_TYPES = {b"source": b"text/html; charset=utf-8", b"amp": b"text/html; charset=utf-8", b"image": b"image/png"}
_SOURCE = b"""<!doctype html><html lang=en><meta charset=utf-8><title>Article %%d</title>
<link rel="canonical" href="%%b/source/%%d"><p>%b</p><p>Number %%x</p></html>""" % (b"Read all about it. " * 100)
_AMP_TOP = '<!doctype html><html ⚡ lang="en"><head><meta charset="utf-8"><title>An article</title>'.encode()
_AMP_REST = b"""<meta name="viewport" content="width=device-width">
<script async src="https://cdn.ampproject.org/v0.js"></script>
<style amp-boilerplate>body{-webkit-animation:-amp-start 8s steps(1,end) 0s 1 normal both;-moz-animation:-amp-start 8s \
steps(1,end) 0s 1 normal both;-ms-animation:-amp-start 8s steps(1,end) 0s 1 normal both;animation:-amp-start 8s \
steps(1,end) 0s 1 normal both}@-webkit-keyframes -amp-start{from{visibility:hidden}to{visibility:visible}}\
@-moz-keyframes -amp-start{from{visibility:hidden}to{visibility:visible}}@-ms-keyframes -amp-start{from{visibility:\
hidden}to{visibility:visible}}@-o-keyframes -amp-start{from{visibility:hidden}to{visibility:visible}}@keyframes \
-amp-start{from{visibility:hidden}to{visibility:visible}}</style><noscript><style amp-boilerplate>body\
{-webkit-animation:none;-moz-animation:none;-ms-animation:none;animation:none}</style></noscript></head><body>\
<p>Read all about it.</p></body></html>"""
_IMAGE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6300010000000500010d0a2db4"
    "0000000049454e44ae426082"
)
NOT_FOUND = (b"404 Not Found", b"text/plain", b"no such page\n")


def path(kind: str, number: int) -> str:
    """The path of link ``number``."""
    return f"/{kind}/{number}"


def number_of(target: bytes) -> int | None:
    """Which link a request's target is; None where it is none."""
    kind, _, number = target[1:].partition(b"/")
    return int(number) if kind in _TYPES and number.isdigit() and len(number) < 10 else None


def page(target: bytes, number: int, origin: bytes) -> tuple[bytes, bytes, bytes]:
    """Status, media type and body of link ``number`` at ``origin``."""
    kind = target[1 : target.index(b"/", 1)]
    if kind == b"amp":
        body = b'%b<link rel="canonical" href="%b/source/%d">%b' % (_AMP_TOP, origin, number - 1, _AMP_REST)
    else:
        body = _IMAGE if kind == b"image" else _SOURCE % (number, origin, number, number * 0x9E3779B1 & 0xFFFFFFFF)
    return b"200 OK", _TYPES[kind], body
