"""Find out what the service does where its documents are silent (docs/assumptions.md).

It starts up to three recordings of a page, each for about two minutes, and stops them, also when
it is interrupted; whatever happens, they end after 30 minutes. It says so and asks, unless --yes is
given. It prints Markdown, with the options with which `trtc-recorder` does the same. Exit code 1:
something is not known, or nobody said yes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator

from ..api.pacing import Clock
from ..configuration import ProviderConfig
from ..declaration.declaration import Declaration, validation_errors
from ..environment_variables import RECORD_URL
from ..errors import WebRecordError
from ..output import print_line
from ..pulumi_cli.stack import stack_config
from ..recording.storage_keys import storage_keys
from .asking import agreed
from .behaviour import NOT_KNOWN, POINTS, Behaviour
from .signals import Signals
from .stack import add_stack
from .trials import MOST, Trials

MAX_DURATION_LIMIT = 1800
"""Seconds; the shortest that StartWebRecord takes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    url = f"default: {RECORD_URL} of the environment"
    parser.add_argument("--record-url", default=os.environ.get(RECORD_URL), help=url)
    parser.add_argument("--sdk-app-id", type=int, required=True, metavar="N")
    another = "of the account too: whether RecordIds are its own"
    parser.add_argument("--other-sdk-app-id", type=int, metavar="N", help=another)
    parser.add_argument("--bucket", help="of COS, for the files; without one they go to VOD")
    parser.add_argument("--bucket-region", metavar="REGION")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_stack(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; returns the exit code."""
    config = ProviderConfig.from_stack(stack_config(arguments.stack))
    declaration = _declaration(arguments)
    print_line(
        f"This starts up to {MOST} recordings at {config.endpoint}, each for about two minutes, "
        "which the account pays for, with their files; if they cannot be stopped, for "
        f"{MAX_DURATION_LIMIT // 60} minutes each. It stops them.",
        sys.stderr,
    )
    if not arguments.yes and not agreed("Start them?", "nothing was started"):
        return 1
    found = observe(config, declaration, arguments.other_sdk_app_id, Clock())
    for line in report(found, config):
        print_line(line, sys.stdout)
    return int(NOT_KNOWN in found.found.values())


def observe(
    config: ProviderConfig, declaration: Declaration, other_app: int | None, clock: Clock
) -> Behaviour:
    """Ask the service, and stop every recording. Raises KeyboardInterrupt after a signal."""

    def notify(message: str) -> None:
        print_line(message, sys.stderr)

    credentials = config.credentials()
    with Signals(clock) as signals:
        api = config.api(credentials, signals.clock, notify)
        keys = storage_keys(declaration, credentials)
        trials = Trials(api, signals.clock, declaration, keys, notify)
        found = Behaviour(api, signals.clock, trials, declaration.sdk_app_id, other_app)
        try:
            found.observe()
        finally:
            signals.heeded = False
            notify("stopping the recordings, which takes up to a minute")
            trials.stop_all()
    return found


def report(behaviour: Behaviour, config: ProviderConfig) -> Iterator[str]:
    """The lines of the table, in Markdown, and the options of `trtc-recorder`."""
    yield f"{config.endpoint} ({config.region}):"
    yield "\n| point | found | the provider relies on |\n|---|---|---|"
    for point, (words, relied_on) in POINTS.items():
        yield f"| {words} | {behaviour.found[point]} | {relied_on} |"
    for reason in behaviour.reasons:
        yield f"\nNot known, because: {reason}"
    options = "".join(f" --{name} {value}" for name, value in behaviour.options.items())
    yield f"\nThe same on this machine: `trtc-recorder{options}`"


def _declaration(arguments: argparse.Namespace) -> Declaration:
    """What is recorded. Raises WebRecordError with all errors."""
    cos = {"bucket": arguments.bucket, "region": arguments.bucket_region}
    vod: dict[str, object] = {"tencent_vod": {}}
    props = {
        "record_url": arguments.record_url,
        "sdk_app_id": arguments.sdk_app_id,
        "max_duration_limit": MAX_DURATION_LIMIT,
        "storage_params": {"cloud_storage": cos} if any(cos.values()) else {"cloud_vod": vod},
    }
    if errors := validation_errors(props):
        raise WebRecordError("; ".join(errors))
    return Declaration.from_props(props)
