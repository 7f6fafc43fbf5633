"""The account of a task: "no such task" proves nothing if the task is another account's.

The service answers a TaskId of another account like that of a task that has ended. Asked by the
SdkAppId, it is proof that the application belongs to another account.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..api.client import LiveTask
from ..api.credentials import Credential, CredentialSource
from ..errors import Rejected

NOT_OURS = "FailedOperation.SdkAppIdNotUnderAppId"
NO_SUCH_APPLICATION = "FailedOperation.SdkAppIdNotExist"
"""The application was deleted, so none of its tasks runs."""

ANY_RECORD_ID = "no-such-recording"
"""Asks for the application alone: a task can be adopted that has no RecordId."""


class Api(Protocol):
    """The part of `WebRecordApi` that shows whose an application is."""

    def describe_by_record_id(self, sdk_app_id: int, record_id: str) -> LiveTask | None: ...


class Account:
    """The account of the credentials, whichever of its keys or roles they are. Thread-safe."""

    def __init__(self, api: Api, credentials: CredentialSource) -> None:
        self._api = api
        self._credentials = credentials
        self._own: set[tuple[str, int]] = set()
        """Applications that belong to the account, by what names the account."""

    def proof_of_end(self, sdk_app_id: int, record_id: str | None) -> Callable[[], bool]:
        """Returns whether "no such task" proves the end of a task; call it then.

        If not, try again: other credentials than at the last call are in use. The next session of
        the same role is not another. It raises Rejected with the code NOT_OURS, or another
        ApiError. A run sends one request for each application, or some at once.
        """
        app = int(sdk_app_id)  # a float in the state
        asked_as = self._credentials.current()

        def proves_end() -> bool:
            nonlocal asked_as
            owned = self._owns(asked_as, app, record_id or ANY_RECORD_ID)
            same = self._is_in_use(asked_as)
            asked_as = self._credentials.current()
            return owned and same

        return proves_end

    def _owns(self, asked_as: Credential, app: int, record_id: str) -> bool:
        """Whether an application belongs to the account; False: other credentials are in use."""
        if (_holder(asked_as), app) in self._own:
            return True
        try:
            self._api.describe_by_record_id(app, record_id)
        except Rejected as error:
            renewed = error.code == NOT_OURS and self._credentials.renew(asked_as)
            if renewed and not self._is_in_use(asked_as):
                return False
            if error.code != NO_SUCH_APPLICATION:
                raise
        if self._is_in_use(asked_as):
            self._own.add((_holder(asked_as), app))
        return True

    def _is_in_use(self, credential: Credential) -> bool:
        """Whether requests are signed with it, or with another session of its role."""
        return _holder(credential) == _holder(self._credentials.current())


def _holder(credential: Credential) -> str:
    """What names the account of a credential: a role, whose sessions change, or a key."""
    return credential.role or credential.secret_id
