"""A replacement without `diff`: --replace, taint, replacement_trigger, replace_with."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pulumi_stack import Ran, Stack, live
from trtc_recorder.testing import Recorder

CDN = "publish_cdn_params=[{{'publish_cdn_url': 'rtmp://cdn/{}?key=CANARY'}}], "
RELAYED, STREAMED = CDN.format("relayed"), CDN.format("secret")
EDIT = "ready_timeout=5, "
DELETE_FIRST = "delete_before_replace=True, "

RECORDINGS = {
    "unchanged": ("", "", ""),
    "secret": ("", STREAMED, ""),
    "at-the-root": ("parent=pulumi.runtime.get_root_resource(), ", "", ""),
    "ended": ("", "", ""),
    "changed": ("", "", EDIT),
    "deleted-first": (DELETE_FIRST, "", ""),
    "relayed": ("", RELAYED, EDIT),
}
"""Resource options, inputs, and the inputs that the forced replacement adds."""

REJECTED = {"unchanged", "secret", "at-the-root"}

Force = Callable[[Stack], Ran]


def declare(stack: Stack, edited: bool = False, options: str = "", before: str = "") -> None:
    stack.program(
        before
        + "\n".join(
            f"recording({name!r}, {inputs}{added * edited}opts=ResourceOptions({own}{options}))"
            for name, (own, inputs, added) in RECORDINGS.items()
        )
    )


def urns(stack: Stack) -> list[str]:
    return [resource["urn"] for resource in stack.resources().values()]


def up(stack: Stack, *options: str) -> Ran:
    return stack.up("--continue-on-error", *options, expect=1)


def by_replace(stack: Stack) -> Ran:
    declare(stack, edited=True)
    return up(stack, *(f"--replace={urn}" for urn in urns(stack)))


def by_taint(stack: Stack) -> Ran:
    stack.run("state", "taint", *urns(stack), "--yes")
    declare(stack, edited=True)
    return up(stack)


def by_trigger(stack: Stack) -> Ran:
    declare(stack, edited=True, options="replacement_trigger=1")
    return up(stack)


def by_replace_with(stack: Stack) -> Ran:
    other = "other = recording('other', triggers=[{}])\n"
    declare(stack, before=other.format(1))
    stack.up()
    declare(stack, edited=True, options="replace_with=[other]", before=other.format(2))
    return up(stack)


def in_the_state(stack: Stack) -> set[str]:
    """The TaskIds, with those that the failed run left to be deleted by the next."""
    resources = json.loads(stack.export())["deployment"]["resources"]
    return {each["id"] for each in resources if each["type"].endswith(":WebRecording")}


@pytest.mark.parametrize(
    "force",
    [
        by_replace,
        *(pytest.param(f, marks=pytest.mark.slow) for f in (by_taint, by_trigger, by_replace_with)),
    ],
)
def test_it_rejects_what_runs_unchanged_and_replaces_the_rest(
    stack: Stack, recorder: Recorder, force: Force
) -> None:
    declare(stack, options="replacement_trigger=0" if force is by_trigger else "")
    stack.up()
    first = stack.task_ids()
    recorder.advance(60)
    recorder.end(first["ended"])
    recorder.reset_calls()
    forced = force(stack)
    now = stack.task_ids()
    held = stack.resources()
    for name in REJECTED:
        assert f"RecordId {held[name]['outputs']['record_id']}) was not replaced" in forced.text
        assert f"pulumi state untaint {held[name]['urn']}" in forced.text
        assert held[name]["outputs"]["resource_urn"] == held[name]["urn"]
    assert "Change its `triggers`" in forced.text
    assert "CANARY" not in forced.text
    assert {name for name in first if now[name] == first[name]} == REJECTED
    assert live(recorder) == in_the_state(stack) >= set(now.values())
    calls = [(call.action, call.task_id) for call in recorder.calls()]
    stopped = calls.index(("StopWebRecord", first["relayed"]))
    assert stopped < calls.index(("StartWebRecord", now["relayed"]))
    if force is by_taint:
        stack.run("state", "untaint", *(held[name]["urn"] for name in REJECTED), "--yes")
        assert f"{len(RECORDINGS) + 1} unchanged" in stack.up().text
    assert live(recorder) >= {now[name] for name in REJECTED}
