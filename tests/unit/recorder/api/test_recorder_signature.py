"""The verifier against the vendor's known responses."""

from __future__ import annotations

import pytest
from trtc_recorder import ApiError, Credential
from trtc_recorder.api.authentication import authenticate

TIMESTAMP = 1551113065
BODY = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
HEADERS = {
    "host": "cvm.tencentcloudapi.com",
    "content-type": "application/json; charset=utf-8",
    "x-tc-action": "DescribeInstances",
    "x-tc-timestamp": str(TIMESTAMP),
}


@pytest.mark.parametrize(
    ("secret_key", "signed_headers", "known"),
    [
        (
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            "content-type;host",
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        ),
        (
            "*" * 32,
            "content-type;host;x-tc-action",
            "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
        ),
    ],
)
def test_the_vendors_requests_are_authentic_but_for_another_product(
    secret_key: str, signed_headers: str, known: str
) -> None:
    for signed, code in ((known, "NoSuchProduct"), ("0" * 64, "AuthFailure.SignatureFailure")):
        authorization = (
            "TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request, "
            f"SignedHeaders={signed_headers}, Signature={signed}"
        )
        headers = {**HEADERS, "authorization": authorization}
        with pytest.raises(ApiError) as caught:
            authenticate(headers, BODY, {"AKID": Credential("AKID", secret_key)}, TIMESTAMP)
        assert caught.value.code == code
