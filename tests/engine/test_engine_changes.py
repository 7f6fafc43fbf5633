"""What a change of the declaration does to the recording that runs, on the real engine."""

from __future__ import annotations

from pulumi_stack import Stack, asked, live, looks
from trtc_recorder.testing import Recorder

KEYS = """storage_params={"cloud_storage": {
    **COS["cloud_storage"], "access_key": "AK%d", "secret_key": "SK%d"}}"""

CHANGES = {
    "same": ("", "web_record_video_params={'width': 1280}, ready_timeout=0, triggers=[]"),
    "watch": ("", "startup_watch=1"),
    "policy": ("", "restart_policy='always'"),
    "keys": (KEYS % (1, 1), KEYS % (2, 2)),
    "url": ("", "record_url='https://example.com/other'"),
    "app": ("", "sdk_app_id=1600022222"),
    "duration": ("", "max_duration_limit=7200"),
    "storage": ("", "storage_params={'cloud_vod': {'tencent_vod': {'media_type': 0}}}"),
    "prefix": (
        "",
        """storage_params={"cloud_storage": {
            **COS["cloud_storage"], "file_name_prefix": ["deeper"]}}""",
    ),
    "video": ("", "web_record_video_params={'height': 1080}"),
    "cdn": ("", "publish_cdn_params=[{'publish_cdn_url': 'rtmp://cdn/live?key=1'}]"),
    "ready": ("", "ready_timeout=10"),
    "mobile": ("", "emulate_mobile_params={}"),
    "triggers": ("triggers=[1]", "triggers=[2]"),
    "record-id": ("record_id='mine-1'", "record_id='mine-2'"),
    "rejected": ("", "ready_timeout=10"),
}
"""The inputs of each recording before the change and after it."""

IN_PLACE = {"same", "watch", "policy", "keys"}
UPDATED = IN_PLACE - {"same"}
REPLACED = set(CHANGES) - IN_PLACE


def declare(stack: Stack, after: bool) -> None:
    lines = (f"recording({name!r}, {inputs[after]})" for name, inputs in CHANGES.items())
    stack.program("\n".join(lines))


def test_a_changed_specification_is_a_new_recording_and_all_else_is_in_place(
    stack: Stack, recorder: Recorder
) -> None:
    declare(stack, after=False)
    stack.up()
    before = stack.task_ids()
    pickled = {each["outputs"]["__provider"] for each in stack.resources().values()}
    assert all(len(provider) < 100 for provider in pickled)

    recorder.reset_calls()
    recorder.inject(
        action="StartWebRecord",
        record_id_prefix="rejected-",
        what="error",
        code="FailedOperation.NotAbility",
    )
    declare(stack, after=True)
    changed = stack.up("--continue-on-error", expect=1)
    assert f"{len(UPDATED)} updated" in changed.text
    assert "recording 'keys'" in changed.text
    assert "keeps the storage keys that it was started with" in changed.text
    assert "SK2" not in changed.text
    after = stack.task_ids()
    assert {name for name in before if before[name] == after[name]} == IN_PLACE | {"rejected"}
    assert live(recorder) >= set(after.values())

    stack.up()
    after = stack.task_ids()
    assert {name for name in before if before[name] == after[name]} == IN_PLACE
    assert live(recorder) == set(after.values())
    calls = [(call.action, call.task_id) for call in recorder.calls()]
    for name in REPLACED:
        started = calls.index(("StartWebRecord", after[name]))
        assert started < calls.index(("StopWebRecord", before[name])), name
    state = stack.resources()
    assert {each["outputs"]["__provider"] for each in state.values()} == pickled
    assert state["policy"]["outputs"]["restart_policy"] == "always"
    assert state["policy"]["outputs"]["status"] == "recording"
    assert "SK2" in str(state["keys"])
    assert "SK1" not in str(state["keys"])

    recorder.reset_calls()
    assert f"{len(CHANGES) + 1} unchanged" in stack.up().text
    assert asked(recorder) == looks(stack)
