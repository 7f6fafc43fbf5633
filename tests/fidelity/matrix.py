"""Every page of the table."""

from __future__ import annotations

from fidelity import calls, edges, kinds, later, leaving, sound

MATRIX = (
    *calls.CASES,
    *edges.CASES,
    *later.CASES,
    *leaving.CASES,
    *kinds.CASES,
    *sound.CASES,
)
