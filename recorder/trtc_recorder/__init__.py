"""A local page-recording service that speaks the TRTC API: StartWebRecord, Describe…, Stop….

`trtc-recorder` runs it, `trtc_recorder.testing` runs it for tests, `Service` is it without HTTP.
"""

from .authentication import Credential
from .calls import Call
from .capture import Capture, NoCapture
from .errors import ApiError
from .faults import FaultRule
from .service import Service
from .settings import Settings, Switches
from .tasks import Task
from .wire import Answer, Cut, Hang, Outcome, Request

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
