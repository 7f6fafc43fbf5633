"""The account: whether each of the three actions is allowed, and whose an application is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..api.client import WebRecordApi
from ..api.codes import GRANT, remedy_for
from ..errors import ApiError, TaskNotExist
from ..recording.account import ANY_RECORD_ID, NO_SUCH_APPLICATION, NOT_OURS
from .result import Result, failed, ok, warning

NO_TASK = "trtc-webrecord-doctor"
"""A TaskId and a RecordId that no task has."""

DENIED = ("UnauthorizedOperation", "AuthFailure.UnauthorizedOperation")
INVALID = ("InvalidParameter", "MissingParameter")

PACKAGE = "whether its monthly package has page recording shows only at a start (NotAbility)"


def asked(request: Callable[[], Any]) -> ApiError | None:
    """The error of a request, or None."""
    try:
        request()
    except ApiError as error:
        return error
    return None


def is_denied(error: ApiError) -> bool:
    """Whether the credentials lack the right."""
    return error.code.startswith(DENIED)


def describe(error: ApiError | None) -> Result:
    """Whether DescribeWebRecord is allowed, by the answer to a look for NO_TASK."""
    return _right("DescribeWebRecord", error, error is None)


def stop(api: WebRecordApi) -> Result:
    """Whether StopWebRecord is allowed, by the answer to a stop of NO_TASK."""
    error = asked(lambda: api.stop(NO_TASK))
    return _right("StopWebRecord", error, error is None or isinstance(error, TaskNotExist))


def start(api: WebRecordApi, application: int | None) -> Result:
    """Whether StartWebRecord is allowed, by the answer to a start without a page."""
    try:
        started = api.start({"SdkAppId": application or 1, "RecordId": NO_TASK})
    except ApiError as error:
        result = _right("StartWebRecord", error, error.code.startswith(INVALID))
        if result.status != "ok":
            return result
        return ok(
            f"{result.found}, if the service checks rights before parameters (not documented)"
        )
    unstopped = asked(lambda: api.stop(started.task_id))
    left = f", and it could not be stopped: {unstopped}" if unstopped else "; it was stopped"
    return failed(
        f"the service started a task without a page, TaskId {started.task_id}{left}",
        f"`trtc-webrecord stop -- {started.task_id}`" if unstopped else "",
    )


def application(api: WebRecordApi, sdk_app_id: int) -> Result:
    """Whether the account has the application."""
    error = asked(lambda: api.describe_by_record_id(sdk_app_id, ANY_RECORD_ID))
    if error is None:
        return ok(f"SdkAppId {sdk_app_id} is the account's; {PACKAGE}")
    if error.code in (NOT_OURS, NO_SUCH_APPLICATION) or is_denied(error):
        return failed(str(error), remedy_for(error))
    return warning(f"it is not known whose SdkAppId {sdk_app_id} is: {error}", remedy_for(error))


def _right(action: str, error: ApiError | None, proves_it: bool) -> Result:
    if error is not None and is_denied(error):
        return failed(str(error), GRANT)
    if proves_it:
        return ok(f"{action} is allowed")
    return warning(f"it is not known whether {action} is allowed: {error}")
