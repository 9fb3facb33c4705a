"""The deviations of readers from what must arrive, each with its reason. docs/readers.md shows this table."""

from __future__ import annotations

from typing import NamedTuple

from support.lab.model import Format

_MARKED = ("title-tags", "title-element", "title-of-html")


class Deviation(NamedTuple):
    """A difference that some readers have for one reason."""

    reason: str
    field: str
    readers: tuple[str, ...]
    formats: tuple[Format, ...]
    cases: tuple[str, ...] = ()
    """The cases that it concerns; none if the reader never has the field."""


DEVIATIONS = (
    # What a reader has no place for.
    Deviation("It has no dates of updates.", "updated", ("newsboat", "sfeed", "podcastparser"), ("rss", "atom")),
    Deviation("It shows one date, that of the update.", "updated", ("rss2email",), ("rss", "atom")),
    Deviation(
        "It shows one date, that of the update.", "published", ("rss2email",), ("rss", "atom"), ("updated-later",)
    ),
    Deviation("It has no dates of updates.", "updated", ("rss-parser (npm)",), ("rss", "atom")),
    Deviation(
        "It has one date. In Atom, that is the date of the update.",
        "updated",
        ("@extractus/feed-extractor (npm)", "htmlparser2 (npm)"),
        ("rss", "atom"),
    ),
    Deviation("It has one date.", "updated", ("@extractus/feed-extractor (npm)",), ("json",)),
    Deviation(
        "It has one date. In Atom, that is the date of the update.",
        "published",
        ("@extractus/feed-extractor (npm)", "htmlparser2 (npm)"),
        ("atom",),
        ("updated-later",),
    ),
    Deviation(
        "It does not read `atom:updated`.",
        "updated",
        (
            "atoma",
            "feedparser-rs",
            "Ruby's rss",
            "@rowanmanning/feed-parser (npm)",
            "feedparser (npm)",
        ),
        ("rss",),
    ),
    Deviation("It has no images of entries.", "image", ("reader",), ("rss", "atom", "json")),
    Deviation(
        "It has no images of entries.",
        "image",
        ("newsboat", "rss2email", "sfeed", "Ruby's rss", "XML::Feed", "rss-parser (npm)"),
        ("rss", "atom"),
    ),
    Deviation("It does not read Media RSS.", "image", ("atoma",), ("rss", "atom")),
    Deviation("It reads Media RSS in RSS only.", "image", ("feedparser-rs",), ("atom",)),
    Deviation("It does not read `image`.", "image", ("feedparser-rs",), ("json",)),
    Deviation(
        "It hands out titles, links and summaries only.",
        "image",
        ("@extractus/feed-extractor (npm)",),
        ("rss", "atom", "json"),
    ),
    Deviation("It does not read `media:thumbnail`.", "image", ("fastfeedparser", "htmlparser2 (npm)"), ("rss", "atom")),
    Deviation("It has no topics of entries.", "topics", ("reader",), ("rss", "atom", "json")),
    Deviation(
        "It has no topics of entries.", "topics", ("newsboat", "podcastparser", "htmlparser2 (npm)"), ("rss", "atom")
    ),
    Deviation("It does not read the topics of Atom.", "topics", ("rss-parser (npm)",), ("atom",)),
    Deviation(
        "It hands out titles, links and summaries only.",
        "topics",
        ("@extractus/feed-extractor (npm)",),
        ("rss", "atom", "json"),
    ),
    Deviation(
        "It keeps one text of an entry, the body.", "summary", ("newsboat", "rss2email", "sfeed"), ("rss", "atom")
    ),
    Deviation("It keeps one text of an entry, the body.", "summary", ("podcastparser",), ("atom",)),
    Deviation(
        "A body takes the place of a summary that is HTML.", "summary", ("podcastparser",), ("rss",), ("excerpt-html",)
    ),
    Deviation("It takes a description without a body for the body.", "summary", ("XML::Feed",), ("rss",), ("no-body",)),
    Deviation(
        "In Atom, it takes the body for the summary.",
        "summary",
        ("XML::FeedPP",),
        ("atom",),
        ("plain", "right-to-left", "excerpt-html", "excerpt-signs"),
    ),
    Deviation("It shows one date, that of the update.", "published", ("XML::FeedPP",), ("atom",), ("updated-later",)),
    Deviation("It fails at several authors in Atom.", "authors", ("XML::FeedPP",), ("atom",), ("ten-authors",)),
    Deviation(
        "It takes the beginning of the body for the summary.",
        "summary",
        ("@extractus/feed-extractor (npm)",),
        ("json",),
        ("plain", "right-to-left", "excerpt-html", "excerpt-signs"),
    ),
    Deviation(
        "It hands out titles, links and summaries only.",
        "body",
        ("@extractus/feed-extractor (npm)",),
        ("rss", "atom", "json"),
    ),
    Deviation("It reads no bodies.", "body", ("htmlparser2 (npm)",), ("rss", "atom")),
    Deviation(
        "It hands out titles, links and summaries only.",
        "authors",
        ("@extractus/feed-extractor (npm)",),
        ("rss", "atom", "json"),
    ),
    Deviation("It reads no authors.", "authors", ("podcastparser", "htmlparser2 (npm)"), ("rss", "atom")),
    Deviation("It reads only `author`, which in RSS is an e-mail address.", "authors", ("atoma",), ("rss",)),
    Deviation("It reads only `author` of JSON Feed 1.0, and not `authors`.", "authors", ("atoma",), ("json",)),
    Deviation(
        "It hands out titles, links and summaries only.",
        "enclosures",
        ("@extractus/feed-extractor (npm)",),
        ("rss", "atom", "json"),
    ),
    Deviation(
        "It does not read the enclosures of Atom.",
        "enclosures",
        ("rss-parser (npm)", "htmlparser2 (npm)", "XML::FeedPP"),
        ("atom",),
    ),
    # What it shows in part.
    Deviation(
        "It reads the enclosure, of which RSS has one, and not `media:content`.",
        "enclosures",
        ("reader", "atoma", "rss2email", "Ruby's rss", "XML::Feed", "XML::FeedPP", "rss-parser (npm)"),
        ("rss",),
        ("several-enclosures",),
    ),
    Deviation(
        "It keeps one enclosure of an entry.",
        "enclosures",
        ("newsboat", "sfeed"),
        ("rss", "atom"),
        ("several-enclosures",),
    ),
    Deviation(
        "Of several authors, it shows one.",
        "authors",
        ("rss2email", "sfeed", "rss-parser (npm)", "feedparser (npm)", "fastfeedparser"),
        ("rss", "atom"),
        ("ten-authors",),
    ),
    Deviation("Of several authors, it shows one.", "authors", ("fastfeedparser",), ("json",), ("ten-authors",)),
    Deviation("Of several authors, it shows one.", "authors", ("newsboat", "XML::FeedPP"), ("rss",), ("ten-authors",)),
    Deviation("Of several authors, it shows one.", "authors", ("XML::Feed", "reader"), ("atom",), ("ten-authors",)),
    Deviation(
        "Of several authors, it shows one. It takes `Name <x>` for a name with an address.",
        "authors",
        ("reader",),
        ("rss",),
        ("ten-authors", "author-signs"),
    ),
    Deviation("It joins topics with commas.", "topics", ("rss2email",), ("rss", "atom"), ("topics-signs",)),
    # Titles with tags or entities in them.
    Deviation(
        "It does not tell that a title of Atom is HTML, so that programs show its entities.",
        "title",
        (
            "reader",
            "fastfeedparser",
            "podcastparser",
            "sfeed",
            "XML::Feed",
            "XML::FeedPP",
            "rss-parser (npm)",
            "htmlparser2 (npm)",
            "feedme (npm)",
        ),
        ("atom",),
        _MARKED,
    ),
    Deviation(
        "It takes titles for HTML if they hold entities.",
        "title",
        ("feedparser", "rss2email"),
        ("rss",),
        ("title-of-html",),
    ),
    Deviation(
        "It calls every title HTML.", "title", ("feedparser-rs",), ("rss", "json"), (*_MARKED, "title-cdata-end")
    ),
    Deviation("It calls every title HTML.", "title", ("feedparser-rs",), ("atom",), ("title-cdata-end",)),
    Deviation(
        "It takes tags out of every title.",
        "title",
        ("feedparser (npm)",),
        ("rss",),
        ("title-tags", "title-element", "title-cdata-end"),
    ),
    Deviation(
        "It takes tags out of every title, and does not decode titles that are HTML.",
        "title",
        ("feedparser (npm)",),
        ("atom",),
        (*_MARKED, "title-cdata-end"),
    ),
    # Their own mistakes.
    Deviation(
        "It decodes the entities of a body once too often.",
        "body",
        ("@rowanmanning/feed-parser (npm)",),
        ("rss", "atom"),
        ("body-code",),
    ),
    Deviation(
        "It writes `+` for `%20` in links.",
        "link",
        ("@extractus/feed-extractor (npm)",),
        ("rss", "atom", "json"),
        ("link-signs",),
    ),
    Deviation("It does not decode entities in attributes.", "link", ("feedparser-rs",), ("atom",), ("link-signs",)),
    Deviation("It does not decode entities in attributes.", "topics", ("feedparser-rs",), ("atom",), ("topics-signs",)),
)
