"""Every option: name, default and meaning. Switches can be changed at run time."""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from .browser import locale
from .browser.options import CaptureOptions

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _parsed(url: str) -> SplitResult:
    """Raises ValueError if it is no http:// or https:// URL."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError
    return parts


def _is_bare(url: str) -> bool:
    """Returns whether it is a URL without user info, query and fragment."""
    try:
        parts = _parsed(url)
    except ValueError:
        return False
    return parts.username is None and not parts.query and not parts.fragment


def _callback_url(value: str) -> str:
    try:
        _parsed(value)
    except ValueError:
        raise PydanticCustomError("rule", "must be an http:// or https:// URL") from None
    return value


def _public_url(value: str) -> str:
    if not _is_bare(value):
        raise PydanticCustomError("rule", "must be an http:// or https:// URL of this service")
    return value.rstrip("/")


def _storage_endpoint(value: str) -> str:
    try:
        right = _is_bare(value.format(bucket="bucket", region="region"))
    except (ValueError, LookupError):
        right = False
    if not right:
        raise PydanticCustomError("rule", "must be an http:// or https:// URL of a store")
    return value


def _callback_key(value: SecretStr) -> SecretStr:
    if not re.fullmatch("[A-Za-z0-9]{1,32}", value.get_secret_value()):
        raise PydanticCustomError("rule", "must be 1 to 32 letters and digits")
    return value


def _time_zone(value: str) -> str:
    known = zoneinfo.available_timezones()  # none, where the system has no tzdata
    if value not in known and (known or not re.fullmatch("[A-Za-z0-9+_/-]+", value)):
        raise PydanticCustomError("rule", "must be an IANA time zone, such as Asia/Shanghai")
    return value


def _language(value: str) -> str:
    if not locale.TAG.fullmatch(value):
        raise PydanticCustomError("rule", "must be a language tag, such as zh-CN or en")
    return value


def _hosts(value: str) -> str:
    for each in filter(None, map(str.strip, value.split(","))):
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError:
            if re.search(r"[^\w.-]", each):
                raise PydanticCustomError(
                    "rule", "must be names, addresses and networks, such as api.internal,10.0.0.0/8"
                ) from None
    return value


class Switches(BaseModel, extra="forbid"):
    """How the service behaves where the vendor documents nothing. Can be changed at run time.

    The defaults are the documented values, or else the stricter behaviour.
    """

    visible_after: Seconds = Field(
        default=5, description="seconds until a started task is visible to Describe and Stop"
    )
    stop_delay: Seconds = Field(
        default=0, description="seconds for which a stopped task goes on recording"
    )
    requests_per_second: int = Field(
        default=20, ge=0, description="rate limit for each action; 0 is no limit"
    )
    task_quota: int = Field(
        default=0, ge=0, description="live tasks allowed for one SdkAppId; 0 is no limit"
    )
    quota_code: str = Field(
        default="ResourceInsufficient.RequestRejection",
        description="the error code of a start over the quota",
    )
    failed_start_burns: bool = Field(
        default=True, description="whether a start over the quota uses up its RecordId"
    )
    ended_record_ids_reusable: bool = Field(
        default=False, description="whether the RecordId of an ended task can be started again"
    )
    record_id_scope: Literal["sdk_app_id", "account"] = Field(
        default="sdk_app_id", description="where a RecordId is unique: sdk_app_id or account"
    )
    clock_offset: float = Field(
        default=0, allow_inf_nan=False, description="seconds by which the service's clock is ahead"
    )


class Settings(Switches, BaseSettings):
    """All options, from the command line or `TRTC_RECORDER_*` in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="TRTC_RECORDER_",
        env_ignore_empty=True,
        validate_assignment=True,
        hide_input_in_errors=True,
        extra="forbid",
    )

    secret_id: str = Field(min_length=1, description="the SecretId that requests are signed with")
    secret_key: SecretStr = Field(
        min_length=1, description="its SecretKey; from the environment only"
    )
    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=8790, ge=0, le=65535, description="0 picks a free port")
    public_url: Annotated[str, AfterValidator(_public_url)] | None = Field(
        default=None,
        description="the URL at which others reach the service, for VideoUrl in callbacks",
    )
    data: Path | None = Field(
        default=Path("trtc-recorder-data"),
        description="the folder in which tasks are stored",
    )
    capture: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="whether pages are recorded: auto (if the programs are installed), on or off",
    )
    capture_limit: int = Field(
        default=0,
        ge=0,
        description="maximum number of recordings at once; 0 is 2 for each CPU that it may use",
    )
    opening_timeout: float = Field(
        default=12,
        gt=0,
        allow_inf_nan=False,
        description="seconds for a page's server to respond, unless the request has a ReadyTimeout",
    )
    page_error_limit: Seconds = Field(
        default=300,
        description="seconds for which a page that has gone wrong is reloaded; then the task ends",
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] | None = Field(
        default=None, description="the page's time zone, such as Asia/Shanghai; else that of TZ"
    )
    language: Annotated[str, AfterValidator(_language)] | None = Field(
        default=None, description="the page's language, such as zh-CN; else that of LANG"
    )
    allow_hosts: Annotated[str, AfterValidator(_hosts)] = Field(
        default="",
        description="local hosts, addresses and networks that pages may reach, between commas",
    )
    callback_url: Annotated[str, AfterValidator(_callback_url)] | None = Field(
        default=None,
        repr=False,
        description="the webhook that callbacks are posted to; from the environment only",
    )
    callback_key: Annotated[SecretStr, AfterValidator(_callback_key)] | None = Field(
        default=None,
        description="the key that callbacks are signed with; from the environment only",
    )
    storage_endpoint: Annotated[str, AfterValidator(_storage_endpoint)] | None = Field(
        default=None,
        description="the S3-compatible store to which files are uploaded; else they stay in --data",
    )
    control: Literal["loopback", "on", "off"] = Field(
        default="loopback",
        description="when to serve /control/: loopback (only on a loopback address), on or off",
    )

    @property
    def capture_options(self) -> CaptureOptions:
        """The options that hold for each recording."""
        return CaptureOptions(
            opening_timeout=self.opening_timeout,
            page_error_limit=self.page_error_limit,
            time_zone=self.time_zone,
            language=self.language,
            allowed_hosts=tuple(filter(None, map(str.strip, self.allow_hosts.split(",")))),
        )

    @property
    def control_served(self) -> bool:
        """Whether the control plane is served."""
        return self.control == "on" or (self.control == "loopback" and is_loopback(self.host))

    @property
    def viewer_served(self) -> bool:
        """Whether the viewer is served: it needs a data folder, and has no authentication."""
        private = is_loopback(self.host) or self.control == "on"
        return self.data is not None and private

    @property
    def public_host(self) -> str | None:
        """The host of the public URL."""
        return None if self.public_url is None else urlsplit(self.public_url).hostname


def is_loopback(host: str) -> bool:
    """Returns whether `host` (a name or an address, without brackets) is a loopback address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.removesuffix(".") == "localhost"
