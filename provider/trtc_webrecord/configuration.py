"""The provider's configuration: the keys of the namespace `trtc` in a stack's config."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from .api.client import WebRecordApi
from .api.credentials import Credential, CredentialChain
from .api.pacing import Clock
from .errors import ConfigError
from .recording.place import Place
from .recording.recordings import Recordings
from .recording.state import StateReader

NAMESPACE = "trtc"

PACE = 0.98
"""The used share of `requestsPerSecond`, so that a request that arrives up to 20 ms early or late
does not exceed the limit."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _endpoint(value: str) -> str:
    parts = urlsplit(value)
    if parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise PydanticCustomError("rule", "must consist of a scheme, a host and a port only")
    if parts.scheme == "https" and parts.hostname:
        return value
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return value
    raise PydanticCustomError(
        "rule",
        "must be an https:// URL (http:// only for localhost): requests contain credentials",
    )


class ProviderConfig(BaseModel):
    """`trtc:endpoint`, `trtc:secretId` and so on.

    `timeout` is the read timeout in s (default 15); `requestsPerSecond` applies to each action
    (default 20, the API's limit). `recordIdNamespace` separates stacks that share SdkAppId, project
    and stack name, but not a state.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", hide_input_in_errors=True
    )

    endpoint: Annotated[str, AfterValidator(_endpoint)] = "https://trtc.intl.tencentcloudapi.com"
    region: str = "ap-singapore"
    secret_id: str | None = None
    secret_key: str | None = Field(default=None, repr=False)
    security_token: str | None = Field(default=None, repr=False)
    record_id_namespace: str = ""
    requests_per_second: Annotated[float, Field(gt=0, le=1000)] = 20
    timeout: Annotated[float, Field(gt=0, le=600)] = 15

    @classmethod
    def from_stack(cls, get: Callable[[str], Any]) -> ProviderConfig:
        """Read a stack's config; `get("trtc:key")` returns the value or None.

        Raises ConfigError with every invalid key.
        """
        keys = [to_camel(name) for name in cls.model_fields]
        mine = {key: value for key in keys if (value := get(f"{NAMESPACE}:{key}")) is not None}
        try:
            read = cls.model_validate(mine, by_alias=True, by_name=False)
        except ValidationError as error:
            problems = "; ".join(
                f"trtc:{_key(item['loc'])}: {item['msg']}" for item in error.errors()
            )
            raise ConfigError(f"the provider's configuration is invalid: {problems}") from None
        if bool(read.secret_id) != bool(read.secret_key):
            raise ConfigError(
                "the provider's configuration is invalid: trtc:secretId and trtc:secretKey must be "
                "set together or not at all"
            )
        return read

    def recordings(
        self, clock: Clock, notify: Callable[[str], None], read_state: StateReader
    ) -> Recordings:
        """The recordings of one Pulumi run."""
        credentials = self.credentials()
        return Recordings(
            api=self.api(credentials, clock, notify),
            credentials=credentials,
            namespace=self.record_id_namespace,
            place=Place(self.endpoint, self.region),
            clock=clock,
            notify=notify,
            read_state=read_state,
        )

    def credentials(self) -> CredentialChain:
        """The credential chain, with the configured key pair first."""
        if self.secret_id and self.secret_key:
            return CredentialChain(Credential(self.secret_id, self.secret_key, self.security_token))
        return CredentialChain()

    def api(
        self,
        credentials: CredentialChain,
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
