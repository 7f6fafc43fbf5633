"""Recordings whose state has another endpoint or region than the provider, or none."""

from __future__ import annotations

import pytest
from pulumi_stack import live
from trtc_recorder.testing import Recorder, running_service
from unit.providers.engine_requests import (
    Failed,
    Provider,
)


def test_a_recording_of_another_endpoint_or_region_is_neither_asked_for_nor_stopped(
    provider: Provider, recorder: Recorder
) -> None:
    task, state = provider.create(provider.inputs())
    recorder.advance(60)
    recorder.reset_calls()
    with running_service() as other:
        for config in ({"endpoint": other.endpoint}, {"region": "ap-elsewhere"}):
            provider.restart(program=False, **config)
            for request in (provider.read, provider.delete):
                with pytest.raises(Failed) as failed:
                    request(task, state)
                text = str(failed.value)
                assert f"{recorder.endpoint} (ap-singapore)" in text
                assert (other.endpoint if "endpoint" in config else "(ap-elsewhere)") in text
        assert recorder.calls() == other.calls() == []
        provider.restart(endpoint=other.endpoint)
        assert provider.check(provider.inputs(), state) == []
        assert provider.read(task, state) == (task, state)
        assert other.calls() == []
        ended = provider.update(task, {**state, "status": "ended"}, provider.inputs())
        assert ended["endpoint"] == other.endpoint
        moved = f"was not found at {other.endpoint}"
        with pytest.raises(Failed, match=moved):
            provider.update(task, state, provider.inputs())
        other.inject(action="DescribeWebRecord", what="error", code="UnauthorizedOperation")
        with pytest.raises(Failed, match=f"{moved}.*UnauthorizedOperation"):
            provider.update(task, state, provider.inputs())


def test_another_name_of_the_same_endpoint_is_followed_by_an_update(
    provider: Provider, recorder: Recorder
) -> None:
    task, state = provider.create(provider.inputs())
    renamed = recorder.endpoint.replace("127.0.0.1", "localhost")
    provider.restart(endpoint=renamed)
    recorder.reset_calls()
    plan = provider.diff(task, state, provider.inputs())
    assert (plan.changes, plan.replaces) == (True, [])
    assert recorder.calls() == []
    assert provider.update(task, state, provider.inputs()) == {**state, "endpoint": renamed}
    assert f"moved from {recorder.endpoint} (ap-singapore) to {renamed}" in provider.messages()


def test_a_state_of_the_first_version_gets_its_endpoint_where_the_task_is_found(
    provider: Provider, recorder: Recorder
) -> None:
    task, state = provider.create(provider.inputs())
    recorder.advance(60)
    first = {name: state[name] for name in state if name not in ("endpoint", "region")}
    changed = provider.inputs(startup_watch=5)
    assert provider.update(task, first, changed) == {**state, "startup_watch": 5}
    provider.restart(endpoint=recorder.endpoint.replace("127.0.0.1", "localhost"), program=False)
    assert not provider.diff(task, first, provider.inputs()).changes
    assert provider.read(task, first)[1] == first
    provider.delete(task, first)
    assert live(recorder) == set()
    assert provider.update(task, first, changed).get("endpoint") is None
