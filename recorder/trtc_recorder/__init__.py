"""A local page-recording service that speaks the TRTC API: StartWebRecord, Describe…, Stop….

`trtc-recorder` runs it, `trtc_recorder.testing` runs it for tests, `Service` is it without HTTP.
"""

from .api.authentication import Credential
from .api.calls import Call
from .api.faults import FaultRule
from .api.wire import Answer, Cut, Hang, Outcome, Request
from .errors import ApiError
from .service import Service
from .settings import Settings, Switches
from .tasks.capture import Capture, NoCapture
from .tasks.store import Task

__all__ = [
    "Answer",
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
    "Service",
    "Settings",
    "Switches",
    "Task",
]
