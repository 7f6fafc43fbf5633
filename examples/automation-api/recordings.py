"""Starts and stops recordings on demand: one stack for each, named after it.

Usage: recordings.py start NAME URL | stop NAME
"""

import re
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import pulumi
from pulumi import automation as auto
from trtc_webrecord import WebRecording

PROJECT = "automation-api"

OPTIONS = auto.LocalWorkspaceOptions(
    work_dir=str(Path(__file__).parent),
    env_vars={"PULUMI_PYTHON_CMD": sys.executable},
)

BUSY_SECONDS = 60
"""How long a call waits for another one on the same recording."""

Result = TypeVar("Result")


def start(name: str, url: str) -> str:
    """Start the recording of a page, and return its TaskId.

    A second call with the same URL changes nothing; with another URL it starts a new recording and
    stops the old one. A recording that has ended is started anew.
    """

    def program() -> None:
        config = pulumi.Config(PROJECT)
        recording = WebRecording(
            name,
            record_url=pulumi.Output.secret(url),
            sdk_app_id=config.require_int("sdkAppId"),
            storage_params={
                "cloud_storage": {"region": "ap-singapore", "bucket": config.require("bucket")},
            },
            max_duration_limit=7200,
            restart_policy="always",
        )
        pulumi.export("taskId", recording.task_id)

    def up() -> auto.UpResult:
        stack = auto.create_or_select_stack(stack_name(name), PROJECT, program, opts=OPTIONS)
        return stack.up(refresh=True)

    return str(_when_free(up).outputs["taskId"].value)


def stop(name: str) -> None:
    """Stop a recording. A second call, or one with an unknown name, changes nothing."""
    try:
        stack = auto.select_stack(stack_name(name), PROJECT, lambda: None, opts=OPTIONS)
    except auto.StackNotFoundError:
        return
    _when_free(stack.destroy)


def stack_name(name: str) -> str:
    """The name itself, if Pulumi takes it for a stack; else what it takes of it, and a digest."""
    if re.fullmatch(r"\w[\w.-]{0,99}", name, re.ASCII):
        return name
    legible = re.sub(r"[^\w.]+", "-", name, flags=re.ASCII).strip("-")
    return f"{legible[:60]}-{sha256(name.encode()).hexdigest()[:16]}".lstrip("-")


def _when_free(operation: Callable[[], Result]) -> Result:
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return operation()
        except (auto.ConcurrentUpdateError, auto.StackAlreadyExistsError):
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["start", name, url]:
            print(start(name, url))
        case ["stop", name]:
            stop(name)
        case _:
            sys.exit(__doc__)
