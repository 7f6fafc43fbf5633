"""The situation that each section of docs/operations.md describes.

A situation is prepared up to its first `yield`; each block of the section is played at one of them.
What comes after the last one is how it must have ended.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from textwrap import dedent

from documentation.operators_stack import LOBBY, OperatorsStack
from pulumi_stack import Stack
from recorder_tasks import start_body, vod
from stack_program import append
from trtc_recorder.testing import local_settings, running_service
from upgrades.states import PROGRAM, kept, revive

Situation = Callable[[OperatorsStack], Iterator[None]]


def killed(operator: OperatorsStack) -> Iterator[None]:
    operator.declare()
    operator.kill_an_up()
    yield
    yield
    assert operator.live() == {operator.task()}
    assert not operator.stack.state()["deployment"].get("pending_operations")


def state_lost(operator: OperatorsStack) -> Iterator[None]:
    for variable, key in (("ID", "trtc:secretId"), ("KEY", "trtc:secretKey")):
        given = operator.stack.environment.pop(f"TENCENTCLOUD_SECRET_{variable}")
        operator.stack.config(key, given, "--secret")
    before = operator.up()
    shutil.rmtree(operator.directory / ".pulumi/stacks")
    yield
    yield
    assert operator.live() == {operator.task()} == {before}


def ended(operator: OperatorsStack) -> Iterator[None]:
    before = operator.up()
    operator.end(before)
    yield
    assert operator.task() == before
    yield
    assert operator.live() == {operator.task()} != {before}


def keys_rotated(operator: OperatorsStack) -> Iterator[None]:
    operator.recorder.accept("AKIDold", "old-key")
    operator.stack.config("trtc:secretId", "AKIDold")
    operator.stack.config("trtc:secretKey", "old-key", "--secret")
    before = operator.up()
    operator.recorder.accept("AKIDnew", "CANARY-new")
    operator.recorder.revoke("AKIDold")
    (operator.directory / "new-key").write_text("CANARY-new")
    (operator.directory / "bucket-key").write_text("CANARY-bucket")
    yield
    yield
    assert operator.live() == {operator.task()} == {before}
    assert "CANARY" not in operator.stack.export()


def quota_full(operator: OperatorsStack) -> Iterator[None]:
    others = [
        f'    {name}: {{recordUrl: "https://example.com/{name}"}}\n' for name in ("hall", "shop")
    ]
    operator.recorder.switch(task_quota=2, failed_start_burns=False)
    operator.declare(LOBBY + others[0])
    operator.stack.up()
    operator.declare(others[1])
    yield
    yield
    assert set(operator.stack.task_ids()) == {"lobby", "shop"}
    assert operator.live() == set(operator.stack.task_ids().values())


def two_teams(operator: OperatorsStack) -> Iterator[None]:
    (operator.directory / "theirs").mkdir()
    other = OperatorsStack(operator.directory / "theirs", operator.recorder)
    theirs = other.up()
    operator.declare()
    yield
    assert operator.task() == theirs
    yield
    assert operator.live() == {operator.task(), theirs}
    assert operator.task() != theirs


def another_stack(operator: OperatorsStack) -> Iterator[None]:
    before = operator.up()
    yield
    yield
    assert operator.live() == {operator.task()} == {before}
    yield
    assert operator.live() == {operator.task()} == {before}


def another_project(operator: OperatorsStack) -> Iterator[None]:
    project = operator.directory / "Pulumi.yaml"
    project.write_text(project.read_text().replace("name: web-recordings", "name: lessons"))
    config = operator.stack.settings.read_text()
    operator.stack.run("stack", "init", "live")
    operator.stack.settings.write_text(config)
    append(operator.stack, LOBBY.replace("web-recordings:", "lessons:"))
    operator.stack.up()
    before = operator.task()
    yield
    yield
    assert operator.live() == {operator.task()} == {before}


def another_endpoint(operator: OperatorsStack) -> Iterator[None]:
    operator.recorder.switch(
        clock_offset=-60
    )  # so that the task is not too new to be believed gone
    operator.up()
    operator.stack.environment["OLD_ENDPOINT"] = operator.recorder.endpoint
    with running_service(local_settings(visible_after=0)) as elsewhere:
        operator.stack.environment["NEW_ENDPOINT"] = elsewhere.endpoint
        yield
        assert len(operator.live()) == 1
        yield
        assert operator.live() == set()
        assert {task.task_id for task in elsewhere.live_tasks()} == {operator.task()}


def another_account(operator: OperatorsStack) -> Iterator[None]:
    for name, app in (("school", 1600011111), ("club", 1600022222)):
        operator.recorder.accept(f"AKID{name}", f"CANARY-{name}", sdk_app_ids=[app])
        (operator.directory / f"{name}-key").write_text(f"CANARY-{name}")
    operator.stack.config("trtc:secretId", "AKIDschool")
    operator.stack.config("trtc:secretKey", "CANARY-school", "--secret")
    before = operator.up()
    operator.recorder.advance(60)
    yield
    assert operator.live() == {operator.task()} == {before}
    yield
    assert operator.live() == {operator.task()} != {before}


def forced(operator: OperatorsStack) -> Iterator[None]:
    before = operator.up()
    yield
    assert operator.live() == {before}
    yield
    assert operator.live() == {operator.task()} != {before}


def imported(operator: OperatorsStack) -> Iterator[None]:
    operator.declare()
    body = start_body(StorageParams=vod(MediaType=0))
    operator.recorder.service.call("StartWebRecord", body)
    (task,) = operator.live()
    operator.stack.environment["TASK_ID"] = task
    yield
    assert operator.live() == {operator.task()} == {task}


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


def to_native(operator: OperatorsStack) -> Iterator[None]:
    before = operator.up()
    yield
    (operator.directory / "Pulumi.yaml").write_text(dedent(NATIVE))
    yield
    operator.stack.provider = "native"
    assert operator.live() == {operator.task()} == {before}


def upgraded(operator: OperatorsStack) -> Iterator[None]:
    """The stack of an early version, which knew only the dynamic resource."""
    operator.directory /= "earlier"
    operator.directory.mkdir()
    operator.stack = Stack(operator.directory, operator.recorder.endpoint)
    operator.stack.program(PROGRAM)
    revive(operator.stack, kept()[0][0], operator.recorder)
    before = operator.live()
    yield
    assert operator.live() == set(operator.stack.task_ids().values()) == before


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
    "Forced replacement": forced,
    "Importing a running task": imported,
    "From the dynamic to the native resource": to_native,
}
