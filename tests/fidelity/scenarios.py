"""Every page of the table."""

from __future__ import annotations

from fidelity import browser_ui, frame_sizes, navigation, page_failures, page_types, sound

MATRIX = (
    *browser_ui.CASES,
    *frame_sizes.CASES,
    *page_failures.CASES,
    *navigation.CASES,
    *page_types.CASES,
    *sound.CASES,
)
