from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from tencentcloud.common.abstract_client import AbstractClient
from trtc_webrecord.api.credentials import Credential
from trtc_webrecord.api.signing import TC3Auth, signature, utc_date

hosts = st.builds(
    lambda name, port: f"{name}:{port}" if port else name,
    st.sampled_from(["trtc.intl.tencentcloudapi.com", "127.0.0.1", "localhost", "[::1]"]),
    st.none() | st.integers(1, 65535).filter(lambda port: port not in (80, 443)),
)
texts = st.text(max_size=20)
bodies = st.dictionaries(
    texts, texts | st.integers() | st.booleans() | st.lists(texts, max_size=3), max_size=4
)
printable = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\"'`"),
    min_size=1,
    max_size=40,
)
timestamps = st.integers(0, 4_102_444_800)


@given(bodies, hosts, timestamps, printable)
def test_every_request_is_signed_as_the_official_client_signs_it(
    body: dict[str, Any], host: str, timestamp: int, key: str
) -> None:
    sent = prepared(body, host, timestamp, Credential("AKID", key))
    headers = {"Content-Type": "application/json", "Host": host, "X-TC-Timestamp": str(timestamp)}
    official = SimpleNamespace(method="POST", uri="/", data=json.dumps(body), header=headers)
    date = utc_date(timestamp)
    expected = AbstractClient._get_tc3_signature(None, body, official, date, "trtc", key)
    assert sent.headers["Authorization"] == (
        f"TC3-HMAC-SHA256 Credential=AKID/{date}/trtc/tc3_request, "
        f"SignedHeaders=content-type;host, Signature={expected}"
    )
    assert (sent.headers["Host"], sent.headers["X-TC-Timestamp"]) == (host, str(timestamp))


def test_user_info_of_a_url_is_no_part_of_the_host() -> None:
    sent = prepared({}, "user:password@localhost:8790", 0, Credential("id", "key"))
    assert sent.headers["Host"] == "localhost:8790"


def test_a_token_travels_unsigned_in_its_own_header() -> None:
    plain = prepared({}, "localhost", 0, Credential("id", "key"))
    temporary = prepared({}, "localhost", 0, Credential("id", "key", "the-token"))
    assert "X-TC-Token" not in plain.headers
    assert temporary.headers["X-TC-Token"] == "the-token"
    assert temporary.headers["Authorization"] == plain.headers["Authorization"]


@pytest.mark.parametrize("body", [b'{"a": 1}', '{"a": 1}'])
def test_a_body_given_as_text_is_signed_as_its_bytes(body: bytes | str) -> None:
    request = requests.Request("POST", "http://localhost/", {"Content-Type": "x"}, data=body)
    sent = request.prepare()
    TC3Auth(Credential("id", "key"), "trtc", lambda: 0)(sent)
    signed = signature("key", "trtc", 0, {"content-type": "x", "host": "localhost"}, b'{"a": 1}')
    assert sent.headers["Authorization"].endswith(signed)


@given(st.integers(0, 47481))
def test_the_date_changes_at_midnight_utc(days: int) -> None:
    midnight = days * 86400
    assert utc_date(midnight) == utc_date(midnight + 86399) != utc_date(midnight + 86400)


def prepared(
    body: dict[str, Any], host: str, timestamp: int, credential: Credential
) -> requests.PreparedRequest:
    return requests.Request(
        "POST",
        f"http://{host}/",
        {"Content-Type": "application/json"},
        data=json.dumps(body).encode(),
        auth=TC3Auth(credential, "trtc", lambda: timestamp),
    ).prepare()
