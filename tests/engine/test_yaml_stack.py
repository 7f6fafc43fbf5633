"""A stack in YAML, through the native plugin, as a pipeline runs it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml
from pulumi_stack import Stack, live
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder
from waiting import until

pytestmark = pytest.mark.providers("native")

LOBBY = """
lobby:
  type: trtc:WebRecording
  properties:
    recordUrl: https://example.com/lobby
    sdkAppId: 1600011111
    maxDurationLimit: 3600
    storageParams: {cloudStorage: {region: ap-singapore, bucket: bucket-1250000000}}
"""


def declare(stack: Stack, resources: str, **more: object) -> None:
    """Make the stack's project a YAML one with these resources."""
    project = {
        "name": "web-recordings",
        "runtime": "yaml",
        "resources": yaml.safe_load(resources),
        **more,
    }
    (stack.directory / "__main__.py").unlink(missing_ok=True)
    (stack.directory / "Pulumi.yaml").write_text(yaml.safe_dump(project))


def throttle(recorder: Recorder) -> None:
    """No start comes through."""
    recorder.inject(
        action="StartWebRecord",
        where="before",
        what="error",
        code="RequestLimitExceeded",
        times=1000,
    )


def changed(old: str, new: str) -> str:
    assert old in LOBBY
    return LOBBY.replace(old, new)


def test_every_input_reaches_the_service_and_every_output_the_state(
    stack: Stack, recorder: Recorder
) -> None:
    more = """
    readyTimeout: 30
    recordId: my-own
    triggers: [{oneThing: 1}, [2]]
    startupWatch: 1
    webRecordVideoParams: {width: 640, height: 360, format: mp4, maxMediaFileDuration: 30}
    publishCdnParams: [{publishCdnUrl: "rtmp://cdn.example.com/live/a", isTencentCdn: 1}]
    emulateMobileParams: {mobileDeviceType: 0, screenOrientation: 0}
"""
    declare(stack, LOBBY + more)
    stack.up()
    (task,) = recorder.live_tasks()
    sent = recorder.calls("StartWebRecord")[0]
    assert sent.record_id == "my-own"
    outputs = stack.outputs("lobby")
    assert outputs["task_id"] == task.task_id
    assert outputs["record_id"] == "my-own"
    assert outputs["status"] == "recording"
    assert outputs["endpoint"] == recorder.endpoint
    assert outputs["region"] == "ap-singapore"
    assert outputs["started_at"].endswith("+00:00")
    assert outputs["request_id"] == sent.request_id
    assert outputs["triggers"] == [{"oneThing": 1}, [2]]


def test_a_changed_declaration_starts_the_new_recording_before_the_old_one_is_stopped(
    stack: Stack, recorder: Recorder
) -> None:
    declare(stack, LOBBY)
    stack.up()
    old = stack.task_ids()["lobby"]
    recorder.reset_calls()
    declare(stack, changed("3600", "7200"))
    shown = stack.run("preview", "--diff", snake_case=False)
    assert "~ maxDurationLimit: 3600 => 7200" in shown.text
    assert "+-1 to replace" in shown.text
    stack.up()
    actions = [call.action for call in recorder.calls()]
    assert actions.index("StartWebRecord") < actions.index("StopWebRecord")
    assert live(recorder) == set(stack.task_ids().values()) != {old}


def test_bad_inputs_are_rejected_at_preview_by_their_paths_as_they_are_written(
    stack: Stack, recorder: Recorder
) -> None:
    bad = (
        changed("3600", "100")
        .replace("https:", "ftp:")
        .replace("bucket-1250000000", "b, fileNamePrefix: [a/b]")
    )
    secret = "    publishCdnParams: {fn::secret: [{publishCdnUrl: 'http://CANARY'}]}\n"
    declare(stack, bad + secret)
    rejected = stack.run("preview", expect=1, snake_case=False).text
    for message in (
        "maxDurationLimit = 100: must be from 1800 to 86400",
        "recordUrl = 'ftp://example.com/lobby'",
        "storageParams.cloudStorage.fileNamePrefix[0] = 'a/b': must consist of letters",
        "[secret]",
    ):
        assert message in rejected
    assert "CANARY" not in rejected
    assert "Traceback" not in rejected
    assert recorder.calls() == []


def test_two_accounts_in_one_stack_each_sign_for_their_own_recording(
    stack: Stack, recorder: Recorder
) -> None:
    accounts = f"""
wrong:
  type: pulumi:providers:trtc
  properties: {{endpoint: "{recorder.endpoint}", secretId: AKID, secretKey: CANARY-wrong}}
right:
  type: pulumi:providers:trtc
  properties: {{endpoint: "{recorder.endpoint}", secretId: {SECRET_ID}, secretKey: {SECRET_KEY}}}
"""
    lobby = LOBBY + "  options: {provider: '${right}'}\n"
    hall = LOBBY.replace("lobby", "hall") + "  options: {provider: '${wrong}'}\n"
    declare(stack, accounts + lobby + hall)
    ran = stack.up(expect=1)
    assert "AuthFailure" in ran.text
    assert set(stack.task_ids()) == {"lobby"}
    assert len(live(recorder)) == 1
    export = stack.export()
    assert "CANARY" not in ran.text + export
    assert SECRET_KEY not in export


@pytest.mark.slow
def test_a_create_gives_up_when_its_custom_timeout_is_over(
    stack: Stack, recorder: Recorder
) -> None:
    throttle(recorder)
    declare(stack, LOBBY + "  options: {customTimeouts: {create: 3s}}\n")
    failed = stack.up(expect=1)
    assert "was not started: the time that customTimeouts allows is over" in failed.text
    assert live(recorder) == set()


def test_the_same_declaration_in_python_and_yaml_is_the_same_recording(
    stack: Stack, recorder: Recorder
) -> None:
    declare(stack, LOBBY)
    stack.up()
    native = stack.outputs("lobby")
    state = json.loads(stack.export())
    state["deployment"]["resources"] = []
    (stack.directory / "empty.json").write_text(json.dumps(state))
    stack.run("stack", "import", "--file", "empty.json")
    (stack.directory / "Pulumi.yaml").write_text("name: web-recordings\nruntime: python\n")
    stack.provider = "dynamic"
    stack.program('recording("lobby")')
    stack.up()
    dynamic = stack.outputs("lobby")
    assert dynamic["task_id"] == native["task_id"]
    assert dynamic["record_id"] == native["record_id"]
    assert len(recorder.tasks()) == 1


def test_an_interrupt_ends_the_waiting_and_nothing_is_started_after_it(
    stack: Stack, recorder: Recorder
) -> None:
    throttle(recorder)
    declare(stack, LOBBY)
    up = begin(stack)
    until(lambda: bool(recorder.calls("StartWebRecord")))
    up.send_signal(signal.SIGINT)
    text, _ = up.communicate(timeout=30)
    assert up.returncode != 0
    assert "recording 'lobby' was not started: the run was cancelled" in text
    recorder.clear_faults()
    time.sleep(2)
    assert recorder.tasks() == []
    stack.up()
    assert live(recorder) == set(stack.task_ids().values())


def test_an_interrupt_while_a_start_has_no_answer_leaves_a_partial_state_that_an_edit_follows(
    stack: Stack, recorder: Recorder
) -> None:
    recorder.switch(visible_after=10)
    recorder.inject(action="StartWebRecord", where="after", what="cut", times=1)
    recorder.inject(action="StartWebRecord", where="before", what="cut", after=1, times=1000)
    declare(stack, LOBBY)
    up = begin(stack)
    until(lambda: len(recorder.calls("StartWebRecord")) > 1)
    up.send_signal(signal.SIGINT)
    text, _ = up.communicate(timeout=30)
    assert up.returncode != 0
    assert "Then the run was cancelled. A task may be running" in text
    (orphan,) = recorder.live_tasks()
    recorder.clear_faults()
    recorder.switch(visible_after=0)
    declare(stack, changed("maxDurationLimit: 3600", "maxDurationLimit: 1800"))
    stack.up()
    (task,) = recorder.live_tasks()
    assert task.task_id != orphan.task_id
    assert live(recorder) == set(stack.task_ids().values())


@pytest.mark.slow
def test_an_interrupt_while_a_startup_is_watched_leaves_a_partial_state(
    stack: Stack, recorder: Recorder
) -> None:
    declare(stack, changed("maxDurationLimit: 3600", "startupWatch: 60"))
    up = begin(stack)
    until(lambda: len(recorder.calls("DescribeWebRecord")) > 1)
    up.send_signal(signal.SIGINT)
    text, _ = up.communicate(timeout=30)
    assert up.returncode != 0
    assert "runs, but its start was not finished: the run was cancelled" in text
    declare(stack, "{}")
    stack.up()
    assert recorder.live_tasks() == []


def test_a_killed_engine_leaves_no_plugin_behind(stack: Stack, recorder: Recorder) -> None:
    recorder.inject(action="StartWebRecord", where="before", what="hang", times=9)
    declare(stack, LOBBY)
    up = begin(stack)
    until(lambda: bool(plugins_of(stack)))
    up.kill()
    up.communicate()
    until(lambda: not plugins_of(stack))


def begin(stack: Stack) -> subprocess.Popen[str]:
    """Begin a `pulumi up`."""
    return subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=stack.directory,
        env=stack.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def plugins_of(stack: Stack) -> list[str]:
    """The processes of the plugin that a stack's engine has started."""
    return [
        process.name
        for process in Path("/proc").iterdir()
        if process.name.isdigit()
        and b"pulumi-resource-trtc" in read(process / "cmdline")
        and f"PULUMI_HOME={stack.environment['PULUMI_HOME']}".encode() in read(process / "environ")
    ]


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def test_the_engine_gets_a_schema_that_it_finds_clean(stack: Stack) -> None:
    plugin = str(shutil.which("pulumi-resource-trtc"))
    schema = stack.run("package", "get-schema", plugin, snake_case=False).text
    schema = schema[schema.index("{") :]
    assert "trtc:index:WebRecording" in json.loads(schema)["resources"]
    (stack.directory / "schema.json").write_text(schema)
    stack.run("schema", "check", "schema.json")
