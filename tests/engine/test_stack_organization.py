"""A stack of an organization that is not the default one, which Pulumi tells no plugin.

A file backend has no organizations: a stand-in `pulumi` knows the stack as one of `acme`, beside an
empty one of the same name.
"""

from __future__ import annotations

import json
import os
import shutil

import pytest
from pulumi_stack import Stack, live
from shell_script import shell_script
from trtc_recorder.testing import Recorder

KNOWN = json.dumps([{"name": "test"}, {"name": "acme/test", "updateInProgress": True}])

pytestmark = pytest.mark.providers("native")


def move_to_acme(stack: Stack) -> None:
    real = f"exec {shutil.which('pulumi')}"
    stand_in = shell_script(
        stack.directory / "bin" / "pulumi",
        f"""case "$*" in
        *"stack ls"*) echo '{KNOWN}';;
        *"--stack acme/test"*) {real} --non-interactive stack export --stack test;;
        *"--stack organization/"*) exit 1;;
        *"--stack test"*) echo '{{}}';;
        *) {real} "$@";;
        esac""",
    )
    stack.environment["PATH"] = f"{stand_in.parent}:{os.environ['PATH']}"


def interrupt_the_create(stack: Stack) -> None:
    """Have the state that a run leaves which is killed before it stores the recording.

    `pulumi stack import` would drop the pending operation.
    """
    (file,) = (stack.directory / ".pulumi" / "stacks").rglob("test.json")
    state = json.loads(file.read_text())
    latest = state["checkpoint"]["latest"]
    lobby = latest["resources"].pop()
    assert lobby["urn"].endswith("::lobby")
    created = {"urn", "type", "custom", "inputs", "parent", "provider"}
    lobby = {name: value for name, value in lobby.items() if name in created}
    latest["pending_operations"] = [{"resource": lobby, "type": "creating"}]
    file.write_text(json.dumps(state))


def test_its_state_is_found(stack: Stack, recorder: Recorder) -> None:
    stack.program('recording("lobby")')
    stack.up()
    before = stack.task_ids()
    move_to_acme(stack)
    recorder.advance(60)
    unchanged = stack.up("--replace", stack.resources()["lobby"]["urn"], expect=1)
    assert "was not replaced: its declaration is unchanged" in unchanged.text
    assert stack.task_ids() == before
    interrupt_the_create(stack)
    stack.program('recording("lobby", ready_timeout=5)')
    edited = stack.up()
    assert f"stopped TaskId {before['lobby']}" in edited.text
    assert live(recorder) == set(stack.task_ids().values()) != set(before.values())
