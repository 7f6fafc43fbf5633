"""The project's own program: recordings declared in a stack's config."""

from __future__ import annotations

import json
from urllib.parse import quote, unquote

from pulumi_stack import Stack
from stack_program import CONFIG, append
from trtc_recorder.testing import Recorder


def test_recordings_of_the_config_are_deployed_with_the_defaults_under_them(
    declared: Stack, recorder: Recorder
) -> None:
    append(declared, CONFIG)
    declared.up()
    tasks = declared.task_ids()
    assert set(tasks) == {"lobby", "shop"}
    assert json.loads(declared.run("stack", "output", "--json", "taskIds").text) == tasks
    exported = json.loads(declared.run("stack", "output", "--json", "recordings").text)
    assert exported["shop"] == {
        "taskId": tasks["shop"],
        "recordId": declared.outputs("shop")["record_id"],
        "status": "recording",
        "filePrefix": f"shop-125/all/{tasks['shop']}/",
    }
    assert len(recorder.live_tasks()) == 2


def test_where_there_is_a_viewer_each_recording_links_to_its_page(declared: Stack) -> None:
    append(declared, f"{CONFIG}  web-recordings:viewer: http://127.0.0.1:8790/recordings/\n")
    declared.up()
    exported = json.loads(declared.run("stack", "output", "--json", "recordings").text)
    for name, task_id in declared.task_ids().items():
        page = exported[name]["viewer"].removeprefix("http://127.0.0.1:8790/recordings/")
        assert unquote(page) == task_id
        assert not {"+", "/"} & set(page)


def test_a_wrong_entry_is_reported_by_its_name_and_field_without_a_traceback(
    declared: Stack, recorder: Recorder
) -> None:
    append(declared, CONFIG.replace("width: 1920", "width: 5000").replace("format", "fromat"))
    refused = declared.preview(expect=1).text
    assert (
        "web-recordings:recordings.lobby.webRecordVideoParams.width = 5000: must be from 0 to 1920"
        in refused
    )
    assert (
        "recordings.lobby.webRecordVideoParams.fromat: is an unknown field; "
        "did you mean format?" in refused
    )
    assert "Traceback" not in refused
    assert recorder.calls() == []


def test_secure_values_inside_the_config_stay_secret(declared: Stack) -> None:
    append(declared, CONFIG)
    path = "web-recordings:recordings.shop.recordUrl"
    declared.config(path, "https://example.com/CANARY", "--path", "--secret")
    keys = "web-recordings:recordings.lobby.storageParams.cloudStorage"
    declared.config(f"{keys}.accessKey", "CANARY", "--path", "--secret")
    declared.config(f"{keys}.secretKey", "CANARY", "--path", "--secret")
    text = declared.preview("--diff").text + declared.up().text + declared.export()
    assert "CANARY" not in text
    assert "CANARY" in declared.run("stack", "export", "--show-secrets").text


def test_a_secret_viewer_is_no_plain_text_in_outputs_and_state(declared: Stack) -> None:
    append(declared, CONFIG)
    declared.config("web-recordings:viewer", "https://example.com/CANARY/", "--secret")
    text = declared.preview("--diff").text + declared.up().text + declared.export()
    assert "CANARY" not in text
    assert "CANARY" not in declared.run("stack", "output", "--json").text
    shown = declared.run("stack", "output", "--json", "--show-secrets", "recordings").text
    task = quote(declared.task_ids()["shop"], safe="")
    assert json.loads(shown)["shop"]["viewer"] == f"https://example.com/CANARY/{task}"
    assert json.loads(shown)["shop"]["taskId"] == declared.task_ids()["shop"]
