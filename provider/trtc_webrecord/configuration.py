"""The provider's configuration: the keys of the namespace `trtc` in a stack's config."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from .api import sites
from .api.client import WebRecordApi
from .api.credentials import Credential, CredentialChain, CredentialSource
from .api.pacing import Clock
from .api.profiles import Profile
from .api.roles import AssumeRole, AssumeRoleWithWebIdentity
from .configuration_rules import endpoint_url, from_json, misread, store_url, valid_key
from .declaration.names import NAMESPACE
from .declaration.rules import Bool
from .environment_variables import (
    ENDPOINT,
    PROFILE,
    REGION,
    SECRET_ID,
    SECRET_KEY,
    SECURITY_TOKEN,
    SHARED_CREDENTIALS_DIR,
)
from .errors import ConfigError
from .storage.probes import Probes

PACE = 0.98
"""The used share of `requestsPerSecond`, so that a request that arrives up to 20 ms early or late
does not exceed the limit."""


class ProviderConfig(BaseModel):
    """`trtc:endpoint`, `trtc:secretId` and so on.

    `profile` is one of the vendor's command line, in `sharedCredentialsDir` (default ~/.tccli).
    `timeout` is the read timeout in s (default 15); `requestsPerSecond` applies to each action
    (default 20, the API's limit). `recordIdNamespace` separates stacks that share SdkAppId, project
    and stack name, but not a state.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", hide_input_in_errors=True
    )

    endpoint: Annotated[str, AfterValidator(endpoint_url)] = Field(
        default=f"https://{sites.INTERNATIONAL}", json_schema_extra={"environment": [ENDPOINT]}
    )
    """The API's endpoint."""
    region: str = Field(default=sites.DEFAULT_REGION, json_schema_extra={"environment": [REGION]})
    """The API's region; if absent, the profile's or the endpoint's."""
    secret_id: Annotated[str, AfterValidator(valid_key)] | None = Field(
        default=None, json_schema_extra={"environment": [SECRET_ID]}
    )
    """The SecretId; set with the SecretKey, or not at all."""
    secret_key: Annotated[str, AfterValidator(valid_key)] | None = Field(
        default=None, repr=False, json_schema_extra={"environment": [SECRET_KEY]}
    )
    """The SecretKey; set it with `--secret`."""
    security_token: Annotated[str, AfterValidator(valid_key)] | None = Field(
        default=None, repr=False, json_schema_extra={"environment": [*SECURITY_TOKEN]}
    )
    """The token of a temporary key pair."""
    profile: str | None = Field(default=None, json_schema_extra={"environment": [PROFILE]})
    """A profile of the vendor's command line, `tccli`; if absent, `default`."""
    shared_credentials_dir: str | None = Field(
        default=None, json_schema_extra={"environment": [SHARED_CREDENTIALS_DIR]}
    )
    """The folder of the profiles; if absent, `~/.tccli`."""
    assume_role: Annotated[AssumeRole | None, BeforeValidator(from_json)] = None
    """A role that the key pair assumes."""
    assume_role_with_web_identity: Annotated[
        AssumeRoleWithWebIdentity | None, BeforeValidator(from_json)
    ] = None
    """A role for an OIDC token, without any key pair."""
    record_id_namespace: str = ""
    """Separates stacks that share SdkAppId, project and stack name, but not a state."""
    requests_per_second: Annotated[
        float, Field(gt=0, le=1000, json_schema_extra={"unit": "1/s"})
    ] = 20
    """The requests of each action; the API's limit."""
    timeout: Annotated[float, Field(gt=0, le=600, json_schema_extra={"unit": "s"})] = 15
    """The read timeout of a request."""
    storage_endpoint: Annotated[str, AfterValidator(store_url)] | None = None
    """An S3-compatible store to probe instead of COS; buckets are in the URL's path."""
    storage_probe: Bool | None = None
    """Whether starts probe the keys; default: with the vendor's endpoint or a storageEndpoint."""

    @classmethod
    def from_stack(cls, config: Mapping[str, Any]) -> ProviderConfig:
        """Read a stack's config, of all namespaces; the values are strings, as Pulumi passes them.

        Raises ConfigError with every invalid key.
        """
        known = [to_camel(name) for name in cls.model_fields]
        prefix = f"{NAMESPACE}:"
        given = {
            key.removeprefix(prefix): value
            for key, value in config.items()
            if key.startswith(prefix) and value is not None
        }
        problems = {key: rule for key in given if (rule := misread(key, given[key], known))}
        from_environment = "endpoint" not in given and os.environ.get(ENDPOINT)
        if from_environment:
            given["endpoint"] = from_environment
        try:
            read = cls.model_validate(
                {key: given[key] for key in known if key in given}, by_alias=True, by_name=False
            )
        except ValidationError as error:
            problems = {_key(item["loc"]): item["msg"] for item in error.errors()} | problems
        if problems:
            names = {"endpoint": ENDPOINT} if from_environment else {}
            listed = "; ".join(
                f"{names.get(key, prefix + key)}: {rule}" for key, rule in problems.items()
            )
            raise ConfigError(f"the provider's configuration is invalid: {listed}")
        if problem := read._contradiction():
            raise ConfigError(f"the provider's configuration is invalid: {problem}")
        return read.model_copy(update={"region": read._region(given.get("region"))})

    def _contradiction(self) -> str | None:
        """Credentials of which one would be ignored."""
        if bool(self.secret_id) != bool(self.secret_key):
            return "trtc:secretId and trtc:secretKey must be set together or not at all"
        if self.security_token and not self.secret_id:
            return "trtc:securityToken needs trtc:secretId and trtc:secretKey"
        if self.secret_id and self.profile:
            return "trtc:secretId and trtc:profile are both set: remove one of them"
        if not self.assume_role_with_web_identity:
            return None
        for key, value in {
            "assumeRole": self.assume_role,
            "secretId": self.secret_id,
            "profile": self.profile,
        }.items():
            if value:
                return f"trtc:assumeRoleWithWebIdentity needs no trtc:{key}: remove one of them"
        return None

    def _region(self, configured: str | None) -> str:
        given = [(sites.KEY, configured), (REGION, os.environ.get(REGION))]
        if not any(region for _, region in given):
            profile = Profile.chosen(self.profile, self.shared_credentials_dir, os.environ)
            given.append((f"the region in {profile.settings}", self._region_of(profile)))
        try:
            return sites.region_for(self.endpoint, given)
        except ConfigError as error:
            raise ConfigError(f"the provider's configuration is invalid: {error}") from None

    def _region_of(self, profile: Profile) -> str | None:
        """The profile's region; None if its key pair is not used, as in the vendor's Terraform."""
        elsewhere = self.secret_id or (profile.named_by is None and os.environ.get(SECRET_ID))
        return None if elsewhere else profile.region()

    def probes(self) -> Probes:
        """The probes of the store; by default only of one that is known."""
        by_default = self.knows_the_store if self.storage_probe is None else self.storage_probe
        return Probes(self.storage_endpoint, by_default)

    @property
    def knows_the_store(self) -> bool:
        """Whether it is known which store holds the files: COS, or that of `storageEndpoint`."""
        return self.storage_endpoint is not None or sites.is_vendors(self.endpoint)

    def credentials(self) -> CredentialChain:
        """The credential chain, with the stack's config first."""
        pair = None
        if self.secret_id and self.secret_key:
            pair = Credential(self.secret_id, self.secret_key, self.security_token)
        return CredentialChain(
            pair,
            role=self.assume_role or self.assume_role_with_web_identity,
            profile=self.profile,
            shared_credentials_dir=self.shared_credentials_dir,
            sts_host=sites.sts_host(self.endpoint),
        )

    def api(
        self,
        credentials: CredentialSource,
        clock: Clock,
        notify: Callable[[str], None] | None = None,
    ) -> WebRecordApi:
        """A client for the configured endpoint; `notify` receives the service's warnings."""
        return WebRecordApi(
            endpoint=self.endpoint,
            region=self.region,
            credentials=credentials,
            requests_per_second=PACE * self.requests_per_second,
            timeout=self.timeout,
            clock=clock,
            notify=notify,
        )


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)
