"""Sound and picture of a page stay together, in each way in which it makes sound."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from capture.recording_service import RecordingService
from fidelity.flash_and_beep import INTERVAL
from fidelity.lipsync import TOGETHER, beeps
from fidelity.sound import record
from page_server import flat, served
from trtc_recorder.media.encoder import TIMED
from waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.measures]

TRIES = 3
"""A recording is made again where the machine was too busy with other things."""

SECONDS = 300


@pytest.mark.parametrize("kind", ["video", "webrtc"])
def test_sound_comes_with_its_picture(kind: str, tmp_path: Path) -> None:
    for number in range(TRIES):
        seen = record(kind, 0.2, tmp_path / str(number))
        if seen.flashes and not seen.unmatched and abs(seen.median) <= TOGETHER:
            break
    assert len(seen.flashes) >= 8
    assert seen.unmatched == 0
    assert abs(seen.median) <= TOGETHER


@pytest.mark.parametrize("speed", [0.999, 0.9998, 1.0002, 1.001])
def test_sound_whose_clock_is_wrong_does_not_drift(speed: float, tmp_path: Path) -> None:
    """The clock of the timestamps is taken for the right one. As from the sound server, nothing
    else resamples: in and out are 48000 samples a second.
    """
    file = tmp_path / "sound.wav"
    tone = f"aevalsrc='sin(2765*t)*lt(mod(t,{INTERVAL}),0.25)':s=48000:d={SECONDS}"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", tone]
    subprocess.run([*command, "-af", f"asetpts=PTS*{speed},{TIMED}", str(file)], check=True)
    heard = beeps(file)
    assert len(heard) == int(SECONDS / INTERVAL) + 1
    errors = [abs(beep - number * INTERVAL * speed) for number, beep in enumerate(heard)]
    assert max(errors) < 0.03


def test_a_page_is_given_the_rate_of_the_recording(service: RecordingService) -> None:
    """At PulseAudio's own, 44100, the clock of a null sink is wrong."""
    asks = flat("await fetch(`/rate?${new AudioContext().sampleRate}`);")
    with served({"/": asks}) as site:
        task_id = service.start(f"{site.address}/")
        until(lambda: any(asked.path.startswith("/rate") for asked in site.asked))
        service.finish(task_id)
    assert "/rate?48000" in [asked.path for asked in site.asked]
