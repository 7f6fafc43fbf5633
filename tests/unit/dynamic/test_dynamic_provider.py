"""The dynamic provider, beyond what both answer to one request: tests/unit/providers."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest
from trtc_webrecord.errors import ConfigError
from trtc_webrecord.lifecycle import WebRecordingProvider
from trtc_webrecord.recording.watching import YOUNG
from unit.account import Account
from unit.declared import props, state


def provider(account: Account, **config: Any) -> WebRecordingProvider:
    """The provider of a new run."""
    made = WebRecordingProvider()
    made._recordings = account.run(**config)
    return made


def created(account: Account, **changes: Any) -> tuple[str, dict[str, Any]]:
    """A recording that an earlier run created: its id and its state."""
    result = provider(account).create(props(**changes))
    account.time.sleep(60)
    assert result.outs is not None
    return result.id, dict(result.outs)


def test_a_wrong_configuration_is_reported_before_anything_else() -> None:
    request = ConfigureRequest(Config({"trtc:endpoint": "http://example.com"}, "project"))
    with pytest.raises(ConfigError, match="trtc:endpoint"):
        WebRecordingProvider().configure(request)


def test_all_providers_of_a_process_share_what_its_run_remembers() -> None:
    """The SDK makes a provider for each pickle of its class; an upgrade of Python changes it."""

    def configured(**config: str) -> WebRecordingProvider:
        made = WebRecordingProvider()
        keys = {"trtc:secretId": "id", "trtc:secretKey": "key", **config}
        made.configure(ConfigureRequest(Config(keys, "project")))
        return made

    one, other = configured(), configured()
    assert one._recordings is other._recordings
    assert configured(**{"trtc:recordIdNamespace": "x"})._recordings is not one._recordings


def test_a_recording_is_created_and_deleted(account: Account) -> None:
    task, outs = created(account, ready_timeout=None, __provider="pickle")
    assert outs == {**props(), **outs}
    assert set(outs) == set(state())
    assert (task, outs["task_id"], outs["status"]) == ("task-1", "task-1", "recording")
    provider(account).delete(task, outs)
    assert account.service.live() == []


def test_a_replaced_recording_is_stopped_and_a_kept_one_is_handed_over(account: Account) -> None:
    task, outs = created(account)
    keeping = provider(account)
    keeping.check(outs, props(startup_watch=5))
    keeping.diff(task, outs, props(startup_watch=5))
    keeping.delete(task, outs)
    assert len(account.service.live()) == 1
    replacing = provider(account)
    replacing.diff(task, outs, props(ready_timeout=5))
    replacing.delete(task, outs)
    assert account.service.live() == []


def test_an_ended_recording_is_replaced_after_one_look_at_its_record_id(account: Account) -> None:
    task, outs = created(account)
    account.service.end([task])
    run, begun = provider(account), account.time.now
    diff = run.diff(task, {**outs, "status": "ended"}, props(restart_policy="always"))
    assert diff.replaces == ["restart_policy"]
    assert run.create(props(restart_policy="always")).id == "task-2"
    assert account.time.now == begun + YOUNG


def test_a_provider_is_never_a_secret_in_the_state() -> None:
    assert WebRecordingProvider.serialize_as_secret_always is False


def without_endpoint(outs: dict[str, Any]) -> dict[str, Any]:
    """The same state as the first version wrote it."""
    return {name: value for name, value in outs.items() if name not in ("endpoint", "region")}


def test_a_state_without_an_endpoint_is_unchanged_read_and_deleted(account: Account) -> None:
    task, outs = created(account)
    first = without_endpoint(outs)
    elsewhere = provider(account, region="ap-other")
    assert not elsewhere.diff(task, first, props()).changes
    assert elsewhere.read(task, first).outs == first
    elsewhere.delete(task, first)
    provider(account, region="ap-other").delete(task, first)
    assert account.service.live() == []


def test_an_update_fills_in_the_endpoint_where_the_task_is_found(account: Account) -> None:
    task, outs = created(account)
    first = without_endpoint(outs)
    updated = provider(account).update(task, first, props(startup_watch=5)).outs
    assert updated == {**outs, "startup_watch": 5}
    account.service.end([task])
    updated = provider(account).update(task, first, props(startup_watch=5)).outs
    assert updated is not None
    assert updated.get("endpoint") is None


def test_the_organization_is_no_input(account: Account) -> None:
    made = provider(account)
    checked = made.check(props(), props(stack_organization="acme"))
    assert (checked.inputs, checked.failures) == (props(), [])
    assert made._recordings._state.organization == "acme"
