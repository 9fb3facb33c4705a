"""The kinds of links and the verdicts, with their names in configuration, commands and reports."""

from __future__ import annotations

from enum import Enum


class LinkKind(Enum):
    """The purpose of a link. The value is its name on the command line and in reports."""

    SOURCE = "source"
    AMP = "amp"
    AMP_CACHE = "amp-cache"
    IMAGE = "image"
    ATTACHMENT = "attachment"
    RELATED = "related"
    BODY = "body"


class Verdict(Enum):
    """The result of a link's check. The value is its name in reports and in ``check.fail_on``."""

    EXCLUDED = "excluded"
    INVALID = "invalid"
    OK = "ok"
    REDIRECTED = "redirected"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate-limited"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    GONE = "gone"
    SUSPECT = "suspect"
