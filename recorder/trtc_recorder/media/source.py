"""The display and the sound of a page as ffmpeg inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .sound import MONITOR

SOUND_AHEAD = 0.08
"""Seconds by which the audio of the monitor is ahead of the video.

Measured with a page that flashes and beeps: with this correction, audio and video are within 50 ms
of each other, on an idle machine and on one whose cores are all busy.
"""


@dataclass(frozen=True)
class Source:
    """A display, such as `:3`, and its size in pixels; `environment` is for its clients."""

    display: str
    width: int
    height: int
    environment: Mapping[str, str]

    def picture(self, frames_per_second: int, begun_at: float = 0) -> list[str]:
        """Returns the display as an input; `begun_at` (Unix time) is its second 0."""
        return [
            *("-thread_queue_size", "16", "-itsoffset", f"{-begun_at:.6f}"),
            *("-f", "x11grab", "-draw_mouse", "0", "-framerate", str(frames_per_second)),
            *("-video_size", f"{self.width}x{self.height}", "-i", self.display),
        ]

    def sound(self, begun_at: float) -> list[str]:
        """Returns the sound as an input; `begun_at` (Unix time) is its second 0."""
        return [
            *("-thread_queue_size", "1024", "-itsoffset", f"{SOUND_AHEAD - begun_at:.6f}"),
            *("-f", "pulse", "-i", MONITOR),
        ]

    def monitor(self, rate: int) -> list[str]:
        """Returns the sound as an input of `rate` samples a second, without a clock."""
        fifth = str(rate // 5 * 4)  # bytes: two channels of 16 bits
        return [
            *("-sample_rate", str(rate), "-channels", "2", "-fragment_size", fifth),
            *("-f", "pulse", "-i", MONITOR),
        ]
