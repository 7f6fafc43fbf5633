"""What each example does, besides what all of them do."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from examples.readme_commands import ReadmeCommands
from pulumi_stack import live
from trtc_recorder.testing import SECRET_ID, SECRET_KEY


def one_recording(example: ReadmeCommands) -> None:
    example.up()
    (task,) = example.recorder.live_tasks()
    assert example.outputs() == {
        "taskId": task.task_id,
        "files": f"recordings-1250000000/{task.task_id}/",
    }
    assert task.page == "https://example.com/lobby"
    example.recorder.reset_calls()
    example.up()
    assert example.recorder.calls() == []


def fleet(example: ReadmeCommands) -> None:
    example.up()
    first = example.task_ids()
    assert set(first) == {"lobby", "hall", "shop"}
    assert example.outputs()["taskIds"] == first
    hall = settings(example, first["hall"])
    assert hall["WebRecordVideoParams"] == {"Width": 1920, "Height": 1080, "Format": "mp4"}
    assert hall["MaxDurationLimit"] == 7200
    tablet = {"MobileDeviceType": 1, "ScreenOrientation": 1}
    assert settings(example, first["shop"])["EmulateMobileParams"] == tablet
    assert "EmulateMobileParams" not in hall
    example.expect_no_changes()
    example.up()
    grown = example.task_ids()
    assert grown == {**first, "gate": grown["gate"]}
    example.up()
    assert example.task_ids() == {name: grown[name] for name in ("lobby", "hall", "gate")}
    slip = "web-recordings:recordings.lobby.maxDuration"
    example.run(f"pulumi config set --path {slip} 3600")
    assert slip in example.run("pulumi preview", fails=True)


def depends_on(example: ReadmeCommands) -> None:
    example.run_until("pulumi preview")
    assert example.recorder.tasks() == []
    example.up()
    first = example.task_ids()["room"]
    (task,) = example.recorder.live_tasks()
    room = example.outputs()["roomId"]
    assert room.startswith("algebra-")
    assert task.page == f"https://example.com/rooms/{room}"
    example.expect_no_changes()
    example.up()
    (task,) = example.recorder.live_tasks()
    assert task.task_id != first
    assert task.page.startswith("https://example.com/rooms/geometry-")
    destroyed = example.run_until("pulumi destroy")
    order = re.findall(r"(trtc:WebRecording|meetings:Room) room deleted", destroyed)
    assert order == ["trtc:WebRecording", "meetings:Room"]
    assert "ticket" not in example.output
    assert example.files_with(r"ticket=[\w-]{9}") == []


def component(example: ReadmeCommands) -> None:
    example.up()
    before = example.task_ids()
    assert set(before) == {"maths-stage", "maths-slides"}
    example.expect_no_changes()
    example.up()
    renamed = example.task_ids()
    assert set(renamed) == {"mathematics-stage", "mathematics-slides"}
    assert set(renamed.values()) == set(before.values())
    assert example.outputs()["taskIds"] == {
        page: renamed[f"mathematics-{page}"] for page in ("stage", "slides")
    }
    example.up()
    assert len(example.recorder.tasks()) == 2


def adopt(example: ReadmeCommands) -> None:
    assert "adopted, nothing new was started" in example.up()
    (task,) = example.recorder.tasks()
    assert example.outputs() == {"taskId": task.task_id}
    example.expect_no_changes()
    example.up()
    example.expect_no_changes()
    assert example.task_ids() == {"lobby": task.task_id}
    assert len(example.recorder.tasks()) == 1


def vod(example: ReadmeCommands) -> None:
    example.up()
    storage = settings(example, example.outputs()["taskId"])["StorageParams"]
    vod = storage["CloudVod"]["TencentVod"]
    assert (vod["SubAppId"], vod["ExpireTime"]) == (1500000001, 2592000)
    assert (vod["Procedure"], vod["SessionContext"]) == ("LongVideoPreset", "dev")
    example.expect_no_changes()


def cdn_relay(example: ReadmeCommands) -> None:
    example.up()
    first = example.outputs()["taskId"]
    targets = settings(example, first)["PublishCdnParams"]
    assert [target["IsTencentCdn"] for target in targets] == [1, 0]
    example.expect_no_changes()
    example.recorder.reset_calls()
    example.up()
    assert example.outputs()["taskId"] != first
    actions = [call.action for call in example.recorder.calls()]
    assert actions.index("StopWebRecord") < actions.index("StartWebRecord")


def restart(example: ReadmeCommands) -> None:
    tasks = []
    for _ in range(3):
        example.up()
        tasks.append(example.outputs()["taskId"])
    assert tasks[0] != tasks[1] == tasks[2]


def morning_and_evening(example: ReadmeCommands) -> None:
    example.run_until("./morning.sh")
    (first,) = example.recorder.live_tasks()
    assert example.outputs() == {"taskId": first.task_id}
    example.run("./morning.sh dev")
    assert live(example.recorder) == {first.task_id}
    example.recorder.advance(60)
    example.recorder.end(first.task_id)
    example.run("./morning.sh dev")
    assert live(example.recorder) == set(example.task_ids().values()) != set()
    example.run_until("./evening.sh")
    assert live(example.recorder) == set()
    example.run("./evening.sh dev")
    example.recorder.inject(action="StartWebRecord", where="after", what="hang")
    example.kill("./morning.sh dev", when=lambda: example.recorder.held_calls() == 1)
    example.recorder.clear_faults()
    assert len(live(example.recorder)) == 1
    assert example.task_ids() == {}
    example.run("pulumi cancel dev")
    example.run("./evening.sh dev")


def automation_api(example: ReadmeCommands) -> None:
    pulumi = Path(shutil.which("pulumi") or "")
    not_activated = os.pathsep.join([str(pulumi.parent), "/usr/bin", "/bin"])
    example.environment["PATH"] = not_activated
    start = ".venv/bin/python recordings.py start"
    lobby, again, hall = [example.run_until(start).strip() for _ in range(3)]
    assert lobby == again
    assert live(example.recorder) == {lobby, hall}
    example.recorder.advance(60)
    example.recorder.end(hall)
    hall_too = f"{start} school/hall https://example.com/hall"
    both = example.run(f"{hall_too} & one=$!; {hall_too}; wait $one")
    assert live(example.recorder) == {lobby, *both.split()}
    assert len(set(both.split())) == 1
    example.run_until(".venv/bin/python recordings.py stop lobby")
    assert live(example.recorder) == set(both.split())


def two_accounts(example: ReadmeCommands) -> None:
    example.recorder.accept("AKIDclub", "CANARY-club")
    example.answers |= {
        "schoolSecretId": SECRET_ID,
        "schoolSecretKey": SECRET_KEY,
        "clubSecretId": "AKIDclub",
        "clubSecretKey": "CANARY-club",
    }
    example.up()
    before = example.task_ids()
    assert set(before) == {"lesson", "match"}
    assert example.outputs() == before
    example.expect_no_changes()
    example.recorder.revoke("AKIDclub")
    example.recorder.accept("AKIDclub", "CANARY-club-2")
    example.answers["clubSecretKey"] = "CANARY-club-2"
    example.run_until("pulumi config set --secret clubSecretKey")
    old_key = example.run("pulumi up", fails=True)
    assert "recording 'match'" in old_key
    assert "recording 'lesson'" not in old_key
    example.up()
    assert example.task_ids() == before
    assert example.files_with("CANARY") == []


def yaml(example: ReadmeCommands) -> None:
    example.up()
    first = example.task_ids()
    assert example.outputs() == {
        "lesson": first["lesson"],
        "files": f"recordings-1250000000/yaml/{first['lesson']}/",
    }
    example.recorder.reset_calls()
    example.expect_no_changes()
    assert [call.action for call in example.recorder.calls()] == ["DescribeWebRecord"] * 2
    example.recorder.advance(60)
    for task in first.values():
        example.recorder.end(task)
    output = example.run_until("pulumi up")
    assert "ended early, after at most " in output
    assert "using pulumi-resource-trtc from $PATH" not in example.output
    assert live(example.recorder) == {example.task_ids()["lesson"]} != {first["lesson"]}
    assert example.task_ids()["shop"] == first["shop"]


def settings(example: ReadmeCommands, task_id: str) -> dict[str, Any]:
    """What the service was asked for."""
    return next(task for task in example.recorder.tasks() if task.task_id == task_id).settings


EXPECTATIONS: dict[str, Callable[[ReadmeCommands], None]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        adopt,
        automation_api,
        cdn_relay,
        component,
        depends_on,
        fleet,
        morning_and_evening,
        one_recording,
        restart,
        two_accounts,
        vod,
        yaml,
    )
}
"""By folder. A folder without an entry fails the test."""
