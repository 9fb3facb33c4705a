"""The dates in front matter that hold an article back, beside the date of its text."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime, tzinfo

import yaml

from feedpub.content.fields import FieldReader
from feedpub.core.dates import NO_DATE, DateError, parse_optional_datetime
from feedpub.core.yaml_nodes import is_absent

# In these, other programs have the date of publication, beside that of the text. An article that
# one of them holds back may be a draft until then.
_RELEASE_SPELLINGS = frozenset(
    """
    publishDate PublishDate PUBLISHDATE publishdate publish_date publish-date pubDate PubDate pubdate pub_date pub-date
    publishedAt published_at publishAt publish_at publishOn publish_on publicationDate publication_date
    """.split()
)


def release_date(reader: FieldReader, published: Sequence[str], zone: tzinfo) -> datetime | None:
    """Return the date that stands where a boolean is expected; Hugo's ``published`` is one."""
    field = reader.find(published)
    if field is None or not isinstance(field[1][1], yaml.ScalarNode) or field[1][1].value[4:5] not in ("-", "/"):
        return None
    try:
        moment = parse_optional_datetime(field[1][1].value, zone)
    except DateError:
        return None
    return None if moment is NO_DATE else moment


def after_embargo(reader: FieldReader, published_at: datetime, zone: tzinfo) -> datetime:
    """Return the latest of ``published_at`` and of the dates in keys that say when to publish."""
    if _RELEASE_SPELLINGS.isdisjoint(reader.fields):
        return published_at
    nodes = [reader.fields[key][1] for key in _RELEASE_SPELLINGS if key in reader.fields]
    dates = [published_at]
    for node in nodes:
        # Another program's key is no problem if it is no date.
        with contextlib.suppress(DateError):
            if isinstance(node, yaml.ScalarNode) and not is_absent(node):
                dates.append(parse_optional_datetime(node.value, zone))
    return max(dates)
