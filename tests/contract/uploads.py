"""A service that uploads what it did not record, and its callbacks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contract.http_client import raw
from trtc_recorder import Task
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.testing import RunningService, local_settings, running_service
from trtc_recorder.upload.storage_uploads import StorageUploads
from trtc_webrecord import callbacks
from unit.callback_bodies import KEY
from uploading_service import FILM, finish, started
from waiting import until
from webhook import Webhook

CONTENT = os.urandom(3000)


class UploadingRecorder:
    """A service that records nothing and uploads; `webhook` gets its callbacks."""

    def __init__(self, data: Path, running: RunningService, webhook: Webhook) -> None:
        self.storage, self.running, self.webhook = Storage(data), running, webhook
        self.service = running.service

    def started(self, storage: dict[str, Any]) -> Task:
        task = started(self.service, storage)
        self.storage.recording(task).mkdir(parents=True)
        return task

    def recorded(self, storage: dict[str, Any], content: bytes = CONTENT) -> Task:
        """A task that has recorded one film."""
        task = self.started(storage)
        (self.storage.recording(task) / FILM).write_bytes(content)
        finish(self.service, task, FILM)
        return task

    def upload(self, task: Task) -> dict[str, Any] | None:
        """How far the upload is, as the viewer lists it."""
        found = raw(self.running, "GET", f"/recordings/{quote(task.task_id)}.json")[2]
        upload: dict[str, Any] | None = json.loads(found)["recording"]["upload"]
        return upload

    def ended(self, task: Task) -> dict[str, Any]:
        """How the upload ended, once it has."""
        until(lambda: (self.upload(task) or {})["state"] != "pending", poll=0.02)
        return self.upload(task) or {}

    def told(self) -> callbacks.Event:
        """What a receiver makes of the last of the three callbacks of a task that was ended."""
        post = self.webhook.await_posts(3)[-1]
        return callbacks.receive(post.headers, post.body, KEY)


Make = Callable[[str], UploadingRecorder]


@contextmanager
def uploads_to(data: Path) -> Iterator[Make]:
    """Services that upload to an endpoint, one after the other on the same data folder."""
    with ExitStack() as made:

        def make(endpoint: str) -> UploadingRecorder:
            webhook = made.enter_context(Webhook())
            settings = local_settings(
                data=data, callback_url=webhook.url, callback_key=KEY, visible_after=0
            )
            uploads = StorageUploads(endpoint, Storage(data))
            running = made.enter_context(running_service(settings, uploads=uploads))
            return UploadingRecorder(data, running, webhook)

        yield make
