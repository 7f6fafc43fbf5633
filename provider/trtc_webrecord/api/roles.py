"""Roles to assume, as a stack's config and the environment declare them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError
from typing_extensions import Self

from ..environment_variables import ASSUME_ROLE
from ..errors import ConfigError
from .profiles import expanded


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
    """The ARN of the role."""
    session_name: str = Field(default="pulumi-trtc-webrecord", min_length=2, max_length=128)
    """The name of the session, as the account's audit shows it."""
    session_duration: int = Field(default=7200, ge=1, le=43200, json_schema_extra={"unit": "s"})
    """How long one session's keys are valid."""

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
    """The ExternalId that the role requires."""

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
    """The identity provider in CAM."""
    web_identity_token: str | None = Field(default=None, repr=False)
    """The token; one of this and its file."""
    web_identity_token_file: str | None = None
    """The file that has the token, read for each session."""

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
        if variable.startswith(ASSUME_ROLE) and value
    }
    if not fields:
        return None
    by_token = fields.keys() & {"web_identity_token", "web_identity_token_file", "provider_id"}
    kind: type[Role] = AssumeRoleWithWebIdentity if by_token else AssumeRole
    try:
        return kind.model_validate(fields, by_alias=False, by_name=True)
    except ValidationError as error:
        problems = "; ".join(_problem(item) for item in error.errors())
        variables = ", ".join(variable_of(field) for field in fields)
        raise ConfigError(
            f"the role of the environment is invalid: {problems}. Set are: {variables}"
        ) from None


def _problem(item: Any) -> str:
    if not item["loc"]:
        token = variable_of("web_identity_token")
        return f"{token} or {token}_FILE must be set, and not both"
    variable = variable_of(str(item["loc"][0]))
    if item["type"] == "missing":
        return f"{variable} is not set"
    if item["type"] == "extra_forbidden":
        return f"{variable} is set, and this provider does not support it: remove it"
    return f"{variable}: {item['msg']}"


def _field(variable: str) -> str:
    name = variable.removeprefix(ASSUME_ROLE).lower()
    return "role_arn" if name == "arn" else name


def variable_of(field: str) -> str:
    """The environment variable of a role's field."""
    return ASSUME_ROLE + ("ARN" if field == "role_arn" else field.upper())
