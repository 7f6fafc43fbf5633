"""The effect of a changed declaration: replace, update in place, or an error."""

from __future__ import annotations

from typing import Any

from pydantic.alias_generators import to_snake

from .declaration import CHANGED_AFTER_CHECK, LOCAL_FIELDS, Declaration
from .record_id import canonical
from .validation import IsUnknown, contains_unknown, nothing_unknown


class Changes:
    """The difference between a resource's old state and its new inputs.

    `olds` are the old outputs (Pulumi passes `diff` no old inputs), `news` the new inputs. Values
    that a preview does not know yet count as changed. Raises InvalidProperties.

    Attributes: `replaces` and `in_place` (lists of input names), `share_a_cdn_target` (bool).
    """

    def __init__(
        self, olds: dict[str, Any], news: dict[str, Any], is_unknown: IsUnknown = nothing_unknown
    ) -> None:
        unknown = [name for name, value in news.items() if contains_unknown(value, is_unknown)]
        known = {name: olds.get(name) if name in unknown else news[name] for name in news}
        old, new = Declaration.from_state(olds), Declaration.from_state(known, CHANGED_AFTER_CHECK)
        self.replaces = sorted(
            {name for name in unknown if name not in LOCAL_FIELDS}
            | _changed_spec(old, new)
            | _changed_explicit_ids(olds, old, new)
        )
        self.in_place = sorted(
            {
                name
                for name in LOCAL_FIELDS
                if name in unknown or getattr(old, name) != getattr(new, name)
            }
            | _rotated_keys(old, new)
            | _renamed(old, new)
        )
        self.share_a_cdn_target = bool(old.cdn_targets() & new.cdn_targets())


def change_errors(olds: dict[str, Any], news: Declaration) -> list[str]:
    """Validation errors of a change; `olds` are the old inputs or the state, {} if new."""
    if not olds:
        return []
    old = Declaration.from_state(olds)
    changed = sorted(_changed_spec(old, news))
    if not changed:
        return []
    what = ", ".join(changed)
    if news.record_id and news.record_id == old.record_id:
        return [
            f"record_id = {news.record_id!r}: is the RecordId of the recording before the change "
            f"of {what}; a RecordId can be used for one recording only. Set another record_id, or "
            "remove it to derive one"
        ]
    if news.adopt_task_id and news.adopt_task_id in (old.adopt_task_id, olds.get("task_id")):
        return [
            f"adopt_task_id = {news.adopt_task_id!r}: that task runs with the settings from before "
            f"the change of {what}. Remove adopt_task_id to replace it with a new recording"
        ]
    return []


def same_recording(olds: dict[str, Any], news: Declaration) -> bool:
    """Whether a declaration is that of the recording in a state."""
    old = Declaration.from_state(olds)
    return not (_changed_spec(old, news) | _changed_explicit_ids(olds, old, news))


def share_a_cdn_target(olds: dict[str, Any], news: Declaration) -> bool:
    """Whether the recording of a state pushes to a CDN target of a declaration."""
    return bool(Declaration.from_state(olds).cdn_targets() & news.cdn_targets())


def _changed_spec(old: Declaration, new: Declaration) -> set[str]:
    before, after = old.spec.identity(), new.spec.identity()
    changed = {
        to_snake(key) for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    }
    if canonical(old.triggers) != canonical(new.triggers):
        changed.add("triggers")
    return changed


def _changed_explicit_ids(olds: dict[str, Any], old: Declaration, new: Declaration) -> set[str]:
    changed = set()
    if new.record_id and new.record_id != old.record_id:
        changed.add("record_id")
    if new.adopt_task_id and new.adopt_task_id not in (old.adopt_task_id, olds.get("task_id")):
        changed.add("adopt_task_id")
    if olds.get("status") == "ended" and new.restart_policy == "always":
        changed.add("restart_policy")
    return changed


def _renamed(old: Declaration, new: Declaration) -> set[str]:
    return {"resource_urn"} if old.resource_urn != new.resource_urn else set()


def _rotated_keys(old: Declaration, new: Declaration) -> set[str]:
    return {"storage_params"} if old.storage_keys() != new.storage_keys() else set()
