"""The constraints on ``deploy`` that its types cannot express."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

from feedpub.config.check_constraints import AddProblem
from feedpub.config.deploy_model import STORES_WITH_HEADERS
from feedpub.core import urls
from feedpub.core.errors import quoted

_NAME = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
_WITH_ENDPOINT = frozenset(("s3", "gs"))
_EXAMPLES = {
    "s3": "s3://bucket or s3://bucket/prefix",
    "gs": "gs://bucket or gs://bucket/prefix",
    "az": "az://container or az://container/prefix",
    "sftp": "sftp://web.example.org/srv/www/news",
    "file": "file:///srv/www/news, or file:public beside config.yaml",
}


def check_deploy(values: dict[str, Any], add_problem: AddProblem) -> None:
    """Check the targets of ``deploy`` in ``values``, and normalize the URLs of their endpoints."""
    precompressed = values.get("output", {}).get("precompress", [])
    for name, target in values.get("deploy", {}).items():
        key = f"deploy.{name}"
        if not _NAME.fullmatch(name) or len(name) > 60:
            add_problem(key, "is not lower-case words joined by hyphens, at most 60 characters, such as production")
        scheme = _check_url(f"{key}.url", target["url"], add_problem)
        if scheme is None:
            continue
        for option in ("cache_control", "encoding"):
            if target.get(option) and scheme not in STORES_WITH_HEADERS:
                add_problem(f"{key}.{option}", f"has no effect with {scheme}:, where the web server sets headers")
        if target.get("endpoint") and scheme not in _WITH_ENDPOINT:
            add_problem(f"{key}.endpoint", f"has no effect with {scheme}:; remove it")
        elif target.get("endpoint"):
            target["endpoint"] = _endpoint(f"{key}.endpoint", target["endpoint"], add_problem)
        if target.get("encoding") and target["encoding"] not in precompressed:
            add_problem(f"{key}.encoding", "needs the copies that output.precompress: [gzip] makes; set that, too")
        for pattern, value in target.get("cache_control", {}).items():
            if not (value.isascii() and value.isprintable()):
                add_problem(f"{key}.cache_control.{pattern}", f"{quoted(value)} is not a header's value in ASCII")


def _check_url(key: str, text: str, add_problem: AddProblem) -> str | None:
    """Check the URL of a target and return its scheme; None if there is a problem."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    problem = _problem(url, port)
    if problem:
        add_problem(key, problem)
    return None if problem else url.scheme


def _problem(url: SplitResult, port: int | None) -> str | None:
    """Return what is wrong with the URL of a target. It may hold a secret, so it is not shown."""
    if url.scheme not in _EXAMPLES:
        return f"is not a URL of a target; give one of {'; '.join(_EXAMPLES.values())}"
    example = f"give a URL such as {_EXAMPLES[url.scheme]}"
    if url.password is not None or (url.username is not None and url.scheme != "sftp"):
        return "holds a secret before an @; credentials come from the environment, never from config.yaml"
    if url.query or url.fragment or (".." in url.path.split("/") and url.scheme != "file"):
        return f"has a query, a fragment or '..'; {example}"
    if url.scheme == "file":
        return f"is not a path of this machine; {example}" if url.netloc or not url.path.strip("/") else None
    if not url.hostname or (port is not None and url.scheme != "sftp"):
        return f"is not complete; {example}"
    return f"has no path; {example}" if url.scheme == "sftp" and not url.path.strip("/") else None


def _endpoint(key: str, text: str, add_problem: AddProblem) -> str | None:
    try:
        return urls.normalize(text).rstrip("/")
    except urls.UrlError as error:
        add_problem(key, str(error))
        return None
