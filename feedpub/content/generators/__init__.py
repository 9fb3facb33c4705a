"""The site generators: one module each, behind the protocol of :mod:`.base`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from feedpub.content.generators.base import Generator
from feedpub.content.generators.facts import SiteFacts, SiteFiles

# Hexo comes before Jekyll, and Zola before Hugo: the first two may have the files of the second.
_MODULES = {
    "hexo": "hexo:Hexo",
    "jekyll": "jekyll:Jekyll",
    "zola": "zola:Zola",
    "hugo": "hugo:Hugo",
    "eleventy": "eleventy:Eleventy",
    "astro": "astro:Astro",
    "docusaurus": "docusaurus:Docusaurus",
    "pelican": "pelican:Pelican",
    "mkdocs": "mkdocs:MkDocs",
    "vitepress": "vitepress:VitePress",
}


@cache  # a site has one, and most sites have none
def generator_of(name: str) -> Generator:
    """Return the generator ``name``."""
    module, _, kind = _MODULES[name].partition(":")
    generator: Generator = getattr(import_module(f"{__name__}.{module}"), kind)()
    return generator


def facts_of(root: Path) -> SiteFacts | None:
    """Return the facts about the site in ``root``; None if no generator's configuration is there.

    Raise :class:`~feedpub.core.errors.UsageError` if the configuration cannot be read.
    """
    site = SiteFiles(root)
    found = (generator_of(name).facts(site) for name in _MODULES)
    return next((facts for facts in found if facts is not None), None)
