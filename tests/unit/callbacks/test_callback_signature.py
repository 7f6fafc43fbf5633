from __future__ import annotations

import json
import time
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trtc_webrecord import callbacks
from trtc_webrecord.errors import WebRecordError
from unit.callback_bodies import KEY, headers, page, sign

CANARY = "canary7f3a"
ENDED = page(802, 1)
ANOTHER_KEY = "AnotherKey1"

keys = st.from_regex(r"[A-Za-z0-9]{1,32}", fullmatch=True)


def test_the_vendors_own_example_is_believed() -> None:
    body = (
        b'{\n\t"EventGroupId":\t2,\n\t"EventType":\t204,\n\t"CallbackTs":\t1664209748188,\n'
        b'\t"EventInfo":\t{\n\t\t"RoomId":\t8489,\n\t\t"EventTs":\t1664209748,\n'
        b'\t\t"EventMsTs":\t1664209748180,\n\t\t"UserId":\t"user_85034614",\n'
        b'\t\t"Reason":\t0\n\t}\n}'
    )
    signed = {"Sign": "kkoFeO3Oh2ZHnjtg8tEAQhtXK16/KI05W3BQff8IvGA="}
    event = callbacks.receive(signed, body, "123654")
    assert (event.group, event.type) == (2, 204)


@given(raw=st.binary(max_size=200), key=keys)
def test_a_body_with_its_own_signature_is_believed(raw: bytes, key: str) -> None:
    callbacks.verify(raw, sign(raw, key), key)


@given(raw=st.binary(min_size=1, max_size=60), key=keys, data=st.data())
def test_a_body_with_one_bit_changed_is_rejected(raw: bytes, key: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 8 * len(raw) - 1))
    changed = bytearray(raw)
    changed[place // 8] ^= 1 << place % 8
    with pytest.raises(callbacks.SignatureWrong):
        callbacks.verify(bytes(changed), sign(raw, key), key)


@given(given_sign=st.text(min_size=1, max_size=60))
def test_whatever_else_stands_in_the_header_is_not_believed(given_sign: str) -> None:
    with pytest.raises(callbacks.CallbackError):
        callbacks.verify(ENDED, given_sign, KEY)


@pytest.mark.parametrize("sign_header", [None, ""])
def test_a_callback_without_a_signature_is_told_apart(sign_header: str | None) -> None:
    with pytest.raises(callbacks.SignatureMissing, match="no Sign header"):
        callbacks.verify(ENDED, sign_header, KEY)


def test_a_body_serialised_again_is_not_believed_and_the_message_says_so() -> None:
    by_a_proxy = json.dumps(json.loads(ENDED), separators=(",", ":")).encode()
    with pytest.raises(callbacks.SignatureWrong, match="serialises it again"):
        callbacks.receive(headers(ENDED), by_a_proxy, KEY)


@pytest.mark.parametrize("signed_with", [KEY, ANOTHER_KEY])
def test_while_a_key_is_rotated_both_are_accepted(signed_with: str) -> None:
    event = callbacks.receive(headers(ENDED, signed_with), ENDED, ANOTHER_KEY, KEY)
    assert isinstance(event, callbacks.Ended)


@pytest.mark.parametrize("key", ["", f"{CANARY}\n", f"{CANARY} ", CANARY * 4, f"{CANARY}é"])
def test_what_is_no_key_is_rejected_and_not_shown(key: str) -> None:
    with pytest.raises(ValueError, match="letters and digits") as caught:
        callbacks.verify(ENDED, sign(ENDED, key), KEY, key)
    assert CANARY not in str(caught.value)
    with pytest.raises(ValueError, match="no callback key"):
        callbacks.receive(headers(ENDED), ENDED)


@pytest.mark.parametrize("parsed", [json.loads(ENDED), ENDED.decode()])
def test_a_body_that_is_not_raw_is_rejected(parsed: Any) -> None:
    with pytest.raises(TypeError, match="raw body"):
        callbacks.verify(parsed, sign(ENDED), KEY)


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_headers_are_found_in_any_case(change: Any) -> None:
    given_headers = {change(name): value for name, value in headers(ENDED).items()}
    assert callbacks.receive(given_headers, ENDED, KEY).sdk_app_id == 1600011111


def test_errors_tell_neither_key_nor_signature_nor_body() -> None:
    raw = page(801, 2, f"Goto url timeout: https://example.com/?{CANARY}")
    told = []
    for given_headers in ({}, {"Sign": f"{CANARY}sign"}, headers(raw, ANOTHER_KEY)):
        with pytest.raises(WebRecordError) as caught:
            callbacks.receive(given_headers, raw, CANARY)
        told.append(f"{caught.value!r} {caught.value.__context__!r}")
    assert CANARY not in "".join(told)
    assert sign(raw, ANOTHER_KEY) not in "".join(told)


@pytest.mark.parametrize("seconds", [-400, -200, 200, 400])
def test_a_callback_that_is_older_or_newer_than_the_tolerance_is_rejected(seconds: int) -> None:
    message = {**json.loads(ENDED), "CallbackTs": round((time.time() + seconds) * 1000)}
    raw = json.dumps(message).encode()
    assert callbacks.receive(headers(raw), raw, KEY)
    rejected = pytest.raises(callbacks.OutsideTolerance) if abs(seconds) > 300 else nullcontext()
    with rejected:
        callbacks.receive(headers(raw), raw, KEY, tolerance=300)
