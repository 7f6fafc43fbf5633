"""The situation that each section of docs/operations.md describes.

A situation is prepared up to its first `yield`; each block of the section is played at one of them.
What comes after the last one is how it must have ended.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from textwrap import dedent

from documentation.stage import LOBBY, Stage
from pulumi_stack import Stack
from stack_program import append, settings
from trtc_recorder.testing import local_settings, running_service
from upgrades.states import PROGRAM, kept, revive

Situation = Callable[[Stage], Iterator[None]]


def killed(stage: Stage) -> Iterator[None]:
    stage.declare()
    stage.kill_an_up()
    yield
    yield
    assert stage.live() == {stage.task()}


def state_lost(stage: Stage) -> Iterator[None]:
    for variable, key in (("ID", "trtc:secretId"), ("KEY", "trtc:secretKey")):
        given = stage.stack.environment.pop(f"TENCENTCLOUD_SECRET_{variable}")
        stage.stack.config(key, given, "--secret")
    before = stage.up()
    shutil.rmtree(stage.directory / ".pulumi/stacks")
    yield
    yield
    assert stage.live() == {stage.task()} == {before}


def ended(stage: Stage) -> Iterator[None]:
    before = stage.up()
    stage.end(before)
    yield
    assert stage.task() == before
    yield
    assert stage.live() == {stage.task()} != {before}


def keys_rotated(stage: Stage) -> Iterator[None]:
    stage.recorder.accept("AKIDold", "old-key")
    stage.stack.config("trtc:secretId", "AKIDold")
    stage.stack.config("trtc:secretKey", "old-key", "--secret")
    before = stage.up()
    stage.recorder.accept("AKIDnew", "CANARY-new")
    stage.recorder.revoke("AKIDold")
    (stage.directory / "new-key").write_text("CANARY-new")
    (stage.directory / "bucket-key").write_text("CANARY-bucket")
    yield
    yield
    assert stage.live() == {stage.task()} == {before}
    assert "CANARY" not in stage.stack.export()


def quota_full(stage: Stage) -> Iterator[None]:
    others = [
        f'    {name}: {{recordUrl: "https://example.com/{name}"}}\n' for name in ("hall", "shop")
    ]
    stage.recorder.switch(task_quota=2, failed_start_burns=False)
    stage.declare(LOBBY + others[0])
    stage.stack.up()
    stage.declare(others[1])
    yield
    yield
    assert set(stage.stack.task_ids()) == {"lobby", "shop"}
    assert stage.live() == set(stage.stack.task_ids().values())


def two_teams(stage: Stage) -> Iterator[None]:
    (stage.directory / "theirs").mkdir()
    other = Stage(stage.directory / "theirs", stage.recorder)
    theirs = other.up()
    stage.declare()
    yield
    assert stage.task() == theirs
    yield
    assert stage.live() == {stage.task(), theirs}
    assert stage.task() != theirs


def another_stack(stage: Stage) -> Iterator[None]:
    before = stage.up()
    yield
    yield
    assert stage.live() == {stage.task()} == {before}
    yield
    assert stage.live() == {stage.task()} == {before}


def another_project(stage: Stage) -> Iterator[None]:
    project = stage.directory / "Pulumi.yaml"
    project.write_text(project.read_text().replace("name: web-recordings", "name: lessons"))
    config = settings(stage.stack).read_text()
    stage.stack.run("stack", "init", "live")
    settings(stage.stack).write_text(config)
    append(stage.stack, LOBBY.replace("web-recordings:", "lessons:"))
    stage.stack.up()
    before = stage.task()
    yield
    yield
    assert stage.live() == {stage.task()} == {before}


def another_endpoint(stage: Stage) -> Iterator[None]:
    stage.recorder.switch(clock_offset=-60)  # so that the task is not too new to be believed gone
    stage.up()
    stage.stack.environment["OLD_ENDPOINT"] = stage.recorder.endpoint
    with running_service(local_settings(visible_after=0)) as elsewhere:
        stage.stack.environment["NEW_ENDPOINT"] = elsewhere.endpoint
        yield
        assert len(stage.live()) == 1
        yield
        assert stage.live() == set()
        assert {task.task_id for task in elsewhere.live_tasks()} == {stage.task()}


def another_account(stage: Stage) -> Iterator[None]:
    for name, app in (("school", 1600011111), ("club", 1600022222)):
        stage.recorder.accept(f"AKID{name}", f"CANARY-{name}", sdk_app_ids=[app])
        (stage.directory / f"{name}-key").write_text(f"CANARY-{name}")
    stage.stack.config("trtc:secretId", "AKIDschool")
    stage.stack.config("trtc:secretKey", "CANARY-school", "--secret")
    before = stage.up()
    stage.recorder.advance(60)
    yield
    assert stage.live() == {stage.task()} == {before}
    yield
    assert stage.live() == {stage.task()} != {before}


def refreshed(stage: Stage) -> Iterator[None]:
    stage.end(stage.up())
    yield


def forced(stage: Stage) -> Iterator[None]:
    before = stage.up()
    yield
    assert stage.live() == {before}
    yield
    assert stage.live() == {stage.task()} != {before}


def imported(stage: Stage) -> Iterator[None]:
    stage.declare()
    request = {
        "RecordUrl": "https://example.com/lobby",
        "SdkAppId": 1600011111,
        "StorageParams": {"CloudVod": {"TencentVod": {"MediaType": 0}}},
    }
    stage.recorder.service.call("StartWebRecord", request)
    (task,) = stage.live()
    stage.stack.environment["TASK_ID"] = task
    yield
    assert stage.live() == {stage.task()} == {task}


NATIVE = """
    name: web-recordings
    runtime: yaml
    resources:
      lobby:
        type: trtc:WebRecording
        properties:
          recordUrl: https://example.com/lobby
          sdkAppId: 1600011111
          storageParams: {cloudStorage: {region: ap-singapore, bucket: lessons-1250000000}}
"""


def to_native(stage: Stage) -> Iterator[None]:
    before = stage.up()
    yield
    (stage.directory / "Pulumi.yaml").write_text(dedent(NATIVE))
    yield
    stage.stack.provider = "native"
    assert stage.live() == {stage.task()} == {before}


def upgraded(stage: Stage) -> Iterator[None]:
    """The stack of an early version, which knew only the dynamic resource."""
    stage.directory /= "earlier"
    stage.directory.mkdir()
    stage.stack = Stack(stage.directory, stage.recorder.endpoint)
    stage.stack.program(PROGRAM)
    revive(stage.stack, kept()[0][0], stage.recorder)
    before = stage.live()
    yield
    assert stage.live() == set(stage.stack.task_ids().values()) == before


SITUATIONS: dict[str, Situation] = {
    "The pipeline was killed": killed,
    "The state is lost": state_lost,
    "A recording has ended": ended,
    "Keys rotated": keys_rotated,
    "The quota is full": quota_full,
    "Two teams, one SdkAppId": two_teams,
    "Another stack": another_stack,
    "Another project name": another_project,
    "Another endpoint": another_endpoint,
    "Another account": another_account,
    "Upgrading": upgraded,
    "Refresh and destroy": refreshed,
    "Forced replacement": forced,
    "Importing a running task": imported,
    "From the dynamic to the native resource": to_native,
}
