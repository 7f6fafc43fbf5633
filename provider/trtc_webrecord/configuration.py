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
from .recording.interrupted import StateReader
from .recording.recordings import Recordings

NAMESPACE = "trtc"

PACE = 0.98
"""Of `requestsPerSecond`. Calls spaced at exactly the limit are one too many in a second that gets
one of them late; with this they may be 20 ms early or late."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _endpoint(value: str) -> str:
    parts = urlsplit(value)
    if parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise PydanticCustomError("rule", "must be a scheme, a host and a port, nothing more")
    if parts.scheme == "https" and parts.hostname:
        return value
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return value
    raise PydanticCustomError(
        "rule",
        "must be an https:// URL (http:// only for this machine itself): requests carry keys",
    )


class ProviderConfig(BaseModel):
    """`trtc:endpoint`, `trtc:secretId` and so on.

    Units: `timeout` s to wait for an answer (default 15); `requestsPerSecond` for each action
    (default 20, the API's own limit). `recordIdNamespace` parts two people who share an SdkAppId,
    a project and a stack name but not a state.
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
        """Read the `trtc:` keys of a stack's config, each by `get("trtc:key")`, None if not set.

        Raises ConfigError naming every key that is wrong.
        """
        keys = [to_camel(name) for name in cls.model_fields]
        mine = {key: value for key in keys if (value := get(f"{NAMESPACE}:{key}")) is not None}
        try:
            read = cls.model_validate(mine, by_alias=True, by_name=False)
        except ValidationError as error:
            faults = "; ".join(
                f"trtc:{_key(item['loc'])}: {item['msg']}" for item in error.errors()
            )
            raise ConfigError(f"the provider's configuration is wrong: {faults}") from None
        if bool(read.secret_id) != bool(read.secret_key):
            raise ConfigError(
                "the provider's configuration is wrong: trtc:secretId and trtc:secretKey are given "
                "together or not at all"
            )
        return read

    def recordings(
        self, clock: Clock, say: Callable[[str], None], read_state: StateReader
    ) -> Recordings:
        """The recordings of one run with this configuration."""
        credentials = self.credentials()
        return Recordings(
            api=self.api(credentials, clock, say),
            credentials=credentials,
            namespace=self.record_id_namespace,
            clock=clock,
            say=say,
            read_state=read_state,
        )

    def credentials(self) -> CredentialChain:
        """The credential chain, which starts with what is configured here."""
        if self.secret_id and self.secret_key:
            return CredentialChain(Credential(self.secret_id, self.secret_key, self.security_token))
        return CredentialChain()

    def api(
        self,
        credentials: CredentialChain,
        clock: Clock,
        say: Callable[[str], None] | None = None,
    ) -> WebRecordApi:
        """The API at the configured endpoint; `say` is told of its notices."""
        return WebRecordApi(
            endpoint=self.endpoint,
            region=self.region,
            credentials=credentials,
            requests_per_second=PACE * self.requests_per_second,
            timeout=self.timeout,
            clock=clock,
            say=say,
        )


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)
