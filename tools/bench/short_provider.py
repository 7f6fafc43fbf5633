"""What a competent user writes in an hour: a dynamic provider with the official client.

`make bench` compares with it. RecordId = hash of the resource's URN; one request for each method.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pulumi
from pulumi.dynamic import (
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
)


class ShortProvider(ResourceProvider):
    """create, read, diff and delete with tencentcloud-sdk-python-trtc."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        """Make the client from the stack's config and the environment's key pair."""
        from tencentcloud.common.credential import EnvironmentVariableCredential
        from tencentcloud.common.profile.client_profile import ClientProfile
        from tencentcloud.common.profile.http_profile import HttpProfile
        from tencentcloud.trtc.v20190722.trtc_client import TrtcClient

        scheme, _, host = req.config.require("trtc:endpoint").partition("://")
        http = HttpProfile(protocol=scheme, endpoint=host, keepAlive=True)
        credential = EnvironmentVariableCredential().get_credential()
        self.client = TrtcClient(credential, "ap-singapore", ClientProfile(httpProfile=http))
        self.keys = (credential.secret_id, credential.secret_key)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """StartWebRecord."""
        from tencentcloud.trtc.v20190722.models import StartWebRecordRequest

        request = StartWebRecordRequest()
        request.from_json_string(json.dumps(self._body(props)))
        response = self.client.StartWebRecord(request)
        return CreateResult(response.TaskId, {**props, "task_id": response.TaskId})

    def _body(self, props: dict[str, Any]) -> dict[str, Any]:
        storage = dict(props["storage"])
        storage["AccessKey"], storage["SecretKey"] = self.keys
        return {
            "RecordUrl": props["record_url"],
            "SdkAppId": int(props["sdk_app_id"]),
            "StorageParams": {"CloudStorage": {"Vendor": 0, **storage}},
            "MaxDurationLimit": int(props["max_duration_limit"]),
            "RecordId": hashlib.sha256(props["resource_urn"].encode()).hexdigest()[:31],
        }

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Any changed input replaces the resource."""
        changed = [k for k in news if k != "__provider" and olds.get(k) != news[k]]
        return DiffResult(changes=bool(changed), replaces=changed, delete_before_replace=True)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """DescribeWebRecord."""
        from tencentcloud.common.exception import TencentCloudSDKException
        from tencentcloud.trtc.v20190722.models import DescribeWebRecordRequest

        request = DescribeWebRecordRequest()
        request.TaskId = id_
        try:
            self.client.DescribeWebRecord(request)
        except TencentCloudSDKException as error:
            if error.code == "FailedOperation.TaskNotExist":
                return ReadResult("", {})
            raise
        return ReadResult(id_, props)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """StopWebRecord."""
        from tencentcloud.common.exception import TencentCloudSDKException
        from tencentcloud.trtc.v20190722.models import StopWebRecordRequest

        request = StopWebRecordRequest()
        request.TaskId = id_
        try:
            self.client.StopWebRecord(request)
        except TencentCloudSDKException as error:
            if error.code != "FailedOperation.TaskNotExist":
                raise


class ShortRecording(Resource, module="bench", name="ShortRecording"):
    """The resource of ShortProvider."""

    task_id: pulumi.Output[str]

    def __init__(self, name: str, **inputs: Any) -> None:
        urn = pulumi.create_urn(name, f"pulumi-python:{self._resource_type_name}")
        super().__init__(
            ShortProvider(), name, {**inputs, "resource_urn": urn, "task_id": None}, None
        )
