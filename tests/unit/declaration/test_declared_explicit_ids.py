"""An explicit id is used by one recording of a program."""

from __future__ import annotations

from typing import Any

from trtc_webrecord.declaration.explicit_ids import ExplicitIds
from unit.declared import URN, props

OTHER = f"{URN}-2"


def errors(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    ids = ExplicitIds()
    assert ids.errors(first) == []
    return ids.errors(second)


def test_one_record_id_of_two_recordings_is_rejected_with_both_names() -> None:
    (reason,) = errors(props(record_id="mine"), props(record_id="mine", resource_urn=OTHER))
    assert "record_id = 'mine': recordings 'lobby' and 'lobby-2' both" in reason


def test_an_application_is_the_same_however_its_number_is_written() -> None:
    app = props(record_id="mine", sdk_app_id=1600011111.0, resource_urn=OTHER)
    assert len(errors(props(record_id="mine"), app)) == 1


def test_one_task_that_two_adopt_is_rejected() -> None:
    (reason,) = errors(props(adopt_task_id="t"), props(adopt_task_id="t", resource_urn=OTHER))
    assert "adopt_task_id = 't': recordings 'lobby' and 'lobby-2' both adopt this task" in reason


def test_a_recording_may_be_checked_again() -> None:
    assert errors(props(record_id="mine"), props(record_id="mine", ready_timeout=5)) == []


def test_another_application_and_what_is_not_known_yet_are_no_clash() -> None:
    other = props(record_id="mine", sdk_app_id=2, resource_urn=OTHER)
    assert errors(props(record_id="mine"), other) == []
    unknown = props(record_id="unknown", resource_urn=OTHER)
    ids = ExplicitIds()
    assert ids.errors(props(record_id="unknown"), lambda value: value == "unknown") == []
    assert ids.errors(unknown) == []
