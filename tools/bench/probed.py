"""What the storage probe adds to a create, at a store with the same round trip as the service."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from object_store import BUCKET, REGION, WRITE_ONLY, object_store
from trtc_recorder.testing import Recorder

from tools.bench.contenders import DYNAMIC, NATIVE, Contender
from tools.bench.measure import Sample, sample

PLACE = f'"region": "{REGION}", "bucket": "{BUCKET}"'
PAIR = f'"access_key": "{WRITE_ONLY.access_key}", "secret_key": "{WRITE_ONLY.secret_key}"'
PREFIXES = {
    "no probe": "",
    "one bucket": "",
    "one bucket, a prefix for each": ', "file_name_prefix": [f"room-{n}"]',
}
"""What is declared, and what that adds to the storage."""

ROUNDS = 2


def table(count: int, directory: Path, recorder: Recorder, round_trip: float) -> str:
    """The seconds of `pulumi up` of new recordings; the medians of two rounds, in turns."""
    directory.mkdir()
    samples: dict[tuple[str, Contender], list[Sample]] = defaultdict(list)
    with object_store(directory / "store.log", delay=round_trip) as store:
        for turn in range(ROUNDS):
            for case in PREFIXES:
                endpoint = "" if case == "no probe" else store.endpoint
                for contender in (DYNAMIC, NATIVE):
                    folder = directory / f"{turn}-{case}-{contender.name}"
                    taken = _create(contender, case, count, folder, recorder, round_trip, endpoint)
                    samples[case, contender].append(taken)
    return "\n".join(_lines(count, samples))


def _create(
    contender: Contender,
    case: str,
    count: int,
    folder: Path,
    recorder: Recorder,
    round_trip: float,
    store: str,
) -> Sample:
    storage = f'storage_params={{"cloud_storage": {{{PLACE}, {PAIR}{PREFIXES[case]}}}}}'
    recorder.reset()
    recorder.inject(what="hang", seconds=round_trip, times=None)
    stack = replace(contender, storage=storage).stack(folder, recorder.endpoint, count)
    if store:
        stack.config("trtc:storageEndpoint", store)
    return sample(stack.up, stack, recorder)


def _lines(count: int, samples: dict[tuple[str, Contender], list[Sample]]) -> Iterator[str]:
    yield f"| create of {count} | dynamic, s | native, s | requests of the API: dynamic | native |"
    yield f"|---|{'--:|' * 4}"
    for case in PREFIXES:
        both = [samples[case, contender] for contender in (DYNAMIC, NATIVE)]
        seconds = [f"{statistics.median(each.seconds for each in taken):.1f}" for taken in both]
        requests = [f"{statistics.mean(each.requests for each in taken):g}" for taken in both]
        yield f"| {case} | {' | '.join([*seconds, *requests])} |"
