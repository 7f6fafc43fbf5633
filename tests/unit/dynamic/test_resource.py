"""WebRecording as the engine meets it, and the names that must agree in three places."""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any, get_origin

import pulumi
import pytest
import trtc_webrecord
from pydantic import BaseModel
from trtc_webrecord import WebRecording
from trtc_webrecord.declaration import spec
from trtc_webrecord.declaration.declaration import Declaration
from trtc_webrecord.declaration.names import ORGANIZATION, OUTPUTS
from trtc_webrecord.lifecycle import WebRecordingProvider
from typing_extensions import NotRequired, get_type_hints
from unit.declared import PROPS, URN
from unit.mock_engine import inputs_of

ARGUMENTS = {name: value for name, value in PROPS.items() if name != "resource_urn"}
NESTED = {
    getattr(trtc_webrecord, name): getattr(spec, name.removesuffix("Args"))
    for name in trtc_webrecord.__all__
    if name.endswith("Args")
}


def declare(**arguments: Any) -> WebRecording:
    return WebRecording("lobby", **{**ARGUMENTS, **arguments})


def test_only_what_is_declared_reaches_the_engine() -> None:
    seen = inputs_of(declare)["lobby"]
    assert set(seen) == {*ARGUMENTS, "resource_urn", ORGANIZATION, "__provider"}
    assert seen[ORGANIZATION] == "acme"


def test_a_backend_without_organizations_has_none_that_a_refresh_could_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pulumi, "get_organization", lambda: "organization")
    assert ORGANIZATION not in inputs_of(declare)["lobby"]


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


def test_every_input_is_a_parameter_and_required_where_the_api_requires_it() -> None:
    parameters = inspect.signature(WebRecording).parameters.values()
    required = {each.name: each.default is each.empty for each in parameters}
    del required["resource_name"], required["opts"]
    fields = {name: field.is_required() for name, field in Declaration.model_fields.items()}
    assert required == {name: fields[name] for name in fields if name != "resource_urn"}


@pytest.mark.parametrize(("typed", "model"), NESTED.items(), ids=lambda kind: str(kind.__name__))
def test_nested_inputs_have_the_requests_names_and_needs(
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


def test_an_import_is_answered_with_how_to_adopt_the_task() -> None:
    options = pulumi.ResourceOptions(import_="task-1")
    with pytest.raises(pulumi.RunError, match=r"lobby: TaskId task-1 .* adopt_task_id = 'task-1'"):
        inputs_of(partial(declare, opts=options))


def test_a_subclass_is_declared_under_the_same_urn() -> None:
    class Lesson(WebRecording):
        pass

    def program() -> None:
        Lesson("lobby", **ARGUMENTS)

    assert inputs_of(program)["lobby"]["resource_urn"] == URN


def test_a_subclass_with_a_type_of_its_own_is_rejected() -> None:
    with pytest.raises(TypeError, match="keeps its type token"):
        type("Lesson", (WebRecording,), {}, name="Lesson")
