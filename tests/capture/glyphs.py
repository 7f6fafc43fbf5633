"""A page of characters, a cell for each, and what a decoded frame shows in the cells."""

from __future__ import annotations

import html
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from capture.media_probe import decoded
from page_server import Answer

CELL = 40
"""Pixels of a cell's width and height; a character is 28 pixels high."""

WIDTH, HEIGHT = 1280, 720

UNKNOWN = "\U0005fff0"
"""A code point that no font has, so what is drawn for it is what a missing character looks like."""

STYLE = f"""
<!doctype html><meta charset=utf-8><style>
body{{margin:0;background:#fff;color:#000;overflow:hidden}}
p{{margin:0;height:{CELL}px;white-space:nowrap;font-size:0}}
span{{display:inline-block;width:{CELL}px;height:{CELL}px;overflow:hidden;text-align:center;
font-size:28px;line-height:{CELL}px;vertical-align:top}}
iframe,canvas{{display:block;border:0;width:{WIDTH}px;height:{CELL}px}}
</style>
"""


@dataclass(frozen=True)
class Row:
    """Characters in a row of cells, after a first cell with `UNKNOWN`; `style` is a cell's."""

    characters: Sequence[str]
    lang: str | None = None
    style: str = ""
    place: str = "page"

    def html(self) -> str:
        """The row in the page: as text of it, in a frame (`frame`) or in a `canvas`."""
        cells = [UNKNOWN, *self.characters]
        if self.place == "canvas":
            return _canvas(cells)
        lang = f' lang="{self.lang}"' if self.lang else ""
        span = f'<span style="{html.escape(self.style)}">'
        text = f"<p{lang}>{''.join(f'{span}{each}</span>' for each in cells)}</p>"
        if self.place == "frame":
            return f'<iframe srcdoc="{html.escape(STYLE + text)}"></iframe>'
        return text


def page_of(*rows: Row) -> Answer:
    """A page of these rows."""
    return Answer(STYLE + "".join(row.html() for row in rows))


def _canvas(cells: Sequence[str]) -> str:
    return f"""<canvas width={WIDTH} height={CELL}></canvas><script>
    for (const pen of [document.scripts[document.scripts.length - 1].previousSibling]
        .map((canvas) => canvas.getContext("2d"))) {{
      pen.font = "28px sans-serif"; pen.textAlign = "center"; pen.textBaseline = "middle";
      {json.dumps(cells)}.forEach((each, n) => pen.fillText(each, (n + 0.5) * {CELL}, {CELL} / 2));
    }}</script>"""


@dataclass(frozen=True)
class Cell:
    """The pixels of a cell: bytes of red, green, blue."""

    pixels: bytes

    @property
    def ink(self) -> int:
        """Pixels that are not white."""
        return sum(min(pixel) < 160 for pixel in self._each())

    @property
    def colour(self) -> int:
        """Pixels with a colour."""
        return sum(max(pixel) - min(pixel) > 40 for pixel in self._each())

    @property
    def overflows(self) -> bool:
        """Whether something is cut off at the left or right edge, as of several characters."""
        pixels = list(self._each())
        edges = (*pixels[::CELL], *pixels[CELL - 1 :: CELL])
        return any(min(pixel) < 160 for pixel in edges)

    def looks_like(self, other: Cell) -> bool:
        """Whether both show the same, but for the encoder's noise."""
        apart = sum(abs(a - b) > 90 for a, b in zip(self.pixels, other.pixels, strict=True))
        return apart < 30

    def _each(self) -> Iterator[bytes]:
        return (self.pixels[at : at + 3] for at in range(0, len(self.pixels), 3))


def frames(file: Path, rate: int = 2) -> Iterator[bytes]:
    """Decoded frames, `rate` a second, each as bytes of red, green, blue."""
    raw = decoded(file, "-vf", f"fps={rate}", "-f", "rawvideo", "-pix_fmt", "rgb24")
    size = WIDTH * HEIGHT * 3
    return (raw[at : at + size] for at in range(0, len(raw), size))


def cells(frame: bytes, number: int, row: Row) -> dict[str, Cell]:
    """The cells of a row of the page by their characters, `UNKNOWN` first."""

    def cell(column: int) -> Cell:
        lines = range(number * CELL, (number + 1) * CELL)
        starts = ((line * WIDTH + column * CELL) * 3 for line in lines)
        return Cell(b"".join(frame[at : at + CELL * 3] for at in starts))

    return {each: cell(column) for column, each in enumerate([UNKNOWN, *row.characters])}


def missing(row: dict[str, Cell]) -> list[str]:
    """The characters of a row that look like `UNKNOWN`, or like nothing."""
    return [
        character
        for character, shown in row.items()
        if character != UNKNOWN and (shown.looks_like(row[UNKNOWN]) or shown.ink < 8)
    ]


def fontconfig(folder: Path, *families: str) -> Path:
    """A configuration of fontconfig with one font of each family, and no other."""
    fonts = folder / "fonts"
    fonts.mkdir()
    for family in families:
        match = ["fc-match", "--format", "%{file}", family]
        found = subprocess.run(match, capture_output=True, text=True, check=True)
        shutil.copy(found.stdout, fonts)
    file = folder / "fonts.conf"
    file.write_text(
        f"<fontconfig><dir>{fonts}</dir><cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    return file
