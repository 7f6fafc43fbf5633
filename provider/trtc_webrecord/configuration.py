"""The provider's configuration: the keys of the namespace `trtc` in a stack's config."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from .api import sites
from .api.client import WebRecordApi
from .api.credentials import Credential, CredentialChain, CredentialSource
from .api.pacing import Clock
from .api.profiles import Profile
from .api.roles import AssumeRole, AssumeRoleWithWebIdentity
from .declaration.names import NAMESPACE
from .declaration.rules import Bool
from .declaration.validation import nearest
from .declaration.yaml_values import CHANGED_BY_YAML, changed_by_yaml
from .errors import ConfigError
from .key_text import key_fault
from .recording.endpoint import Endpoint
from .recording.record_id_cache import RecordIdCache
from .recording.recordings import Recordings
from .recording.run import Run
from .recording.stack_credentials import StackCredentials
from .recording.state import RunState, StateReader
from .storage.probes import Probes

OBJECTS = ("assumeRole", "assumeRoleWithWebIdentity")
"""The keys that take an object; it arrives as JSON."""

PACE = 0.98
"""The used share of `requestsPerSecond`, so that a request that arrives up to 20 ms early or late
does not exceed the limit."""

ConfigReader = Callable[[str], Mapping[str, Any] | None]
"""Reads the present config of a stack, by its name; None if it cannot be read."""

ENDPOINT_VARIABLE = "TRTC_ENDPOINT"
"""The environment variable for the endpoint of a provider that is configured without one."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def store_url(value: str) -> str:
    parts = urlsplit(value)
    _only_an_origin(parts)
    if parts.scheme in ("https", "http") and parts.hostname:
        return value
    raise PydanticCustomError("rule", "must be an https:// or http:// URL")


def endpoint_url(value: str) -> str:
    parts = urlsplit(value)
    _only_an_origin(parts)
    if parts.scheme == "https" and parts.hostname:
        return value
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return value
    raise PydanticCustomError(
        "rule",
        "must be an https:// URL (http:// only for localhost): requests contain credentials",
    )


def _only_an_origin(parts: SplitResult) -> None:
    if parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise PydanticCustomError("rule", "must consist of a scheme, a host and a port only")


def valid_key(value: str) -> str:
    if fault := key_fault(value):
        raise PydanticCustomError("rule", "{fault}", {"fault": fault})
    return value


def _object(value: Any) -> Any:
    """An object of a stack's config, which arrives as JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise PydanticCustomError("rule", "must be an object with fields such as roleArn") from None


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

    endpoint: Annotated[str, AfterValidator(endpoint_url)] = f"https://{sites.INTERNATIONAL}"
    """The API's endpoint; if absent, TRTC_ENDPOINT's or the international site's."""
    region: str = sites.DEFAULT_REGION
    """The API's region; if absent, the environment's or the profile's is used."""
    secret_id: Annotated[str, AfterValidator(valid_key)] | None = None
    """The SecretId; set with the SecretKey, or not at all."""
    secret_key: Annotated[str, AfterValidator(valid_key)] | None = Field(default=None, repr=False)
    """The SecretKey; set it with `--secret`."""
    security_token: Annotated[str, AfterValidator(valid_key)] | None = Field(
        default=None, repr=False
    )
    """The token of a temporary key pair."""
    profile: str | None = None
    """A profile of the vendor's command line, `tccli`."""
    shared_credentials_dir: str | None = None
    """The folder of the profiles; ~/.tccli if absent."""
    assume_role: Annotated[AssumeRole | None, BeforeValidator(_object)] = None
    """A role that the key pair assumes."""
    assume_role_with_web_identity: Annotated[
        AssumeRoleWithWebIdentity | None, BeforeValidator(_object)
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
        problems = {key: rule for key in given if (rule := _misread(key, given[key], known))}
        from_environment = "endpoint" not in given and os.environ.get(ENDPOINT_VARIABLE)
        if from_environment:
            given["endpoint"] = from_environment
        try:
            read = cls.model_validate(
                {key: given[key] for key in known if key in given}, by_alias=True, by_name=False
            )
        except ValidationError as error:
            problems = {_key(item["loc"]): item["msg"] for item in error.errors()} | problems
        if problems:
            names = {"endpoint": ENDPOINT_VARIABLE} if from_environment else {}
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
        given = [(sites.KEY, configured), (sites.VARIABLE, os.environ.get(sites.VARIABLE))]
        if not any(region for _, region in given):
            profile = Profile.chosen(self.profile, self.shared_credentials_dir, os.environ)
            given.append((f"the region in {profile.settings}", self._region_of(profile)))
        try:
            return sites.region_for(self.endpoint, given)
        except ConfigError as error:
            raise ConfigError(f"the provider's configuration is invalid: {error}") from None

    def _region_of(self, profile: Profile) -> str | None:
        """The profile's region; None if its key pair is not used, as in the vendor's Terraform."""
        elsewhere = self.secret_id or (
            profile.named_by is None and os.environ.get("TENCENTCLOUD_SECRET_ID")
        )
        return None if elsewhere else profile.region()

    def recordings(
        self,
        clock: Clock,
        notify: Callable[[str], None],
        read_state: StateReader,
        memory: Path | None = None,
        provider: str = "",
        read_config: ConfigReader | None = None,
    ) -> Recordings:
        """The recordings of one Pulumi run.

        `memory` is the folder in which used RecordIds are kept for later runs, `provider` the URN
        of a provider that is not the only one of its kind. `read_config` reads the present config
        of the stack that this configuration is of.
        """
        credentials = StackCredentials(
            self.credentials(), lambda stack: _present(stack, read_config)
        )
        run = Run(
            api=self.api(credentials, clock, notify),
            credentials=credentials,
            namespace=self.record_id_namespace,
            endpoint=Endpoint(self.endpoint, self.region),
            clock=clock,
            notify=notify,
            state=RunState(read_state),
            known=RecordIdCache(memory, self.endpoint),
            provider=provider,
            probes=self.probes(),
        )
        return Recordings(run)

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


def _present(stack: str, read_config: ConfigReader | None) -> CredentialChain | None:
    """The credentials of a stack's present config; None if it cannot be read."""
    config = read_config(stack) if read_config else None
    try:
        return None if config is None else ProviderConfig.from_stack(config).credentials()
    except ConfigError:
        return None


def _misread(key: str, value: Any, known: list[str]) -> str | None:
    """What is wrong with a key before its own rule is applied, or None."""
    if key not in known:
        if near := nearest(key, known):
            return f"is an unknown key; did you mean {NAMESPACE}:{near}?"
        return f"is an unknown key; known keys: {', '.join(known)}"
    if value == "":
        return "is empty; give it a value, or remove the key"
    if changed_by_yaml(value):
        return CHANGED_BY_YAML
    if key not in OBJECTS and _is_structured(value):
        return "must be a single value, not an object or a list"
    return None


def _is_structured(value: Any) -> bool:
    try:
        return isinstance(json.loads(value) if isinstance(value, str) else value, dict | list)
    except ValueError:
        return False


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)
