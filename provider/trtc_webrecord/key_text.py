"""What is wrong with a key that was copied with more than itself. Its value is never shown."""

from __future__ import annotations

QUOTES = "\"'`"
LINE_BREAKS = "\n\r"


def key_fault(key: str) -> str | None:
    """What makes a SecretId, SecretKey or token invalid, such as `ends with a line break`, or None.

    They consist of visible ASCII characters without quotation marks. Nothing is trimmed.
    """
    wrong = [kind for kind in map(_kind, key) if kind]
    if not wrong:
        return None
    first, last = _kind(key[0]), _kind(key[-1])
    what = f"begins with {first}" if first else f"ends with {last}" if last else None
    return f"{what or f'contains {wrong[0]}'}: set the key again without it"


def _kind(character: str) -> str | None:
    if character in LINE_BREAKS:
        return "a line break"
    if character == "\t":
        return "a tab"
    if character.isspace():
        return "a blank"
    if character in QUOTES:
        return "a quotation mark"
    return None if "!" <= character <= "~" else "an invalid character"
