"""Roles: temporary credentials from the vendor's Security Token Service (STS).

Its client library has credentials for both ways, but the one for AssumeRole drops the token of the
pair it is given and knows no external id, and the one for web identity never reads its token again;
so only the library's client is used.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError
from typing_extensions import Self

from ..errors import ConfigError
from .key_pair import Credential
from .profiles import expanded

Source = Callable[[], Credential]
"""Returns the key pair that is valid now. Raises ConfigError."""

VARIABLES = "TENCENTCLOUD_ASSUME_ROLE_"
"""The prefix of the environment's variables, those of the vendor's Terraform provider."""

TIMEOUT = 15
"""Seconds for a response of the STS."""

EARLY = 300
"""Seconds before its end at which a session is renewed; at most a tenth of its duration."""


class Role(BaseModel):
    """A role to assume. Field names are those of the vendor's Terraform provider."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )
    action: ClassVar[str]
    remedy: ClassVar[str]

    role_arn: str = Field(min_length=1)
    session_name: str = Field(default="pulumi-trtc-webrecord", min_length=2, max_length=128)
    session_duration: int = Field(default=7200, ge=1, le=43200)

    def request(self) -> dict[str, Any]:
        """The parameters of the STS's action. Raises ConfigError."""
        return {
            "RoleArn": self.role_arn,
            "RoleSessionName": self.session_name,
            "DurationSeconds": self.session_duration,
        }


class AssumeRole(Role):
    """A role that a key pair assumes: `trtc:assumeRole`."""

    action = "AssumeRole"
    remedy = (
        "Check the role's ARN, that the role trusts the account of the key pair, and that the key "
        "pair may call sts:AssumeRole for it."
    )

    external_id: str | None = None

    def request(self) -> dict[str, Any]:
        """The parameters of the STS's action."""
        external = {"ExternalId": self.external_id} if self.external_id else {}
        return {**super().request(), **external}


class AssumeRoleWithWebIdentity(Role):
    """A role for an OIDC token, without any key pair: `trtc:assumeRoleWithWebIdentity`."""

    action = "AssumeRoleWithWebIdentity"
    remedy = (
        "Check the role's ARN and the provider id, that the role trusts this identity provider, "
        "and that the token has not expired."
    )

    provider_id: str = "OIDC"
    web_identity_token: str | None = Field(default=None, repr=False)
    web_identity_token_file: str | None = None

    @model_validator(mode="after")
    def _one_token(self) -> Self:
        if bool(self.web_identity_token) == bool(self.web_identity_token_file):
            raise PydanticCustomError(
                "rule", "needs either webIdentityToken or webIdentityTokenFile"
            )
        return self

    def request(self) -> dict[str, Any]:
        """The parameters of the STS's action; a token file is read anew for each."""
        return {
            **super().request(),
            "ProviderId": self.provider_id,
            "WebIdentityToken": self.web_identity_token or self._token_on_file(),
        }

    def _token_on_file(self) -> str:
        file = expanded(self.web_identity_token_file or "")
        try:
            token = file.read_text().strip()
        except (OSError, ValueError) as error:
            why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "?"
            raise ConfigError(f"the web identity token file {file} cannot be read: {why}") from None
        if not token:
            raise ConfigError(f"the web identity token file {file} cannot be read: it is empty")
        return token


def role_of_environment(environment: Mapping[str, str]) -> Role | None:
    """The role of TENCENTCLOUD_ASSUME_ROLE_ARN and so on; None if no such variable is set.

    Raises ConfigError for a role that is incomplete, or that needs what is not supported.
    """
    fields = {
        _field(variable): value
        for variable, value in environment.items()
        if variable.startswith(VARIABLES) and value
    }
    if not fields:
        return None
    by_token = fields.keys() & {"web_identity_token", "web_identity_token_file", "provider_id"}
    kind: type[Role] = AssumeRoleWithWebIdentity if by_token else AssumeRole
    try:
        return kind.model_validate(fields, by_alias=False, by_name=True)
    except ValidationError as error:
        problems = "; ".join(_problem(item) for item in error.errors())
        raise ConfigError(f"the role of the environment is invalid: {problems}") from None


def _problem(item: Any) -> str:
    if not item["loc"]:
        token = f"{VARIABLES}WEB_IDENTITY_TOKEN"
        return f"{token} or {token}_FILE must be set, and not both"
    variable = _variable(str(item["loc"][0]))
    if item["type"] == "missing":
        return f"{variable} is not set"
    if item["type"] == "extra_forbidden":
        return f"{variable} is set, and this provider does not support it: remove it"
    return f"{variable}: {item['msg']}"


def _field(variable: str) -> str:
    name = variable.removeprefix(VARIABLES).lower()
    return "role_arn" if name == "arn" else name


def _variable(field: str) -> str:
    return VARIABLES + ("ARN" if field == "role_arn" else field.upper())


class RoleSession:
    """The temporary credentials of a role, renewed before they end. Thread-safe.

    `base` is the key pair that assumes it; None with a web identity. `host` is the STS's.
    """

    def __init__(self, role: Role, base: Source | None, host: str) -> None:
        self._role = role
        self._base = base
        self._host = host
        self._lock = threading.Lock()
        self._credential: Credential | None = None
        self._renew_at = 0.0

    def current(self) -> Credential:
        """The credentials. Raises ConfigError if the STS grants none."""
        with self._lock:
            if self._credential is None or time.time() >= self._renew_at:
                self._credential, self._renew_at = self._assume()
            return self._credential

    def _assume(self) -> tuple[Credential, float]:
        request = self._role.request()
        response = self._call(request)
        try:
            keys = response["Credentials"]
            credential = Credential(keys["TmpSecretId"], keys["TmpSecretKey"], keys["Token"])
            early = min(EARLY, self._role.session_duration / 10)
            return credential, float(response["ExpiredTime"]) - early
        except (KeyError, TypeError, ValueError):
            raise self._failed("the response has no credentials") from None

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        from tencentcloud.common.common_client import CommonClient
        from tencentcloud.common.credential import Credential as VendorCredential
        from tencentcloud.common.exception import TencentCloudSDKException
        from tencentcloud.common.profile.client_profile import ClientProfile
        from tencentcloud.common.profile.http_profile import HttpProfile

        http = HttpProfile(endpoint=self._host, reqTimeout=TIMEOUT)
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
            message = f"{error.get_code()}: {error.get_message()}"
            if token := request.get("WebIdentityToken"):
                message = message.replace(token, "[secret]")
            request_id = error.get_request_id()
            raise self._failed(
                message + (f" (RequestId {request_id})" if request_id else "")
            ) from None
        except Exception as error:
            raise self._failed(type(error).__name__) from None

    def _failed(self, why: str) -> ConfigError:
        return ConfigError(
            f"the role {self._role.role_arn} could not be assumed: {self._role.action} at "
            f"{self._host}: {why}. {self._role.remedy}"
        )
