"""Exception classes.

WebRecordError
├── ConfigError               provider configuration or credentials
├── CallbackError             a callback that is not to be used
│   ├── SignatureMissing      it is not signed
│   ├── SignatureWrong        its signature belongs to another key or another body
│   ├── OutsideTolerance      it was sent too long ago, or is dated in the future
│   └── Malformed             its body is no callback
├── RecordingError            the message for one recording that a user sees
│   ├── Cancelled             it has waited, and the run or its time is over
│   └── InvalidProperties     inputs or a state with values that no declaration has
└── ApiError                  a failed request
    ├── NotSent               not executed: no connection
    │   └── Untrusted         its certificate is not trusted
    ├── Throttled             not executed: rate limit, retry later
    ├── ClockSkewed           not executed: clock skew
    ├── TokenRejected         not executed: expired temporary credentials
    ├── Rejected              not executed: a retry would fail again
    ├── TaskExist             the RecordId is already used
    ├── TaskNotExist          ended, not yet visible, or never started
    ├── CapacityExceeded      probably not executed
    └── Ambiguous             may have been executed
        └── Unanswered        no usable response
"""

from __future__ import annotations


class WebRecordError(Exception):
    """The base of every error of this package."""


class ConfigError(WebRecordError):
    """The provider's configuration or credentials are invalid."""


class CallbackError(WebRecordError):
    """A callback that is not to be used. The message has nothing of its body or of a key."""


class SignatureMissing(CallbackError):
    """The callback is not signed."""


class SignatureWrong(CallbackError):
    """The callback's signature belongs to another key or to another body."""


class OutsideTolerance(CallbackError):
    """The callback was sent too long ago, or is dated in the future."""


class Malformed(CallbackError):
    """The body is no callback of TRTC's."""


class RecordingError(WebRecordError):
    """A failed operation on one recording: its cause, the recording's state, what to do next."""


class Cancelled(RecordingError):
    """The operation waited, and then its time was over, or its run; `why` is which."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


class InvalidProperties(RecordingError):
    """Inputs, or the properties in a state, that are no valid declaration."""


class ApiError(WebRecordError):
    """A failed request.

    Attributes: `action` (str), `code` (str: the API's code, or a name for the network error),
    `detail` (str: the service's message), `request_id` (str | None), `sdk_app_id` (int | None: the
    one in the request).
    """

    def __init__(
        self,
        action: str,
        code: str,
        detail: str = "",
        request_id: str | None = None,
        sdk_app_id: int | None = None,
    ) -> None:
        self.action = action
        self.code = code
        self.detail = detail
        self.request_id = request_id
        self.sdk_app_id = sdk_app_id
        super().__init__(action, code, detail, request_id, sdk_app_id)

    def __str__(self) -> str:
        request = f" (RequestId {self.request_id})" if self.request_id else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.action} returned {self.code}{detail}{request}"


class NotSent(ApiError):
    """DNS, connect or TLS failed before the request was sent; not executed."""

    def __str__(self) -> str:
        return f"{self.action} could not reach the service: {self.code}: {self.detail}"


class Untrusted(NotSent):
    """What answers has a certificate that this machine does not trust; not executed."""


class Throttled(ApiError):
    """Over the rate limit; not executed."""


class ClockSkewed(ApiError):
    """The signature's timestamp is more than 5 minutes off the service's clock; not executed."""


class TokenRejected(ApiError):
    """The temporary credentials' token is not accepted; not executed."""


class Rejected(ApiError):
    """Not executed; a retry would fail again."""


class TaskExist(ApiError):
    """The RecordId is already used; the response has no TaskId."""


class TaskNotExist(ApiError):
    """The service finds no such task: ended, not yet visible, or never started."""

    @property
    def end_reason(self) -> str:
        """Why the task ended, "" if the response does not say so; only the local service does."""
        return self.detail.partition(" It has ended: ")[2].rstrip(".")


class CapacityExceeded(ApiError):
    """The account's or the service's capacity is used up; probably not executed."""


class Ambiguous(ApiError):
    """The request may have been executed."""


class Unanswered(Ambiguous):
    """The request was sent, and no usable response arrived."""

    def __str__(self) -> str:
        return f"{self.action} was sent, but no usable response arrived: {self.code}: {self.detail}"


def cannot_be_imported(task_id: str) -> RecordingError:
    """What is said of an import, with what to do instead."""
    return RecordingError(
        f"TaskId {task_id} cannot be imported: the service does not return what it was started "
        f"with. Declare the recording with adopt_task_id = {task_id!r}, and run `pulumi up`, which "
        "takes the running task over"
    )
