"""Soft deaths: links that answer with a page, but no longer with what they were made for."""

from feedpub.links.judge.soft.findings import HostFacts, is_probe, soft_judgement
from feedpub.links.judge.soft.hosts import Hosts
from feedpub.links.judge.soft.landing import has_lost_its_path
from feedpub.links.judge.soft.page import is_read, is_there, missing_fragments, most_bytes, read_page
from feedpub.links.judge.soft.sends_on import sends_on

__all__ = ["HostFacts", "Hosts", "has_lost_its_path", "is_probe", "is_read", "is_there", "missing_fragments"]
__all__ += ["most_bytes", "read_page", "sends_on", "soft_judgement"]
