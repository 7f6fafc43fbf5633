"""The provider's signature of a request to a store is the one of botocore."""

from __future__ import annotations

from datetime import datetime, timezone
from unittest.mock import patch
from urllib.parse import quote, urlencode

import requests
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st
from trtc_webrecord.storage.signing import SigV4
from trtc_webrecord.storage.target import Target

ENDPOINTS = (
    None,
    "https://store.example.com",
    "https://store.example.com:443",
    "https://store.example.com:9000/",
    "http://127.0.0.1:80",
    "http://[::1]:9000",
)
ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
PARTS = TEXT.filter(lambda part: part.strip("./"))
"""A client resolves a part of dots, so no request has one."""

TARGETS = st.builds(
    Target,
    endpoint=st.sampled_from(ENDPOINTS),
    bucket=st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]-[0-9]{10}", fullmatch=True),
    region=st.from_regex(r"[a-z]{2}-[a-z]{4,12}(-[0-9])?", fullmatch=True),
    prefix=st.lists(PARTS, max_size=3).map(tuple),
    access_key=ASCII,
    secret_key=TEXT,
    token=st.just("") | ASCII,
)
NAMES = st.sampled_from(["uploadId", "marker", "prefix", "max-keys", "max"])
QUERIES = st.just("uploads") | st.dictionaries(NAMES, TEXT, min_size=1).map(
    lambda query: urlencode(query, quote_via=quote, safe="~")
)


def by_botocore(method: str, url: str, target: Target, moment: datetime) -> str:
    request = AWSRequest(method, url)
    keys = Credentials(target.access_key, target.secret_key, target.token or None)
    with patch.object(auth, "get_current_datetime", lambda **_: moment):
        auth.S3SigV4Auth(keys, "s3", target.region).add_auth(request)
    return str(request.headers["Authorization"])


@given(
    st.sampled_from(["POST", "DELETE"]),
    TARGETS,
    QUERIES,
    st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1)),
)
def test_it_is_botocores(method: str, target: Target, query: str, moment: datetime) -> None:
    at = moment.replace(microsecond=0, tzinfo=timezone.utc)
    keys = target.access_key, target.secret_key, target.region, target.token
    signing = SigV4(*keys, at.timestamp)
    url = f"{target.url}?{query}"
    sent = requests.Request(method, url, auth=signing).prepare()
    assert sent.url == url
    assert sent.headers["Authorization"] == by_botocore(method, url, target, at)
    assert sent.headers["X-Amz-Date"] == at.strftime("%Y%m%dT%H%M%SZ")
