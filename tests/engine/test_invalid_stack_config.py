"""An invalid stack config: rejected at preview by name, and nothing that runs is stopped."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack, live
from stack_program import CONFIG, append
from trtc_recorder.testing import Recorder

DEFAULTS, RECORDINGS = CONFIG.split("  web-recordings:recordings:")
ENTRIES = RECORDINGS.strip("\n")
KEY = "web-recordings:recordings"

NO_RECORDINGS = {
    "null": (f"  {KEY}:\n", f"{KEY} must be an object, and is empty. Nothing was changed."),
    "un-indented": (
        f"  {KEY}:\n" + ENTRIES.replace("\n  ", "\n").removeprefix("  "),
        "web-recordings:lobby is an unknown key; known: recordings, defaults, viewer, "
        "pricePerMinute. "
        f"A recording is indented below {KEY}",
    ),
    "list": (
        f"  {KEY}: [{{recordUrl: 'https://example.com/lobby'}}]\n",
        f"and is a list: write names instead of dashes. It should look like this:\n"
        f"      {KEY}:\n        lobby:\n          recordUrl:",
    ),
    "text": (f"  {KEY}: lobby\n", f"{KEY} must be an object, not a single value. It should look"),
    "null entry": (
        f"  {KEY}:\n    lobby:\n",
        f"{KEY}.lobby must be an object with fields such as recordUrl, and is empty; "
        "write `lobby: {}`",
    ),
    "list entry": (
        f"  {KEY}:\n    lobby:\n      - recordUrl: https://example.com/lobby\n",
        f"{KEY}.lobby must be an object with fields such as recordUrl, and is a list",
    ),
}
"""Others are in tests/unit/stack_program/test_stack_config.py."""


@pytest.fixture
def running(declared: Stack, recorder: Recorder) -> Stack:
    """A stack that records two pages; its `settings` is free to be written anew."""
    before = declared.settings.read_text()
    append(declared, CONFIG)
    declared.up()
    declared.settings.write_text(before)
    assert len(live(recorder)) == 2
    return declared


@pytest.mark.parametrize(
    "slips",
    [["null", "un-indented"], pytest.param(list(NO_RECORDINGS), marks=pytest.mark.slow, id="all")],
    ids=str,
)
def test_a_stack_without_recordings_by_mistake_stops_nothing_and_on_purpose_all(
    running: Stack, recorder: Recorder, slips: list[str]
) -> None:
    before = running.settings.read_text()
    tasks = live(recorder)
    for slip in slips:
        text, message = NO_RECORDINGS[slip]
        running.settings.write_text(before + DEFAULTS + text)
        rejected = running.up("--continue-on-error", expect=1).text
        assert message in rejected, slip
        assert "Traceback" not in rejected, slip
    assert live(recorder) == tasks == set(running.task_ids().values())
    running.settings.write_text(f"{before}{DEFAULTS}  {KEY}: {{}}\n")
    running.up()
    assert live(recorder) == set()


CHANGED_VALUES = """
      recordId: 2026-10-01
      adoptTaskId: 007
      restartPolicy: 2026-10-01T10:00:00Z
"""
CHANGED_NAMES = {
    "2026-10-01": "2026-10-01 00:00:00 +0000 UTC",
    "null": "<nil>",
    "1.10": "1.1",
    '""': "",
}


def test_what_yaml_has_changed_is_rejected_with_the_way_to_write_it(declared: Stack) -> None:
    entries = "".join(f"    {name}: {{recordUrl: 'https://a.example'}}\n" for name in CHANGED_NAMES)
    before = declared.settings.read_text()
    append(declared, CONFIG + entries)
    rejected = declared.preview(expect=1).text
    for name in CHANGED_NAMES.values():
        assert f"{KEY}, the name {name!r}: YAML" in rejected

    declared.settings.write_text(before)
    append(declared, CONFIG.replace("    shop:\n", f"    shop:{CHANGED_VALUES}"))
    rejected = declared.preview(expect=1).text
    date = "YAML has read this as a date; write it in quotes, or set it with `pulumi config set"
    assert f"{KEY}.shop.recordId = '2026-10-01 00:00:00 +0000 UTC': {date}" in rejected
    assert f"{KEY}.shop.restartPolicy = '2026-10-01 10:00:00 +0000 UTC': {date}" in rejected
    assert f"{KEY}.shop.adoptTaskId = 7: must be a string, and is a number" in rejected
    for field, value in (("recordId", "2026-10-01"), ("restartPolicy", "never")):
        declared.config(f"{KEY}.shop.{field}", value, "--path", "--type", "string")
    declared.run("config", "rm", "--path", f"{KEY}.shop.adoptTaskId")
    declared.up()
    assert declared.outputs("shop")["record_id"] == "2026-10-01"


@pytest.mark.slow
@pytest.mark.parametrize(
    "names", ["lobby lobby", "7 007", "8 010", "1.1 1.10", 'true "true"', '7 "7"']
)
def test_two_names_that_yaml_takes_for_one_are_rejected(declared: Stack, names: str) -> None:
    first, second = names.split()
    append(declared, CONFIG.replace("lobby:", f"{first}:").replace("shop:", f"{second}:"))
    rejected = declared.preview(expect=1).text
    assert f"the name '{first}': YAML" in rejected or f'mapping key "{first}" already' in rejected


def test_wrong_provider_keys_and_values_are_rejected_before_a_recording_would_go_elsewhere(
    declared: Stack, recorder: Recorder
) -> None:
    keys = "  trtc:region: {a: 1}\n  trtc:recordIdNamespace: 2026-10-01\n  trtc:timeout:\n"
    slip = declared.settings.read_text().replace("trtc:endpoint", "trtc:endPoint")
    declared.settings.write_text(slip + keys + CONFIG.lstrip("\n"))
    rejected = declared.up(expect=1).text
    assert "trtc:endPoint: is an unknown key; did you mean trtc:endpoint?" in rejected
    assert "trtc:region: must be a single value" in rejected
    assert "trtc:recordIdNamespace: YAML has read this as a date" in rejected
    assert "trtc:timeout: is empty" in rejected
    assert "Traceback" not in rejected
    assert recorder.calls() == []
