"""WebRecording as the engine meets it, and the names that must agree in three places."""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any, get_origin

import pulumi
import pytest
from pydantic import BaseModel
from trtc_webrecord import (
    CloudStorageArgs,
    CloudVodArgs,
    EmulateMobileParamsArgs,
    McuPublishCdnParamArgs,
    StorageParamsArgs,
    TencentVodArgs,
    WebRecording,
    WebRecordVideoParamsArgs,
)
from trtc_webrecord.declaration import spec
from trtc_webrecord.declaration.declaration import Declaration
from trtc_webrecord.declaration.names import ORGANIZATION, OUTPUTS
from trtc_webrecord.lifecycle import WebRecordingProvider
from typing_extensions import NotRequired, get_type_hints
from unit.declared import PROPS, URN
from unit.mock_engine import inputs_of

ARGUMENTS = {name: value for name, value in PROPS.items() if name != "resource_urn"}
NESTED = {
    CloudStorageArgs: spec.CloudStorage,
    TencentVodArgs: spec.TencentVod,
    CloudVodArgs: spec.CloudVod,
    StorageParamsArgs: spec.StorageParams,
    WebRecordVideoParamsArgs: spec.WebRecordVideoParams,
    McuPublishCdnParamArgs: spec.McuPublishCdnParam,
    EmulateMobileParamsArgs: spec.EmulateMobileParams,
}
PARAMETERS = set(inspect.signature(WebRecording).parameters) - {"resource_name", "opts"}


def declare(**arguments: Any) -> WebRecording:
    return WebRecording("lobby", **{**ARGUMENTS, **arguments})


def test_only_what_is_declared_reaches_the_engine() -> None:
    seen = inputs_of(declare)["lobby"]
    assert set(seen) == {*ARGUMENTS, "resource_urn", ORGANIZATION, "__provider"}
    assert seen[ORGANIZATION] == "acme"


def test_below_a_component_the_urn_is_the_components_childs() -> None:
    def hall() -> None:
        component = pulumi.ComponentResource("my:index:Hall", "hall")
        declare(opts=pulumi.ResourceOptions(parent=component))

    assert inputs_of(hall)["lobby"]["resource_urn"].endswith(
        "my:index:Hall$pulumi-python:dynamic/trtc:WebRecording::lobby"
    )


def test_the_provider_in_the_state_is_a_short_name_that_never_churns() -> None:
    first, second = (inputs_of(declare)["lobby"]["__provider"] for _ in range(2))
    assert first == second
    assert len(first) < 100


def test_a_state_written_by_the_first_version_still_finds_its_provider() -> None:
    assert (WebRecordingProvider.__module__, WebRecordingProvider.__qualname__) == (
        "trtc_webrecord.lifecycle",
        "WebRecordingProvider",
    )


def test_every_input_is_a_parameter() -> None:
    assert set(Declaration.model_fields) - {"resource_urn"} == PARAMETERS


def test_exactly_what_the_api_requires_is_required() -> None:
    required = {
        name
        for name, parameter in inspect.signature(WebRecording).parameters.items()
        if parameter.default is inspect.Parameter.empty
    }
    assert required - {"resource_name"} == {
        name for name, field in Declaration.model_fields.items() if field.is_required()
    }


@pytest.mark.parametrize(("typed", "model"), NESTED.items(), ids=lambda kind: str(kind.__name__))
def test_nested_inputs_have_the_names_and_needs_of_the_request(
    typed: Any, model: type[BaseModel]
) -> None:
    hints: dict[str, Any] = get_type_hints(typed, localns=vars(pulumi.output), include_extras=True)
    assert set(hints) == set(model.model_fields)
    assert {
        name for name, hint in hints.items() if typed.__total__ and get_origin(hint) != NotRequired
    } == {name for name, field in model.model_fields.items() if field.is_required()}


def test_every_output_is_typed() -> None:
    assert set(OUTPUTS) <= set(inspect.get_annotations(WebRecording))


def test_replace_on_changes_is_reported_to_have_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr("pulumi.log.warn", lambda message, resource: warnings.append(message))
    for paths in (None, ["storage_params"]):
        options = pulumi.ResourceOptions(replace_on_changes=paths)
        inputs_of(partial(declare, opts=options))
    (warning,) = warnings
    assert "replace_on_changes has no effect" in warning
    assert "change `triggers`" in warning


def test_a_subclass_is_declared_under_the_same_urn() -> None:
    class Lesson(WebRecording):
        pass

    def program() -> None:
        Lesson("lobby", **ARGUMENTS)

    assert inputs_of(program)["lobby"]["resource_urn"] == URN


def test_a_subclass_with_a_type_of_its_own_is_rejected() -> None:
    with pytest.raises(TypeError, match="keeps its type token"):
        type("Lesson", (WebRecording,), {}, name="Lesson")
