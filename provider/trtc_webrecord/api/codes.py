"""The API's error codes: the exception class for each, and what a user can do about it."""

from __future__ import annotations

from ..errors import (
    Ambiguous,
    ApiError,
    CapacityExceeded,
    ClockSkewed,
    NotSent,
    Rejected,
    TaskExist,
    TaskNotExist,
    Throttled,
    TokenRejected,
    Untrusted,
)

CLASSES_BY_CODE: dict[str, type[ApiError]] = {
    "FailedOperation": Ambiguous,
    "FailedOperation.CRUnsupportMethod": Rejected,
    "FailedOperation.CSUnsupportMethod": Rejected,
    "FailedOperation.CTUnsupportMethod": Rejected,
    "FailedOperation.CosOperationFailed": Ambiguous,
    "FailedOperation.DbOperationFailed": Ambiguous,
    "FailedOperation.GenVoicePrintIdFailed": Ambiguous,
    "FailedOperation.MixSessionNotExist": Rejected,
    "FailedOperation.NotAbility": Rejected,
    "FailedOperation.NotAllowed": Rejected,
    "FailedOperation.QueryTaskInfoFailed": Ambiguous,
    "FailedOperation.RequestOutdated": Ambiguous,
    "FailedOperation.RequestRejection": Rejected,
    "FailedOperation.RestrictedConcurrency": CapacityExceeded,
    "FailedOperation.RestrictedFrequency": Throttled,
    "FailedOperation.RoomNotExist": Rejected,
    "FailedOperation.SdkAppIdNotExist": Rejected,
    "FailedOperation.SdkAppIdNotUnderAppId": Rejected,
    "FailedOperation.TaskExist": TaskExist,
    "FailedOperation.TaskFinished": TaskNotExist,
    "FailedOperation.TaskNotExist": TaskNotExist,
    "FailedOperation.UpdateVoicePrintIdNotFound": Rejected,
    "FailedOperation.VoicePrintAudioCheckFailed": Ambiguous,
    "FailedOperation.VoicePrintRegistrationLimit": CapacityExceeded,
    "InternalError": Ambiguous,
    "InternalError.*": Ambiguous,
    "ServiceUnavailable": Ambiguous,
    "ResponseSizeLimitExceeded": Ambiguous,
    "RequestLimitExceeded": Throttled,
    "RequestLimitExceeded.*": Throttled,
    "OperationDenied": Rejected,
    "OperationDenied.*": Rejected,
    "OperationDenied.FreqOverLimit": Throttled,
    "AuthFailure": Rejected,
    "AuthFailure.*": Rejected,
    "AuthFailure.SignatureExpire": ClockSkewed,
    "AuthFailure.TokenFailure": TokenRejected,
    "UnauthorizedOperation": Rejected,
    "UnauthorizedOperation.*": Rejected,
    "IpInBlacklist": Rejected,
    "IpNotInWhitelist": Rejected,
    "InvalidParameter": Rejected,
    "InvalidParameter.*": Rejected,
    "InvalidParameter.TaskId": TaskNotExist,
    "InvalidParameterValue": Rejected,
    "InvalidParameterValue.*": Rejected,
    "MissingParameter": Rejected,
    "MissingParameter.*": Rejected,
    "UnknownParameter": Rejected,
    "UnknownParameter.*": Rejected,
    "InvalidRequest": Rejected,
    "InvalidAction": Rejected,
    "ActionOffline": Rejected,
    "DryRunOperation": Rejected,
    "NoSuchProduct": Rejected,
    "NoSuchVersion": Rejected,
    "UnsupportedRegion": Rejected,
    "UnsupportedProtocol": Rejected,
    "UnsupportedOperation": Rejected,
    "UnsupportedOperation.*": Rejected,
    "UnsupportedOperation.InternalError": Ambiguous,
    "UnsupportedOperation.TaskLimit": CapacityExceeded,
    "RequestSizeLimitExceeded": Rejected,
    "ResourceNotFound": Rejected,
    "ResourceNotFound.*": Rejected,
    "ResourceInsufficient": CapacityExceeded,
    "ResourceInsufficient.*": CapacityExceeded,
    "ResourcesSoldOut": CapacityExceeded,
    "ResourcesSoldOut.*": CapacityExceeded,
    "LimitExceeded": CapacityExceeded,
    "LimitExceeded.*": CapacityExceeded,
    "ResourceUnavailable": CapacityExceeded,
    "ResourceUnavailable.*": CapacityExceeded,
    "ResourceInUse": CapacityExceeded,
    "ResourceInUse.*": CapacityExceeded,
}
"""Source: the vendor's common error codes, and `errorcodes` of its Python client, which has those
of all TRTC actions. `X.*` matches every longer code of X; FailedOperation has no such rule, because
its codes have nothing in common."""


def error_class(code: str) -> type[ApiError]:
    """The class for an API code; `Ambiguous` for an unknown one, which may have run."""
    return classified(code) or Ambiguous


def classified(code: str) -> type[ApiError] | None:
    """The class of the table; None for an unknown code."""
    return CLASSES_BY_CODE.get(code) or CLASSES_BY_CODE.get(code.split(".")[0] + ".*")


GRANT = (
    "Grant the credentials the three trtc actions StartWebRecord, DescribeWebRecord and "
    "StopWebRecord in CAM."
)
TICKET = (
    "Tencent Cloud does not allow this operation for the account: submit a ticket, then run "
    "`pulumi up` again."
)
FOREIGN = (
    "The service that responded does not know page recording: check trtc:endpoint and trtc:region."
)
MORE_CAPACITY = (
    "Stop recordings that are not needed, wait until some have ended, or ask Tencent Cloud for a "
    "higher limit; then run `pulumi up` again."
)

REMEDIES: dict[str, str] = {
    "FailedOperation.NotAbility": "Page recording is unlocked by an RTC-Engine monthly package: "
    "buy one for {app} in the TRTC console, then run `pulumi up` again. If it has one already, ask "
    "Tencent Cloud support.",
    "FailedOperation.NotAllowed": TICKET,
    "UnsupportedOperation.NotAllowed": TICKET,
    "FailedOperation.CRUnsupportMethod": FOREIGN,
    "FailedOperation.CSUnsupportMethod": FOREIGN,
    "FailedOperation.CTUnsupportMethod": FOREIGN,
    "InvalidAction": FOREIGN,
    "NoSuchProduct": FOREIGN,
    "NoSuchVersion": FOREIGN,
    "UnsupportedRegion": "Correct trtc:region, or trtc:endpoint: each site has its own regions.",
    "FailedOperation.SdkAppIdNotExist": "{app} does not exist on this site: correct sdk_app_id, or "
    "trtc:endpoint.",
    "FailedOperation.SdkAppIdNotUnderAppId": "{app} belongs to another account than the "
    "credentials: correct sdk_app_id, or the credentials.",
    "UnauthorizedOperation.SdkAppId": "The credentials have no permission for {app}: grant it in "
    "CAM, or correct sdk_app_id.",
    "AuthFailure.SignatureFailure": "The secret key does not match the secret id: correct "
    "trtc:secretKey, the environment or the profile.",
    "AuthFailure.SecretIdNotFound": "The secret id is unknown or was deleted: correct "
    "trtc:secretId, the environment or the profile.",
    "AuthFailure.TokenFailure": "The temporary credentials have expired, or the token does "
    "not belong to them: get new ones.",
    "AuthFailure.SignatureExpire": "This machine's clock is more than 5 minutes off: correct it.",
    "AuthFailure.UnRealNameAuthenticated": "The account's owner has to pass the real-name "
    "verification in Tencent Cloud's console.",
    "AuthFailure.UnauthorizedOperation": GRANT,
    "UnauthorizedOperation": GRANT,
}
"""`{app}` stands for the SdkAppId."""


def blames_the_record_id(error: ApiError) -> bool:
    """Whether a failed start has no other remedy than the vendor's for any: another RecordId.

    Source: the vendor's page "StartWebRecord", `RecordId`.
    """
    failed = error.code.startswith("FailedOperation") and isinstance(error, Rejected | TaskNotExist)
    return failed and error.action == "StartWebRecord" and error.code not in REMEDIES


def remedy_for(error: ApiError) -> str:
    """What a user can do about a failed request."""
    if isinstance(error, Untrusted):
        return (
            "A private CA belongs in the file that REQUESTS_CA_BUNDLE names; `trtc-webrecord "
            "doctor` shows whose certificate it is."
        )
    if isinstance(error, NotSent):
        return "Check trtc:endpoint and the network: `trtc-webrecord doctor` shows where it fails."
    if isinstance(error, Throttled):
        return "Lower trtc:requestsPerSecond, or wait, then run `pulumi up` again."
    if isinstance(error, CapacityExceeded):
        return MORE_CAPACITY
    if isinstance(error, Ambiguous):
        return "Run the same command again."
    known = REMEDIES.get(error.code) or REMEDIES.get(error.code.split(".")[0])
    if known is None:
        return "Correct what the error code names, then run `pulumi up` again."
    return known.format(app=f"SdkAppId {error.sdk_app_id or 'of the recording'}")
