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
KNOWN_ANSWERS = [
    (
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        "content-type;host",
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
    ),
    (
        "AKIDexample",
        "*" * 32,
        "content-type;host;x-tc-action",
        "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
    ),
]


def authorization(secret_id: str, signed_headers: str, signed: str) -> str:
    return (
        f"TC3-HMAC-SHA256 Credential={secret_id}/2019-02-25/cvm/tc3_request, "
        f"SignedHeaders={signed_headers}, Signature={signed}"
    )


@pytest.mark.parametrize(("secret_id", "secret_key", "signed_headers", "known"), KNOWN_ANSWERS)
def test_the_vendors_requests_are_authentic_but_for_another_product(
    secret_id: str, secret_key: str, signed_headers: str, known: str
) -> None:
    accepted = {secret_id: Credential(secret_id, secret_key)}
    for signed, code in ((known, "NoSuchProduct"), ("0" * 64, "AuthFailure.SignatureFailure")):
        headers = {**HEADERS, "authorization": authorization(secret_id, signed_headers, signed)}
        with pytest.raises(ApiError) as caught:
            authenticate(headers, BODY, accepted, TIMESTAMP)
        assert caught.value.code == code
