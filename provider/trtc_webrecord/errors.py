"""What can go wrong, as classes to catch, and the table from the API's codes to them.

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


CLASSES_BY_CODE: dict[str, type[ApiError]] = {
    "FailedOperation": Ambiguous,
    "FailedOperation.*": Ambiguous,
    "FailedOperation.NotAbility": Refused,
    "FailedOperation.NotAllowed": Refused,
    "FailedOperation.SdkAppIdNotUnderAppId": Refused,
    "FailedOperation.TaskExist": TaskExist,
    "FailedOperation.TaskNotExist": TaskNotExist,
    "RequestLimitExceeded": Throttled,
    "RequestLimitExceeded.*": Throttled,
    "AuthFailure.*": Refused,
    "AuthFailure.SignatureExpire": ClockSkewed,
    "AuthFailure.TokenFailure": TokenRejected,
    "UnauthorizedOperation": Refused,
    "UnauthorizedOperation.*": Refused,
    "IpInBlacklist": Refused,
    "IpNotInWhitelist": Refused,
    "InvalidParameter": Refused,
    "InvalidParameter.*": Refused,
    "InvalidParameter.TaskId": TaskNotExist,
    "InvalidParameterValue": Refused,
    "InvalidParameterValue.*": Refused,
    "MissingParameter": Refused,
    "MissingParameter.*": Refused,
    "UnknownParameter": Refused,
    "InvalidRequest": Refused,
    "InvalidAction": Refused,
    "ActionOffline": Refused,
    "NoSuchProduct": Refused,
    "NoSuchVersion": Refused,
    "UnsupportedRegion": Refused,
    "UnsupportedProtocol": Refused,
    "UnsupportedOperation": Refused,
    "UnsupportedOperation.*": Refused,
    "RequestSizeLimitExceeded": Refused,
    "ResourceInsufficient": CapacityExceeded,
    "ResourceInsufficient.*": CapacityExceeded,
    "LimitExceeded": CapacityExceeded,
    "LimitExceeded.*": CapacityExceeded,
    "ResourceUnavailable": CapacityExceeded,
    "ResourceUnavailable.*": CapacityExceeded,
    "ResourceInUse": CapacityExceeded,
    "ResourceInUse.*": CapacityExceeded,
}
"""From the vendor's common and business error codes; `X.*` stands for every longer code of X."""


def error_class(code: str) -> type[ApiError]:
    """The class for an API code; one that nobody documents may have run, so it is `Ambiguous`."""
    if code in CLASSES_BY_CODE:
        return CLASSES_BY_CODE[code]
    return CLASSES_BY_CODE.get(code.split(".")[0] + ".*", Ambiguous)


GRANT = (
    "Grant the credentials the three trtc actions StartWebRecord, DescribeWebRecord and "
    "StopWebRecord in CAM."
)

REMEDIES: dict[str, str] = {
    "FailedOperation.NotAbility": "Page recording has to be unlocked for this SdkAppId: ask "
    "Tencent Cloud support, then run `pulumi up` again.",
    "FailedOperation.NotAllowed": "Tencent Cloud does not allow this operation for the account: "
    "submit a ticket.",
    "FailedOperation.SdkAppIdNotUnderAppId": "sdk_app_id belongs to another account than the "
    "credentials: correct one of the two.",
    "AuthFailure.SignatureFailure": "The secret key does not fit the secret id: correct "
    "trtc:secretKey, or the environment.",
    "AuthFailure.SecretIdNotFound": "The secret id is unknown or was deleted: correct "
    "trtc:secretId, or the environment.",
    "AuthFailure.TokenFailure": "The temporary credentials have expired, or the token is not "
    "theirs: get fresh ones.",
    "AuthFailure.SignatureExpire": "This machine's clock is more than 5 minutes off: set it.",
    "AuthFailure.UnauthorizedOperation": GRANT,
    "UnauthorizedOperation": GRANT,
}


def remedy_for(error: ApiError) -> str:
    """What a user can do about a call that failed."""
    if isinstance(error, NotSent):
        return "Check trtc:endpoint and the network, then run `pulumi up` again."
    if isinstance(error, Throttled):
        return "Lower trtc:requestsPerSecond, or wait, then run `pulumi up` again."
    if isinstance(error, Ambiguous):
        return "Run the same command again."
    known = REMEDIES.get(error.code) or REMEDIES.get(error.code.split(".")[0])
    return known or "Correct what the code names, then run `pulumi up` again."
