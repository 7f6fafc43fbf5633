from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import pulumi
import pytest
from trtc_webrecord import WebRecording
from trtc_webrecord.recording.stored import Stored
from trtc_webrecord.stack_program import changes
from trtc_webrecord.stack_program.previous import Previous
from unit.mock_engine import have_event_loop

URN = "urn:pulumi:prod::web-recordings::pulumi-python:dynamic/trtc:WebRecording::"
KEYS = {"access_key": "AKIDx", "secret_key": "CANARY"}


class Value:
    """An output of the engine; None is not known."""

    def __init__(self, value: Any) -> None:
        self.value = value

    async def future(self) -> Any:
        return self.value


def inputs(name: str, keys: Mapping[str, str] | None = None, **changed: Any) -> dict[str, Any]:
    store = {"region": "ap-singapore", "bucket": "b-1250000000", **(keys or {})}
    return {
        "record_url": "https://example.com/",
        "sdk_app_id": 1600011111,
        "storage_params": {"cloud_storage": store},
        "max_duration_limit": 3600,
        "resource_urn": f"{URN}{name}",
        **changed,
    }


def declared(
    name: str, task_id: str | None = None, started_at: str | None = "today", **values: Any
) -> WebRecording:
    recording = type("Recording", (), {key: Value(each) for key, each in values.items()})()
    recording.urn, recording.task_id = Value(f"{URN}{name}"), Value(task_id)
    recording.started_at = Value(started_at)
    return cast("WebRecording", recording)


def stored(name: str, modified: str = "before", **changed: Any) -> dict[str, Stored]:
    each = Stored.of(f"task-{name}", {"status": "recording", **inputs(name, **changed)})
    return {f"{URN}{name}": Stored(**{**vars(each), "urn": f"{URN}{name}", "modified": modified})}


def line(
    recordings: dict[str, WebRecording],
    previous: Previous,
    price: pulumi.Input[float] | None = None,
    planned: bool = True,
) -> str:
    told: list[str] = []

    async def run() -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(pulumi.log, "info", told.append)
            patched.setattr(pulumi.runtime, "is_dry_run", lambda: planned)
            changes.report_changes(recordings, previous, price)
            await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    asyncio.run(run())
    (text,) = told
    return text


@pytest.mark.parametrize("planned", [True, False])
def test_new_edited_and_removed_recordings_are_counted_in_a_preview_and_an_up(
    planned: bool,
) -> None:
    recordings = {
        "new": declared("new", None if planned else "task-1", **inputs("new")),
        "edited": declared(
            "edited", None if planned else "task-2", **inputs("edited", max_duration_limit=1800)
        ),
        "same": declared("same", "task-same", **inputs("same")),
        "untargeted": declared("untargeted"),
    }
    olds = stored("edited") | stored("same") | stored("gone") | stored("over", status="ended")
    assert line(recordings, Previous(olds), 0.02, planned) == (
        "starts 2, stops 2; adds at most 90 min, 1.80 at the price that is set"
    )


def test_what_an_interrupted_run_has_started_is_adopted() -> None:
    lobby = inputs("lobby")
    previous = Previous(creating=((f"{URN}lobby", {}),))
    planned = {"lobby": declared("lobby", **lobby), "hall": declared("hall", **inputs("hall"))}
    assert line(planned, previous) == "starts 1, starts or adopts 1; adds at most 120 min"
    done = {"lobby": declared("lobby", "task-lobby", None, **lobby)}
    assert line(done, previous, planned=False) == "adopts 1"


def test_rotated_keys_are_a_change_in_place_in_a_preview_and_an_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A preview compares with the secrets of the state, an up with what Pulumi has written."""
    new = inputs("lobby", {**KEYS, "access_key": "AKIDy"})
    previous = Previous(stored("lobby"), with_secrets=lambda: Previous(stored("lobby", keys=KEYS)))
    planned = {"lobby": declared("lobby", **new)}
    assert line(planned, previous) == "changes 1 in place"
    done = {"lobby": declared("lobby", "task-lobby", **new)}
    for modified, told in (("after", "changes 1 in place"), ("before", "starts and stops nothing")):
        now = Previous(stored("lobby", modified))
        monkeypatch.setattr(Previous, "read", lambda now=now: now)
        assert line(done, previous, planned=False) == told


def test_a_secret_price_and_a_forced_replacement_without_a_change_add_nothing() -> None:
    unchanged = {"lobby": declared("lobby", **inputs("lobby"))}
    previous = Previous(stored("lobby"))
    assert line(unchanged, previous) == "starts and stops nothing"
    have_event_loop()
    assert (
        line(unchanged, Previous(), pulumi.Output.secret(4711.0)) == "starts 1; adds at most 60 min"
    )


UNREADABLE = Previous(why_unreadable="no passphrase")
NO_SECRETS = Previous(stored("lobby"), with_secrets=lambda: UNREADABLE)


@pytest.mark.parametrize(
    ("previous", "why"),
    [
        (UNREADABLE, "no passphrase"),
        (NO_SECRETS, "no passphrase"),
        (Previous(stored("lobby"), with_secrets=Previous), "KeyError"),
    ],
)
def test_a_state_that_cannot_be_read_is_said_and_fails_nothing(
    previous: Previous, why: str
) -> None:
    lobby = {"lobby": declared("lobby", **inputs("lobby"))}
    assert line(lobby, previous) == f"what this change starts and stops is not known: {why}"
