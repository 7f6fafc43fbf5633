"""What a stack declares, as `pulumi preview --json --show-sames` prints it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pulumi.runtime.rpc import UNKNOWN

COMMAND = ("preview", "--json", "--show-sames")

DECLARED = ("create", "create-replacement", "import", "replace", "same", "update")
"""The operations on what is declared."""

SECRET = "[secret]"  # noqa: S105
"""What a preview shows instead of a secret."""

CLOSING = 3
"""Seconds in which an interrupted preview ends its program."""


class PreviewFailed(Exception):
    """There is no preview of a stack, and why."""


class PreviewTooSlow(PreviewFailed):
    """It was interrupted."""


def preview_stack(stack: str | None, seconds: float) -> dict[str, Any]:
    """The preview of a stack; None: of the selected one. Runs its program. Raises PreviewFailed.

    After `seconds` it is interrupted, and has CLOSING to end.
    """
    words = ("--non-interactive", *COMMAND, *(("--stack", stack) if stack else ()))
    shown = f"`pulumi {' '.join(words)}`"
    try:
        output, code = _output(words, seconds)
        preview: dict[str, Any] = json.loads(output)
        errors = [
            each["message"].strip().removeprefix("error: ").rpartition("\n")[2]
            for each in preview.get("diagnostics", ())
            if each["severity"] == "error"
        ]
    except subprocess.TimeoutExpired:
        raise PreviewTooSlow(f"{shown} takes more than {seconds:g} s") from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise PreviewFailed(f"{shown} failed: run it to see why") from None
    if code or errors:
        raise PreviewFailed(f"the preview failed: {'; '.join(errors) or f'run {shown}'}")
    return preview


def _output(words: Sequence[str], seconds: float) -> tuple[bytes, int]:
    """What a `pulumi` command prints, and its exit code. Raises TimeoutExpired."""
    pipe, null = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603
        [shutil.which("pulumi") or "pulumi", *words], stdin=null, stdout=pipe, stderr=null
    ) as process:
        try:
            return process.communicate(timeout=seconds)[0], process.returncode
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # its program ends with it
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=CLOSING)
            process.kill()
            raise


def declared_resources(preview: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """The resources that a preview leaves declared, and whether each stays as it is."""
    for step in preview.get("steps", []):
        if step["op"] in DECLARED and step.get("newState"):
            yield step["newState"], step["op"] == "same"


def hides_inputs(resource: Mapping[str, Any]) -> bool:
    """Whether an input is secret, or not known before `pulumi up`."""
    inputs = json.dumps(resource.get("inputs", {}))
    return f'"{SECRET}"' in inputs or UNKNOWN in inputs
