"""WebRecording: a TRTC page recording as a Pulumi resource.

No `from __future__ import annotations`: the SDK would evaluate string annotations for each
resource.
"""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from ..declaration.names import DIY_ORGANIZATION, ORGANIZATION, OUTPUTS
from ..errors import cannot_be_imported
from .arguments import (
    EmulateMobileParamsArgs,
    McuPublishCdnParamArgs,
    StorageParamsArgs,
    WebRecordVideoParamsArgs,
    with_secret_keys,
)
from .provider import WebRecordingProvider

TYPE = {"module": "trtc", "name": "WebRecording"}


class WebRecording(Resource, **TYPE):
    """A page that TRTC opens in the cloud and records to COS or VOD.

    Creating it calls StartWebRecord with a RecordId derived from the resource's URN and inputs, so
    that a repeated, retried or concurrent `pulumi up` adopts the running recording instead of
    starting another. Deleting it stops the task. A changed declaration replaces the recording: the
    new one is started before the old one is stopped.
    """

    task_id: pulumi.Output[str]
    """The recording task; also the resource's id."""
    record_id: pulumi.Output[str | None]
    """The RecordId that the task was started with; None for an adopted task without one."""
    request_id: pulumi.Output[str]
    """The RequestId of the request that started or found the task, for support cases."""
    status: pulumi.Output[str]
    """`recording`, or `ended` once a refresh finds that the task has ended."""
    started_at: pulumi.Output[str | None]
    """When it was started, ISO 8601 in UTC; None for an adopted task."""
    ended_at: pulumi.Output[str | None]
    """Its end at the latest, ISO 8601 in UTC: when a refresh found it ended, or its limit."""
    end_reason: pulumi.Output[str | None]
    """Why it ended, if the service says so; TRTC does only in its callbacks."""
    file_prefix: pulumi.Output[str | None]
    """The files' path on COS, `Bucket/<FileNamePrefix…>/<TaskId>/`; None with VOD."""
    endpoint: pulumi.Output[str | None]
    """Where it was started; requests for it are sent only there."""
    region: pulumi.Output[str | None]
    """The API region of the endpoint."""
    record_url: pulumi.Output[str]
    sdk_app_id: pulumi.Output[int]
    limits: pulumi.Output[dict[str, Any]]
    """What limits how long it runs, known in a preview: see `estimate_usage`."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Keep the type token: a recording's URN and RecordId come from it."""
        if options.keys() & TYPE.keys():
            raise TypeError(
                "a subclass of WebRecording keeps its type token: leave out module, name"
            )
        super().__init_subclass__(**TYPE, **options)

    def __init__(
        self,
        resource_name: str,
        *,
        record_url: pulumi.Input[str],
        sdk_app_id: pulumi.Input[int],
        storage_params: pulumi.Input[StorageParamsArgs],
        max_duration_limit: pulumi.Input[int] | None = None,
        web_record_video_params: pulumi.Input[WebRecordVideoParamsArgs] | None = None,
        publish_cdn_params: pulumi.Input[Sequence[pulumi.Input[McuPublishCdnParamArgs]]]
        | None = None,
        ready_timeout: pulumi.Input[int] | None = None,
        emulate_mobile_params: pulumi.Input[EmulateMobileParamsArgs] | None = None,
        record_id: pulumi.Input[str] | None = None,
        triggers: pulumi.Input[Sequence[Any]] | None = None,
        startup_watch: pulumi.Input[int] | None = None,
        restart_policy: pulumi.Input[str] | None = None,
        storage_probe: pulumi.Input[bool] | None = None,
        adopt_task_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a recording. A preview reports all validation errors.

        :param record_url: the page, http or https.
        :param sdk_app_id: the TRTC application.
        :param storage_params: `cloud_storage` (COS) or `cloud_vod`, not both. Default COS keys: the
            provider's own permanent key pair. Keys are always secrets.
        :param max_duration_limit: s, 1800–86400; default 86400.
        :param web_record_video_params: `width` 0–1920 (1280), `height` 0–1080 (720),
            `format` `hls` or `mp4`, `max_media_file_duration` 1–1440 min (1440; mp4 only).
        :param publish_cdn_params: up to 10 RTMP targets; secret: the URLs contain stream keys.
        :param ready_timeout: s, 0–60; default 0. Only for pages that call `notifyReady`.
        :param emulate_mobile_params: render as a phone or tablet; default: desktop.
        :param record_id: your own RecordId, at most 31 bytes; default: derived.
        :param triggers: any values; a change starts a new recording.
        :param startup_watch: s, 0–120; default 0. How long `pulumi up` watches that the task stays
            up: TRTC accepts a page that cannot be opened and ends the task later.
        :param restart_policy: `never` (default) or `always`: whether the next
            `pulumi up --refresh` restarts a recording that has ended.
        :param storage_probe: whether a start first probes COS for write access;
            default: the provider's `trtc:storageProbe`.
        :param adopt_task_id: a running task to adopt instead of starting one.
        :param opts: Pulumi's resource options.

        Raises `pulumi.RunError` for the option `import_`: use `adopt_task_id`.

        Source of the API's rules: the vendor's page "StartWebRecord", version 2019-07-22.
        """
        if opts and opts.import_:
            raise pulumi.RunError(f"{resource_name}: {cannot_be_imported(opts.import_)}")
        organization = pulumi.get_organization()
        inputs = {
            "record_url": record_url,
            "sdk_app_id": sdk_app_id,
            "storage_params": with_secret_keys(storage_params),
            "max_duration_limit": max_duration_limit,
            "web_record_video_params": web_record_video_params,
            "publish_cdn_params": publish_cdn_params and pulumi.Output.secret(publish_cdn_params),
            "ready_timeout": ready_timeout,
            "emulate_mobile_params": emulate_mobile_params,
            "record_id": record_id,
            "triggers": triggers,
            "startup_watch": startup_watch,
            "restart_policy": restart_policy,
            "storage_probe": storage_probe,
            "adopt_task_id": adopt_task_id,
            "resource_urn": _own_urn(
                f"pulumi-python:{self._resource_type_name}", resource_name, opts
            ),
            ORGANIZATION: None if organization == DIY_ORGANIZATION else organization,
        }
        given = {name: value for name, value in inputs.items() if value is not None}
        props = {**dict.fromkeys(OUTPUTS), **given}
        super().__init__(WebRecordingProvider(), resource_name, props, opts)
        if opts and opts.replace_on_changes:
            pulumi.log.warn(
                "replace_on_changes has no effect on a dynamic resource: Pulumi's SDK does not "
                "report which input has changed. To record with rotated storage keys at once, "
                "change `triggers` with them.",
                self,
            )
        self.limits = pulumi.Output.all(
            max_duration_limit=max_duration_limit,
            restart_policy=restart_policy,
            adopt_task_id=adopt_task_id,
        )


def _own_urn(type_token: str, name: str, opts: pulumi.ResourceOptions | None) -> pulumi.Input[str]:
    """The resource's future URN, which Pulumi does not pass to a dynamic provider.

    A child of the stack itself has that of a resource without a parent. The URN of a component's
    child has its dependencies removed: they include the component itself, and Pulumi rejects a
    child that depends on its parent as circular.
    """
    parent = opts.parent if opts else None
    if parent in (None, pulumi.runtime.get_root_resource()):
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{type_token}::{name}"
    urn = pulumi.create_urn(name, type_token, parent)
    return pulumi.Output(set(), urn.future(), urn.is_known(), urn.is_secret())  # type: ignore[arg-type]
