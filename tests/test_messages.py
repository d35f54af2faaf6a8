"""Messages: what a terminal, a chat or a log gets of what others chose."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medline import messages
from medline.errors import BadInput, MedlineError, UsageError

SECRET = "hunter2"

#: A place for a user and a password, as people write and mistype it.
URLS = [
    "{}://{}@host/pubmed/", "{}:/{}@host/pubmed", "{}//{}@host/pubmed", "{}:{}@host", "{};//{}@host/",
    "{}:\\\\{}@host/",    "{}:///{}@host",
    "{}://{}@host:8080/a@b", "{}://{}@[::1]/", "{}://{}@", "//{1}@host/", "{1}@host/pubmed/",
]  # fmt: skip
USERS = [
    f"me:{SECRET}", f":{SECRET}", f"AKIA:{SECRET}/ab+c/{SECRET}", f"me:{SECRET}@{SECRET}", f"me:{SECRET}:{SECRET}",
    f"me%40x.org:{SECRET}",
]  # fmt: skip
SCHEMES = ["https", "http", "HTTPS", "htps", "s3", "ftp", "sftp"]

#: Names of secrets in what follows a path.
NAMES = ["token", "api_key", "apikey", "X-Amz-Security-Token", "X-Amz-Signature", "aws_secret_access_key", "sig",
         "password", "access_token", "AWSAccessKeyId", "secret", "X-Amz-Credential"]  # fmt: skip


@given(st.sampled_from(URLS), st.sampled_from(SCHEMES), st.sampled_from(USERS), st.sampled_from(["", "(", '"', "of "]))
def test_no_password_of_a_url_is_in_a_message(form, scheme, user, before):
    text = f"{before}{form.format(scheme, user)}: no such mirror"
    for shown in (messages.redact(text), str(UsageError(text)), str(BadInput("a.xml", text))):
        assert SECRET not in shown
        assert "no such mirror" in shown


@given(st.sampled_from(NAMES), st.sampled_from(["https://host/a", "/srv/a", "host/a"]), st.sampled_from(";?&#"))
def test_no_token_of_a_url_is_in_a_message(name, url, sign):
    for text in (f"{url}{sign}{name}={SECRET}", f"{url}{sign}x=1{sign}{name.upper()}={SECRET}/ab+{SECRET}== is wrong"):
        assert SECRET not in messages.redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/me@example.org/home", "https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/: HTTP 404", "PMID 1: a@b.org",
        "SELECT pmid FROM articles WHERE title = 'a:b'", "a.xml line 3: not well-formed; fetch it again", 
        "12:30 @ noon", "2001[dp] AND x:y[ti]", "/srv/a=b/c", "key=1", "https://example.org/a/",
        "mail me@example.org", "",
    ],
)  # fmt: skip
def test_what_has_no_secret_stays(text):
    assert messages.redact(text) == text


@pytest.mark.parametrize("piece", ["a:", "a//", "https://", "a.b:", "token", "a_", "x:y?", "@", "//a:"])
def test_a_line_of_any_length_is_searched_in_bounded_time(piece):
    """What is searched is cut: by patterns that look ahead, a megabyte would take an hour."""
    assert len(messages.redact(piece * 200_000 + "@")) < 10_000


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text):
    shown = messages.visible(text)
    assert {unicodedata.category(sign) for sign in shown} & {"Cc", "Cs", "Zl", "Zp"} - {"Cc"} == set()
    assert {sign for sign in shown if unicodedata.category(sign) == "Cc"} <= {"\n", "\t"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown)
    assert messages.visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("a\rb\x9b2J", r"a\x0db\x9b2J".replace("x0d", "r")),
        ("\udcff", r"\udcff"),
        ("Zürich\u2009–\u00a0\u200cÅ\nα\tβ 😀", "Zürich\u2009–\u00a0\u200cÅ\nα\tβ 😀"),
    ],
)
def test_what_a_terminal_obeys_is_escaped_and_letters_stay(text, shown):
    assert messages.visible(text) == shown


LINKS = ["https://evil.example/x", "http://evil.example", "evil.com", "www.evil.example/a?b", "a.zip", "x.py"]
CALLS = ["@channel", "@here", "@everyone", "<!channel>", "<@U123>", "<https://evil.example|click>", "me@evil.com",
         "[click](https://evil.example)", "![x](//evil.example)", "<!subteam^S1|all>"]  # fmt: skip


@given(st.sampled_from(LINKS + CALLS), st.sampled_from(["", "a ", "(", "x\n", "\u202e", "'"]))
def test_no_chat_makes_a_link_or_a_mention_of_an_alert(text, before):
    shown = messages.unlinked(f"{before}{text} pubmed26n0001.xml.gz 3.5")
    assert not re.search(r"[<>@\n\u202e]|://|\]\(", shown)
    assert not re.search(r"\.(com|example|zip|py)\b", shown)
    assert shown.endswith(" pubmed26n0001.xml.gz 3.5"), "a file that one may have to look for"


def test_an_error_has_no_secret_wherever_it_is_cut():
    for length in range(0, 400, 7):
        assert SECRET not in str(MedlineError(f"{'x' * length} https://me:{SECRET}@host/ {'y' * 400}"))
        assert SECRET not in str(BadInput("a.xml", f"{'x' * length} https://me:{SECRET}@host/ {'y' * 400}"))
