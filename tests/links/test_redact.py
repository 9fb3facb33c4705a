"""The removal of user information from URLs, and the values of headers, which are shown nowhere."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.links.redact import has_user_information, redacted
from support.links.hostile import Hostile
from support.site import SiteFolder


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me@example.com/", "https://***@example.com/"),
        ("https://me:pass@example.com:8080/a?b#c", "https://***@example.com:8080/a?b#c"),
        ("https://me:p@ss@example.com/@a", "https://***@example.com/@a"),
        ("//me:pass@example.com/", "//***@example.com/"),
        (
            "leads to https://a:b@example.com/ and http://c@d.example",
            "leads to https://***@example.com/ and http://***@d.example",
        ),
        ("https://web.example/https://me:pass@example.com/", "https://web.example/https://***@example.com/"),
    ],
)
def test_user_information_is_masked(text: str, shown: str) -> None:
    assert redacted(text) == shown
    assert has_user_information(text)


@pytest.mark.parametrize(
    "text",
    ["https://example.com/@me", "https://example.com/?a=b@c", "https://example.com/#@", "me@example.com", "a//b@c", ""],
)
def test_an_at_sign_elsewhere_stays(text: str) -> None:
    assert redacted(text) == text
    assert not has_user_information(text)


@given(secret=st.text(st.characters(exclude_characters="/?#", exclude_categories=("Z", "C")), min_size=1))
def test_whatever_the_user_information_is_it_goes(secret: str) -> None:
    assert redacted(f"https://{secret}@example.com/") == "https://***@example.com/"


@pytest.mark.slow
@pytest.mark.parametrize("status", [200, 301, 401, 404])
def test_the_value_of_a_header_is_sent_and_is_nowhere_else(site: SiteFolder, status: int) -> None:
    with Hostile() as server:
        url = server.url(f"/status/{status}?Location=/ok")
        check = {
            "allow_private": ["127.0.0.0/8"],
            "delay": 0,
            "retries": 0,
            "hosts": {server.url(""): {"headers": {"Authorization": "Bearer s3cret"}}},
        }
        site.configure(f"check: {json.dumps(check)}\n")
        site.add("a", sourceUrl=url)
        written = ""
        for name in ("text", "json", "junit", "github", "sarif"):
            done = site.run("-v", "check", "--refresh", "--format", name)
            written += done.stdout + done.stderr
        assert {seen.headers.get("authorization") for seen in server.requests} == {"Bearer s3cret"}
    assert url in written
    assert "s3cret" not in written
    assert not any(b"s3cret" in file.read_bytes() for file in site.state.iterdir() if file.is_file())


@pytest.mark.parametrize("value", ["[Bearer, s3cret]", "{Bearer: s3cret}", '"s3cret \\u2603"'])
def test_a_header_that_cannot_be_sent_is_refused_without_its_value(site: SiteFolder, value: str) -> None:
    site.configure(f"check: {{hosts: {{x.org: {{headers: {{Authorization: {value}}}}}}}}}\n")
    done = site.run("validate")
    assert done.returncode == 2
    assert "check.hosts.x.org.headers.Authorization" in done.stderr
    assert "s3cret" not in done.stdout + done.stderr
