"""A local implementation of the TRTC page-recording API: StartWebRecord, Describe…, Stop….

Run it with `trtc-recorder`; in tests with `trtc_recorder.testing`; without HTTP as `Service`.
"""

from .api.authentication import Credential
from .api.call_log import Call
from .api.faults import FaultRule
from .api.wire import Cut, Hang, Outcome, Request, Response
from .errors import ApiError
from .service import Service
from .settings import Settings, Switches
from .tasks.capture import Capture, NoCapture
from .tasks.store import Task

__all__ = [
    "ApiError",
    "Call",
    "Capture",
    "Credential",
    "Cut",
    "FaultRule",
    "Hang",
    "NoCapture",
    "Outcome",
    "Request",
    "Response",
    "Service",
    "Settings",
    "Switches",
    "Task",
]
