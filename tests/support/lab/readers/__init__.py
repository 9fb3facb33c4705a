"""The readers of the lab: from PyPI in this process, the others as programs."""

from support.lab.model import Reader
from support.lab.readers.scripts import NodeScript, Script
from support.lab.readers.with_atoma import Atoma
from support.lab.readers.with_fastfeedparser import FastFeedParser
from support.lab.readers.with_feedparser import Feedparser
from support.lab.readers.with_feedparser_rs import FeedparserRs
from support.lab.readers.with_jsonfeed import JsonFeedUtil
from support.lab.readers.with_newsboat import Newsboat
from support.lab.readers.with_podcastparser import PodcastParser
from support.lab.readers.with_reader import LibraryReader
from support.lab.readers.with_rss2email import Rss2email
from support.lab.readers.with_sfeed import Sfeed

FROM_PYPI: tuple[Reader, ...] = (
    Feedparser(),
    LibraryReader(),
    Atoma(),
    FastFeedParser(),
    FeedparserRs(),
    JsonFeedUtil(),
    PodcastParser(),
)
PROGRAMS: tuple[Reader, ...] = (
    Newsboat(),
    Rss2email(),
    Sfeed(),
    Script("Ruby's rss", "ruby", "ruby_rss.rb", ("-e", "require 'rss'")),
    Script("XML::Feed", "perl", "xml_feed.pl", ("-MXML::Feed", "-e", "1")),
    Script("XML::FeedPP", "perl", "xml_feedpp.pl", ("-MXML::FeedPP", "-e", "1")),
    NodeScript("rss-parser", "rss-parser"),
    NodeScript("feedsmith", "feedsmith", ("rss", "atom", "json")),
    NodeScript("@rowanmanning/feed-parser", "feed-parser"),
    NodeScript("@extractus/feed-extractor", "feed-extractor", ("rss", "atom", "json")),
    NodeScript("htmlparser2", "htmlparser2"),
    NodeScript("feedparser", "node-feedparser"),
    NodeScript("feedme", "feedme"),
)
READERS = (*FROM_PYPI, *PROGRAMS)
