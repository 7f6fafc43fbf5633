"""The API's error codes: the exception class for each, and what a user can do about it."""

from __future__ import annotations

from ..errors import (
    Ambiguous,
    ApiError,
    CapacityExceeded,
    ClockSkewed,
    NotSent,
    Refused,
    TaskExist,
    TaskNotExist,
    Throttled,
    TokenRejected,
)

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
"""Source: the vendor's common and business error codes. `X.*` matches every longer code of X."""


def error_class(code: str) -> type[ApiError]:
    """The class for an API code; `Ambiguous` for an undocumented one, which may have run."""
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
    "AuthFailure.SignatureFailure": "The secret key does not match the secret id: correct "
    "trtc:secretKey, or the environment.",
    "AuthFailure.SecretIdNotFound": "The secret id is unknown or was deleted: correct "
    "trtc:secretId, or the environment.",
    "AuthFailure.TokenFailure": "The temporary credentials have expired, or the token does "
    "not belong to them: get new ones.",
    "AuthFailure.SignatureExpire": "This machine's clock is more than 5 minutes off: correct it.",
    "AuthFailure.UnauthorizedOperation": GRANT,
    "UnauthorizedOperation": GRANT,
}


def remedy_for(error: ApiError) -> str:
    """What a user can do about a failed request."""
    if isinstance(error, NotSent):
        return "Check trtc:endpoint and the network, then run `pulumi up` again."
    if isinstance(error, Throttled):
        return "Lower trtc:requestsPerSecond, or wait, then run `pulumi up` again."
    if isinstance(error, Ambiguous):
        return "Run the same command again."
    known = REMEDIES.get(error.code) or REMEDIES.get(error.code.split(".")[0])
    return known or "Correct what the error code names, then run `pulumi up` again."
