"""Validation in `check` beyond a declaration's own rules: credentials and explicit ids."""

from __future__ import annotations

from collections.abc import Callable
from shlex import quote
from typing import Any

from ..api.sites import is_vendors
from ..declaration.changes import change_errors, same_recording, share_a_cdn_target
from ..declaration.cloud_addresses import cloud_address_errors
from ..declaration.declaration import Declaration, declared_name, validation_errors
from ..declaration.explicit_ids import ExplicitIds
from ..declaration.validation import IsUnknown, Style, contains_unknown, nothing_unknown
from ..errors import ConfigError
from .run import Run
from .state import StateUnreadable
from .storage_keys import storage_keys


class Checks:
    """The validation errors that depend on the run and on the stack's state. Thread-safe."""

    def __init__(self, run: Run, announce: Callable[[Declaration], None]) -> None:
        self._credentials = run.credentials
        self._state = run.state
        self._notify = run.notify
        self._announce = announce
        self._is_cloud = is_vendors(run.endpoint.endpoint)
        self._explicit_ids = ExplicitIds()

    def of(
        self,
        olds: dict[str, Any],
        news: dict[str, Any],
        style: Style = str,
        is_unknown: IsUnknown = nothing_unknown,
    ) -> list[str]:
        """All validation errors of new inputs, each once; `olds` are the old inputs.

        Unchanged inputs were accepted in an earlier run, so only the run's errors count for them;
        what an earlier version accepted and this one does not is shown as a warning.
        """
        self._state.declared.add(news["resource_urn"])
        reasons = self._of_values(news, style, is_unknown)
        if news == olds:
            self._warn_of(reasons, news)
            reasons = []
        elif not reasons and not contains_unknown(news, is_unknown):
            reasons = self._of_a_change(olds, news)
        return list(dict.fromkeys([*reasons, *self._of_the_run(news, is_unknown)]))

    def _of_the_run(self, props: dict[str, Any], is_unknown: IsUnknown) -> list[str]:
        reasons = self._explicit_ids.errors(props, is_unknown)
        try:
            self._credentials.current()
        except ConfigError as error:
            reasons.append(str(error))
        return reasons

    def _of_values(self, news: dict[str, Any], style: Style, is_unknown: IsUnknown) -> list[str]:
        reasons = validation_errors(news, style, is_unknown)
        if self._is_cloud:
            reasons += cloud_address_errors(news, style, is_unknown)
        return reasons

    def _warn_of(self, reasons: list[str], news: dict[str, Any]) -> None:
        if reasons:
            self._notify(
                f"recording {declared_name(news)!r} goes on with values that are rejected in a new "
                f"one, and its footage may be lost: {'; '.join(reasons)}. Correct them, and a new "
                "recording replaces it"
            )

    def _of_a_change(self, olds: dict[str, Any], news: dict[str, Any]) -> list[str]:
        declaration = Declaration.from_props(news)
        self._announce(declaration)
        reasons = []
        if _has_new_explicit_id(olds, declaration):
            olds = self._state_of(olds, declaration.resource_urn)
            reasons = self._stored_by_another(declaration)
        reasons += change_errors(olds, declaration)
        reasons += self._cdn_errors(olds, declaration)
        try:
            storage_keys(declaration, self._credentials)
        except ConfigError as error:
            reasons.append(str(error))
        return reasons

    def _cdn_errors(self, olds: dict[str, Any], declaration: Declaration) -> list[str]:
        """Validation errors of CDN targets to which another recording goes on pushing."""
        if not declaration.publish_cdn_params:
            return []
        olds = olds or self._state_of(olds, declaration.resource_urn)
        if olds and same_recording(olds, declaration):
            return []
        reasons = self._explicit_ids.cdn_errors(declaration)
        if olds and share_a_cdn_target(olds, declaration):
            stored = self._state.stored(declaration.resource_urn)
            if stored and stored.is_retained and stored.props.get("status") != "ended":
                reasons.append(
                    f"publish_cdn_params: retain_on_delete keeps TaskId {stored.task_id}, and both "
                    "would push to one CDN URL. Push to another, or run `pulumi up` without "
                    "retain_on_delete and without this change first; if that task has ended, "
                    "`pulumi refresh`"
                )
        return reasons

    def _state_of(self, olds: dict[str, Any], urn: str) -> dict[str, Any]:
        """The state, for a new explicit id, and for inputs that Pulumi omits (`--replace`)."""
        stored = self._state.stored(urn)
        if stored is None:
            return olds
        if not olds:
            try:
                stored = self._state.decrypted(stored)
            except StateUnreadable:
                return olds
        return {**stored.props, **olds, "task_id": stored.task_id}

    def _stored_by_another(self, declaration: Declaration) -> list[str]:
        reasons = []
        for other in self._state.others(declaration.resource_urn):
            name = declared_name({"resource_urn": other.urn})
            who = f"the stack's recording {name!r} ({other.urn})"
            if declaration.adopt_task_id == other.task_id:
                reasons.append(
                    f"adopt_task_id = {other.task_id!r}: {who} holds this task, and removing one "
                    "would end the other's recording. For a rename, use an alias; to hand the task "
                    f"over, first run: pulumi state delete {quote(other.urn)}"
                )
            record_id, app = declaration.record_id, other.props.get("sdk_app_id")
            if record_id and (other.record_id, app) == (record_id, declaration.sdk_app_id):
                reasons.append(
                    f"record_id = {record_id!r}: {who} has used it, and one RecordId is one "
                    "recording. Set another, or remove it to derive one; for a rename, use an "
                    "alias"
                )
        return reasons


def _has_new_explicit_id(olds: dict[str, Any], declaration: Declaration) -> bool:
    explicit_ids = {"record_id": declaration.record_id, "adopt_task_id": declaration.adopt_task_id}
    return any(value and value != olds.get(name) for name, value in explicit_ids.items())
