"""Every script and coloured emoji, in the decoded frames of a recording."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest
from capture.glyphs import Cell, Row, cell, frames, missing, page_of
from capture.recording_service import LARGE, RecordingService, recording_service
from page_server import served
from trtc_recorder.testing import running_command
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


@pytest.fixture(scope="module")
def seen(service: RecordingService) -> list[bytes]:
    """Two frames a second of a recording of all rows, from its first frame."""
    with served({"/": page_of(*ROWS.values())}) as site:
        (file,) = service.record(site.address, 1.5, WebRecordVideoParams=LARGE).files
    return list(frames(file))


def cells(frame: bytes, row: str) -> dict[str, Cell]:
    number = list(ROWS).index(row)
    return {
        character: cell(frame, number, column)
        for column, character in enumerate(ROWS[row].characters, 1)
    }


@pytest.mark.parametrize("row", ROWS)
def test_no_character_is_a_box(seen: list[bytes], row: str) -> None:
    assert len(seen) >= 2
    for frame in seen:
        assert missing(frame, list(ROWS).index(row), ROWS[row]) == []


@pytest.mark.parametrize("row", [row for row in ROWS if "emoji" in row])
def test_emoji_have_their_colours_and_are_one_character_each(seen: list[bytes], row: str) -> None:
    shown = cells(seen[-1], row)
    assert [emoji for emoji in EMOJI if shown[emoji].colour < 20 and emoji != GREY] == []
    assert [emoji for emoji in EMOJI if shown[emoji].overflows] == []


@pytest.mark.parametrize("row", [row for row in ROWS if "with emoji" in row])
def test_digits_and_signs_stay_text(seen: list[bytes], row: str) -> None:
    shown = cells(seen[-1], row)
    assert [each for each in TEXT if shown[each].colour] == []


def test_emoji_in_a_canvas_and_a_frame_have_colour(seen: list[bytes]) -> None:
    for row in ("canvas", "frame"):
        assert cells(seen[-1], row)["😀"].colour > 20


def test_characters_that_languages_share_have_the_shapes_of_the_documents_language(
    seen: list[bytes],
) -> None:
    bone, straight = (
        {row: cells(seen[-1], row)[each] for row in ("zh-CN", "zh-TW", "ja", "ko")}
        for each in "骨直"
    )
    assert not bone["zh-CN"].looks_like(bone["zh-TW"])
    assert not bone["zh-CN"].looks_like(bone["ja"])
    assert not straight["zh-CN"].looks_like(straight["ja"])


@pytest.mark.slow
def test_without_the_fonts_a_page_is_recorded_with_boxes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", str(one_font(tmp_path)))
    row = Row("a你한😀")
    with served({"/": page_of(row)}) as site, recording_service(tmp_path / "data") as service:
        (file,) = service.record(site.address, 1).files
    assert missing(next(frames(file)), 0, row) == ["你", "한", "😀"]


def test_scripts_without_a_font_are_logged_once_and_listed_with_the_recordings(
    tmp_path: Path,
) -> None:
    log, none = tmp_path / "log", {"FONTCONFIG_FILE": str(one_font(tmp_path))}
    options = ["--data", str(tmp_path / "data"), "--capture", "on"]
    with running_command(log, *options, **none) as service:
        with urlopen(f"{service.endpoint}/recordings.json") as answer:
            listing = json.load(answer)
        assert listing["notice"] is None
        assert listing["advice"].startswith("Fonts for Chinese, Japanese, Korean, Arabic, ")
    assert log.read_text().count(listing["advice"]) == 1


def one_font(folder: Path) -> Path:
    """A configuration of fontconfig with one font, for Latin letters."""
    found = subprocess.run(
        ["fc-match", "--format", "%{file}", "Liberation Sans"],
        capture_output=True,
        text=True,
        check=True,
    )
    (folder / "fonts").mkdir()
    shutil.copy(found.stdout, folder / "fonts")
    file = folder / "fonts.conf"
    file.write_text(
        f"<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    return file
