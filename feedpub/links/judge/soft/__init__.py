"""Soft deaths: links that answer with a page, but no longer with what they were made for."""

from feedpub.links.judge.soft.findings import HostFacts, soft_judgement
from feedpub.links.judge.soft.hosts import Hosts
from feedpub.links.judge.soft.landing import has_lost_its_path
from feedpub.links.judge.soft.page import missing_fragments, most_bytes, read_page

__all__ = ["HostFacts", "Hosts", "has_lost_its_path", "missing_fragments", "most_bytes", "read_page", "soft_judgement"]
