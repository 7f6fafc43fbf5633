"""TRTC's callbacks: verify the signature, and get a typed event.

    event = callbacks.receive(request.headers, body, key)
    match event:
        case callbacks.PageNotOpened():
            ...

Group, type and status numbers, units and texts are those of the vendor's pages "Cloud Recording and
Web Page Recording Webhooks" (trtc.io/document/54914) and "Relay to CDN Webhooks"
(trtc.io/document/54913). This package does not import pulumi.
"""

from ..errors import (
    CallbackError,
    Malformed,
    OutsideTolerance,
    SignatureMissing,
    SignatureWrong,
)
from .events import (
    AllUploaded,
    Ended,
    Event,
    Failed,
    Interrupted,
    LimitReached,
    Migrated,
    PageNotOpened,
    PageRefreshed,
    Paused,
    RelayChanged,
    RelayState,
    Resumed,
    Started,
    UnknownEvent,
    Uploaded,
    UploadedFile,
    UploadFailed,
)
from .receiving import MOST_BYTES, parse, receive
from .secret_url import SecretUrl
from .signature import verify

__all__ = [
    "MOST_BYTES",
    "AllUploaded",
    "CallbackError",
    "Ended",
    "Event",
    "Failed",
    "Interrupted",
    "LimitReached",
    "Malformed",
    "Migrated",
    "OutsideTolerance",
    "PageNotOpened",
    "PageRefreshed",
    "Paused",
    "RelayChanged",
    "RelayState",
    "Resumed",
    "SecretUrl",
    "SignatureMissing",
    "SignatureWrong",
    "Started",
    "UnknownEvent",
    "UploadFailed",
    "Uploaded",
    "UploadedFile",
    "parse",
    "receive",
    "verify",
]
