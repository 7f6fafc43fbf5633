"""A stack's provider at the model of the service instead of the network."""

from __future__ import annotations

from typing import Any, cast

from trtc_webrecord.api.client import WebRecordApi
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.provider_run import recordings_of_a_run
from trtc_webrecord.recording.outcome import MayRun, Running
from trtc_webrecord.recording.recordings import Recordings
from trtc_webrecord.recording.state import StackState, StateUnreadable
from trtc_webrecord.recording.stored import Stored
from unit.clockwork import Clockwork
from unit.declared import declaration, props
from unit.service_model import Service


def unstored(unfinished: Running | MayRun) -> None:
    """There is no engine that would store it."""


class Account:
    """One account: the service, and each run's own `Recordings`."""

    def __init__(self, visible_after: float = 5.0) -> None:
        self.time = Clockwork()
        self.service = Service(self.time, visible_after)
        self.shown: list[str] = []
        self.shown_at: list[float] = []
        self.config: dict[str, Any] = {
            "secret_id": "the-id",
            "secret_key": "the-key",
            "storage_probe": False,
        }

    def run(
        self, stack: StackState | StateUnreadable | None = None, /, **config: Any
    ) -> Recordings:
        """What a run of `pulumi up` begins with, on a stack with this state."""
        service = self.service

        def export(name: str) -> StackState:
            if isinstance(stack, StateUnreadable):
                raise stack
            return stack or StackState()

        class Config(ProviderConfig):
            def api(self, *_: object) -> WebRecordApi:
                return cast("WebRecordApi", service)

        read = Config.model_validate({**self.config, **config})
        return recordings_of_a_run(read, self.time.clock, self.show, export)

    def storing(self, task_id: str, state: dict[str, Any]) -> Recordings:
        """A run on a stack that stores this recording."""
        return self.run(StackState(stored=(Stored.of(task_id, state),)))

    def show(self, message: str) -> None:
        self.shown.append(message)
        self.shown_at.append(self.time.now)

    def live(self) -> list[str]:
        return [task.task_id for task in self.service.live()]

    def messages(self) -> str:
        """What the runs have shown since the last call, a message a line."""
        said, self.shown[:] = "\n".join(self.shown), []
        return said

    def status(self, task_id: str, state: dict[str, Any]) -> str:
        """The status that a refresh finds."""
        refreshed = self.run().refresh(task_id, state)
        assert refreshed
        return str(refreshed["status"])

    def running(self, **changes: Any) -> tuple[str, dict[str, Any]]:
        """A recording that an earlier run started: its id and its state."""
        outputs = self.run().start(declaration(**changes), unstored)
        self.time.sleep(60)
        return outputs["task_id"], {**props(**changes), **outputs}
