"""check, diff, create, read, update and delete, as Pulumi asks them of the provider."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime.rpc import UNKNOWN
from trtc_webrecord.errors import ConfigError
from trtc_webrecord.lifecycle import WebRecordingProvider
from trtc_webrecord.recording.watching import YOUNG
from unit.account import Account
from unit.declared import cos, props, state


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


def reasons(account: Account, olds: dict[str, Any], **news: Any) -> list[str]:
    failures = provider(account).check(olds, props(**news)).failures
    return [failure.reason for failure in failures or []]


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


def test_check_passes_a_good_declaration_on_as_it_is(account: Account) -> None:
    result = provider(account).check({}, props())
    assert (result.inputs, result.failures) == (props(), [])


def test_check_tells_all_validation_errors_and_makes_no_call(account: Account) -> None:
    assert reasons(account, {}, ready_timeout=99, max_duration_limit=1) == [
        "max_duration_limit = 1: must be from 1800 to 86400",
        "ready_timeout = 99: must be from 0 to 60",
    ]
    assert account.service.bodies == []


def test_check_tells_what_the_credentials_cannot_serve(account: Account) -> None:
    account.config["security_token"] = "t"
    (reason,) = reasons(account, {})
    assert "temporary credentials" in reason
    assert reasons(account, {}, storage_params=cos(access_key="a", secret_key="b")) == []


def test_check_tells_that_an_explicit_id_does_not_outlive_its_recording(account: Account) -> None:
    (reason,) = reasons(account, props(record_id="mine"), record_id="mine", ready_timeout=5)
    assert "a RecordId can be used for one recording only" in reason


def test_check_waits_for_what_is_not_known_yet(account: Account) -> None:
    assert reasons(account, {}, record_url=UNKNOWN) == []
    assert len(reasons(account, {}, record_url=UNKNOWN, ready_timeout=99)) == 1


def test_a_recording_is_created_and_deleted(account: Account) -> None:
    task, outs = created(account)
    assert outs == {**props(), **outs}
    assert (task, outs["task_id"], outs["status"]) == ("task-1", "task-1", "recording")
    provider(account).delete(task, outs)
    assert account.service.live() == []


def test_outputs_hold_the_inputs_without_what_is_not_set(account: Account) -> None:
    _, outs = created(account, ready_timeout=None, __provider="pickle")
    assert set(outs) == set(state())


def test_an_unchanged_declaration_is_no_change(account: Account) -> None:
    task, outs = created(account)
    diff = provider(account).diff(task, outs, props())
    assert (diff.changes, diff.replaces, diff.delete_before_replace) == (False, [], False)


def test_a_changed_declaration_is_replaced_new_before_old(account: Account) -> None:
    task, outs = created(account)
    diff = provider(account).diff(task, outs, props(ready_timeout=5))
    assert (diff.changes, diff.replaces) == (True, ["ready_timeout"])
    assert not diff.delete_before_replace


def test_a_shared_cdn_target_is_freed_first(account: Account) -> None:
    cdn = [{"publish_cdn_url": "rtmp://push.example.com/live/a"}]
    task, outs = created(account, publish_cdn_params=cdn)
    diff = provider(account).diff(task, outs, props(publish_cdn_params=cdn, ready_timeout=5))
    assert diff.delete_before_replace


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


def test_an_update_keeps_the_outputs_and_makes_no_call(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    task, outs = created(account)
    result = provider(account).update(task, outs, props(startup_watch=5))
    assert result.outs == {**outs, "startup_watch": 5}
    assert capsys.readouterr().out == ""
    assert len(account.service.bodies) == 1


def test_an_update_says_that_the_task_keeps_its_storage_keys(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    task, outs = created(account)
    keys = cos(access_key="the-id-2", secret_key="canary-5f1e")
    result = provider(account).update(task, outs, props(storage_params=keys))
    assert result.outs == {**outs, "storage_params": keys}
    said = capsys.readouterr().out
    assert f"'lobby': TaskId {task} keeps the storage keys" in said
    assert "canary" not in said


def test_a_running_recording_reads_as_it_is(account: Account) -> None:
    task, outs = created(account)
    read = provider(account).read(task, outs)
    assert (read.id, read.outs) == (task, outs)


def test_an_ended_recording_reads_as_ended_and_is_not_restarted(account: Account) -> None:
    task, outs = created(account)
    account.service.end([task])
    read = provider(account).read(task, outs)
    assert (read.id, read.outs) == (task, {**outs, "status": "ended"})
    assert not provider(account).diff(task, {**outs, "status": "ended"}, props()).changes


def test_an_ended_recording_reads_as_gone_where_it_is_to_be_started_anew(account: Account) -> None:
    task, outs = created(account, restart_policy="always")
    account.service.end([task])
    read = provider(account).read(task, outs)
    assert (read.id, read.outs) == ("", {})


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


def test_a_status_that_changed_is_a_change_for_the_refresh_that_saw_it(account: Account) -> None:
    task, outs = created(account)
    account.service.end([task])
    run = provider(account)
    seen = run.read(task, outs).outs
    assert seen is not None
    assert run.diff(task, seen, props()).changes
    assert not run.diff(task, seen, props()).changes


def test_the_organization_is_no_input(account: Account) -> None:
    made = provider(account)
    checked = made.check(props(), props(stack_organization="acme"))
    assert (checked.inputs, checked.failures) == (props(), [])
    assert made._recordings._state.organization == "acme"


@pytest.mark.parametrize("olds", [{}, props()], ids=["new", "unchanged"])
def test_check_tells_missing_credentials_of_every_recording_once(
    account: Account, olds: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trtc_webrecord.api.credentials._on_a_cvm", lambda: False)
    made = WebRecordingProvider()
    made._recordings = account.run(secret_id=None, secret_key=None)
    (failure,) = made.check(olds, props()).failures or []
    assert "no Tencent Cloud credentials found" in failure.reason
