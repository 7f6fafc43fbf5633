"""What each of the API's codes means, by the table of the vendor's pages, written here again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tencentcloud.trtc.v20190722 import errorcodes
from trtc_webrecord.api.codes import classified, error_class, remedy_for
from trtc_webrecord.errors import (
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
    Unanswered,
)

MEANING: dict[type[ApiError], str] = {
    Throttled: """
        FailedOperation.RestrictedFrequency OperationDenied.FreqOverLimit
        RequestLimitExceeded RequestLimitExceeded.UinLimitExceeded
        RequestLimitExceeded.IPLimitExceeded RequestLimitExceeded.GlobalRegionUinLimitExceeded""",
    ClockSkewed: "AuthFailure.SignatureExpire",
    TokenRejected: "AuthFailure.TokenFailure",
    Rejected: """
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
    TaskExist: "FailedOperation.TaskExist",
    TaskNotExist: """
        FailedOperation.TaskNotExist FailedOperation.TaskFinished InvalidParameter.TaskId""",
    CapacityExceeded: """
        ResourceInsufficient ResourceInsufficient.RequestRejection LimitExceeded LimitExceeded.Tasks
        ResourceUnavailable ResourceInUse ResourcesSoldOut FailedOperation.RestrictedConcurrency
        UnsupportedOperation.TaskLimit LimitExceeded.ConcurrencyLimit LimitExceeded.VocabFull
        LimitExceeded.VoiceCloneMaxNumLimit FailedOperation.VoicePrintRegistrationLimit""",
    Ambiguous: """
        InternalError InternalError.Timeout ServiceUnavailable FailedOperation
        FailedOperation.CosOperationFailed FailedOperation.DbOperationFailed
        FailedOperation.GenVoicePrintIdFailed FailedOperation.QueryTaskInfoFailed
        FailedOperation.RequestOutdated FailedOperation.VoicePrintAudioCheckFailed
        UnsupportedOperation.InternalError ResponseSizeLimitExceeded
        FailedOperation.SomethingNobodyDocuments""",
}
BY_FAMILY: dict[str, type[ApiError]] = {
    "InternalError": Ambiguous,
    "InvalidParameter": Rejected,
    "InvalidParameterValue": Rejected,
    "MissingParameter": Rejected,
    "UnknownParameter": Rejected,
}
"""What every code of the family means, whatever follows the dot, except for those in MEANING."""

OFFICIAL = sorted(
    code for name, code in vars(errorcodes).items() if name.isupper() and isinstance(code, str)
)
BY_CODE = {code: meaning for meaning, codes in MEANING.items() for code in codes.split()}


@pytest.mark.parametrize(("code", "meaning"), BY_CODE.items())
def test_a_documented_code_means_what_the_vendor_says(code: str, meaning: type[ApiError]) -> None:
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
    assert error_class(code) is Ambiguous


@pytest.mark.parametrize("code", ["", ".", "FailedOperation.", "failedoperation.taskexist"])
def test_an_odd_code_is_never_taken_for_a_rejection(code: str) -> None:
    assert error_class(code) is Ambiguous


@pytest.mark.parametrize(
    "code", [code for code, kind in BY_CODE.items() if kind in (Rejected, ClockSkewed, Throttled)]
)
def test_a_call_that_was_not_executed_has_a_remedy(code: str) -> None:
    remedy = remedy_for(error_class(code)("StartWebRecord", code))
    assert remedy.endswith(".")
    assert len(remedy) > 20


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (
            "FailedOperation.NotAbility",
            "RTC-Engine monthly package: buy one for SdkAppId of the recording",
        ),
        ("FailedOperation.SdkAppIdNotExist", "sdk_app_id"),
        ("FailedOperation.CRUnsupportMethod", "trtc:endpoint"),
        ("FailedOperation.RestrictedFrequency", "trtc:requestsPerSecond"),
        ("FailedOperation.RestrictedConcurrency", "higher limit"),
        ("UnsupportedOperation.TaskLimit", "Stop recordings"),
        ("UnsupportedOperation.NotAllowed", "ticket"),
        ("UnauthorizedOperation.SdkAppId", "sdk_app_id"),
        ("UnsupportedRegion", "trtc:region"),
        ("FailedOperation.NotAllowed", "ticket"),
        ("FailedOperation.SdkAppIdNotUnderAppId", "sdk_app_id"),
        ("AuthFailure.SignatureFailure", "trtc:secretKey"),
        ("AuthFailure.SecretIdNotFound", "trtc:secretId"),
        ("AuthFailure.UnauthorizedOperation", "StartWebRecord"),
        ("UnauthorizedOperation", "StartWebRecord"),
        ("UnauthorizedOperation.CamNoAuth", "StartWebRecord"),
        ("RequestLimitExceeded", "trtc:requestsPerSecond"),
    ],
)
def test_the_remedy_names_what_to_change(code: str, hint: str) -> None:
    assert hint in remedy_for(error_class(code)("StartWebRecord", code))
    assert "trtc:endpoint" in remedy_for(NotSent("StartWebRecord", "NewConnectionError"))


@pytest.mark.parametrize(
    "code", [code for code in OFFICIAL if error_class(code) in (Rejected, CapacityExceeded)]
)
def test_the_remedy_names_the_sdk_app_id_where_it_is_about_one(code: str) -> None:
    with_one = remedy_for(error_class(code)("StartWebRecord", code, "", None, 1600011111))
    without = remedy_for(error_class(code)("StopWebRecord", code))
    assert with_one == without.replace("SdkAppId of the recording", "SdkAppId 1600011111")


@pytest.mark.parametrize("kind", [Ambiguous, Unanswered])
def test_what_may_have_run_is_to_be_repeated_and_not_corrected(kind: type[ApiError]) -> None:
    assert remedy_for(kind("StopWebRecord", "InternalError")) == "Run the same command again."


def test_an_answered_error_without_a_message_is_its_action_and_code() -> None:
    assert str(Rejected("StopWebRecord", "InvalidAction")) == "StopWebRecord returned InvalidAction"


def test_a_network_error_says_whether_the_call_was_sent() -> None:
    assert "could not reach the service" in str(NotSent("StartWebRecord", "ConnectTimeout", "host"))
    assert "was sent, but no usable response" in str(
        Unanswered("StartWebRecord", "Timeout", "host")
    )
