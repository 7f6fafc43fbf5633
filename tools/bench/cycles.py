"""The same declaration again and again: what `pulumi up` costs after many of `destroy` and `up`."""

from __future__ import annotations

from pathlib import Path

from trtc_recorder.testing import Recorder

from tools.bench.contenders import DYNAMIC
from tools.bench.measure import Sample, sample

COUNT = 20
CYCLES = 20
SHOWN = (1, 2, 3, 5, 10, 20, CYCLES + 1)
"""The lives of the declarations that are printed."""


def measured(directory: Path, recorder: Recorder, cycles: int = CYCLES) -> list[Sample]:
    """Each `up` of COUNT recordings; a `destroy` comes before each but the first."""
    recorder.reset()
    stack = DYNAMIC.stack(directory / "cycles", recorder.endpoint, COUNT)
    samples = []
    for life in range(cycles + 1):
        if life:
            recorder.advance(60)
            stack.destroy()
        samples.append(sample(stack.up, stack, recorder))
    return samples


def table(samples: list[Sample]) -> str:
    first = samples[0].seconds
    lines = [
        f"| `up` of {COUNT} recordings | s | ÷ the first | requests | rejected |",
        "|--:|--:|--:|--:|--:|",
    ]
    for life, each in enumerate(samples, 1):
        if life in SHOWN or life == len(samples):
            lines.append(
                f"| {life} | {each.seconds:.1f} | {each.seconds / first:.2f} "
                f"| {each.requests} | {each.rejected} |"
            )
    return "\n".join(lines)
