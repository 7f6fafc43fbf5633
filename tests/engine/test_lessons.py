"""A recording of the stack's config with `startAt`, from before its window until after its end."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import yaml
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

DEFAULTS = {
    "sdkAppId": 1600011111,
    "maxDurationLimit": 3600,
    "storageParams": {"cloudStorage": {"region": "ap-singapore", "bucket": "b-1250000000"}},
}


def declare(stack: Stack, recordings: dict[str, dict[str, str]]) -> None:
    settings = yaml.safe_load(stack.settings.read_text())
    settings["config"] |= {
        "web-recordings:defaults": DEFAULTS,
        "web-recordings:recordings": recordings,
    }
    stack.settings.write_text(yaml.safe_dump(settings))


def output(stack: Stack, name: str) -> Any:
    return json.loads(stack.run("stack", "output", "--json").text).get(name)


def test_a_lesson_starts_in_its_window_is_found_again_after_it_and_stays_when_it_has_ended(
    declared: Stack, recorder: Recorder
) -> None:
    now = datetime.fromtimestamp(recorder.now(), timezone(timedelta(hours=8)))
    times = [(now + timedelta(hours=hours)).isoformat(timespec="minutes") for hours in (1, 24)]
    page = "https://example.com/lesson"
    one, two = ({"recordUrl": page, "startAt": time} for time in times)
    declare(declared, {"one": one, "two": two})
    declared.up()
    assert recorder.live_tasks() == []
    assert output(declared, "waiting") == {"one": times[0], "two": times[1]}
    assert output(declared, "longestRun")["totalMinutes"] == 120

    recorder.advance(3600 + 3000)
    declared.up()
    task_ids = declared.task_ids()
    assert task_ids.keys() == {"one"}
    assert live(recorder) == set(task_ids.values())

    recorder.advance(1500)
    declared.run("state", "delete", declared.resources()["one"]["urn"])
    declared.up()
    assert declared.task_ids() == task_ids

    recorder.advance(3600)
    assert live(recorder) == set()
    declare(declared, {"one": {**one, "recordUrl": f"{page}/2"}, "two": two})
    declared.up("--refresh")
    assert declared.task_ids() == task_ids
    assert output(declared, "ended") == ["one"]
    assert output(declared, "waiting") == {"two": times[1]}
    assert live(recorder) == set()
