"""The User-Agent headers of well-known feed readers, which servers and firewalls may refuse.

docs/verify.md has the source of each. Numbers that vary (of a feed, of subscribers) are examples.
"""

from __future__ import annotations

READER_AGENTS = {
    "Feedly": "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 1 subscribers; like FeedFetcher-Google)",
    "Inoreader": "Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 1 subscribers; )",
    "NetNewsWire": "NetNewsWire (RSS Reader; https://netnewswire.com/)",
    "Miniflux": "Mozilla/5.0 (compatible; Miniflux/2.2.3; +https://miniflux.app)",
    "Feedbin": "Feedbin feed-id:1 - 1 subscribers",
}
"""The header of each reader by its name, which is also its product token in robots.txt."""
