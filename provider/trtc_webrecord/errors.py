"""What can go wrong, as classes to catch.

WebRecordError
├── ConfigError               provider configuration or credentials
├── RecordingError            what it means for one recording; what a user sees
└── ApiError                  one call, as the service or the network answered it
    ├── NotSent               nothing reached the service
    ├── Throttled             not executed: wait and repeat
    ├── ClockSkewed           not executed: the signature's time is off
    ├── TokenRejected         not executed: temporary credentials want a refresh
    ├── Refused               not executed, and never will be as it stands
    ├── TaskExist             the RecordId is taken
    ├── TaskNotExist          ended, not yet started, or never was
    ├── CapacityExceeded      probably not executed
    └── Ambiguous             it may have run
        └── Unanswered        no answer at all
"""

from __future__ import annotations


class WebRecordError(Exception):
    """The base of every error of this package."""


class ConfigError(WebRecordError):
    """The provider's configuration or credentials cannot work."""


class RecordingError(WebRecordError):
    """What happened to one recording, what it means for it, and what to do next."""


class ApiError(WebRecordError):
    """One call that failed.

    Attributes: `action` (str), `code` (str: the API's code, or a name for the network's fault),
    `detail` (str: the service's message), `request_id` (str | None).
    """

    def __init__(
        self, action: str, code: str, detail: str = "", request_id: str | None = None
    ) -> None:
        self.action = action
        self.code = code
        self.detail = detail
        self.request_id = request_id
        super().__init__(action, code, detail, request_id)

    def __str__(self) -> str:
        request = f" (RequestId {self.request_id})" if self.request_id else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.action} answered {self.code}{detail}{request}"


class NotSent(ApiError):
    """Nothing reached the service: DNS, connect or TLS failed before anything was sent."""

    def __str__(self) -> str:
        return f"{self.action} could not reach the service: {self.code}: {self.detail}"


class Throttled(ApiError):
    """Over the rate limit; not executed."""


class ClockSkewed(ApiError):
    """The signature's timestamp is more than 5 minutes off the service's clock; not executed."""


class TokenRejected(ApiError):
    """The temporary credentials' token is not accepted; not executed."""


class Refused(ApiError):
    """Not executed, and repeating it would change nothing."""


class TaskExist(ApiError):
    """The RecordId has been used already; the answer carries no TaskId."""


class TaskNotExist(ApiError):
    """The service shows no such task: ended, not yet started, or never was."""


class CapacityExceeded(ApiError):
    """The account's or the service's capacity is used up; probably not executed."""


class Ambiguous(ApiError):
    """The call may have run."""


class Unanswered(Ambiguous):
    """The call was sent and no answer came back."""

    def __str__(self) -> str:
        return f"{self.action} was sent, but no usable answer came: {self.code}: {self.detail}"
