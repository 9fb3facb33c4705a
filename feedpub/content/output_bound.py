"""The bound of what one article may add to the output.

An article is written once for each of its feeds and formats, so that a large one with many topics
would fill the disk.
"""

from __future__ import annotations

import msgspec

from feedpub.core.errors import Problem, ProblemKind
from feedpub.core.models import Article

_ENCODE = msgspec.msgpack.Encoder().encode


class OutputBound(msgspec.Struct, frozen=True, kw_only=True):
    """The bound in ``config.yaml``, and the number of files that it is divided by."""

    max_bytes: int
    """The most bytes of an article in all feed files."""
    files_per_feed: int
    """The number of files of a feed that may show an article."""
    custom_feeds: int
    """The number of custom feeds. Each of them counts, because its rule may match the article."""
    topic_families: int = 0
    """The number of families with a feed for each topic of an article."""

    def apply(self, article: Article, body_line: int) -> tuple[Article | None, Problem | None]:
        """Return ``article``, without its body if it is too large; None if the rest is, too.

        Also return the problem, at ``body_line``, where the body begins, or at the first line. The
        size is that of the article's text, before Markdown and escaping.
        """
        topics = len(article.topics)
        files = self.files_per_feed * (
            1 + topics * (1 + self.topic_families) + bool(article.provider) + self.custom_feeds
        )
        if self._fits(article, files):
            return article, None
        limit = f"output.max_article_output ({self.max_bytes} bytes)"
        message = f"is larger than {limit} allows for an article in {files} feed files"
        without_body = msgspec.structs.replace(article, body="")
        if self._fits(without_body, files):
            message = f"{message}; it is left out"
            kind = ProblemKind.IGNORED
            return without_body, Problem(path=article.path, line=body_line, key="body", message=message, kind=kind)
        message = f"{message}; shorten it, or give fewer topics"
        return None, Problem(path=article.path, line=1, key="front matter", message=message)

    def _fits(self, article: Article, files: int) -> bool:
        return len(_ENCODE(article)) * files <= self.max_bytes
