"""Tencent TRTC page recordings as declarative Pulumi resources.

The public names are imported lazily, so that importing `trtc_webrecord.declaration.spec` alone, as
trtc-recorder does, does not load pulumi.
"""

from typing import TYPE_CHECKING

__all__ = [
    "CloudStorageArgs",
    "CloudVodArgs",
    "EmulateMobileParamsArgs",
    "GetWebRecordingResult",
    "McuPublishCdnParamArgs",
    "StorageParamsArgs",
    "TencentVodArgs",
    "WebRecordVideoParamsArgs",
    "WebRecording",
    "estimate_usage",
    "get_web_recording",
    "get_web_recording_output",
]

if TYPE_CHECKING:
    from .dynamic.arguments import (
        CloudStorageArgs,
        CloudVodArgs,
        EmulateMobileParamsArgs,
        McuPublishCdnParamArgs,
        StorageParamsArgs,
        TencentVodArgs,
        WebRecordVideoParamsArgs,
    )
    from .dynamic.functions import (
        GetWebRecordingResult,
        get_web_recording,
        get_web_recording_output,
    )
    from .dynamic.resource import WebRecording
    from .estimate import estimate_usage
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        room = {"WebRecording": "dynamic.resource", "estimate_usage": "estimate"}.get(
            name, "dynamic.arguments" if name.endswith("Args") else "dynamic.functions"
        )
        return getattr(import_module(f".{room}", __name__), name)

    def __dir__() -> list[str]:
        return __all__
