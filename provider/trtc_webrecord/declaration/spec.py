"""The StartWebRecord request: its fields, their units and defaults. Their rules are in `rules`.

Source: the vendor's page "StartWebRecord" (service `trtc`, version 2019-07-22) and its data types
`StorageParams`, `WebRecordVideoParams`, `McuPublishCdnParam`, `EmulateMobileParams`.

Field names are the API's own in snake_case; their aliases are the API's names (`RecordUrl`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    WrapValidator,
    model_validator,
)
from pydantic.alias_generators import to_pascal

from .rules import (
    MINUTES,
    PIXELS,
    SECONDS,
    Int,
    NonEmpty,
    Text,
    cdn_targets,
    cos_only,
    page_url,
    path_part,
    record_label,
    rtmp_url,
    valid_record_id,
    video_media_type,
    with_rule,
)


class Params(BaseModel):
    """The base of the request's data types; unknown fields are an error."""

    model_config = ConfigDict(
        alias_generator=to_pascal,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    @model_validator(mode="wrap")
    @classmethod
    def _check_fields_and_rule(cls, value: Any, handler: Callable[[Any], Any]) -> Any:
        broken = None
        if isinstance(value, dict):
            fields = ((name, field.alias) for name, field in cls.model_fields.items())
            broken = cls._broken_rule(
                {name for name, alias in fields if value.get(name, value.get(alias)) is not None}
            )
        return with_rule(value, handler, broken)

    @classmethod
    def _broken_rule(cls, given: set[str]) -> str | None:
        """The broken rule about which fields are set together, or None."""
        return None


class CloudStorage(Params):
    """Tencent COS. The files' path is `Bucket/<FileNamePrefix…>/<TaskId>/`."""

    vendor: Annotated[Int, AfterValidator(cos_only)] = 0
    """The vendor: 0, Tencent COS."""
    region: NonEmpty
    """The bucket's region."""
    bucket: NonEmpty
    """The bucket."""
    access_key: NonEmpty | None = Field(default=None, repr=False)
    """The SecretId for the bucket; set with the secret key, or not at all for the provider's."""
    secret_key: NonEmpty | None = Field(default=None, repr=False)
    """The SecretKey for the bucket."""
    file_name_prefix: list[Annotated[str, AfterValidator(path_part)]] = Field(default_factory=list)
    """The parts of the files' path in the bucket."""

    @classmethod
    def _broken_rule(cls, given: set[str]) -> str | None:
        if ("access_key" in given) != ("secret_key" in given):
            return "access_key and secret_key must be set together or not at all"
        return None


class TencentVod(Params):
    """The VOD settings of the files."""

    procedure: Text | None = None
    """The VOD task flow for the files."""
    expire_time: Annotated[Int, Field(ge=0, json_schema_extra=SECONDS)] = 0
    """How long VOD keeps the files; 0 is for ever."""
    storage_region: Text | None = None
    """The VOD storage region."""
    class_id: Annotated[Int, Field(ge=0)] = 0
    """The VOD category."""
    sub_app_id: Annotated[Int, Field(ge=0)] | None = None
    """The VOD SubAppId."""
    session_context: Text | None = None
    """Passed through to the VOD callbacks of the task flow."""
    source_context: Text | None = None
    """Passed through to the VOD callback of the upload."""
    media_type: Annotated[Int, AfterValidator(video_media_type)] = 0
    """0: mp4, 1: HLS, 3: both."""
    user_define_record_id: Annotated[str, AfterValidator(record_label)] | None = None
    """Begins the files' names: at most 64 letters, digits, `_` and `-`."""


class CloudVod(Params):
    """VOD as the storage."""

    tencent_vod: TencentVod
    """The VOD settings."""


class StorageParams(Params):
    """The storage: COS or VOD, exactly one."""

    cloud_storage: CloudStorage | None = None
    """Tencent COS."""
    cloud_vod: CloudVod | None = None
    """Tencent VOD."""

    @classmethod
    def _broken_rule(cls, given: set[str]) -> str | None:
        kinds = len(given & {"cloud_storage", "cloud_vod"})
        if kinds != 1:
            found = "both" if kinds else "neither"
            return f"must have exactly one of cloud_storage and cloud_vod; {found} given"
        return None


class WebRecordVideoParams(Params):
    """Video size and file format. `format` has no effect with VOD."""

    width: Annotated[Int, Field(ge=0, le=1920, json_schema_extra=PIXELS)] = 1280
    """The width of the picture."""
    height: Annotated[Int, Field(ge=0, le=1080, json_schema_extra=PIXELS)] = 720
    """The height of the picture."""
    format: Literal["hls", "mp4"] | None = None
    """The file format; no effect with VOD."""
    max_media_file_duration: Annotated[Int, Field(ge=1, le=1440, json_schema_extra=MINUTES)] = 1440
    """The longest that one file gets; mp4 only. A file also ends at 2 GB."""


class McuPublishCdnParam(Params):
    """One CDN target."""

    publish_cdn_url: Annotated[str, AfterValidator(rtmp_url)] = Field(repr=False)
    """The RTMP URL, with its stream key."""
    is_tencent_cdn: Annotated[Int, Field(ge=0, le=1)] = 1
    """1 for Tencent's CDN, 0 for another."""


class EmulateMobileParams(Params):
    """Render the page as a phone (0) or tablet (1), portrait (0) or landscape (1)."""

    mobile_device_type: Annotated[Int, Field(ge=0, le=1)] = 0
    """0: phone, 1: tablet."""
    screen_orientation: Annotated[Int, Field(ge=0, le=1)] = 0
    """0: portrait, 1: landscape."""


class StartWebRecordSpec(Params):
    """The parameters of StartWebRecord, except the RecordId.

    Units: `max_duration_limit` s (1800–86400, default 86400), `ready_timeout` s (0–60, default 0).
    Raises `pydantic.ValidationError` with all errors.
    """

    record_url: Annotated[str, AfterValidator(page_url)]
    """The page to record."""
    sdk_app_id: Annotated[Int, Field(ge=1, le=2**32 - 1)]
    """The SdkAppId of the TRTC application."""
    storage_params: StorageParams
    """Where the files go: COS or VOD, exactly one."""
    max_duration_limit: Annotated[Int, Field(ge=1800, le=86400, json_schema_extra=SECONDS)] = 86400
    """The longest duration of the recording."""
    web_record_video_params: WebRecordVideoParams = Field(default_factory=WebRecordVideoParams)
    """Video size and file format."""
    publish_cdn_params: Annotated[list[McuPublishCdnParam], WrapValidator(cdn_targets)] = Field(
        default_factory=list, repr=False
    )
    """CDN targets to which the recording is pushed as well."""
    ready_timeout: Annotated[Int, Field(ge=0, le=60, json_schema_extra=SECONDS)] = 0
    """How long to wait for the page to call `notifyReady`; 0: for pages that do not."""
    emulate_mobile_params: EmulateMobileParams | None = None
    """Render the page as on a phone or tablet; `{}` is a phone in portrait."""

    def wire(self, record_id: str, storage_keys: tuple[str, str] | None = None) -> dict[str, Any]:
        """The request body: the given fields, and those that are always sent.

        MaxDurationLimit is always sent, because older pages of the vendor give another default.
        `storage_keys` (AccessKey, SecretKey) are used if COS has none of its own.
        """
        body = self.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
        body["MaxDurationLimit"] = self.max_duration_limit
        body["RecordId"] = record_id
        storage = body["StorageParams"].get("CloudStorage")
        if storage is not None:
            storage.setdefault("Vendor", 0)
            if storage_keys and "SecretKey" not in storage:
                storage["AccessKey"], storage["SecretKey"] = storage_keys
        return body

    def identity(self) -> dict[str, Any]:
        """The fields that identify the recording, as plain JSON, without defaults and storage keys.

        So a new optional field in a later version does not change the identity of old declarations.
        """
        keys = {"storage_params": {"cloud_storage": {"access_key", "secret_key"}}}
        return self.model_dump(by_alias=True, exclude_defaults=True, exclude=keys)


class StartWebRecordRequest(StartWebRecordSpec):
    """The complete request.

    A service validates it with `model_validate(body, strict=True, by_alias=True, by_name=False)`.
    """

    record_id: Annotated[str, AfterValidator(valid_record_id)] | None = None
