"""Whether "no such task" proves the end, with credentials that change in between."""

from __future__ import annotations

from itertools import count

import pytest
from trtc_webrecord.api.client import LiveTask
from trtc_webrecord.api.key_pair import Credential
from trtc_webrecord.errors import Rejected
from trtc_webrecord.recording.account import NOT_OURS, Account

ROLE = "qcs::cam::uin/1:roleName/recorder"


class Credentials:
    """Another key pair at each use: sessions of a role if one is given."""

    def __init__(self, role: str) -> None:
        self._role = role
        self._number = count()

    def current(self) -> Credential:
        return Credential(f"id-{next(self._number)}", "key", "token", self._role)

    def refresh(self) -> None: ...

    def renew(self, rejected: Credential) -> bool:
        return self.current() != rejected


class Api:
    """The service, which answers each look alike."""

    def __init__(self, error: Rejected | None = None) -> None:
        self.looks = 0
        self._error = error

    def describe_by_record_id(self, sdk_app_id: int, record_id: str) -> LiveTask | None:
        self.looks += 1
        if self._error:
            raise self._error
        return None


def test_the_next_session_of_a_role_is_the_same_account() -> None:
    api = Api()
    account = Account(api, Credentials(ROLE))
    assert [account.proof_of_end(1, "r")() for _ in range(3)] == [True] * 3
    assert api.looks == 1


def test_the_next_session_of_a_role_is_not_asked_again() -> None:
    api = Api(Rejected("DescribeWebRecord", NOT_OURS))
    with pytest.raises(Rejected):
        Account(api, Credentials(ROLE)).proof_of_end(1, "r")()
    assert api.looks == 1


def test_another_key_may_be_of_another_account() -> None:
    assert not Account(Api(), Credentials("")).proof_of_end(1, "r")()
