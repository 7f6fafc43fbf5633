"""What a recorder's process tells when something in it has an error that nobody expects."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest
from recorder_tasks import start_request
from trtc_recorder.media import clock
from trtc_recorder.media.encoder import Encoder
from trtc_recorder.media.monitor import Monitor
from trtc_recorder.media.relay import Relay
from trtc_recorder.tasks.events import Event
from trtc_recorder.worker.encoding import Encoding
from trtc_recorder.worker.job import Job
from trtc_recorder.worker.recording import Recording
from trtc_webrecord.declaration.spec import McuPublishCdnParam

BROKEN = "an error of the recorder: KeyError"


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ([], Event("start failed", "the recorder could not be set up: Chromium could not be")),
        (["started"], Event("abnormal", f"{BROKEN}; see recorder.log in the task's folder")),
    ],
)
def test_a_recording_ends_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, before: list[str], told: Event
) -> None:
    async def record(recording: Recording, _: object) -> None:
        if before:
            recording._report_started()
        raise KeyError("canary")

    async def run() -> None:
        job = Job(start_request(), tmp_path, tmp_path, tmp_path)
        await Recording(job, events.append, asyncio.Future()).run()

    events: list[Event] = []
    monkeypatch.setattr(Recording, "_record", record)
    asyncio.run(run())
    assert [event.kind for event in events] == [*before, told.kind]
    assert events[-1].message.startswith(told.message)
    assert "canary" not in str(events)


def test_an_encoder_whose_output_is_not_read_any_more_has_ended(tmp_path: Path) -> None:
    async def run() -> None:
        command = ["sh", "-c", "echo frame=canary; exec head -c 1"]
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        encoder = Encoder(process, 0, tmp_path, tmp_path / "log", 0)
        with pytest.raises(ValueError, match="canary"):
            await asyncio.wait_for(encoder.ended(), 10)
        await encoder.kill()
        await encoder.stop()

    asyncio.run(run())


def test_a_relay_has_failed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def is_live(_: object) -> bool:
        raise KeyError("canary")

    events: list[Event] = []
    monkeypatch.setattr(Relay, "_is_live", is_live)
    target = McuPublishCdnParam(publish_cdn_url="rtmp://cdn.example/live/canary")
    relay = Relay(target, tmp_path / "live", tmp_path, tmp_path / "log", events.append)
    asyncio.run(relay.run())
    told = [(event.relayed and event.relayed.state, event.message) for event in events]
    assert told == [("connecting", ""), ("failed", BROKEN), ("idle", "")]


def test_an_encoder_goes_on_where_the_clock_cannot_be_watched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def ended() -> str:
        await asyncio.sleep(0.01)
        return "the encoder has ended"

    monkeypatch.setattr(clock, "is_set", AsyncMock(side_effect=OSError))
    encoding = Encoding(Mock(), Job(start_request(), tmp_path, tmp_path, tmp_path), Mock())
    encoding._encoder = Mock(ended=ended)
    assert asyncio.run(encoding.ended()) == "the encoder has ended"


def test_an_encoder_is_replaced_whose_clock_was_set_while_it_began(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_back = Mock(first_frame=lambda: asyncio.sleep(10), kill=AsyncMock())
    goes_on = Mock(first_frame=AsyncMock(return_value=1.0))
    monkeypatch.setattr(Encoder, "begin", AsyncMock(side_effect=[set_back, goes_on]))
    monkeypatch.setattr(Monitor, "begin", AsyncMock(return_value=AsyncMock()))
    monkeypatch.setattr(clock, "ahead", Mock(side_effect=[0, -3600, -3600, -3600]))
    encoding = Encoding(Mock(), Job(start_request(), tmp_path, tmp_path, tmp_path), Mock())
    asyncio.run(asyncio.wait_for(encoding.begin(), 5))
    set_back.kill.assert_awaited_once()
    assert encoding._encoder is goes_on
