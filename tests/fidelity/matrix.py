"""Every page of the table."""

from __future__ import annotations

from fidelity import calls, edges, later, sound

MATRIX = (*calls.CASES, *edges.CASES, *later.CASES, *sound.CASES)
