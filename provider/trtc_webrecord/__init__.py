"""Tencent TRTC page recordings as declarative Pulumi resources."""

from .arguments import (
    CloudStorageArgs,
    CloudVodArgs,
    EmulateMobileParamsArgs,
    McuPublishCdnParamArgs,
    StorageParamsArgs,
    TencentVodArgs,
    WebRecordVideoParamsArgs,
)
from .resource import WebRecording

__all__ = [
    "CloudStorageArgs",
    "CloudVodArgs",
    "EmulateMobileParamsArgs",
    "McuPublishCdnParamArgs",
    "StorageParamsArgs",
    "TencentVodArgs",
    "WebRecordVideoParamsArgs",
    "WebRecording",
]
