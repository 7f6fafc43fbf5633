"""Whatever is sent, a callback is an event or one error, and tells no secret."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trtc_webrecord import callbacks
from trtc_webrecord.callbacks import Event
from unit.callback_bodies import KEY, body, headers

CANARY = "canary7f3a"


def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.text(max_size=6), values, max_size=3)


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.text(alphabet=st.characters(categories=["Cs"]), max_size=3)
)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | objects(inner), max_leaves=6
)
FIELDS = [
    *("Status", "LeaveCode", "EventMessage", "ErrorMsg", "ErrorCode", "Url"),
    *("FileMessage", "TencentVod", "FileList"),
]
payloads = st.dictionaries(st.sampled_from(FIELDS), st.integers(0, 6) | anything, max_size=5)
kinds = st.sampled_from([(8, n) for n in (801, 802, 803, 804)] + [(4, 401)]) | st.sampled_from(
    [(3, n) for n in (305, 310, 311, 312)]
)


@given(message=objects(anything) | anything)
def test_any_other_json_is_malformed(message: Any) -> None:
    raw = json.dumps(message).encode()
    with pytest.raises(callbacks.Malformed):
        callbacks.receive(headers(raw), raw, KEY)


@given(kind=kinds, payload=payloads | anything, task_id=anything, happened=anything)
def test_any_form_of_a_known_callback_is_an_event_that_can_be_printed(
    kind: tuple[int, int], payload: Any, task_id: Any, happened: Any
) -> None:
    event = callbacks.parse({}, body(*kind, payload, TaskId=task_id, EventMsTs=happened))
    f"{event} {event.reason} {event.task_id}".encode()
    assert event.happened_at.utcoffset() == timedelta(0)
    assert event.task_id or isinstance(event, callbacks.UnknownEvent)


@given(group=st.integers(0, 99), number=st.integers(0, 999), status=st.integers(-1, 9))
def test_any_numbers_are_an_event_with_these_numbers(group: int, number: int, status: int) -> None:
    event = callbacks.parse({}, body(group, number, {"Status": status, "Url": "rtmp://h/a/b"}))
    assert (event.group, event.type, event.status) == (group, number, status)


@given(
    user=st.sampled_from(["", f"{CANARY}@", f"u:{CANARY}@"]),
    scheme=st.sampled_from(["rtmp", "RTMP", "rtmps", "rtmpt", "srt", ""]),
    host=st.sampled_from(["push.example.com", "[::1"]),
    path=st.text(alphabet="a/?&=#@:%[] é\n", max_size=12),
    status=st.integers(0, 5),
)
def test_no_form_of_a_stream_key_is_shown(
    user: str, scheme: str, host: str, path: str, status: int
) -> None:
    url = f"{scheme}://{user}{host}/live/{CANARY}{path}"
    event = callbacks.parse({}, body(4, 401, {"Status": status, "Url": url, "ErrorMsg": url}))
    assert isinstance(event, callbacks.RelayChanged)
    assert CANARY not in f"{event} {event!r} {event.url} {event.reason}"
    assert event.url.get_secret_value() == url


@given(
    kind=kinds,
    payload=payloads,
    sent=st.lists(st.integers(0, 2**42), min_size=2, max_size=2),
    happened=st.lists(st.integers(0, 2**42), min_size=2, max_size=2, unique=True),
)
def test_deliveries_of_one_event_have_one_id_and_other_events_another(
    kind: tuple[int, int], payload: Any, sent: list[int], happened: list[int]
) -> None:
    def delivered(at: int, happened_at: int) -> Event:
        message = json.loads(body(*kind, payload, EventMsTs=happened_at))
        raw = json.dumps({**message, "CallbackTs": at}).encode()
        return callbacks.parse({}, raw)

    first, again = (delivered(at, happened[0]) for at in sent)
    assert first.id == again.id
    assert delivered(sent[0], happened[1]).id != first.id
