"""What the page tells of an upload, in a real Chromium."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect
from trtc_recorder import Task
from trtc_recorder.tasks.capture import OnEvent
from trtc_recorder.tasks.events import Event, MediaFile
from trtc_recorder.tasks.uploads import NoUploads
from trtc_recorder.testing import local_settings, running_service
from viewer_fixtures import SeededRecording


class Scripted(NoUploads):
    """Uploads that end when the test says so."""

    def __init__(self) -> None:
        self.on_event: list[OnEvent] = []

    def has_keys(self, task: Task) -> bool:
        return True

    def start(self, task: Task, files: tuple[MediaFile, ...], on_event: OnEvent) -> None:
        self.on_event.append(on_event)


def test_where_a_recording_was_uploaded_or_why_not(page: Page, tmp_path: Path) -> None:
    uploads = Scripted()
    with running_service(local_settings(data=tmp_path), uploads=uploads) as recorder:
        recording = SeededRecording(recorder, tmp_path)
        recording.write("files/recording_0.mp4")
        upload, why = page.locator("[data-field=upload]"), page.locator(".why")
        page.goto(recording.url)
        expect(upload).to_have_text("–")
        ready = Event("files ready", files=(MediaFile("recording_0.mp4", "mp4", 0, 4),))
        recorder.end(recording.task_id, "stopped")
        recorder.service.on_event(recording.task_id, ready)
        where = f"recordings-1250000000/{recording.task_id}/"
        expect(upload).to_have_text(f"Pending, to {where}")
        expect(why).to_have_text("Stopped by StopWebRecord")

        (told,) = uploads.on_event
        told(Event("upload failed", "AccessDenied: <b>Access</b> Denied", files=ready.files))
        expect(upload).to_have_text(f"Not uploaded to {where}: AccessDenied: <b>Access</b> Denied")
        failed = "Stopped by StopWebRecord. Not uploaded: AccessDenied: <b>Access</b> Denied"
        expect(why).to_have_text(failed)
        page.goto(f"{recorder.endpoint}/recordings/")
        expect(why).to_have_text(failed)

        told(Event("uploaded", files=ready.files))
        expect(why).to_have_text("Stopped by StopWebRecord")
        page.goto(recording.url)
        expect(upload).to_have_text(where)
