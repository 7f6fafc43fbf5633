"""A start asks the store first. What is shown of it: providers/test_probed_storage.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from trtc_webrecord.recording.outcome import NotStarted, Running
from trtc_webrecord.recording.state import StackState
from trtc_webrecord.storage import probe as probing
from trtc_webrecord.storage.outcomes import Accepted, Rejected
from trtc_webrecord.storage.target import Target
from unit.account import Account, unstored
from unit.declared import KEYS, URN, cos, declaration, props, vod

OWN_KEYS = cos(access_key=KEYS[0], secret_key=KEYS[1], file_name_prefix=["lobby", "a"])
ADDRESS = "https://recordings-1250000000.cos.ap-singapore.myqcloud.com"
DENIED = Rejected("AccessDenied", "It said so", "request-7", "", elsewhere=False)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """In place of the probe; what it returns is the store's answer."""
    answering = Mock(return_value=Accepted())
    monkeypatch.setattr(probing, "probe", answering)
    return answering


def targets(store: Mock) -> list[Target]:
    return [call.args[1] for call in store.call_args_list]


@pytest.fixture
def account(account: Account) -> Account:
    """An account of the vendor's endpoint, where the probe is on."""
    del account.config["storage_probe"]
    return account


def rejected(account: Account, **changes: Any) -> str:
    """The problem of a create that started nothing; it has no secret."""
    outcome = account.run().create(declaration(**changes))
    assert isinstance(outcome, NotStarted)
    assert account.service.bodies == []
    assert not any(key in outcome.problem for key in (*KEYS, "the-id", "the-key"))
    return outcome.problem


def test_what_the_store_accepts_is_started_with_its_pair(account: Account, store: Mock) -> None:
    account.run().start(declaration(storage_params=OWN_KEYS), unstored)
    account.run().start(declaration(resource_urn=f"{URN}-2"), unstored)
    bucket, region = "recordings-1250000000", "ap-singapore"
    assert targets(store) == [
        Target(None, bucket, region, ("lobby", "a"), *KEYS),
        Target(None, bucket, region, (), "the-id", "the-key"),
    ]
    sent = [each["StorageParams"]["CloudStorage"] for each in account.service.bodies]
    pairs = [(each["AccessKey"], each["SecretKey"]) for each in sent]
    assert pairs == [KEYS, ("the-id", "the-key")]


def test_a_rejection_says_what_was_tried_with_which_pair_and_what_came_of_it(
    account: Account, store: Mock
) -> None:
    store.return_value = Rejected(
        "UnavailableForLegalReasons", "It said so", "request-7", "", False
    )
    assert rejected(account, storage_params=OWN_KEYS) == (
        "recording 'lobby' was not started: its files could not be written to bucket "
        "'recordings-1250000000' (region ap-singapore, prefix 'lobby/a/') with its key pair. The "
        f"store at {ADDRESS} returned UnavailableForLegalReasons: It said so (request id "
        "request-7). If the recording's files can be written nevertheless, set storage_probe to "
        "false."
    )
    assert account.time.naps == []
    store.return_value = Rejected("PermanentRedirect", "", "", "", elsewhere=True)
    problem = rejected(account)
    assert "with the provider's key pair" in problem
    assert problem.endswith(
        "returned PermanentRedirect. The bucket is not in region ap-singapore, but in another one: "
        "correct region."
    )


def test_vod_has_no_store_to_ask(account: Account, store: Mock) -> None:
    account.run().start(declaration(storage_params=vod()), unstored)
    assert (targets(store), len(account.service.bodies)) == ([], 1)


def adopted(account: Account) -> tuple[str, dict[str, Any], StackState]:
    task, _ = account.running()
    return task, {"adopt_task_id": task}, StackState()


def running(account: Account) -> tuple[str, dict[str, Any], StackState]:
    task, _ = account.running()
    return task, {}, StackState()


def of_a_killed_run(account: Account) -> tuple[str, dict[str, Any], StackState]:
    """It does not show yet."""
    task = account.run().start(declaration(), unstored)["task_id"]
    return task, {}, StackState(creating=((URN, props()),), has_checkpoints=False)


@pytest.mark.parametrize("begun", [adopted, running, of_a_killed_run])
def test_a_task_that_is_adopted_runs_whatever_the_store_says(
    account: Account,
    store: Mock,
    begun: Callable[[Account], tuple[str, dict[str, Any], StackState]],
) -> None:
    task, changes, stack = begun(account)
    store.return_value = DENIED
    store.reset_mock()
    outcome = account.run(stack).create(declaration(**changes))
    assert isinstance(outcome, Running)
    assert (outcome.id, outcome.problem, len(account.service.bodies)) == (task, "", 1)
    assert targets(store) == [] or begun is not adopted


def test_a_task_of_somebody_elses_record_id_is_not_adopted(account: Account, store: Mock) -> None:
    account.service.start({"RecordId": "mine"})  # it does not show yet
    account.service.bodies.clear()
    store.return_value = DENIED
    assert "returned AccessDenied" in rejected(account, record_id="mine", storage_params=OWN_KEYS)


CDN = [{"publish_cdn_url": "rtmp://push.example.com/live/a"}]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"storage_params": cos(access_key=KEYS[0], secret_key=KEYS[1])}),
        ({"publish_cdn_params": CDN}, {"publish_cdn_params": CDN, "ready_timeout": 5}),
    ],
    ids=["other keys alone", "a CDN target in common"],
)
def test_a_replacement_that_the_store_rejects_stops_nothing(
    account: Account, store: Mock, old: dict[str, Any], new: dict[str, Any]
) -> None:
    task, state = account.running(**old)
    run = account.storing(task, state)
    store.return_value = DENIED
    outcome = run.create(declaration(**new))
    assert isinstance(outcome, NotStarted)
    assert "returned AccessDenied" in outcome.problem
    assert account.live() == [task]
    assert account.service.stop_requests == []


INTERNATIONAL, OWN = "https://trtc.intl.tencentcloudapi.com", "https://example.com"


@pytest.mark.parametrize(
    ("endpoint", "config", "given", "asked"),
    [
        (INTERNATIONAL, {}, None, True),
        ("https://trtc.tencentcloudapi.com", {"region": "ap-guangzhou"}, None, True),
        (INTERNATIONAL, {"storage_probe": False}, None, False),
        (INTERNATIONAL, {"storage_probe": False}, True, True),
        (INTERNATIONAL, {}, False, False),
        (OWN, {}, None, False),
        (OWN, {}, True, True),
        (OWN, {"storage_probe": True}, None, True),
        (OWN, {"storage_endpoint": "http://store:9000"}, None, True),
        ("https://faketencentcloudapi.com", {}, None, False),
    ],
)
def test_who_is_asked(
    account: Account,
    store: Mock,
    endpoint: str,
    config: dict[str, Any],
    given: bool | None,
    asked: bool,
) -> None:
    run = account.run(endpoint=endpoint, **config)
    run.start(declaration(storage_probe=given), unstored)
    endpoints = [each.endpoint for each in targets(store)]
    assert endpoints == ([config.get("storage_endpoint")] if asked else [])
