"""WebRecording: a TRTC page recording as a Pulumi resource.

Without `from __future__ import annotations`: the SDK evaluates a class's string annotations anew
for every resource.
"""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from .arguments import (
    EmulateMobileParamsArgs,
    McuPublishCdnParamArgs,
    StorageParamsArgs,
    WebRecordVideoParamsArgs,
    with_secret_keys,
)
from .lifecycle import WebRecordingProvider

OUTPUTS = ("task_id", "record_id", "request_id", "status", "started_at", "file_prefix")


class WebRecording(Resource, module="trtc", name="WebRecording"):
    """A page that TRTC opens in the cloud and records to COS or VOD.

    One declaration stands for one recording: creating it calls StartWebRecord with a RecordId
    derived from the resource's URN and the declaration, so that a repeated, retried or concurrent
    `pulumi up` finds the recording that runs instead of starting another. Deleting it stops the
    task. A changed declaration is a new recording, started before the old one is stopped.
    """

    task_id: pulumi.Output[str]
    """The recording task; the resource's id as well."""
    record_id: pulumi.Output[str]
    """The RecordId that the task was started with."""
    request_id: pulumi.Output[str]
    """The RequestId of the call that started or found the task, for support cases."""
    status: pulumi.Output[str]
    """`recording`, or `ended` once a refresh has found that the task is over."""
    started_at: pulumi.Output[str | None]
    """When it was started, ISO 8601 in UTC; None for an adopted task."""
    file_prefix: pulumi.Output[str | None]
    """Where the files land on COS, `Bucket/<FileNamePrefix…>/<TaskId>/`; None with VOD."""
    record_url: pulumi.Output[str]
    sdk_app_id: pulumi.Output[int]

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
        adopt_task_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a recording. Bad values are refused at preview, all at once.

        :param record_url: the page, http or https.
        :param sdk_app_id: the TRTC application.
        :param storage_params: where the files go: `cloud_storage` (COS) or `cloud_vod`, not both.
            COS keys left out are taken from the provider's own permanent key pair. Keys are
            secrets, also when given as plain strings.
        :param max_duration_limit: s, 1800–86400; default 86400.
        :param web_record_video_params: the picture: `width` 0–1920 (1280), `height` 0–1080 (720),
            `format` `hls` or `mp4`, `max_media_file_duration` 1–1440 min (1440; mp4 only).
        :param publish_cdn_params: up to 10 RTMP targets; secret, since the URLs carry stream keys.
        :param ready_timeout: s, 0–60; default 0. Only for pages that call `notifyReady`.
        :param emulate_mobile_params: render as a phone or tablet; leave out for a desktop page.
        :param record_id: a RecordId of your own, at most 31 bytes, used as it is; default derived.
        :param triggers: any values; a change of one makes a new recording.
        :param startup_watch: s, 0–120; default 0. How long `pulumi up` watches that the task stays
            up: TRTC accepts a page that cannot be opened and ends the task later.
        :param restart_policy: `never` (default) or `always`: whether a recording that ended is
            started anew by the next `pulumi up --refresh`.
        :param adopt_task_id: a task that runs already, to take over instead of starting one.
        :param opts: Pulumi's resource options.

        Source of the API's rules: the vendor's page "StartWebRecord", version 2019-07-22.
        """
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
            "adopt_task_id": adopt_task_id,
            "resource_urn": _own_urn(self._type_token(), resource_name, opts),
        }
        given = {name: value for name, value in inputs.items() if value is not None}
        props = {**dict.fromkeys(OUTPUTS), **given}
        super().__init__(WebRecordingProvider(), resource_name, props, opts)

    @classmethod
    def _type_token(cls) -> str:
        return f"pulumi-python:{cls._resource_type_name}"


def _own_urn(type_token: str, name: str, opts: pulumi.ResourceOptions | None) -> pulumi.Input[str]:
    """The URN that the resource will have; Pulumi tells it to no dynamic provider.

    Below a component it is without its dependencies: they would hold the component itself, and a
    child that depends on its parent is refused as a circle.
    """
    parent = opts.parent if opts else None
    if parent is None:
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{type_token}::{name}"
    urn = pulumi.create_urn(name, type_token, parent)
    return pulumi.Output(set(), urn.future(), urn.is_known(), urn.is_secret())  # type: ignore[arg-type]
