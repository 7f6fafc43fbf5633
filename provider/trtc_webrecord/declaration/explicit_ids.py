"""What one recording of a program has alone: `record_id`, `adopt_task_id`, each CDN target."""

from __future__ import annotations

import threading
from typing import Any

from .declaration import Declaration, declared_name
from .record_id import canonical
from .validation import IsUnknown, nothing_unknown


class ExplicitIds:
    """The explicit ids and CDN targets that the declarations of one run use. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: dict[tuple[str, ...], str] = {}

    def errors(self, props: dict[str, Any], is_unknown: IsUnknown = nothing_unknown) -> list[str]:
        """Validation errors for explicit ids that another declaration uses."""
        known = {name: value for name, value in props.items() if not is_unknown(value)}
        urn = str(known.get("resource_urn"))
        record_id, adopted = known.get("record_id"), known.get("adopt_task_id")
        reasons = []
        if record_id and "sdk_app_id" in known:
            app = str(canonical(known["sdk_app_id"]))
            if other := self._other_user(("record_id", app, str(record_id)), urn):
                reasons.append(
                    f"record_id = {record_id!r}: {_names(other, urn)} both declare it with "
                    f"sdk_app_id {app}, and one RecordId is one recording. Give each its own, or "
                    "remove it to derive one"
                )
        if adopted and (other := self._other_user(("adopt_task_id", str(adopted)), urn)):
            reasons.append(
                f"adopt_task_id = {adopted!r}: {_names(other, urn)} both adopt this task, and "
                "removing one would end the other's recording. Keep it in one of them"
            )
        return reasons

    def cdn_errors(self, declaration: Declaration) -> list[str]:
        """Validation errors for CDN targets to which another new recording pushes."""
        urn = declaration.resource_urn
        users = {self._other_user(("cdn", each), urn) for each in declaration.cdn_targets()}
        return [
            f"publish_cdn_params: {_names(other, urn)} both push to one CDN URL, which takes one "
            "stream. Give each its own"
            for other in users
            if other
        ]

    def _other_user(self, explicit_id: tuple[str, ...], urn: str) -> str | None:
        with self._lock:
            user = self._users.setdefault(explicit_id, urn)
        return user if user != urn else None


def _names(*urns: str) -> str:
    names = [declared_name({"resource_urn": urn}) for urn in urns]
    one, other = names if names[0] != names[1] else urns
    return f"recordings {one!r} and {other!r}"
