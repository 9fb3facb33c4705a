# ruff: noqa: RUF001  # the tables hold letters that look like Latin ones
"""The slugs of Eleventy's two filters, and letters of other scripts as they write them in ASCII.

Each table is a text of pairs: a letter in lower case, and what stands for it. Letters with marks
that no table has are those without marks.
"""

from __future__ import annotations

import re
import unicodedata

_LATIN = "ßss æae ðd øo þth đd ħh ıi łl"
_GREEK = "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξks οo πp ρr ςs σs τt υy φf χx ψps ωo"
_CYRILLIC = """
    аa бb вv гg дd еe ёyo жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щsch ъ ыy ь
    эe юyu яya єye іi їyi ґg љlj њnj ќkj
"""
_ARMENIAN = """
    աa բb գg դd եye զz էe ըy թt ժzh իi լl խkh ծts կk հh ձdz ղgh ճtch մm յy նn շsh ոvo չch պp ջj ռr
    սs վv տt րr ցc փp քq օo ֆf ևyev
"""
_GEORGIAN = """
    აa ბb გg დd ეe ვv ზz თt იi კk ლl მm ნn ოo პp ჟzh რr სs ტt უu ფph ქq ღgh ყk შsh ჩch ცts ძdz წts
    ჭtch ხkh ჯj ჰh
"""
_ARABIC = """
    ءe آa أa ؤw إi ئy اa بb ةt تt ثth جj حh خkh دd ذdh رr زz سs شsh صs ضd طt ظz عe غgh فf قq كk لl
    مm نn هh وw ىa يy ٠0 ١1 ٢2 ٣3 ٤4 ٥5 ٦6 ٧7 ٨8 ٩9 ٹt پp چch ڈd ڑr ژzh کk گg ںn ھh ہh یy ےe ۰0 ۱1 ۲2
    ۳3 ۴4 ۵5 ۶6 ۷7 ۸8 ۹9
"""
# Where the older filter differs.
_OLDER = """
    äa öo üu đdj βb ηh θ8 ξ3 ωw йj хh цc щsh ъu ђdj јj ћc џdz ғgh қkh ңng үue ұu һh әae өoe եe խx
    ծc' ձd' ճtw ըy' թt' ժjh ռr' փp' քq' օo'' ևev ءa ؤu إi ئe ةh ذth ضdh ظz عa ფf ქk ყq წts ჭch
"""
_SIGNS = """
    $dollar %percent &and <less >greater |or ¢cent £pound ¤currency ¥yen ©(c) ªa ®(r) ºo …... –- ‘' ’'
    “" ”" „" †+ •* €euro ₽russian-ruble ₹indian-rupee ™tm ∆delta ∑sum ∞infinity ♥love
"""


_MARKS = frozenset("^`¨¯´·¸")


def _table(*texts: str) -> dict[int, str]:
    return {ord(pair[0]): pair[1:] for text in texts for pair in text.split()}


_NEWER = _table(_LATIN, "äae öoe üue", _GREEK, _CYRILLIC, _ARMENIAN, _GEORGIAN, _ARABIC)
_OLD = _NEWER | _table("äa öo üu œoe", _OLDER, _SIGNS)


def newer_slug(text: str) -> str:
    """Return the slug of the filter ``slugify`` (@sindresorhus/slugify)."""
    text = _newer(text.replace("&", " and ").replace("♥", " love "))
    return "-".join(re.findall("[A-Za-z0-9]+", re.sub(r"([a-z0-9]+)'([ts])(?=\s|$)", r"\1\2", text)))


def older_slug(text: str) -> str:
    """Return the slug of the older filter ``slug`` (the package slugify)."""
    text = _written(text, _OLD).replace("-", " ")
    return "-".join(re.sub(r"""[^a-z0-9_\s$*+~.()'"!:@]""", "", text).split())


def _newer(text: str) -> str:
    """Return ``text`` in lower case as @sindresorhus/transliterate writes it."""
    text = text.replace("ẞ", "ss").replace("Β", "b").lower()
    return _written(text.replace("ъе", "ye").replace("ый", "iy"), _NEWER)


def _written(text: str, table: dict[int, str]) -> str:
    text = unicodedata.normalize("NFC", text.lower()).translate(table)
    decomposed = unicodedata.normalize("NFD", text)
    kept = (c for c in decomposed if not unicodedata.combining(c) and c not in _MARKS)
    return "".join(kept).translate(table)
