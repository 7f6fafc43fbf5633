"""docs/callbacks.md: its code runs, and every event and error is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from documentation.markdown import PROJECT, blocks
from trtc_webrecord import callbacks
from unit.callback_bodies import KEY, headers, page

TEXT = (PROJECT / "docs/callbacks.md").read_text(encoding="utf-8")


def test_a_callback_leads_to_the_recordings_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names: dict[str, Any] = {}
    for block in blocks(TEXT):
        if block.language == "python":
            exec(block.text, names)
    ended = page(802, 1)
    event = callbacks.receive(headers(ended), ended, KEY)
    # As tests/engine/test_stack_program.py has it of `pulumi stack output taskIds --json`.
    task_ids = json.dumps({"lobby": "another", "shop": event.task_id})
    assert names["name_of"](event, task_ids) == "shop"
    assert names["on_request"](headers(ended), ended, KEY)[0] == 200
    assert capsys.readouterr().out == f"task {event.task_id} has ended\n"
    assert names["on_request"]({}, ended, KEY)[0] == 403


def test_every_event_and_error_is_documented() -> None:
    kinds = {
        name
        for name in callbacks.__all__
        if isinstance(getattr(callbacks, name), type)
        and issubclass(getattr(callbacks, name), (callbacks.Event, callbacks.CallbackError))
    }
    assert [name for name in sorted(kinds - {"Event"}) if f"`{name}`" not in TEXT] == []
