"""A start asks the store first: what is refused is not started, what is not known is."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from trtc_webrecord.declaration.changes import Changes
from trtc_webrecord.errors import RecordingError
from trtc_webrecord.recording.attempt import Attempts
from trtc_webrecord.recording.outcome import NotStarted, Running
from trtc_webrecord.recording.state import StackState
from trtc_webrecord.recording.stored import Stored
from trtc_webrecord.storage import probe as probing
from trtc_webrecord.storage.outcomes import Accepted, LeftOpen, Outcome, Refused, Unproven
from trtc_webrecord.storage.probes import Probes
from trtc_webrecord.storage.target import Target
from unit.account import Account, unstored
from unit.declared import KEYS, URN, cos, declaration, props, vod
from unit.service_model import run_at

OWN_KEYS = cos(access_key=KEYS[0], secret_key=KEYS[1], file_name_prefix=["lobby", "a"])
ADDRESS = "https://recordings-1250000000.cos.ap-singapore.myqcloud.com"


class Store:
    """In place of the probe: its answer, and what was asked."""

    def __init__(self) -> None:
        self.answer: Outcome = Accepted()
        self.asked: list[Target] = []

    def __call__(self, session: object, target: Target) -> Outcome:
        self.asked.append(target)
        return self.answer

    def refuses(self, code: str, message: str = "It said so", region: str = "") -> None:
        self.answer = Refused(code, message, "request-7", region, elsewhere=bool(region))


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    answering = Store()
    monkeypatch.setattr(probing, "probe", answering)
    return answering


@pytest.fixture
def account(account: Account) -> Account:
    """An account of the vendor's endpoint, where the probe is on."""
    del account.config["storage_probe"]
    return account


def refused(account: Account, **changes: Any) -> str:
    """The problem of a create that started nothing; it has no secret."""
    outcome = account.run().create(declaration(**changes))
    assert isinstance(outcome, NotStarted)
    assert account.service.bodies == []
    assert not any(key in outcome.problem for key in (*KEYS, "the-id", "the-key"))
    return outcome.problem


def test_what_the_store_accepts_is_started_with_the_very_pair(
    account: Account, store: Store
) -> None:
    account.run().start(declaration(storage_params=OWN_KEYS), unstored)
    account.run().start(declaration(resource_urn=f"{URN}-2"), unstored)
    bucket, region = "recordings-1250000000", "ap-singapore"
    assert store.asked == [
        Target(None, bucket, region, ("lobby", "a"), *KEYS),
        Target(None, bucket, region, (), "the-id", "the-key"),
    ]
    assert len(account.service.bodies) == 2


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("NoSuchBucket", "Correct bucket and region"),
        ("AccessDenied", "Allow the pair to upload to this bucket and prefix"),
        ("InvalidAccessKeyId", "does not know the access key"),
        ("SignatureDoesNotMatch", "does not belong to the access key"),
        ("UnavailableForLegalReasons", "set storage_probe to false"),
    ],
)
def test_what_the_store_refuses_is_not_started(
    account: Account, store: Store, code: str, remedy: str
) -> None:
    store.refuses(code)
    problem = refused(account, storage_params=OWN_KEYS)
    assert problem.startswith(
        "recording 'lobby' was not started: its files could not be written to bucket "
        "'recordings-1250000000' (region ap-singapore, prefix 'lobby/a/') with its key pair. The "
        f"store at {ADDRESS} returned {code}: It said so (request id request-7). "
    )
    assert remedy in problem


def test_the_pair_of_the_provider_is_called_so(account: Account, store: Store) -> None:
    store.refuses("InvalidAccessKeyId")
    assert "with the provider's key pair" in refused(account)


@pytest.mark.parametrize(
    ("region", "told"), [("ap-tokyo", "but in ap-tokyo."), ("", "but in another one")]
)
def test_a_bucket_of_another_region_says_which(
    account: Account, store: Store, region: str, told: str
) -> None:
    store.answer = Refused("PermanentRedirect", "", "", region, elsewhere=True)
    problem = refused(account)
    assert f"The bucket is not in region ap-singapore, {told}" in problem
    assert "returned PermanentRedirect. The bucket" in problem


def test_a_store_out_of_reach_is_one_warning_and_the_start_goes_on(
    account: Account, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.answer = Unproven(ADDRESS, "no response in 5 s")
    run = account.run()
    for n in range(3):
        run.start(declaration(resource_urn=f"{URN}-{n}", storage_params=OWN_KEYS), unstored)
    assert len(account.service.bodies) == 3
    shown = capsys.readouterr().out
    assert shown.count("warning:") == 1
    assert f"is not proven: the store at {ADDRESS}: no response in 5 s" in shown
    assert KEYS[1] not in shown


def test_an_upload_left_open_is_a_warning_and_the_start_goes_on(
    account: Account, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.answer = LeftOpen(f"{ADDRESS}/storage-probe", "upload-1", "AccessDenied")
    run = account.run()
    for n in range(3):
        run.start(declaration(resource_urn=f"{URN}-{n}"), unstored)
    assert len(account.service.bodies) == 3
    shown = capsys.readouterr().out
    assert shown.count(f"Abort UploadId upload-1 of {ADDRESS}/storage-probe, or give") == 1
    assert "lifecycle rule" in shown


def test_vod_has_no_store_to_ask(account: Account, store: Store) -> None:
    store.refuses("AccessDenied")
    account.run().start(declaration(storage_params=vod()), unstored)
    assert (store.asked, len(account.service.bodies)) == ([], 1)


def test_a_declared_adoption_asks_no_store(account: Account, store: Store) -> None:
    task, _ = account.running()
    store.asked.clear()
    store.refuses("AccessDenied")
    outcome = account.run().create(declaration(adopt_task_id=task))
    assert isinstance(outcome, Running)
    assert store.asked == []


def test_a_running_task_is_adopted_whatever_the_store_says(account: Account, store: Store) -> None:
    task, _ = account.running()
    store.refuses("AccessDenied")
    outcome = account.run().create(declaration())
    assert isinstance(outcome, Running)
    assert (outcome.id, outcome.problem) == (task, "")
    assert len(account.service.bodies) == 1


def test_a_task_of_somebody_elses_record_id_is_not_adopted(account: Account, store: Store) -> None:
    account.service.run("mine")
    store.refuses("AccessDenied")
    run = run_at(account.service, probes=Probes(by_default=True))
    mine = declaration(record_id="mine", storage_params=OWN_KEYS)
    with pytest.raises(RecordingError, match="returned AccessDenied"):
        Attempts(run, mine, None, began=lambda: False).settle("mine")
    assert account.service.bodies == []


CDN = [{"publish_cdn_url": "rtmp://push.example.com/live/a"}]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"storage_params": cos(access_key=KEYS[0], secret_key=KEYS[1])}),
        ({"publish_cdn_params": CDN}, {"publish_cdn_params": CDN, "ready_timeout": 5}),
    ],
    ids=["other keys alone", "a CDN target in common"],
)
def test_a_replacement_that_the_store_refuses_stops_nothing(
    account: Account, store: Store, old: dict[str, Any], new: dict[str, Any]
) -> None:
    task, state = account.running(**old)
    run = account.run(StackState(stored=(Stored.of(task, state),)))
    store.refuses("SignatureDoesNotMatch")
    outcome = run.create(declaration(**new))
    assert isinstance(outcome, NotStarted)
    assert "returned SignatureDoesNotMatch" in outcome.problem
    assert [each.task_id for each in account.service.live()] == [task]
    assert account.service.stop_requests == []


@pytest.mark.parametrize(
    ("endpoint", "config", "given", "asked"),
    [
        ("https://trtc.intl.tencentcloudapi.com", {}, None, True),
        ("https://trtc.tencentcloudapi.com", {"region": "ap-guangzhou"}, None, True),
        ("https://trtc.intl.tencentcloudapi.com", {"storage_probe": False}, None, False),
        ("https://trtc.intl.tencentcloudapi.com", {"storage_probe": False}, True, True),
        ("https://trtc.intl.tencentcloudapi.com", {}, False, False),
        ("https://example.com", {}, None, False),
        ("https://example.com", {}, True, True),
        ("https://example.com", {"storage_probe": True}, None, True),
        ("https://example.com", {"storage_endpoint": "http://store:9000"}, None, True),
        ("https://faketencentcloudapi.com", {}, None, False),
    ],
)
def test_who_is_asked(
    account: Account,
    store: Store,
    endpoint: str,
    config: dict[str, Any],
    given: bool | None,
    asked: bool,
) -> None:
    run = account.run(endpoint=endpoint, **config)
    run.start(declaration(storage_probe=given), unstored)
    endpoints = [each.endpoint for each in store.asked]
    assert endpoints == ([config.get("storage_endpoint")] if asked else [])


def test_the_input_changes_in_place_and_not_the_record_id(account: Account, store: Store) -> None:
    _, state = account.running()
    changes = Changes(state, props(storage_probe=False))
    assert (changes.replaces, changes.in_place) == ([], ["storage_probe"])
    first, second = (declaration(storage_probe=each) for each in (None, False))
    assert first.record_id_of(1, 0, "") == second.record_id_of(1, 0, "")
    assert "storage_probe" not in str(second.spec.wire("r"))


def test_nothing_is_imported_for_a_probe_until_there_is_one() -> None:
    program = """
import sys
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.recording import storage_probe
assert not [name for name in sys.modules if name in (
    "trtc_webrecord.storage.probe", "trtc_webrecord.storage.signing", "boto3")]
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_probe_is_no_request_of_the_api(account: Account, store: Store) -> None:
    store.refuses("AccessDenied")
    run = account.run()
    begun = account.time.now
    for n in range(50):
        with pytest.raises(RecordingError, match="AccessDenied"):
            run.start(declaration(resource_urn=f"{URN}-{n}"), unstored)
    assert (len(store.asked), account.service.bodies, account.time.now) == (1, [], begun)


def test_a_task_of_a_killed_run_is_waited_for_whatever_the_store_says(
    account: Account, store: Store
) -> None:
    task = account.run().start(declaration(), unstored)["task_id"]
    store.refuses("AccessDenied")
    killed = StackState(creating=((URN, props()),), has_checkpoints=False)
    outcome = account.run(killed).create(declaration())
    assert isinstance(outcome, Running)
    assert (outcome.id, len(account.service.bodies)) == (task, 1)
    assert account.time.now > 0
