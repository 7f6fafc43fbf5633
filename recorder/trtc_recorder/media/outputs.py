"""The encoder's outputs: the recording's files, and a live playlist of the last seconds.

Paths are relative to the encoder's own folder, where `recording` and `working` are symlinks to the
task's folders. So they are the same for every task and need no escaping, which ffmpeg would not
support: it takes any `%3d` in an HLS path for a number.
"""

from __future__ import annotations

from pathlib import Path

from trtc_webrecord.declaration.spec import StartWebRecordRequest

from ..tasks.storage import LIVE_PLAYLIST

MP4, PLAYLIST, SEGMENT = "recording_%d.mp4", "recording.m3u8", "recording_%05d.ts"
"""The names of a recording's files."""

SEGMENT_SECONDS = 4.0
"""The length of an HLS segment, except the last."""

MPEGTS = "bsfs/v=dump_extra=freq=keyframe"
"""Repeats the parameter sets at each keyframe, so that a segment can be played by itself."""


def outputs(request: StartWebRecordRequest, recording: Path) -> list[str]:
    """Returns the slaves of ffmpeg's tee muxer for a request.

    The files are numbered on from those of an earlier encoder in `recording`, their folder. A write
    error of the recording ends the encoder; one of the live playlist does not. Without a Format,
    for which no default is documented, COS gets an mp4.
    """
    vod = request.storage_params.cloud_vod
    video = request.web_record_video_params
    if vod is None:
        kinds: set[str] = {video.format or "mp4"}
    else:
        kinds = {0: {"mp4"}, 1: {"hls"}, 3: {"mp4", "hls"}}[vod.tencent_vod.media_type]
    mp4s, segments = (len([*recording.glob(f"recording_*.{kind}")]) for kind in ("mp4", "ts"))
    slaves = [live(continued=bool(mp4s or segments))]
    if "mp4" in kinds:
        slaves.append(mp4(video.max_media_file_duration * 60, mp4s))
    if "hls" in kinds:
        slaves.append(hls(segments))
    return slaves


def mp4(seconds: int, first: int = 0) -> str:
    """Fragmented mp4 files of `seconds` each, numbered from `first`.

    A truncated one plays up to its last fragment.
    """
    options = [
        "movflags=frag_keyframe+empty_moov+default_base_moof",
        "frag_duration=500000",
        "flush_packets=1",
    ]
    nested = r"\\:".join(options)  # within a list within a list
    return (
        f"[f=segment:onfail=abort:segment_time={seconds}:reset_timestamps=1:segment_format=mp4:"
        f"segment_start_number={first}:"
        f"segment_format_options={nested}]recording/{MP4}"
    )


def hls(first: int = 0) -> str:
    """Returns an HLS playlist of the whole recording, or of its segments from `first` on.

    Not with ffmpeg's HLS muxer, which keeps a segment in memory until it is complete.
    """
    return (
        f"[f=segment:onfail=abort:{MPEGTS}:segment_time={SEGMENT_SECONDS:g}:segment_format=mpegts:"
        "segment_format_options=flush_packets=1:individual_header_trailer=0:"
        f"segment_start_number={first}:"
        f"segment_list=recording/{playlist(first)}:segment_list_flags=live]recording/{SEGMENT}"
    )


def playlist(first: int) -> str:
    """Returns the name of the playlist of the segments from `first` on."""
    return Path(SEGMENT % first).with_suffix(".m3u8").name if first else PLAYLIST


def live(continued: bool = False) -> str:
    """Returns a playlist of the last few seconds; `continued` after another encoder's."""
    append = "+append_list+discont_start" if continued else ""
    return (
        f"[f=hls:onfail=ignore:{MPEGTS}:hls_time=1:hls_list_size=6:"
        f"hls_flags=independent_segments+temp_file+delete_segments{append}]working/{LIVE_PLAYLIST}"
    )
