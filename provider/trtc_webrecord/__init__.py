"""Tencent TRTC page recordings as declarative Pulumi resources.

The public names are imported lazily, so that importing `trtc_webrecord.declaration.spec` alone, as
trtc-recorder does, does not load pulumi.
"""

from typing import TYPE_CHECKING

__all__ = [
    "CloudStorageArgs",
    "CloudVodArgs",
    "EmulateMobileParamsArgs",
    "McuPublishCdnParamArgs",
    "StorageParamsArgs",
    "TencentVodArgs",
    "WebRecordVideoParamsArgs",
    "WebRecording",
    "longest_run",
]

if TYPE_CHECKING:
    from .arguments import (
        CloudStorageArgs,
        CloudVodArgs,
        EmulateMobileParamsArgs,
        McuPublishCdnParamArgs,
        StorageParamsArgs,
        TencentVodArgs,
        WebRecordVideoParamsArgs,
    )
    from .bounds import longest_run
    from .resource import WebRecording
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        room = {"WebRecording": "resource", "longest_run": "bounds"}.get(name, "arguments")
        return getattr(import_module(f".{room}", __name__), name)

    def __dir__() -> list[str]:
        return __all__
