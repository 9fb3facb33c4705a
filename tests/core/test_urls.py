"""URLs are normalized once; host names and URIs are told from what is none."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.core import urls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.com", "https://example.com/"),
        (" \thttps://example.com/a\r\n", "https://example.com/a"),
        ("HTTPS://Example.COM/A", "HTTPS://example.com/A"),
        ("https://example.com:443/", "https://example.com:443/"),
        ("https://example.com:/", "https://example.com:/"),
        ("http://example.com/a/../b//c/./", "http://example.com/a/../b//c/./"),
        ("https://example.com/?", "https://example.com/?"),
        ("https://example.com/#", "https://example.com/#"),
        ("https://example.com?q=1&amp=2#f?/x", "https://example.com/?q=1&amp=2#f?/x"),
        ("https://example.com/%7euser/%C3%BC", "https://example.com/%7euser/%C3%BC"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/ü?q=ü#ü", "https://example.com/%C3%BC?q=%C3%BC#%C3%BC"),
        ("https://example.com/😀", "https://example.com/%F0%9F%98%80"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/50%x", "https://example.com/50%25x"),
        ('https://example.com/<>"{}|\\^`', "https://example.com/%3C%3E%22%7B%7D%7C%5C%5E%60"),
        ("https://example.com/[a]?b[]=1", "https://example.com/%5Ba%5D?b%5B%5D=1"),
        ("https://example.com/#a#b", "https://example.com/#a%23b"),
        ("https://example.com/@user:x", "https://example.com/@user:x"),
        ("https://example.com?a@b", "https://example.com/?a@b"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("https://faß.de/", "https://xn--fa-hia.de/"),
        ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("https://my_host.example/", "https://my_host.example/"),
        ("https://localhost:8000/", "https://localhost:8000/"),
        ("https://192.0.2.1/", "https://192.0.2.1/"),
        ("https://[2001:db8::1]:8080/", "https://[2001:db8::1]:8080/"),
    ],
)
def test_a_url_is_trimmed_encoded_and_nothing_else(text: str, expected: str) -> None:
    assert urls.normalize(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/a",
        "/a",
        "//example.com/a",
        "ftp://example.com/",
        "mailto:a@example.com",
        "javascript:alert(1)",
        "data:text/plain,x",
        "https:/example.com",
        "https:example.com",
        "https://",
        "https:///a",
        "https://?q",
        "https://example.com:x/",
        "https://example.com:65536/",
        f"https://example.com:{'9' * 5000}/",
        "https://exa mple.com/",
        "https://ex%41mple.com/",
        "https://[::1/",
        "https://[zz]/",
        "https://a[b]/",
        "https://ü\u202ex.example/",
    ],
)
def test_what_is_no_http_url_is_refused(text: str) -> None:
    with pytest.raises(urls.UrlError):
        urls.normalize(text)


@pytest.mark.parametrize("function", [urls.normalize, lambda text: urls.resolve("https://example.com/", text)])
@pytest.mark.parametrize("character", ["\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\x9f", "\u2028", "\ud800"])
@pytest.mark.parametrize("form", ["https://example.com/a{}b", "https://exam{}ple.com/", "https{}://example.com/"])
def test_a_url_with_a_control_character_is_refused(function, character: str, form: str) -> None:
    with pytest.raises(urls.UrlError, match="control character"):
        function(form.format(character))


@pytest.mark.parametrize(
    "text",
    [
        "https://user:sesame@example.com/",
        "https://sesame@example.com/",
        "https://@example.com/sesame@",
        "https://user:ses@me/sesame@example.com/",
        "https://user:sesame/x@example.com/",
        "ftp://user:sesame@example.com/",
        "user:sesame@example.com/",
        "//user:sesame@example.com/",
    ],
)
@pytest.mark.parametrize(
    "function", [urls.normalize, lambda text: urls.resolve("ftp://example.com/", text), urls.domain]
)
def test_user_information_is_refused_and_never_repeated(function, text: str) -> None:
    with pytest.raises(urls.UrlError) as raised:
        function(text)
    assert "sesame" not in str(raised.value)


@given(st.text())
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    try:
        once = urls.normalize("https://example.com/" + text)
    except urls.UrlError:
        return
    assert urls.normalize(once) == once
    assert urls.is_uri(once)


@given(st.text())
def test_any_text_is_a_url_or_an_error_of_one_line(text: str) -> None:
    for function in (urls.normalize, urls.domain, lambda text: urls.resolve("https://example.com/", text)):
        try:
            function(text)
        except urls.UrlError as error:
            assert str(error)  # noqa: PT017  # a URL may well come out


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("/assets/a.jpg", "https://news.example.org/assets/a.jpg"),
        ("a.jpg", "https://news.example.org/blog/a.jpg"),
        ("../a.jpg", "https://news.example.org/a.jpg"),
        ("../../../a.jpg", "https://news.example.org/a.jpg"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("?size=2", "https://news.example.org/blog/?size=2"),
        ("#a", "https://news.example.org/blog/#a"),
        (" ü a.jpg ", "https://news.example.org/blog/%C3%BC%20a.jpg"),
        ("http://cdn.example/a.jpg", "http://cdn.example/a.jpg"),
        ("HTTPS://cdn.example/./a.jpg?", "HTTPS://cdn.example/./a.jpg?"),
        ("https://news.example.org/x/../a.jpg#", "https://news.example.org/x/../a.jpg#"),
    ],
)
def test_a_reference_is_resolved_and_an_absolute_url_is_left_alone(reference: str, expected: str) -> None:
    assert urls.resolve("https://news.example.org/blog/", reference) == expected


@pytest.mark.parametrize(
    "reference", ["data:image/png;base64,AA", "mailto:a", "C:\\a.jpg", "//[::1/a", "//user@host/a"]
)
def test_a_reference_to_something_else_is_refused(reference: str) -> None:
    with pytest.raises(urls.UrlError):
        urls.resolve("https://news.example.org/", reference)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_part_of_a_path(text: str) -> None:
    part = urls.path_of(text)
    assert unquote(part) == text
    assert not {"?", "#"} & set(part)
    assert urls.normalize(f"https://example.com/{part}") == f"https://example.com/{part}"


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/",
        "tag:example.com,2005:1",
        "urn:uuid:0",
        "urn:isbn:0",
        "mailto:a@b",
        "a:b",
        "x-y.z+1:%20#f",
    ],
)
def test_an_absolute_uri_is_one(text: str) -> None:
    assert urls.is_uri(text)


@pytest.mark.parametrize(
    "text", ["", "a", "a b:c", "12:30", "/a", "//a/b", "a:", ":a", "tag:a b", "tag:ü", "tag:%", "tag:%4", "a:b\n"]
)
def test_other_text_is_no_absolute_uri(text: str) -> None:
    assert not urls.is_uri(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wsj.com", "wsj.com"),
        (" WSJ.com. ", "wsj.com"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("\uff57\uff53\uff4a\uff0ecom", "wsj.com"),
        ("a-b.3com.example", "a-b.3com.example"),
        (f"{'a' * 63}.example", f"{'a' * 63}.example"),
    ],
)
def test_a_domain_is_lower_case_a_labels(text: str, expected: str) -> None:
    assert urls.domain(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "wsj",
        "https://wsj.com",
        "wsj.com/",
        "wsj.com:80",
        "wsj .com",
        "wsj..com",
        ".wsj.com",
        "wsj.com..",
        "-wsj.com",
        "wsj-.com",
        "w_s_j.com",
        "..",
        "../etc",
        f"{'a' * 64}.example",
        ".".join(["a" * 60] * 5),
        "ü\u202e.example",
        "\ud800.com",
        "wsj.com\0",
        "*.wsj.com",
    ],
)
def test_what_is_no_host_name_is_refused(text: str) -> None:
    with pytest.raises(urls.UrlError, match="is not a host name"):
        urls.domain(text)
