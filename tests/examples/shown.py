"""What each example shows, beside what all of them do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from examples.walk import Walk
from pulumi_stack import live
from trtc_recorder.testing import SECRET_ID, SECRET_KEY


def one_recording(walk: Walk) -> None:
    walk.up()
    (task,) = walk.recorder.live_tasks()
    assert walk.outputs() == {
        "taskId": task.task_id,
        "files": f"recordings-1250000000/{task.task_id}/",
    }
    assert task.page == "https://example.com/lobby"
    walk.recorder.reset_calls()
    walk.up()
    assert walk.recorder.calls() == []


def fleet(walk: Walk) -> None:
    walk.up()
    first = walk.task_ids()
    assert set(first) == {"lobby", "hall", "shop"}
    assert walk.outputs()["taskIds"] == first
    hall = settings(walk, first["hall"])
    assert hall["WebRecordVideoParams"] == {"Width": 1920, "Height": 1080, "Format": "mp4"}
    assert hall["MaxDurationLimit"] == 7200
    tablet = {"MobileDeviceType": 1, "ScreenOrientation": 1}
    assert settings(walk, first["shop"])["EmulateMobileParams"] == tablet
    assert "EmulateMobileParams" not in hall
    walk.unchanged()
    walk.up()
    grown = walk.task_ids()
    assert grown == {**first, "gate": grown["gate"]}
    walk.up()
    assert walk.task_ids() == {name: grown[name] for name in ("lobby", "hall", "gate")}
    slip = "web-recordings:recordings.lobby.maxDuration"
    walk.run(f"pulumi config set --path {slip} 3600")
    assert slip in walk.run("pulumi preview", fails=True)


def depends_on(walk: Walk) -> None:
    walk.through("pulumi preview")
    assert walk.recorder.tasks() == []
    walk.up()
    first = walk.task_ids()["room"]
    (task,) = walk.recorder.live_tasks()
    room = walk.outputs()["roomId"]
    assert room.startswith("algebra-")
    assert task.page == f"https://example.com/rooms/{room}"
    walk.unchanged()
    walk.up()
    (task,) = walk.recorder.live_tasks()
    assert task.task_id != first
    assert task.page.startswith("https://example.com/rooms/geometry-")
    destroyed = walk.through("pulumi destroy")
    order = re.findall(r"(trtc:WebRecording|meetings:Room) room deleted", destroyed)
    assert order == ["trtc:WebRecording", "meetings:Room"]
    assert "ticket" not in walk.said
    assert walk.files_with(r"ticket=[\w-]{9}") == []


def component(walk: Walk) -> None:
    walk.up()
    before = walk.task_ids()
    assert set(before) == {"maths-stage", "maths-slides"}
    walk.unchanged()
    walk.up()
    renamed = walk.task_ids()
    assert set(renamed) == {"mathematics-stage", "mathematics-slides"}
    assert set(renamed.values()) == set(before.values())
    assert walk.outputs()["taskIds"] == {
        page: renamed[f"mathematics-{page}"] for page in ("stage", "slides")
    }
    walk.up()
    assert len(walk.recorder.tasks()) == 2


def adopt(walk: Walk) -> None:
    walk.environment["TRTC_ENDPOINT"] = walk.recorder.endpoint
    assert "adopted, nothing new was started" in walk.up()
    (task,) = walk.recorder.tasks()
    assert walk.outputs() == {"taskId": task.task_id}
    walk.unchanged()
    walk.up()
    walk.unchanged()
    assert walk.task_ids() == {"lobby": task.task_id}
    assert len(walk.recorder.tasks()) == 1


def vod(walk: Walk) -> None:
    walk.up()
    assert settings(walk, walk.outputs()["taskId"])["StorageParams"] == {
        "CloudVod": {
            "TencentVod": {
                "SubAppId": 1500000001,
                "ClassId": 101,
                "Procedure": "LongVideoPreset",
                "MediaType": 3,
                "ExpireTime": 2592000,
                "SessionContext": "dev",
            }
        }
    }
    walk.unchanged()


def cdn_relay(walk: Walk) -> None:
    walk.up()
    first = walk.outputs()["taskId"]
    assert [target["IsTencentCdn"] for target in settings(walk, first)["PublishCdnParams"]] == [
        1,
        0,
    ]
    walk.unchanged()
    walk.recorder.reset_calls()
    walk.up()
    assert walk.outputs()["taskId"] != first
    actions = [call.action for call in walk.recorder.calls()]
    assert actions.index("StopWebRecord") < actions.index("StartWebRecord")


def restart(walk: Walk) -> None:
    walk.up()
    first = walk.outputs()["taskId"]
    walk.recorder.reset_calls()
    walk.up()
    second = walk.outputs()["taskId"]
    assert second != first
    actions = [call.action for call in walk.recorder.calls()]
    assert actions.index("StartWebRecord") < actions.index("StopWebRecord")
    walk.up()
    assert walk.outputs()["taskId"] == second


def morning_and_evening(walk: Walk) -> None:
    walk.through("./morning.sh")
    (first,) = walk.recorder.live_tasks()
    assert walk.outputs() == {"taskId": first.task_id}
    walk.run("./morning.sh dev")
    assert live(walk.recorder) == {first.task_id}
    walk.recorder.advance(60)
    walk.recorder.end(first.task_id)
    walk.run("./morning.sh dev")
    assert live(walk.recorder) == set(walk.task_ids().values()) != set()
    walk.through("./evening.sh")
    assert live(walk.recorder) == set()
    walk.run("./evening.sh dev")
    walk.recorder.inject(action="StartWebRecord", where="after", what="hang")
    walk.kill("./morning.sh dev", when=lambda: walk.recorder.held_calls() == 1)
    walk.recorder.clear_faults()
    assert len(live(walk.recorder)) == 1
    assert walk.task_ids() == {}
    walk.run("pulumi cancel dev")
    walk.run("./evening.sh dev")


def automation_api(walk: Walk) -> None:
    start = ".venv/bin/python recordings.py start"
    lobby, again, hall = [walk.through(start).strip() for _ in range(3)]
    assert lobby == again
    assert live(walk.recorder) == {lobby, hall}
    walk.recorder.advance(60)
    walk.recorder.end(hall)
    hall_too = f"{start} hall https://example.com/hall"
    both = walk.run(f"{hall_too} & one=$!; {hall_too}; wait $one")
    assert live(walk.recorder) == {lobby, *both.split()}
    assert len(set(both.split())) == 1
    walk.through(".venv/bin/python recordings.py stop lobby")
    assert live(walk.recorder) == set(both.split())


def two_accounts(walk: Walk) -> None:
    walk.recorder.accept("AKIDclub", "CANARY-club")
    walk.answers |= {
        "schoolSecretId": SECRET_ID,
        "schoolSecretKey": SECRET_KEY,
        "clubSecretId": "AKIDclub",
        "clubSecretKey": "CANARY-club",
    }
    walk.up()
    before = walk.task_ids()
    assert set(before) == {"lesson", "match"}
    assert walk.outputs() == before
    walk.unchanged()
    walk.recorder.revoke("AKIDclub")
    walk.recorder.accept("AKIDclub", "CANARY-club-2")
    walk.answers["clubSecretKey"] = "CANARY-club-2"
    walk.through("pulumi config set --secret clubSecretKey")
    old_key = walk.run("pulumi up", fails=True)
    assert "recording 'match'" in old_key
    assert "recording 'lesson'" not in old_key
    walk.up()
    assert walk.task_ids() == before
    assert walk.files_with("CANARY") == []


def in_yaml(walk: Walk) -> None:
    walk.up()
    first = walk.task_ids()
    assert walk.outputs() == {
        "lesson": first["lesson"],
        "files": f"recordings-1250000000/yaml/{first['lesson']}/",
    }
    walk.recorder.reset_calls()
    walk.unchanged()
    assert [call.action for call in walk.recorder.calls()] == ["DescribeWebRecord"] * 2
    walk.recorder.advance(60)
    for task in first.values():
        walk.recorder.end(task)
    said = walk.through("pulumi up")
    assert "has ended: started at" in said
    assert live(walk.recorder) == {walk.task_ids()["lesson"]} != {first["lesson"]}
    assert walk.task_ids()["shop"] == first["shop"]


def settings(walk: Walk, task_id: str) -> dict[str, Any]:
    """What the service was asked for."""
    return next(task for task in walk.recorder.tasks() if task.task_id == task_id).settings


SHOWN: dict[str, Callable[[Walk], None]] = {
    "adopt": adopt,
    "automation-api": automation_api,
    "cdn-relay": cdn_relay,
    "component": component,
    "depends-on": depends_on,
    "fleet": fleet,
    "morning-and-evening": morning_and_evening,
    "one-recording": one_recording,
    "restart": restart,
    "two-accounts": two_accounts,
    "vod": vod,
    "yaml": in_yaml,
}
"""By folder. A folder without an entry fails the test."""
