"""What each of the API's codes means, by the table of the vendor's pages, written here again."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from trtc_webrecord import errors
from trtc_webrecord.api.codes import error_class, remedy_for
from trtc_webrecord.errors import (
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
    Unanswered,
)

MEANING: dict[type[ApiError], str] = {
    Throttled: """
        RequestLimitExceeded RequestLimitExceeded.UinLimitExceeded
        RequestLimitExceeded.IPLimitExceeded RequestLimitExceeded.GlobalRegionUinLimitExceeded""",
    ClockSkewed: "AuthFailure.SignatureExpire",
    TokenRejected: "AuthFailure.TokenFailure",
    Refused: """
        AuthFailure.InvalidAuthorization AuthFailure.InvalidSecretId AuthFailure.SecretIdNotFound
        AuthFailure.SignatureFailure AuthFailure.MFAFailure AuthFailure.UnauthorizedOperation
        AuthFailure.UnRealNameAuthenticated AuthFailure.UnsupportedOperation
        UnauthorizedOperation UnauthorizedOperation.CamNoAuth IpInBlacklist IpNotInWhitelist
        InvalidParameter InvalidParameter.SdkAppId InvalidParameterValue
        InvalidParameterValue.RecordUrl MissingParameter MissingParameter.SdkAppId
        UnknownParameter InvalidRequest InvalidAction ActionOffline NoSuchProduct NoSuchVersion
        UnsupportedRegion UnsupportedProtocol UnsupportedOperation UnsupportedOperation.Any
        RequestSizeLimitExceeded FailedOperation.NotAbility FailedOperation.NotAllowed
        FailedOperation.SdkAppIdNotUnderAppId""",
    TaskExist: "FailedOperation.TaskExist",
    TaskNotExist: "FailedOperation.TaskNotExist InvalidParameter.TaskId",
    CapacityExceeded: """
        ResourceInsufficient ResourceInsufficient.RequestRejection LimitExceeded LimitExceeded.Tasks
        ResourceUnavailable ResourceInUse""",
    Ambiguous: """
        InternalError InternalError.Timeout ServiceUnavailable FailedOperation
        ResponseSizeLimitExceeded FailedOperation.SomethingNobodyDocuments""",
}
BY_CODE = {code: meaning for meaning, codes in MEANING.items() for code in codes.split()}


@pytest.mark.parametrize(("code", "meaning"), BY_CODE.items())
def test_a_documented_code_means_what_the_vendor_says(code: str, meaning: type[ApiError]) -> None:
    assert error_class(code) is meaning


@given(st.from_regex(r"[A-Z][A-Za-z]{0,20}(\.[A-Z][A-Za-z]{0,20})?", fullmatch=True))
def test_a_code_that_nobody_documents_may_have_run(code: str) -> None:
    known = {documented.split(".")[0] for documented in BY_CODE}
    assume(code.split(".")[0] not in known)
    assert error_class(code) is Ambiguous


@pytest.mark.parametrize("code", ["", ".", "FailedOperation.", "failedoperation.taskexist"])
def test_an_odd_code_is_never_taken_for_a_refusal(code: str) -> None:
    assert error_class(code) is Ambiguous


@pytest.mark.parametrize(
    "code", [code for code, kind in BY_CODE.items() if kind in (Refused, ClockSkewed, Throttled)]
)
def test_a_call_that_was_not_executed_has_a_remedy(code: str) -> None:
    remedy = remedy_for(error_class(code)("StartWebRecord", code))
    assert remedy.endswith(".")
    assert len(remedy) > 20


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("FailedOperation.NotAbility", "unlocked"),
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


def test_an_unreachable_service_points_at_the_endpoint() -> None:
    assert "trtc:endpoint" in remedy_for(NotSent("StartWebRecord", "NewConnectionError"))


@pytest.mark.parametrize("kind", [Ambiguous, Unanswered])
def test_what_may_have_run_is_to_be_repeated_and_not_corrected(kind: type[ApiError]) -> None:
    assert remedy_for(kind("StopWebRecord", "InternalError")) == "Run the same command again."


def test_an_answered_error_tells_action_code_message_and_request_id() -> None:
    error = Refused("StartWebRecord", "InvalidParameter", "Bad page.", "id-1")
    assert str(error) == "StartWebRecord returned InvalidParameter: Bad page. (RequestId id-1)"
    assert str(Refused("StopWebRecord", "InvalidAction")) == "StopWebRecord returned InvalidAction"


def test_a_network_error_says_whether_the_call_was_sent() -> None:
    assert "could not reach the service" in str(NotSent("StartWebRecord", "ConnectTimeout", "host"))
    assert "was sent, but no usable response" in str(
        Unanswered("StartWebRecord", "Timeout", "host")
    )


def test_an_error_keeps_its_parts_through_pickle() -> None:
    error = pickle.loads(pickle.dumps(Refused("StartWebRecord", "InvalidParameter", "no", "id-1")))
    assert (type(error), error.code, error.detail, error.request_id) == (
        Refused,
        "InvalidParameter",
        "no",
        "id-1",
    )


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn: list[tuple[str, str]] = []
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        name = line.lstrip(" │├└─").split(" ")[0]
        if not isinstance(getattr(errors, name, None), type):
            continue
        depth = (len(line) - len(line.lstrip(" │├└─"))) // 4
        above = [*above[:depth], name]
        drawn += [(name, above[depth - 1])] if depth else []
    classes = {
        (kind.__name__, kind.__base__.__name__)
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.WebRecordError)
        if kind.__base__ is not Exception and kind.__base__ is not None
    }
    assert set(drawn) == classes
