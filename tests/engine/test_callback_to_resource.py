"""docs/callbacks.md: from a callback to the stack's resource, with its own code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from callback_example import running_example
from pulumi_stack import Stack
from stack_program import CONFIG, append, use_the_projects_program
from trtc_recorder.testing import local_settings, running_service
from trtc_webrecord import callbacks
from webhook import Webhook

DOCUMENT = Path(__file__).parents[2] / "docs" / "callbacks.md"
KEY = "CallbackKey1"


def documented() -> dict[str, Any]:
    """What the document's Python code defines."""
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL):
        exec(code, names)
    return names


@pytest.mark.slow
def test_a_callback_leads_to_the_recordings_name_and_record_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = documented()
    with (
        Webhook() as team,
        running_example(tmp_path, team.url, KEY) as example,
        Webhook() as webhook,
        running_service(
            local_settings(visible_after=0, callback_url=webhook.url, callback_key=KEY)
        ) as recorder,
    ):
        (tmp_path / "stack").mkdir()
        stack = use_the_projects_program(Stack(tmp_path / "stack", recorder.endpoint))
        append(stack, CONFIG)
        stack.up()
        recordings = stack.run("stack", "output", "recordings", "--json").text
        (tmp_path / "recordings.json").write_text(recordings)
        shop = next(task for task in recorder.live_tasks() if task.page.endswith("shop"))
        recorder.end(shop.task_id)
        post = webhook.await_posts(3)[-1]
        url = f"{example.url}/callbacks"
        assert requests.post(url, post.body, headers=post.headers, timeout=10).ok
        event = callbacks.receive(post.headers, post.body, KEY)
        assert names["recording_of"](event, recordings) == ("shop", shop.record_id)
        assert event.task_id in stack.run("stack", "--show-ids").text
        assert not names["is_old"](event)
        assert [post.message["text"] for post in team.await_posts(1)] == ["shop: Ended: Success"]
        task_ids = json.loads(stack.run("stack", "output", "taskIds", "--json").text)
        waited = example.wait(seconds=0.1, **task_ids)
    assert waited.returncode == 1
    assert sorted(waited.stdout.splitlines()) == [
        "lobby: no callback has come",
        "shop: Ended: Success",
    ]
    assert names["on_request"](post.headers, post.body, KEY)[0] == 200
    assert capsys.readouterr().out == f"task {shop.task_id} has ended\n"
    assert names["on_request"]({}, post.body, KEY)[0] == 403


def test_every_event_and_error_is_documented() -> None:
    text = DOCUMENT.read_text()
    kinds = {
        name
        for name in callbacks.__all__
        if isinstance(getattr(callbacks, name), type)
        and issubclass(getattr(callbacks, name), (callbacks.Event, callbacks.CallbackError))
    }
    assert [name for name in sorted(kinds - {"Event"}) if f"`{name}`" not in text] == []
