"""The W3C feed validator on every XML feed, as its public URL would show it.

Runs where the environment variable FEEDVALIDATOR names a checkout of https://github.com/w3c/feedvalidator.
"""

import os
import sys
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree

from feedpub.core.text import is_html
from support.published_feeds import archived, copied, every_file, published, storied

CHECKOUT = os.environ.get("FEEDVALIDATOR")
MEDIA_TYPES = {"rss.xml": "application/rss+xml", "atom.xml": "application/atom+xml"}

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.skipif(
        not CHECKOUT, reason="FEEDVALIDATOR does not name a checkout of https://github.com/w3c/feedvalidator"
    ),
]


@pytest.fixture(scope="module")
def validator() -> ModuleType:
    sys.path.insert(0, str(Path(CHECKOUT or "") / "src"))
    import feedvalidator
    import feedvalidator.compatibility

    return feedvalidator


def complaints(validator: ModuleType, data: bytes, url: str) -> list[Any]:
    """Errors and warnings, as events of the validator's."""
    media_type = MEDIA_TYPES[url.rpartition("/")[2]]
    answer = validator.validateStream(BytesIO(data), contentType=f"{media_type}; charset=utf-8", base=url)
    return list(validator.compatibility.AA(answer["loggedEvents"]))


def is_allowed(validator: ModuleType, event: Any, data: bytes) -> bool:
    """Return whether no feed could avoid the warning: two articles of one second, or a title with literal markup."""
    if isinstance(event, validator.logging.ContainsHTML):
        titles = (element.text or "" for element in etree.fromstring(data).iter("{*}title"))
        return event.params["element"] == "title" and any(map(is_html, titles))
    return isinstance(event, validator.logging.DuplicateUpdated)


@pytest.mark.parametrize(("name", "path"), every_file(".xml"))
def test_the_validator_finds_neither_error_nor_warning(validator: ModuleType, name: str, path: str) -> None:
    config, _, files = published(name)
    found = complaints(validator, files[path], config.site.base_url + quote(path))
    assert [(event, event.params) for event in found if not is_allowed(validator, event, files[path])] == []


@pytest.mark.parametrize("path", [path for path in storied().files if path.endswith(".xml")])
def test_the_validator_finds_neither_error_nor_warning_in_stories(validator: ModuleType, path: str) -> None:
    config, _, files = storied()
    found = complaints(validator, files[path], config.site.base_url + quote(path))
    assert [(event, event.params) for event in found if not is_allowed(validator, event, files[path])] == []


@pytest.mark.parametrize("path", ["rss.xml", "atom.xml"])
def test_the_validator_finds_neither_error_nor_warning_in_links_to_copies(validator: ModuleType, path: str) -> None:
    assert complaints(validator, copied().files[path], copied().config.site.base_url + path) == []


@pytest.mark.parametrize("path", [path for path in archived().files if path.endswith(".xml")])
def test_the_validator_finds_neither_error_nor_warning_in_archives_and_what_links_them(
    validator: ModuleType, path: str
) -> None:
    config, _, files = archived()
    found = complaints(validator, files[path], config.site.base_url + quote(path))
    assert [(event, event.params) for event in found if not is_allowed(validator, event, files[path])] == []


@pytest.mark.parametrize(
    ("path", "old", "new", "name"),
    [
        ("rss.xml", b" +0000</pubDate>", b"</pubDate>", "InvalidRFC2822Date"),
        ("rss.xml", b'rel="self"', b'rel="alternate"', "MissingAtomSelfLink"),
        ("atom.xml", b"<published>", b"<published>x", "InvalidRFC3339Date"),
        ("atom.xml", b"</content>", b"&lt;script&gt;&lt;/script&gt;</content>", "SecurityRisk"),
    ],
)
def test_the_validator_sees_what_is_wrong(validator: ModuleType, path: str, old: bytes, new: bytes, name: str) -> None:
    data = published("corpus").files[path]
    assert old in data
    found = complaints(validator, data.replace(old, new, 1), published("corpus").config.site.base_url + path)
    assert name in {type(event).__name__ for event in found}
