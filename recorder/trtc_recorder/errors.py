"""API errors: a code and a message; and the message of an unexpected error."""

from __future__ import annotations

import traceback

NOT_SET_UP = "the recorder could not be set up"
BROKEN = "an error of the recorder"
"""Why a task ends that cannot be recorded, or not any more."""


class ApiError(Exception):
    """An error response of the API.

    Attributes: `code` (str, such as `FailedOperation.TaskExist`), `message` (str).
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(code, message)


def too_many_requests(count: int, limit: int) -> ApiError:
    """Returns the rate-limit error of the `count`-th request for one action in one second."""
    return ApiError(
        "RequestLimitExceeded",
        f"Your current request times equals to `{count}` in a second, which exceeds the frequency "
        f"limit `{limit}` for a second. Please reduce the frequency of calls.",
    )


def missing_parameter(name: str) -> ApiError:
    """`name` is the parameter's path on the wire, such as `PublishCdnParams.0.PublishCdnUrl`."""
    return ApiError("MissingParameter", f"The request is missing a required parameter `{name}`.")


def unexpected(error: BaseException) -> str:
    """Returns the type of an error and where it was raised, without values, for the log."""
    places = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__name__}\n{places}"
