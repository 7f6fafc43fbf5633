"""What each of the API's codes means, by the table of the vendor's pages, written here again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tencentcloud.trtc.v20190722 import errorcodes
from trtc_webrecord import errors
from trtc_webrecord.api.codes import classified, error_class, remedy_for

MEANING: dict[type[errors.ApiError], str] = {
    errors.Throttled: """
        FailedOperation.RestrictedFrequency OperationDenied.FreqOverLimit
        RequestLimitExceeded RequestLimitExceeded.UinLimitExceeded
        RequestLimitExceeded.IPLimitExceeded RequestLimitExceeded.GlobalRegionUinLimitExceeded""",
    errors.ClockSkewed: "AuthFailure.SignatureExpire",
    errors.TokenRejected: "AuthFailure.TokenFailure",
    errors.Rejected: """
        AuthFailure.InvalidAuthorization AuthFailure.InvalidSecretId AuthFailure.SecretIdNotFound
        AuthFailure.SignatureFailure AuthFailure.MFAFailure AuthFailure.UnauthorizedOperation
        AuthFailure.UnRealNameAuthenticated AuthFailure.UnsupportedOperation
        UnauthorizedOperation UnauthorizedOperation.CamNoAuth IpInBlacklist IpNotInWhitelist
        InvalidParameter InvalidParameter.SdkAppId InvalidParameterValue
        InvalidParameterValue.RecordUrl MissingParameter MissingParameter.SdkAppId
        UnknownParameter InvalidRequest InvalidAction ActionOffline NoSuchProduct NoSuchVersion
        UnsupportedRegion UnsupportedProtocol UnsupportedOperation UnsupportedOperation.Any
        RequestSizeLimitExceeded FailedOperation.NotAbility FailedOperation.NotAllowed
        FailedOperation.SdkAppIdNotUnderAppId FailedOperation.SdkAppIdNotExist
        FailedOperation.CRUnsupportMethod FailedOperation.CSUnsupportMethod
        FailedOperation.CTUnsupportMethod FailedOperation.MixSessionNotExist
        FailedOperation.RequestRejection FailedOperation.RoomNotExist
        FailedOperation.UpdateVoicePrintIdNotFound
        AuthFailure OperationDenied OperationDenied.Any DryRunOperation ResourceNotFound
        ResourceNotFound.ResourceNotFound UnauthorizedOperation.SdkAppId
        UnsupportedOperation.NotAllowed UnsupportedOperation.VoiceCloneError""",
    errors.TaskExist: "FailedOperation.TaskExist",
    errors.TaskNotExist: """
        FailedOperation.TaskNotExist FailedOperation.TaskFinished InvalidParameter.TaskId""",
    errors.CapacityExceeded: """
        ResourceInsufficient ResourceInsufficient.RequestRejection LimitExceeded LimitExceeded.Tasks
        ResourceUnavailable ResourceInUse ResourcesSoldOut FailedOperation.RestrictedConcurrency
        UnsupportedOperation.TaskLimit LimitExceeded.ConcurrencyLimit LimitExceeded.VocabFull
        LimitExceeded.VoiceCloneMaxNumLimit FailedOperation.VoicePrintRegistrationLimit""",
    errors.Ambiguous: """
        InternalError InternalError.Timeout ServiceUnavailable FailedOperation
        FailedOperation.CosOperationFailed FailedOperation.DbOperationFailed
        FailedOperation.GenVoicePrintIdFailed FailedOperation.QueryTaskInfoFailed
        FailedOperation.RequestOutdated FailedOperation.VoicePrintAudioCheckFailed
        UnsupportedOperation.InternalError ResponseSizeLimitExceeded
        FailedOperation.SomethingNobodyDocuments""",
}
BY_FAMILY: dict[str, type[errors.ApiError]] = {
    "InternalError": errors.Ambiguous,
    "InvalidParameter": errors.Rejected,
    "InvalidParameterValue": errors.Rejected,
    "MissingParameter": errors.Rejected,
    "UnknownParameter": errors.Rejected,
}
"""What every code of the family means, whatever follows the dot, except for those in MEANING."""

OFFICIAL = sorted(
    code for name, code in vars(errorcodes).items() if name.isupper() and isinstance(code, str)
)
BY_CODE = {code: meaning for meaning, codes in MEANING.items() for code in codes.split()}


@pytest.mark.parametrize(("code", "meaning"), BY_CODE.items())
def test_a_code_means_what_the_vendor_documents(code: str, meaning: type[errors.ApiError]) -> None:
    assert error_class(code) is meaning


@pytest.mark.parametrize("code", OFFICIAL)
def test_every_code_of_the_official_client_is_classified_on_purpose(code: str) -> None:
    assert classified(code) is BY_CODE.get(code, BY_FAMILY.get(code.split(".")[0]))


def test_the_official_client_has_the_codes_of_all_of_trtc() -> None:
    assert len(OFFICIAL) > 150


@given(st.from_regex(r"[A-Z][A-Za-z]{0,20}(\.[A-Z][A-Za-z]{0,20})?", fullmatch=True))
def test_a_code_that_nobody_documents_may_have_run(code: str) -> None:
    known = {documented.split(".")[0] for documented in [*BY_CODE, *BY_FAMILY]}
    assume(code.split(".")[0] not in known)
    assert error_class(code) is errors.Ambiguous


@pytest.mark.parametrize("code", ["", ".", "FailedOperation.", "failedoperation.taskexist"])
def test_an_odd_code_is_never_taken_for_a_rejection(code: str) -> None:
    assert error_class(code) is errors.Ambiguous


@pytest.mark.parametrize(
    "code",
    [
        code
        for code, kind in BY_CODE.items()
        if kind in (errors.Rejected, errors.ClockSkewed, errors.Throttled)
    ],
)
def test_a_call_that_was_not_executed_has_a_remedy(code: str) -> None:
    remedy = remedy_for(error_class(code)("StartWebRecord", code))
    assert remedy.endswith(".")
    assert len(remedy) > 20


HINTS = {
    "RTC-Engine monthly package: buy one for SdkAppId of the recor": "FailedOperation.NotAbility",
    "sdk_app_id": """
        FailedOperation.SdkAppIdNotExist FailedOperation.SdkAppIdNotUnderAppId
        UnauthorizedOperation.SdkAppId""",
    "trtc:endpoint": "FailedOperation.CRUnsupportMethod",
    "trtc:requestsPerSecond": "FailedOperation.RestrictedFrequency RequestLimitExceeded",
    "higher limit": "FailedOperation.RestrictedConcurrency",
    "Stop recordings": "UnsupportedOperation.TaskLimit",
    "ticket": "UnsupportedOperation.NotAllowed FailedOperation.NotAllowed",
    "trtc:region": "UnsupportedRegion",
    "trtc:secretKey": "AuthFailure.SignatureFailure",
    "trtc:secretId": "AuthFailure.SecretIdNotFound",
    "StartWebRecord": """
        AuthFailure.UnauthorizedOperation UnauthorizedOperation UnauthorizedOperation.CamNoAuth""",
}


@pytest.mark.parametrize(
    ("code", "hint"), [(code, hint) for hint, codes in HINTS.items() for code in codes.split()]
)
def test_the_remedy_names_what_to_change(code: str, hint: str) -> None:
    assert hint in remedy_for(error_class(code)("StartWebRecord", code))


def test_an_unreachable_service_points_at_the_endpoint() -> None:
    assert "trtc:endpoint" in remedy_for(errors.NotSent("StartWebRecord", "NewConnectionError"))


@pytest.mark.parametrize(
    "code",
    [code for code in OFFICIAL if error_class(code) in (errors.Rejected, errors.CapacityExceeded)],
)
def test_the_remedy_names_the_sdk_app_id_where_it_is_about_one(code: str) -> None:
    with_one = remedy_for(error_class(code)("StartWebRecord", code, "", None, 1600011111))
    without = remedy_for(error_class(code)("StopWebRecord", code))
    assert with_one == without.replace("SdkAppId of the recording", "SdkAppId 1600011111")


@pytest.mark.parametrize("kind", [errors.Ambiguous, errors.Unanswered])
def test_what_may_have_run_is_to_be_repeated_and_not_corrected(kind: type[errors.ApiError]) -> None:
    assert remedy_for(kind("StopWebRecord", "InternalError")) == "Run the same command again."


def test_an_answered_error_without_a_message_is_its_action_and_code() -> None:
    assert (
        str(errors.Rejected("StopWebRecord", "InvalidAction"))
        == "StopWebRecord returned InvalidAction"
    )


def test_a_network_error_says_whether_the_call_was_sent() -> None:
    assert "could not reach the service" in str(
        errors.NotSent("StartWebRecord", "ConnectTimeout", "host")
    )
    assert "was sent, but no usable response" in str(
        errors.Unanswered("StartWebRecord", "Timeout", "host")
    )
