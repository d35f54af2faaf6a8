"""URLs in messages: what they may show."""

from __future__ import annotations

import pytest

from medline import urls


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/pubmed/", "https://example.org/pubmed/"),
        ("https://user:secret@example.org:8443/a/b", "https://example.org:8443/a/b"),
        ("https://secret@example.org/a", "https://example.org/a"),
        ("https://example.org/a?api_key=secret#secret", "https://example.org/a"),
        ("https://example.org/a;token=secret/b;x", "https://example.org/a/b"),
        ("s3://bucket/home", "s3://bucket/home"),
        ("s3://KEY:secret@bucket/home", "s3://bucket/home"),
        ("file:///srv/home", "file:///srv/home"),
        ("https://Example.ORG", "https://example.org"),
    ],
)
def test_a_url_is_shown_without_password_and_query(url, expected):
    assert urls.shown(url) == expected


@pytest.mark.parametrize("url", ["https://example.org:port/", "https://[::1/"])
def test_what_is_no_url_is_a_value_error_for_the_caller_to_translate(url):
    with pytest.raises(ValueError, match=r"Port|IPv6"):
        urls.shown(url)


@pytest.mark.parametrize(
    ("mirror", "expected"),
    [("https://example.org", True), ("file:///srv", True), ("/srv/mirror", False), ("mirror:1", False), ("", False)],
)
def test_a_mirror_by_url_is_no_directory(mirror, expected):
    assert urls.is_url(mirror) is expected


@pytest.mark.parametrize("text", ["https://me:secret/x@host/", "s3://me:secret@[/", "https:/me:secret@host"])
def test_what_is_no_url_is_named_without_password(text):
    assert "secret" not in urls.named(text)
