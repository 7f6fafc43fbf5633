"""The temporary credentials of a role, from the vendor's Security Token Service (STS).

Its client library has credentials for both ways, but the one for AssumeRole drops the token of the
pair it is given and knows no external id, and the one for web identity never reads its token again;
so only the library's client is used.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from ..environment_variables import CA_BUNDLES
from ..errors import ConfigError
from .codes import REMEDIES
from .key_pair import Credential
from .roles import Role
from .session import Session, Source

if TYPE_CHECKING:
    from tencentcloud.common.exception import TencentCloudSDKException

_logger = logging.getLogger(__name__)

TIMEOUT = 15
"""Seconds for a response of the STS."""

NETWORK = {"ClientNetworkError": "no response", "ServerNetworkError": "an HTTP error"}
"""The library's codes for what is no response of the STS; their texts are left out."""

KEY_PROBLEMS = (
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.SignatureExpire",
    "AuthFailure.SignatureFailure",
    "AuthFailure.TokenFailure",
)
"""Codes that are about the key pair, and not about the role."""


class RoleSession(Session):
    """A session of a role to assume.

    `base` is the key pair that assumes it; None with a web identity. `host` is the STS's.
    """

    def __init__(self, role: Role, base: Source | None, host: str) -> None:
        super().__init__()
        self._role = role
        self._base = base
        self._host = host

    def _begin(self) -> tuple[Credential, float, float]:
        response = self._call(self._role.request())
        self._log(f"RequestId {response.get('RequestId')}")
        try:
            keys = response["Credentials"]
            pair = keys["TmpSecretId"], keys["TmpSecretKey"], keys["Token"]
            ends_at = float(response["ExpiredTime"])
            credential = Credential(*pair, self._role.role_arn, ends_at)
            return credential, ends_at, self._role.session_duration
        except (KeyError, TypeError, ValueError):
            raise self._failed("the response has no credentials") from None

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        from tencentcloud.common.common_client import CommonClient
        from tencentcloud.common.credential import Credential as VendorCredential
        from tencentcloud.common.exception import TencentCloudSDKException
        from tencentcloud.common.profile.client_profile import ClientProfile
        from tencentcloud.common.profile.http_profile import HttpProfile

        trusted = next(filter(None, map(os.environ.get, CA_BUNDLES)), None)
        http = HttpProfile(endpoint=self._host, reqTimeout=TIMEOUT, certification=trusted)
        profile = ClientProfile(httpProfile=http, language="en-US")
        credential, options = None, {"SkipSign": True}
        if self._base:
            pair = self._base()
            credential = VendorCredential(pair.secret_id, pair.secret_key, pair.token)
            options = {}
        region = "ap-singapore" if ".intl." in self._host else "ap-guangzhou"
        client = CommonClient("sts", "2018-08-13", credential, region, profile)
        try:
            response = client.call_json(self._role.action, request, options=options)
            return dict(response["Response"])
        except TencentCloudSDKException as error:
            raise self._rejected(error, request.get("WebIdentityToken")) from None
        except Exception as error:
            raise self._failed(type(error).__name__) from None

    def _rejected(self, error: TencentCloudSDKException, token: str | None) -> ConfigError:
        code, message = error.get_code(), error.get_message() or ""
        if code in NETWORK:
            return self._failed(
                NETWORK[code], "Check the network, then run the same command again."
            )
        if token:
            message = message.replace(token, "[secret]")
        request_id = error.get_request_id()
        return self._failed(
            f"{code}: {message}" + (f" (RequestId {request_id})" if request_id else ""),
            REMEDIES[code] if code in KEY_PROBLEMS else None,
        )

    def _log(self, answer: str) -> None:
        role = self._role
        _logger.debug("https://%s: %s of %s: %s", self._host, role.action, role.role_arn, answer)

    def _failed(self, why: str, remedy: str | None = None) -> ConfigError:
        self._log(why)
        return ConfigError(
            f"the role {self._role.role_arn} could not be assumed: {self._role.action} at "
            f"{self._host}: {why}. {remedy or self._role.remedy}"
        )
