"""Starts a recording with the vendor's client, and prints its TaskId.

Usage: start.py SDK_APP_ID BUCKET. The keys are in TENCENTCLOUD_SECRET_ID and
TENCENTCLOUD_SECRET_KEY; TRTC_ENDPOINT is another endpoint, such as the local service's.
"""

import json
import os
import sys

from tencentcloud.common.credential import EnvironmentVariableCredential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.trtc.v20190722.models import StartWebRecordRequest
from tencentcloud.trtc.v20190722.trtc_client import TrtcClient

sdk_app_id, bucket = sys.argv[1:]
endpoint = os.environ.get("TRTC_ENDPOINT", "https://trtc.intl.tencentcloudapi.com")
scheme, _, host = endpoint.partition("://")
http = HttpProfile(protocol=scheme, endpoint=host)
credential = EnvironmentVariableCredential().get_credential()
client = TrtcClient(credential, "ap-singapore", ClientProfile(httpProfile=http))

request = StartWebRecordRequest()
request.from_json_string(
    json.dumps(
        {
            "RecordUrl": "https://example.com/lobby",
            "SdkAppId": int(sdk_app_id),
            "StorageParams": {
                "CloudStorage": {
                    "Vendor": 0,
                    "Region": "ap-singapore",
                    "Bucket": bucket,
                    "AccessKey": credential.secret_id,
                    "SecretKey": credential.secret_key,
                }
            },
            "MaxDurationLimit": 7200,
        }
    )
)
print(client.StartWebRecord(request).TaskId)
