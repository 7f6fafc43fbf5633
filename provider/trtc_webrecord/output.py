"""Lines for the user on a provider's stdout or stderr, which Pulumi shows."""

from __future__ import annotations

from contextlib import suppress
from typing import TextIO


def print_line(text: str, stream: TextIO) -> None:
    """Print a line; never fails.

    What the stream's encoding lacks is escaped; a stream that is closed gets nothing.
    """
    encoding = stream.encoding or "utf-8"
    with suppress(OSError, ValueError):
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()
