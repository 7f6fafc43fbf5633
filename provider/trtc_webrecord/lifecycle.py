"""The name by which the state of every stack refers to the dynamic provider.

`__provider` in a state is the pickle of `trtc_webrecord.lifecycle.WebRecordingProvider`, a
reference. Without this module, Pulumi could not manage existing recordings.
"""

from .dynamic.provider import WebRecordingProvider

__all__ = ["WebRecordingProvider"]
