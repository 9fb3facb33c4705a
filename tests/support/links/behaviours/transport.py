"""Names, addresses and TLS."""

from __future__ import annotations

from support.links.behaviours.model import (
    ALIVE,
    ARTICLE,
    DEAD,
    LINK,
    UNCLEAR,
    B,
    always,
    only,
    to,
)
from support.links.hostile import EXPIRED, UNTRUSTED, WRONG

STORY = only(ARTICLE)

BEHAVIOURS = (
    B("has a good certificate", ALIVE, STORY, scheme="https"),
    B("has an expired certificate", UNCLEAR, STORY, host=EXPIRED, scheme="https"),
    B("has a certificate for another name", UNCLEAR, STORY, host=WRONG, scheme="https"),
    B("has a certificate of an unknown authority", UNCLEAR, STORY, host=UNTRUSTED, scheme="https"),
    B("has a name that does not exist", DEAD, STORY, host="missing.test"),
    B("has a name that does not exist, over https", DEAD, STORY, ("https://missing2.test/a",), host="missing2.test"),
    B("has a name without a server", UNCLEAR, STORY, host="refused.test"),
    B("has a name that does not resolve for now", UNCLEAR, STORY, host="later.test"),
    B("has a name in upper case", ALIVE, STORY, (f"http://UPPER.test{LINK}",), host="upper.test"),
    B("has a name in Unicode", ALIVE, STORY, (f"http://bücher.test{LINK}",), host="xn--bcher-kva.test"),
    B("has a name in Punycode", ALIVE, STORY, host="xn--fsqu00a.test"),
    B("has a name with an underscore", ALIVE, STORY, host="my_site.test"),
    B("has a name with a dot at the end", ALIVE, STORY, (f"http://dot.test.{LINK}",), host="dot.test"),
    B("has a long name", ALIVE, STORY, host=".".join(["a" * 60] * 3) + ".test"),
    B("has an address instead of a name", ALIVE, STORY, host="127.0.1.3"),
    B("redirects to an IDNA name in Unicode", ALIVE, always(to("http://größe.test/some-story"))),
    B("redirects to a host with a dot at its end", ALIVE, always(to("http://new.test./2019/some-story.html"))),
    B("redirects to a host in upper case", ALIVE, always(to("http://NEW.test/2019/some-story.html"))),
)
