"""A stack that moves from the dynamic resource to the native one, or back, goes on recording."""

from __future__ import annotations

import shutil
import signal

import pytest
from pulumi_process import PulumiProcess
from pulumi_stack import ProviderKind, Stack, asked, live
from trtc_recorder.testing import Recorder
from trtc_webrecord.declaration.names import OUTPUTS

BOTH = [("dynamic", "native"), pytest.param("native", "dynamic", marks=pytest.mark.slow)]
TWO = (
    'recording("lobby"); recording("shop", publish_cdn_params=[{"publish_cdn_url": "rtmp://c/l"}])'
)


TYPES = {
    "dynamic": "pulumi-python:dynamic/trtc:WebRecording",
    "native": "trtc:index:WebRecording",
}
KEYS = '{"cloud_storage": {**COS["cloud_storage"], "access_key": "AK", "secret_key": "SK"}}'
OWN = f"""recording("lobby", record_id="mine", triggers=[{{"oneThing": 1}}],
    publish_cdn_params=[{{"publish_cdn_url": "rtmp://c/l"}}], storage_params={KEYS}"""


def move(stack: Stack, provider: ProviderKind) -> None:
    stack.provider = provider
    stack.program(TWO)


@pytest.mark.parametrize(("old", "new"), BOTH)
def test_by_an_alias_the_resource_is_updated_in_place(
    stack: Stack, recorder: Recorder, old: ProviderKind, new: ProviderKind
) -> None:
    stack.provider = old
    stack.program(f"{OWN})")
    stack.up()
    before = stack.outputs("lobby")
    recorder.reset_calls()
    stack.provider = new
    aliases = f'opts=ResourceOptions(aliases=[pulumi.Alias(type_="{TYPES[old]}")])'
    stack.program(f"{OWN}, {aliases})")
    assert "1 to update" in stack.preview().text
    stack.up()
    assert asked(recorder) <= {"DescribeWebRecord"}
    after = stack.outputs("lobby")
    assert {n: after.get(n) for n in OUTPUTS} == {n: before.get(n) for n in OUTPUTS}
    assert after["resource_urn"] == stack.resources()["lobby"]["urn"]
    stack.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    stack.program(f"{OWN}, ready_timeout=5, {aliases})")
    assert "is the RecordId of the recording before the change" in stack.preview(expect=1).text
    stack.destroy()
    assert live(recorder) == set()


@pytest.mark.parametrize(
    "then", ["up", *(pytest.param(each, marks=pytest.mark.slow) for each in ("back", "destroy"))]
)
@pytest.mark.parametrize(("old", "new"), BOTH)
def test_a_move_that_was_killed_is_finished_or_taken_back_on_another_machine(
    stack: Stack, recorder: Recorder, old: ProviderKind, new: ProviderKind, then: str
) -> None:
    move(stack, old)
    stack.up()
    before = stack.task_ids()
    stack.provider = new
    late = 'recording("late", opts=ResourceOptions(depends_on=[lobby, shop]))'
    stack.program(f"lobby, shop = {TWO.replace('; ', ', ')}\n{late}")
    recorder.inject(action="StartWebRecord", record_id_prefix="late-", what="hang", seconds=60)
    with PulumiProcess(stack, "up", "--yes", "--skip-preview") as run:
        run.until(lambda: recorder.faults()[-1]["struck"])
        run.send_signal("all", signal.SIGKILL)
    recorder.clear_faults()
    shutil.rmtree(stack.directory / "home" / "trtc-webrecord", ignore_errors=True)
    stack.run("cancel", "--yes")
    if then == "destroy":
        stack.destroy()
        assert live(recorder).isdisjoint(before.values())
        return
    move(stack, old if then == "back" else new)
    stack.up()
    assert stack.task_ids() == before
    assert set(before.values()) <= live(recorder)
