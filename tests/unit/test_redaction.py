from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trtc_webrecord.redaction import redact_url, redact_urls

CANARY = "canary5f1e"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/lobby", "https://example.com/lobby"),
        ("https://example.com:8443/a/b?token=x#y", "https://example.com:8443/a/b?…"),
        ("https://user:password@example.com/", "https://example.com/"),
        ("https://example.com/@someone", "https://example.com/@someone"),
        ("https://[half-an-address", "[unreadable URL]"),
        ("user:password@example.com/a", "example.com/a"),
        ("https:/user:password@example.com/a", "example.com/a"),
        ("", ""),
    ],
)
def test_a_url_is_shown_without_user_info_query_and_fragment(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@given(
    st.sampled_from(["https://", "http://", "https:/", "https:", "rtmp://", "", "//"]),
    st.sampled_from(
        [
            f"user:{CANARY}@example.com/",
            f"user:{CANARY}@example.com:99999/",
            f"{CANARY}@example.com",
            f"example.com/page?token={CANARY}",
            f"example.com/page#{CANARY}",
            f"user:{CANARY}@[::1/",
        ],
    ),
)
def test_however_a_url_is_broken_its_secrets_stay_hidden(start: str, rest: str) -> None:
    assert CANARY not in redact_url(start + rest)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no URL in it", "no URL in it"),
        ("at https://u:p@example.com/a?token=b, then", "at https://example.com/a?… then"),
        ("HTTP://example.com/a#b and 'https://x/y?z'", "http://example.com/a and 'https://x/y?…'"),
        ("to rtmp://push.example.com:1935/live/key?t=1.", "to rtmp://push.example.com:1935/…"),
        ("to rtmps://u:p@push.example.com/live", "to rtmps://push.example.com/…"),
    ],
)
def test_every_url_of_a_text_is_shown_so(text: str, shown: str) -> None:
    assert redact_urls(text) == shown
