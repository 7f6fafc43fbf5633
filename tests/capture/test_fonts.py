"""Every script and coloured emoji, in the decoded frames of a recording."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import urlopen

import pytest
from capture.glyphs import Row, cells, fontconfig, frames, missing, page_of
from capture.recording_service import (
    LARGE,
    CallbackReceiver,
    RecordingService,
    recording_command,
)
from page_server import served
from trtc_recorder.worker import fonts

EMOJI = ["😀", "❤️", "👍🏽", "🇨🇳", "👨‍👩‍👧", "☀️", "✅", "🫠", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣"]
GREY = "👨‍👩‍👧"
"""Noto Color Emoji draws families as grey figures."""

TEXT = ["0", "1", "7", "#", "*", "©", "®", "™", "☎", "♥"]
MIXED = ["你", "한", "न", "ไ", "م", "ש", "ব", "த"]

ROWS = {
    "zh-CN": Row("骨直你好世界门", lang="zh-CN"),
    "zh-TW": Row("骨直你好世界門", lang="zh-TW"),
    "ja": Row("骨直こんにちはカ", lang="ja"),
    "ko": Row("骨直안녕하세요", lang="ko"),
    "no language": Row([*MIXED, "骨", "こ"]),
    "other alphabets": Row("ΑβγЖдяԱբسلامשלוםสนทนা"),
    "mathematics": Row("∑∫√∞≠≤⊂∀∃ℝ𝔸𝒜→⇒⟨⟩"),
    "upright": Row("你好世界，안", lang="zh-CN", style="writing-mode:vertical-rl"),
    "canvas": Row([*MIXED, "😀"], place="canvas"),
    "frame": Row([*MIXED, "😀"], place="frame"),
    "bold serif": Row(MIXED, style="font:bold 28px/40px serif"),
    "monospace": Row(MIXED, style="font-family:monospace"),
    "emoji": Row(EMOJI),
    **{
        f"{family} with emoji": Row([*TEXT, *EMOJI], style=f"font-family:{family}")
        for family in ("system-ui", "sans-serif", "serif", "monospace")
    },
}


@pytest.fixture(scope="module", autouse=True)
def all_fonts() -> None:
    """Only where the fonts are; tests/packages has set-up install them."""
    if advice := fonts.missing():
        pytest.skip(advice)


def test_every_script_and_emoji_of_a_page_is_in_its_recording(service: RecordingService) -> None:
    with served({"/": page_of(*ROWS.values())}) as site:
        (file,) = service.record(site.address, 1.5, WebRecordVideoParams=LARGE).files
    seen = list(frames(file))
    assert len(seen) >= 2
    for frame in (seen[0], seen[-1]):
        shown = {name: cells(frame, n, row) for n, (name, row) in enumerate(ROWS.items())}
        assert {name: boxes for name, row in shown.items() if (boxes := missing(row))} == {}
    for name, row in shown.items():
        if "emoji" in name:
            coloured = [emoji for emoji in EMOJI if row[emoji].colour >= 20]
            assert {*coloured, GREY} == {*EMOJI}, name
            assert [emoji for emoji in EMOJI if row[emoji].overflows] == [], name
        if "with emoji" in name:
            assert [each for each in TEXT if row[each].colour] == [], name
    for name in ("canvas", "frame"):
        assert shown[name]["😀"].colour > 20
    bone, straight = (
        {name: shown[name][each] for name in ("zh-CN", "zh-TW", "ja")} for each in "骨直"
    )
    assert not bone["zh-CN"].looks_like(bone["zh-TW"])
    assert not bone["zh-CN"].looks_like(bone["ja"])
    assert not straight["zh-CN"].looks_like(straight["ja"])


@pytest.mark.slow
def test_without_the_fonts_a_page_is_recorded_with_boxes_and_the_scripts_are_named(
    tmp_path: Path, callbacks: CallbackReceiver
) -> None:
    """Once in the log, and in the list of recordings."""
    row, none = Row("a你한😀"), {"FONTCONFIG_FILE": str(fontconfig(tmp_path, "Liberation Sans"))}
    data = tmp_path / "data"
    with served({"/": page_of(row)}) as site, recording_command(data, callbacks, **none) as service:
        (file,) = service.record(site.address, 1, WebRecordVideoParams=LARGE).files
        with urlopen(f"{service.recorder.endpoint}/recordings.json") as answer:
            listing = json.load(answer)
    assert missing(cells(next(frames(file)), 0, row)) == ["你", "한", "😀"]
    assert listing["notice"] is None
    assert listing["advice"].startswith("Fonts for Chinese, Japanese, Korean, Arabic, ")
    assert data.with_suffix(".log").read_text().count(listing["advice"]) == 1
