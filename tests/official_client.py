"""Tencent Cloud's official client, of a local service."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.trtc.v20190722.trtc_client import TrtcClient
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder


def official_client(
    recorder: Recorder,
    *,
    secret_id: str = SECRET_ID,
    secret_key: str = SECRET_KEY,
    token: str | None = None,
    region: str = "ap-singapore",
    version: str = "2019-07-22",
    service: str = "trtc",
    unsigned_payload: bool = False,
) -> Any:
    """A client that signs with this key pair; TrtcClient unless version or service differ."""
    http = HttpProfile(protocol="http", endpoint=urlsplit(recorder.endpoint).netloc)
    profile = ClientProfile(httpProfile=http)
    profile.unsignedPayload = unsigned_payload
    credential = Credential(secret_id, secret_key, token)
    if (version, service) == ("2019-07-22", "trtc"):
        return TrtcClient(credential, region, profile)
    return CommonClient(service, version, credential, region, profile)


def respond(client: Any, action: str, **parameters: Any) -> Any:
    """The response of an action, or its error's code."""
    try:
        return client.call_json(action, parameters)["Response"]
    except TencentCloudSDKException as error:
        return error.get_code()
