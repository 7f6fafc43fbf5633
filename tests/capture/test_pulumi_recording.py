"""The real engine, the real provider, a real recording."""

from __future__ import annotations

import time
from pathlib import Path

from capture.media_probe import probe
from capture.recording_service import RecordingService
from page_server import Site
from pulumi_stack import Stack


def test_up_records_a_replacement_starts_before_it_stops_and_destroy_finishes_the_video(
    tmp_path: Path, service: RecordingService, pages: Site
) -> None:
    stack = Stack(tmp_path, service.recorder.endpoint)
    video = "{'width': 640, 'height': 360, 'format': 'mp4'}"
    program = (
        f"recording('lesson', record_url='{pages.address}/clock', startup_watch=5, "
        f"web_record_video_params={video}, max_duration_limit=%d)"
    )
    stack.program(program % 1800)
    stack.up()
    (old,) = stack.task_ids().values()
    service.await_start(old)
    stack.program(program % 3600)
    stack.up()
    (new,) = stack.task_ids().values()
    assert service.await_end(old) == "stopped"
    assert probe(service.files(old)[0]).seconds > 0
    own = [task for task in service.recorder.live_tasks() if task.page.endswith("/clock")]
    assert [task.task_id for task in own] == [new]
    begun, ended = service.task(new).started_at, service.task(old).ended_at
    assert ended is not None
    assert begun < ended
    file_prefix = stack.outputs("lesson")["file_prefix"]
    service.await_start(new)
    time.sleep(3)
    stack.destroy()
    assert service.await_end(new) == "stopped"
    (file,) = service.files(new)
    assert file.parent == service.storage.data / "cos" / file_prefix
    seen = probe(file)
    assert seen.seconds > 3
    assert (seen.width, seen.height, seen.sound) == (640, 360, True)
