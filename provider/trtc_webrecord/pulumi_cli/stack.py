"""Read the state and the config of a stack, with the `pulumi` command."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from typing import Any

from ..declaration.names import DIY_ORGANIZATION
from ..recording.state import StackState, StateUnreadable
from .state import has_secret_creates, stack_state

EXPORT_TIMEOUT = 30
"""Seconds."""


def read_stack_state(stack: str) -> StackState:
    """The state of a stack, ORGANIZATION/PROJECT/STACK. Raises StateUnreadable.

    The organization is empty if it is not known: Pulumi passes it to a program, not to a plugin.
    Secrets are decrypted, with a second export, only if a pending create has some, or on demand.
    """
    stack, exported = _found(stack)
    if has_secret_creates(exported):
        return stack_state(export_stack(stack, "--show-secrets"))
    return replace(
        stack_state(exported),
        with_secrets=lambda: stack_state(export_stack(stack, "--show-secrets")),
    )


def read_stack_config(stack: str) -> dict[str, str] | None:
    """The present config of a stack, as Pulumi passes it, decrypted; None if it cannot be read."""
    try:
        known_as, _ = _found(stack)
        return stack_config(known_as)
    except (StateUnreadable, AttributeError, TypeError):
        return None


def stack_config(stack: str | None) -> dict[str, str]:
    """The config of a stack, decrypted; None: of the selected one. Raises StateUnreadable."""
    config = _pulumi("config", "--json", "--show-secrets", *_named(stack))
    return {key: entry["value"] for key, entry in config.items() if "value" in entry}


def export_stack(stack: str | None, *options: str) -> dict[str, Any]:
    """What `pulumi stack export` prints of a stack; None: the selected one.

    Raises StateUnreadable.
    """
    exported: dict[str, Any] = _pulumi("stack", "export", *_named(stack), *options)
    return exported


def _found(stack: str) -> tuple[str, dict[str, Any]]:
    """The name by which the backend knows a stack, and its export."""
    organization, project, name = stack.split("/")
    qualified = f"{organization or DIY_ORGANIZATION}/{project}/{name}"
    try:
        return qualified, export_stack(qualified)
    except StateUnreadable:
        if organization not in ("", DIY_ORGANIZATION):
            raise
    known_as = name if organization else _listed(project, name)
    return known_as, export_stack(known_as)


def _listed(project: str, name: str) -> str:
    """The one stack of a name in the backend's list; of several, the one that is being updated."""
    listed = _pulumi("stack", "ls", "--json", "--project", project)
    stacks = [each for each in listed if each["name"].rpartition("/")[2] == name]
    if len(stacks) > 1:
        stacks = [each for each in stacks if each.get("updateInProgress")]
        if len(stacks) != 1:
            raise StateUnreadable(
                f"several organizations have a stack {project}/{name}, and a plugin cannot know "
                "which of them Pulumi deploys"
            )
    return str(stacks[0]["name"]) if stacks else name


def _named(stack: str | None) -> list[str]:
    return ["--stack", stack] if stack else []


def _pulumi(*words: str) -> Any:
    """What a command prints as JSON."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise StateUnreadable("there is no `pulumi` on the PATH to export the stack's state")
    arguments = ["--non-interactive", *words]
    try:
        finished = subprocess.run(  # noqa: S603
            [pulumi, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=EXPORT_TIMEOUT,
            check=True,
        )
        return json.loads(finished.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise StateUnreadable(f"`pulumi {' '.join(arguments)}` failed: {_why(error)}") from None


def _why(error: Exception) -> str:
    """Pulumi's own last line, with what it cannot say of a passphrase that was typed in."""
    stderr = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    said = (stderr or b"").decode(errors="replace").strip()
    why = said.rpartition("\n")[2].removeprefix("error: ") or type(error).__name__
    if "passphrase" not in said:
        return why
    return f"{why}. One that was typed in is not known to it: set PULUMI_CONFIG_PASSPHRASE"
