"""Recordings that an interrupted run may have left behind, as Pulumi's own state knows them.

A run that is killed in the middle of a create leaves a *pending operation* in the state, with the
inputs that it was creating from. If the declaration is edited before the next run, the RecordId
changes with it, and nothing else in the world still names the first task. So a create of the same
URN reads the pending operations, and stops what still runs of another form of its declaration.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Container, Iterator
from typing import Any

from pydantic import ValidationError

from .api import LiveTask, WebRecordApi
from .declaration import Declaration
from .errors import RecordingError
from .watching import Watch

EXPORT_TIMEOUT = 30
"""Seconds for `pulumi stack export`."""

ATTEMPTS = 8
"""How many of a form's RecordIds are looked for; each before the last one used was spent."""

_SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"


StateReader = Callable[[str], dict[str, Any]]
"""Gives the state of the stack that a URN belongs to, as `pulumi stack export --show-secrets`."""


class Interrupted:
    """Stops what interrupted runs of a stack left running. Thread-safe.

    The state is read once, when first needed; where it cannot be read, nothing was left.
    """

    def __init__(
        self, api: WebRecordApi, watch: Watch, namespace: str, read_state: StateReader
    ) -> None:
        self._api = api
        self._watch = watch
        self._namespace = namespace
        self._read_state = read_state
        self._lock = threading.Lock()
        self._by_urn: dict[str, list[Declaration]] | None = None
        self._held: set[str] = set()

    def prepare(self, urn: str) -> None:
        """Read the state in the background, while the start that needs it is under way."""
        if self._by_urn is None:
            threading.Thread(target=self._pending, args=(urn,), daemon=True).start()

    def stop_other_forms(self, declaration: Declaration, spare: Container[str]) -> list[str]:
        """Stop what runs of other forms of this declaration, but the TaskIds in `spare`.

        A pending operation outlives its recovery. The task may belong to a resource again, perhaps
        under another name; so what the state holds is left alone, as Pulumi deletes that itself.
        Returns the TaskIds that were stopped and are gone. Raises RecordingError where one is not,
        ApiError where the service cannot be asked.
        """
        stopped = []
        for form in self._other_forms(declaration):
            live = self._watch.until_shown(lambda form=form: self._live(form))  # type: ignore[misc]
            if live and live.task_id not in spare and live.task_id not in self._held:
                if not self._watch.stop(live.task_id, lambda: False):
                    raise RecordingError(f"The service still shows TaskId {live.task_id}")
                stopped.append(live.task_id)
        return stopped

    def _other_forms(self, declaration: Declaration) -> list[Declaration]:
        forms = self._pending(declaration.resource_urn).get(declaration.resource_urn, [])
        current = declaration.record_id_of(0, self._namespace)
        return [form for form in forms if form.record_id_of(0, self._namespace) != current]

    def _pending(self, urn: str) -> dict[str, list[Declaration]]:
        with self._lock:
            if self._by_urn is None:
                state = self._read_state(urn)
                self._held = _held_task_ids(state)
                self._by_urn = _pending_creates(state)
            return self._by_urn

    def _live(self, form: Declaration) -> LiveTask | None:
        record_ids = dict.fromkeys(form.record_id_of(n, self._namespace) for n in range(ATTEMPTS))
        for record_id in record_ids:
            live = self._api.describe_by_record_id(form.sdk_app_id, record_id)
            if live:
                return live
        return None


def exported_state(urn: str) -> dict[str, Any]:
    """The state of the stack that runs now, by the CLI that runs it; {} where it cannot be read.

    Secrets are decrypted, which takes as long again, only where a pending create holds some.
    """
    stack = urn.removeprefix("urn:pulumi:").partition("::")[0]
    state = _export(stack)
    if any(_SIGNATURE_KEY in json.dumps(resource) for resource in _creating(state)):
        return _export(stack, "--show-secrets")
    return state


def _export(stack: str, *options: str) -> dict[str, Any]:
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        return {}
    try:
        exported = subprocess.run(  # noqa: S603
            [pulumi, "stack", "export", "--stack", stack, *options],
            capture_output=True,
            timeout=EXPORT_TIMEOUT,
            check=True,
        )
        state = json.loads(exported.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _creating(state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operation in state.get("deployment", {}).get("pending_operations", []):
        resource = operation["resource"]
        if operation["type"] == "creating" and resource["type"].endswith("trtc:WebRecording"):
            yield resource


def _held_task_ids(state: dict[str, Any]) -> set[str]:
    resources = state.get("deployment", {}).get("resources") or []
    return {each["id"] for each in resources if each["type"].endswith("trtc:WebRecording")}


def _pending_creates(state: dict[str, Any]) -> dict[str, list[Declaration]]:
    by_urn: dict[str, list[Declaration]] = {}
    for resource in _creating(state):
        try:
            declaration = Declaration.from_state(_plain(resource.get("inputs", {})))
        except ValidationError:
            continue
        by_urn.setdefault(resource["urn"], []).append(declaration)
    return by_urn


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if _SIGNATURE_KEY in value:
            return json.loads(value["plaintext"]) if "plaintext" in value else None
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
