"""The front matter of an article as the generator of its site reads it."""

from __future__ import annotations

from feedpub.content.files import ArticleFile
from feedpub.content.front_matter import FrontMatter, MissingError, parse
from feedpub.content.generators import generator_of
from feedpub.content.generators.page import Page
from feedpub.content.generators.rules import SiteRules
from feedpub.content.problem_log import ProblemLog
from feedpub.core.yaml_nodes import NodeError


def parse_for(rules: SiteRules, text: str) -> FrontMatter:
    """Return the front matter and the body of ``text``. Some generators need no front matter."""
    generator = generator_of(rules.generator)
    text, added = generator.head(text)
    try:
        document = parse(text, has_bare_head=generator.has_bare_head, repeats_keys=generator.repeats_keys)
    except MissingError:
        if not generator.reads_without_head:
            raise
        return FrontMatter({}, 1, text, ())
    except NodeError as error:
        error.line -= added
        raise
    return _moved(document, added) if added else document


def _moved(document: FrontMatter, lines: int) -> FrontMatter:
    """Return ``document`` as it was before ``lines`` were added at its beginning."""
    return document._replace(
        offset=document.offset - lines,
        repaired_lines=tuple(line - lines for line in document.repaired_lines),
        changed_lines=tuple(line - lines for line in document.changed_lines),
    )


def read_page(rules: SiteRules, source: ArticleFile, document: FrontMatter, log: ProblemLog) -> Page:
    """Return the page that the generator reads in ``document``, the front matter of ``source``."""
    generator = generator_of(rules.generator)
    page = Page(document.fields, source, document.body, rules, generator.slug_rule)
    generator.read(page)
    for key, message in page.problems:
        log.invalid(page.line(key) + document.offset, key, message)
    return page
