"""What the program declares of recordings with `startAt`, by the service's time and the state."""

from __future__ import annotations

import json
from contextvars import copy_context
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config
from pulumi.runtime.settings import Settings, configure
from trtc_webrecord.api.client import WebRecordApi
from trtc_webrecord.declaration.declaration import Declaration
from trtc_webrecord.declaration.naming import snake_case
from trtc_webrecord.errors import NotSent
from trtc_webrecord.recording.stored import Stored
from trtc_webrecord.stack_program.keys import StackKeys
from trtc_webrecord.stack_program.present import INPUTS, Present, present_recordings
from trtc_webrecord.stack_program.previous import Previous
from trtc_webrecord.stack_program.service import Service
from unit.stack_program.test_stack_config import LESSON, LOBBY

BEGIN = datetime.fromisoformat("2026-12-01T09:00+01:00")
OPEN, CLOSED = BEGIN + timedelta(minutes=30), BEGIN + timedelta(hours=2)
URN = "urn:pulumi:prod::web-recordings::pulumi-python:dynamic/trtc:WebRecording::lesson"
TRIGGERS = [{"startAt": "2026-12-01T08:00:00Z"}]
ASK = Service.now
ENDPOINT = "https://trtc.intl.tencentcloudapi.com"


class World:
    """The service's time and task, the state and the config, as the program meets them."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = OPEN
        self.task: str | None = None
        self.previous = Previous()
        self.warnings: list[str] = []
        self.config = {"trtc:secretId": "id", "trtc:secretKey": "key", "trtc:endpoint": ENDPOINT}
        configure(Settings(project="web-recordings", stack="prod", organization="acme"))
        patch.setattr(Service, "now", lambda *_: self.now)
        patch.setattr(Service, "running", self.running)
        patch.setattr(Previous, "read", lambda: self.previous)
        patch.setattr(pulumi.log, "warn", self.warnings.append)

    def running(self, declarations: list[Declaration], *_: object) -> str | None:
        self.sought = [each.record_url for each in declarations]
        return self.task

    def holds(self, **props: Any) -> None:
        """Let the state have a recording of the lesson."""
        self.previous = Previous({URN: Stored.of("task", {"status": "recording", **props})})

    def present(self, **changes: Any) -> Present:
        listed = {"lobby": LOBBY, "lesson": {**LESSON, **changes}}
        config = self.config | {"web-recordings:recordings": json.dumps(listed)}

        def run() -> Present:
            set_all_config(config)
            return present_recordings(StackKeys("web-recordings"))

        return copy_context().run(run)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_in_its_window_it_is_declared_and_the_state_is_not_read(world: World) -> None:
    world.previous = Previous(why_unreadable="why")
    lesson = world.present(triggers=["own"]).declared["lesson"]
    assert lesson["triggers"] == ["own", *TRIGGERS]
    assert not {"start_at", "opts", "adopt_task_id"} & lesson.keys()


def test_before_it_waits_and_is_checked_like_one_that_is_declared(world: World) -> None:
    world.now = BEGIN - timedelta(days=6)
    present = world.present()
    assert present.declared.keys() == {"lobby"}
    assert present.waiting["lesson"].limits == {"max_duration_limit": 5400}
    with pytest.raises(pulumi.RunError, match=r"recordings.lesson: recordUrl = .*cannot open this"):
        world.present(recordUrl="http://localhost/lesson")
    world.config["trtc:securityToken"] = "token"
    with pytest.raises(pulumi.RunError, match=r"recordings.lesson: .*required with temporary cred"):
        world.present()


def test_what_the_state_has_for_this_time_is_kept_whatever_was_edited(world: World) -> None:
    world.now = CLOSED
    world.holds(triggers=TRIGGERS)
    lesson = world.present(recordUrl="https://example.com/edited").declared["lesson"]
    assert lesson["opts"].ignore_changes == INPUTS
    world.holds(triggers=[{"startAt": "2026-12-01T07:00:00Z"}])
    assert "lesson" not in world.present().declared
    assert world.warnings == [
        "missed: lesson (until 2026-12-01T10:30+01:00): no `pulumi up` ran in the window, or the "
        "state has lost what it started. Edit startAt, or remove the entry"
    ]


def test_triggers_that_are_secret_are_read_with_the_states_secrets(world: World) -> None:
    world.now = CLOSED
    world.holds(triggers=["secret", *TRIGGERS])
    decrypted = world.previous
    hidden = Stored(**{**vars(Stored.of("task", {"status": "ended"})), "encrypted": True})
    world.previous = Previous({URN: hidden}, with_secrets=lambda: decrypted)
    assert "lesson" in world.present().declared
    world.previous = Previous({URN: hidden}, with_secrets=lambda: Previous(why_unreadable="why"))
    with pytest.raises(pulumi.RunError, match=r"nothing was changed: .* cannot be read: why"):
        world.present()


@pytest.mark.parametrize("status", ["unknown", None])
def test_a_task_that_the_state_has_lost_is_adopted_and_none_is_started(
    status: str | None, world: World
) -> None:
    world.now = CLOSED
    world.task = "task"
    if status:
        world.holds(triggers=TRIGGERS, status=status)
    assert world.present().declared["lesson"]["adopt_task_id"] == "task"
    world.task = None
    assert "lesson" not in world.present().declared
    assert "missed: lesson" in world.warnings[0]


def test_an_edit_that_was_killed_in_its_create_is_adopted_whatever_was_edited_since(
    world: World,
) -> None:
    world.now = CLOSED
    world.holds(triggers=TRIGGERS)
    edit, other = (
        {**snake_case(LOBBY), "record_url": page, "triggers": time, "resource_urn": URN}
        for page, time in (("https://edit", TRIGGERS), ("https://other", []))
    )
    world.previous = replace(world.previous, creating=((URN, edit), (URN, other)))
    world.task = "task-edit"
    lesson = world.present(recordUrl="https://example.com/later").declared["lesson"]
    assert lesson["adopt_task_id"] == "task-edit"
    assert world.sought == ["https://edit", "https://example.com/later"]


def test_without_the_services_time_this_machines_clock_decides_with_a_warning(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise NotSent("DescribeWebRecord", "ConnectTimeout", "trtc.example.com")

    monkeypatch.setattr(WebRecordApi, "describe_by_record_id", unreachable)
    monkeypatch.setattr(Service, "now", ASK)
    assert world.present(startAt="2020-01-01T00:00Z").declared.keys() == {"lobby"}
    assert "the service's time is not known: DescribeWebRecord" in world.warnings[0]
