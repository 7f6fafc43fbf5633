"""The dynamic provider, beyond what both answer to one request: tests/unit/providers."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest
from trtc_webrecord.errors import ConfigError, RecordingError
from trtc_webrecord.lifecycle import WebRecordingProvider
from trtc_webrecord.recording.state import StackState
from unit.account import Account
from unit.declared import URN, props
from unit.service_model import Fate


def provider(
    account: Account, stack: StackState | None = None, **config: Any
) -> WebRecordingProvider:
    """The provider of a new run, on a stack with this state."""
    made = WebRecordingProvider()
    made._recordings = account.run(stack, **config)
    return made


def test_a_wrong_configuration_is_reported_before_anything_else() -> None:
    request = ConfigureRequest(Config({"trtc:endpoint": "http://example.com"}, "project"))
    with pytest.raises(ConfigError, match="trtc:endpoint"):
        WebRecordingProvider().configure(request)


def test_all_providers_of_a_process_share_what_its_run_remembers() -> None:
    """The SDK makes a provider for each pickle of its class; an upgrade of Python changes it."""

    def errors_of(urn: str, **config: str) -> list[str]:
        made = WebRecordingProvider()
        keys = {"trtc:secretId": "id", "trtc:secretKey": "key", **config}
        made.configure(ConfigureRequest(Config(keys, "project")))
        checked = made.check(olds, {**olds, "resource_urn": urn})
        return [failure.reason for failure in checked.failures or []]

    olds = props(record_id="shared-by-two-providers")
    assert errors_of(f"{URN}-1") == []
    assert errors_of(f"{URN}-2", **{"trtc:recordIdNamespace": "x"}) == []
    (error,) = errors_of(f"{URN}-2")
    assert "'lobby-1' and 'lobby-2' both declare it" in error


def test_a_replaced_recording_is_stopped_and_a_kept_one_is_handed_over(account: Account) -> None:
    task, outs = account.running()
    keeping = provider(account)
    keeping.check(outs, props(startup_watch=5))
    keeping.diff(task, outs, props(startup_watch=5))
    keeping.delete(task, outs)
    assert len(account.service.live()) == 1
    replacing = provider(account)
    replacing.diff(task, outs, props(ready_timeout=5))
    replacing.delete(task, outs)
    assert account.service.live() == []


def test_a_provider_is_never_a_secret_in_the_state() -> None:
    assert WebRecordingProvider.serialize_as_secret_always is False


def without_endpoint(outs: dict[str, Any]) -> dict[str, Any]:
    """The same state as the first version wrote it."""
    return {name: value for name, value in outs.items() if name not in ("endpoint", "region")}


def test_a_state_without_an_endpoint_is_unchanged_read_and_deleted(account: Account) -> None:
    task, outs = account.running()
    first = without_endpoint(outs)
    elsewhere = provider(account, region="ap-other")
    assert not elsewhere.diff(task, first, props()).changes
    assert elsewhere.read(task, first).outs == first
    elsewhere.delete(task, first)
    provider(account, region="ap-other").delete(task, first)
    assert account.service.live() == []


def test_an_update_fills_in_the_endpoint_where_the_task_is_found(account: Account) -> None:
    task, outs = account.running()
    first = without_endpoint(outs)
    updated = provider(account).update(task, first, props(startup_watch=5)).outs
    assert updated == {**outs, "startup_watch": 5}
    account.service.end([task])
    updated = provider(account).update(task, first, props(startup_watch=5)).outs
    assert updated is not None
    assert updated.get("endpoint") is None


def test_the_organization_is_no_input_and_names_the_stack_whose_state_is_read(
    account: Account,
) -> None:
    news = props(adopt_task_id="task-1")
    checked = provider(account).check({}, {**news, "stack_organization": "acme"})
    assert (checked.inputs, checked.failures) == (news, [])
    assert account.stacks_read == ["acme/web-recordings/prod"]


INTERRUPTED = StackState(creating=((URN, props(triggers=["old"])),))


def test_an_interrupted_create_that_cannot_be_looked_up_is_reported(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.service.describe_fates = [Fate.FINE, Fate.REFUSED]
    assert provider(account, INTERRUPTED).create(props()).id == "task-1"
    assert "cannot check whether an interrupted run left a recording" in capsys.readouterr().out


def test_an_interrupted_create_that_may_run_fails_the_create(account: Account) -> None:
    account.service.describe_fates = [Fate.FINE, Fate.LOST_BEFORE]
    with pytest.raises(RecordingError) as caught:
        provider(account, INTERRUPTED).create(props())
    assert "'lobby' runs as TaskId task-1 (RecordId lobby-" in str(caught.value)
    assert "may have left a recording of an earlier version running" in str(caught.value)


def test_a_replacement_that_fails_behind_its_stop_says_what_was_stopped(account: Account) -> None:
    task, outs = account.running(triggers=["old"])
    run = provider(account)
    run.delete(task, outs)
    account.service.fates = [Fate.REFUSED]
    with pytest.raises(RecordingError, match=f"TaskId {task}, was stopped first for this"):
        run.create(props())
