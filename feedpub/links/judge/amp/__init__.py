"""AMP: the URLs of pages in the AMP Cache, and the data in AMP pages. Pure functions."""

from feedpub.links.judge.amp.cache import cache_mismatch, cache_subdomain, cache_urls
from feedpub.links.judge.amp.page import read_amp_page
from feedpub.links.judge.amp.same import same_page

__all__ = ["cache_mismatch", "cache_subdomain", "cache_urls", "read_amp_page", "same_page"]
