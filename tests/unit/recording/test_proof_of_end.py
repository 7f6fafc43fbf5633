"""Whether "no such task" proves the end, with credentials that change in between."""

from __future__ import annotations

from itertools import count
from unittest.mock import Mock

import pytest
from trtc_webrecord.api.key_pair import Credential
from trtc_webrecord.errors import Rejected
from trtc_webrecord.recording.account import NOT_OURS, Account

ROLE = "qcs::cam::uin/1:roleName/recorder"


def credentials(role: str) -> Mock:
    """Another key pair at each use: sessions of a role if one is given."""
    pairs = (Credential(f"id-{number}", "key", "token", role) for number in count())
    return Mock(**{"current.side_effect": pairs})


def test_the_next_session_of_a_role_is_the_same_account() -> None:
    api = Mock(**{"describe_by_record_id.return_value": None})
    account = Account(api, credentials(ROLE))
    assert [account.proof_of_end(1, "r")() for _ in range(3)] == [True] * 3
    assert api.describe_by_record_id.call_count == 1


def test_the_next_session_of_a_role_is_not_asked_again() -> None:
    not_ours = Rejected("DescribeWebRecord", NOT_OURS)
    api = Mock(**{"describe_by_record_id.side_effect": not_ours})
    with pytest.raises(Rejected):
        Account(api, credentials(ROLE)).proof_of_end(1, "r")()
    assert api.describe_by_record_id.call_count == 1


def test_another_key_may_be_of_another_account() -> None:
    api = Mock(**{"describe_by_record_id.return_value": None})
    assert not Account(api, credentials("")).proof_of_end(1, "r")()
