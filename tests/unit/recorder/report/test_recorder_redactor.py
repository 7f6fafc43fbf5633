from __future__ import annotations

import pytest
from trtc_recorder.report.redactor import LONGEST, Redactor

PAGE = (
    "https://user:p%40ss@example.com/room?token=CANARY%2Fx&flag#/join?key=other&plain&room=会议室"
)


@pytest.fixture(scope="module")
def plain() -> Redactor:
    return Redactor(PAGE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no such class", "no such class"),
        (f"at {PAGE}: no", "at https://example.com/room no"),
        ("GET (https://a:b@cdn.example.com/x.js?v=1)", "GET (https://cdn.example.com/x.js)"),
        ("wss://u:p@example.com/live?key=1", "wss://example.com/live"),
        ("/api/join?key=1&x=2 failed", "/api/join failed"),
        ("bad token CANARY/x", "bad token …"),
        ("bad token CANARY%2Fx", "bad token …"),
        ("p@ss, p%40ss, user", "…, …, …"),
        ("the key 'other'", "the key '…'"),
        ("no room %E4%BC%9A%E8%AE%AE%E5%AE%A4", "no room …"),
        ("data:image/png;base64," + "A" * 200, "…"),
        ("token eyJhbGciOi." + "x" * 60, "token …"),
        ("two\n lines\t of", "two lines of"),
        ("https://[broken/x?t=1 is", "… is"),
    ],
)
def test_a_text_is_shown_without_secrets(plain: Redactor, text: str, shown: str) -> None:
    assert plain.text(text) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a:b@example.com:8443/x/y.js?t=1#f", "https://example.com:8443/x/y.js"),
        ("https://example.com/CANARY%2Fx/y", "https://example.com/…/y"),
        ("data:text/html,<b>secret</b>", "data:…"),
        ("blob:https://example.com/1-2-3", "blob:…"),
        ("https://[broken", "…"),
    ],
)
def test_a_url_is_shown_without_secrets(plain: Redactor, url: str, shown: str) -> None:
    assert plain.url(url) == shown


def test_what_is_long_is_cut(plain: Redactor) -> None:
    assert len(plain.text("word " * 100)) == LONGEST
    assert len(plain.url("https://example.com/" + "x/" * 200)) == LONGEST


def test_a_page_without_secrets_hides_nothing() -> None:
    assert Redactor("https://example.com/room").text("the room is empty") == "the room is empty"
    assert Redactor("https://example.com/?a=1&b=on").text("1 is on") == "1 is on"
