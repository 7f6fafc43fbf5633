"""The project's own program: recordings declared in a stack's config."""

from __future__ import annotations

import json
from urllib.parse import quote, unquote

from pulumi_stack import Stack, live
from stack_program import CONFIG, append
from trtc_recorder.testing import Recorder


def test_recordings_of_the_config_are_deployed_with_the_defaults_under_them(
    declared: Stack, recorder: Recorder
) -> None:
    viewer = "  web-recordings:viewer: http://127.0.0.1:8790/recordings/\n"
    append(declared, f"{CONFIG}{viewer}  web-recordings:pricePerMinute: 0.02\n")
    previewed = declared.preview().text
    change = "starts 2; adds at most 120 min, 2.40 at the price that is set"
    assert change in previewed
    assert "totalMinutes: 120" in previewed
    assert "costAtMost  : 2.4" in previewed
    assert recorder.calls() == []
    assert change in declared.up().text
    assert "starts and stops nothing" in declared.up().text
    run = json.loads(declared.run("stack", "output", "--json", "longestRun").text)
    minutes = {"lobby": 60, "shop": 60}
    assert run == {"minutes": minutes, "totalMinutes": 120, "costAtMost": 2.4, "startedAgain": []}
    tasks = declared.task_ids()
    assert set(tasks) == {"lobby", "shop"}
    assert json.loads(declared.run("stack", "output", "--json", "taskIds").text) == tasks
    pages = json.loads(declared.run("stack", "output", "--json", "viewer").text)
    for name, task_id in tasks.items():
        page = pages[name].removeprefix("http://127.0.0.1:8790/recordings/")
        assert unquote(page) == task_id
        assert not {"+", "/"} & set(page)
    assert len(recorder.live_tasks()) == 2


def test_secure_values_stay_secret_in_outputs_and_state_and_hide_nothing_beside_them(
    declared: Stack,
) -> None:
    append(declared, CONFIG)
    lobby, shop = (f"web-recordings:recordings.{name}" for name in ("lobby", "shop"))
    url = "https://example.com/CANARY/"
    for path, value in {
        f"{shop}.recordUrl": url,
        f"{shop}.storageParams.cloudStorage.fileNamePrefix[0]": "CANARY",
        f"{lobby}.triggers[0].secure.a": "CANARY",
        f"{lobby}.storageParams.cloudStorage.accessKey": url,
        f"{lobby}.storageParams.cloudStorage.secretKey": url,
        "web-recordings:viewer": url,
    }.items():
        declared.config(path, value, "--path", "--secret")
    previewed = declared.preview("--diff").text
    assert "CANARY" not in previewed + declared.up().text + declared.export()
    assert "https://example.com/lobby" in previewed
    assert 'format: "mp4"' in previewed
    plain = declared.run("stack", "output", "--json").text
    assert "CANARY" not in plain
    assert (json.loads(plain)["ended"], json.loads(plain)["longestRun"]["totalMinutes"]) == (
        [],
        120,
    )
    shown = declared.run("stack", "output", "--json", "--show-secrets", "viewer").text
    tasks = declared.task_ids()
    task = quote(tasks["shop"], safe="")
    assert json.loads(shown)["shop"] == f"https://example.com/CANARY/{task}"
    stored = declared.resources()
    assert "CANARY" in str(stored["shop"]["outputs"]["record_url"])
    assert "CANARY" in str(stored["lobby"]["outputs"]["storage_params"])


def test_keys_that_config_set_writes_without_a_namespace_work(
    declared: Stack, recorder: Recorder
) -> None:
    project = declared.directory / "Pulumi.yaml"
    project.write_text(project.read_text().replace("name: web-recordings", "name: lessons"))
    config = declared.settings.read_text()
    declared.run("stack", "init", declared.name)
    declared.settings.write_text(config)
    append(declared, CONFIG.partition("  web-recordings:recordings:")[0])
    for name in ("lobby", "shop"):
        path = f"recordings.{name}.recordUrl"
        declared.config(path, f"https://example.com/{name}", "--path")
    declared.config("viewer", "https://example.com/recordings/")
    assert "lessons:recordings:" in declared.settings.read_text()
    declared.up()
    assert set(declared.task_ids()) == {"lobby", "shop"}
    assert "https://example.com/recordings/" in declared.run("stack", "output", "viewer").text
    assert live(recorder) == set(declared.task_ids().values())
