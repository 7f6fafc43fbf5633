from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trtc_webrecord import WebRecording, estimate_usage
from trtc_webrecord.command.main import main
from trtc_webrecord.command.previewed import change, previewed
from trtc_webrecord.estimate import usage
from trtc_webrecord.pulumi_cli.state import NATIVE
from unit.mock_engine import inputs_of

PREVIEWS = Path(__file__).parent / "command/previews"
"""`pulumi preview --json --show-sames` of one change on the engine 3.259, shortened."""

limits = st.dictionaries(
    st.text(min_size=1),
    st.fixed_dictionaries(
        {},
        optional={
            "max_duration_limit": st.none()
            | st.integers(1800, 86400).map(float)
            | st.integers(1800, 86400).map(str)
            | st.sampled_from(["nan", "[secret]"]),
            "restart_policy": st.sampled_from(["never", "always"]),
            "adopt_task_id": st.text(min_size=1),
        },
    ),
)


@given(limits=limits, price=st.none() | st.floats(0, 100))
def test_the_total_is_that_of_all_recordings_and_its_cost_the_most(
    limits: dict[str, dict[str, Any]], price: float | None
) -> None:
    found = usage(limits, price)
    assert found["minutes"].keys() == limits.keys()
    assert found["totalMinutes"] == sum(found["minutes"].values())
    assert all(30 <= minutes <= 1440 for minutes in found["minutes"].values())
    assert ("costAtMost" in found) == (price is not None)
    if price is not None:
        assert found["costAtMost"] == round(found["totalMinutes"] * price, 2)


def test_minutes_are_begun_ones_and_a_day_has_them_all_where_no_limit_is_known() -> None:
    half = {"max_duration_limit": 1800}
    found = usage(
        {
            "lobby": {"max_duration_limit": 1801.0},
            "hall": {"max_duration_limit": "1801"},
            "adopted": {**half, "adopt_task_id": "t"},
            "again": {**half, "restart_policy": "always"},
            "shop": {},
        },
        None,
    )
    assert found == {
        "minutes": {"lobby": 31, "hall": 31, "adopted": 1440, "again": 30, "shop": 1440},
        "totalMinutes": 2972,
        "startedAgain": ["again"],
    }


DYNAMIC = "pulumi-python:dynamic/trtc:WebRecording"


def step(op: str, name: str, type_: str, **inputs: object) -> dict[str, Any]:
    urn = f"urn:pulumi:prod::lessons::{type_}::{name}"
    state = {"type": type_, "urn": urn, "inputs": inputs}
    return {"op": op, "urn": urn, "newState": state}


def test_a_preview_of_either_resource_tells_what_is_declared() -> None:
    preview = {
        "steps": [
            step("create", "stack", "pulumi:pulumi:Stack"),
            step("same", "lobby", DYNAMIC, max_duration_limit=1800),
            step("create", "a::1::b", NATIVE, maxDurationLimit=3600),
            {"op": "delete", "urn": "u", "oldState": {}},
            step("refresh", "hall", NATIVE, maxDurationLimit=3600),
            step("replace", "lobby", DYNAMIC, max_duration_limit=1860),
            step("delete-replaced", "lobby", DYNAMIC, max_duration_limit=1800),
        ]
    }
    found = previewed(preview)
    assert usage(found, None)["minutes"] == {"lobby": 31, "a::1::b": 60}


def test_recordings_of_two_parents_that_share_a_name_both_count() -> None:
    kinds = [f"my:Room$my:{side}${DYNAMIC}" for side in ("Left", "Right")]
    steps = [step("create", "camera", kind, max_duration_limit=1800) for kind in kinds]
    for each in steps:
        each["newState"]["type"] = DYNAMIC
    found = usage(previewed({"steps": steps}), None)
    assert found["totalMinutes"] == 60
    assert found["minutes"].keys() == {each["urn"] for each in steps}
    assert change({"steps": steps}).sentence() == "starts 2; adds at most 60 min"


FAILED = {"severity": "error", "message": "preview failed"}
UNCHANGED = {"steps": [step("same", "s", "pulumi:pulumi:Stack")], "changeSummary": {"same": 3}}
CHANGE = (
    "starts 7, adopts 1, stops 3, changes 1 in place; adds at most 360 min, 7.20 at the price that "
    "is set; lets retained go on (retainOnDelete)"
)


def estimate(
    piped: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[str, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(piped))
    with pytest.raises(SystemExit) as ended:
        main(["estimate", "--price-per-minute", "0.02"])
    printed = capsys.readouterr()
    assert bool(ended.value.code) == (printed.out == "")
    return printed.out, printed.err


@pytest.mark.parametrize("kind", ["dynamic", "native"])
def test_a_real_preview_tells_what_the_change_starts_stops_and_adds(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In it an ended recording is removed and two start again; one is retained, one adopted."""
    preview = (PREVIEWS / f"{kind}.json").read_text()
    told, _ = estimate(preview, monkeypatch, capsys)
    *_, total, line = told.splitlines()
    assert total.split() == ["in", "all,", "at", "most", "1920", "min", "38.40"]
    assert line == CHANGE
    hidden = json.loads(preview)
    hidden["steps"] = [each for each in hidden["steps"] if each["op"] != "same"]
    told, warned = estimate(json.dumps(hidden), monkeypatch, capsys)
    assert told == f"{CHANGE}\n"
    assert "no table: the preview leaves out unchanged resources (2)" in warned


@pytest.mark.parametrize(
    ("piped", "told"),
    [
        *((piped, "no preview") for piped in ("", "error: no stack", "{}", "[]", "null")),
        (json.dumps({**UNCHANGED, "diagnostics": [FAILED]}), "has errors"),
    ],
)
def test_nothing_is_printed_of_what_is_no_preview(
    piped: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, warned = estimate(piped, monkeypatch, capsys)
    assert told in warned
    assert out == ""


def test_a_secret_price_hides_the_cost_alone() -> None:
    secret = {}

    def program() -> None:
        lobby = WebRecording(
            "lobby",
            record_url="https://a",
            sdk_app_id=1,
            storage_params={"cloud_vod": {"tencent_vod": {}}},
        )
        outputs = estimate_usage({"lobby": lobby}, pulumi.Output.secret(0.02))
        secret.update({name: each.is_secret() for name, each in outputs.items()})

    inputs_of(program)
    hidden = {name: asyncio.get_event_loop().run_until_complete(s) for name, s in secret.items()}
    assert {name for name, each in hidden.items() if each} == {"costAtMost"}
    assert "totalMinutes" in hidden
