"""The targets of ``deploy`` in config.yaml: what is accepted, and what is said of a mistake, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub.config import Config, ConfigError, load_config

HEAD = "site:\n  title: T\n  base_url: https://x.org/\noutput: {precompress: [gzip]}\ndeploy:\n"


def load(folder: Path, text: str) -> Config:
    """The configuration with the targets of ``text``."""
    file = folder / "config.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return load_config(file)


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket",
        "s3://bucket/a/b/",
        "gs://bucket/news",
        "az://container/news",
        "sftp://deploy@web.example.org:2222/srv/www/news",
        "sftp://[2001:db8::1]/srv/www",
        "file:public",
        "file:../public",
        "file:///srv/www/news",
    ],
)
def test_a_target_may_be_any_of_these(tmp_path: Path, url: str) -> None:
    config = load(tmp_path, f"  production: {{url: '{url}'}}")
    assert config.deploy["production"].url == url
    assert config.deploy["production"].has_headers == (url[:2] in ("s3", "gs", "az"))


def test_an_endpoint_and_headers_are_those_of_a_store_that_keeps_headers(tmp_path: Path) -> None:
    text = (
        "  a: {url: 's3://b', endpoint: 'HTTPS://Store.example.org/', encoding: gzip, cache_control: {'*': no-cache}}"
    )
    target = load(tmp_path, text).deploy["a"]
    assert (target.endpoint, target.encoding, target.cache_control) == (
        "HTTPS://store.example.org",
        "gzip",
        {"*": "no-cache"},
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("  a: {}", "6: deploy.a.url: missing; it is required"),
        ("  a: {url: ftp://x/y}", "6: deploy.a.url: is not a URL of a target; give one of s3://"),
        ("  a: {url: public}", "6: deploy.a.url: is not a URL of a target; give one of s3://"),
        ("  a: {url: 's3://'}", "6: deploy.a.url: is not complete; give a URL such as s3://bucket"),
        ("  a: {url: 's3://b:80/c'}", "6: deploy.a.url: is not complete"),
        ("  a: {url: 's3://b:x/c'}", "6: deploy.a.url: is not a URL of a target"),
        ("  a: {url: 's3://b/../c'}", "6: deploy.a.url: has a query, a fragment or '..'"),
        ("  a: {url: 's3://b/c?versionId=1'}", "6: deploy.a.url: has a query"),
        ("  a: {url: 's3://KEY:SECRET@b/c'}", "6: deploy.a.url: holds a secret before an @; credentials come from"),
        ("  a: {url: 's3://KEY@b/c'}", "6: deploy.a.url: holds a secret before an @"),
        ("  a: {url: 'sftp://u:SECRET@h/c'}", "6: deploy.a.url: holds a secret before an @"),
        ("  a: {url: 'sftp://h/'}", "6: deploy.a.url: has no path; give a URL such as sftp://web.example.org/srv"),
        ("  a: {url: 'file://host/x'}", "6: deploy.a.url: is not a path of this machine"),
        ("  a: {url: 'file:/'}", "6: deploy.a.url: is not a path of this machine"),
        ("  A b: {url: 's3://b'}", "6: deploy.A b: is not lower-case words joined by hyphens"),
        ("  a:\n    url: file:x\n    encoding: gzip", "8: deploy.a.encoding: has no effect with file:"),
        ("  a:\n    url: sftp://h/x\n    cache_control: {x: y}", "8: deploy.a.cache_control: has no effect with sftp:"),
        ("  a:\n    url: az://c\n    endpoint: https://x.org", "8: deploy.a.endpoint: has no effect with az:"),
        (
            "  a:\n    url: s3://c\n    endpoint: x.org",
            "8: deploy.a.endpoint: 'x.org' is not an http:// or https:// URL",
        ),
        ("  a:\n    url: s3://c\n    encoding: br", "8: deploy.a.encoding: 'br' is not one of gzip"),
        (
            "  a:\n    url: s3://c\n    cache_control:\n      '*': é",
            "9: deploy.a.cache_control.*: 'é' is not a header's",
        ),
        ("  a:\n    url: s3://c\n    purge: {command: []}", "8: deploy.a.purge.command: is an empty list"),
        ("  a:\n    url: s3://c\n    purge: {urls: x}", "8: deploy.a.purge.command: missing; it is required"),
        ("  a:\n    url: s3://c\n    key: x", "8: deploy.a.key: unknown key; the keys here are url, endpoint"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, written)
    assert any(f"config.yaml:{said}" in line for line in str(caught.value).splitlines()), str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_a_compressed_store_needs_compressed_copies(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(HEAD.replace("gzip", "br") + "  a: {url: 's3://b', encoding: gzip}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"6: deploy.a.encoding: needs the copies that output.precompress: \[gzip\]"):
        load_config(file)
