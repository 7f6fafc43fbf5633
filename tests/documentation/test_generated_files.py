"""The files that are generated from the models are what the models give, and leave nothing out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from trtc_webrecord import environment_variables as variables
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.declaration.declaration import Inputs
from trtc_webrecord.declaration.names import OUTPUTS

from tools.reference import generated, registry
from tools.reference.effects import effect
from tools.reference.fields import Field, fields_of

PAGE = generated.PAGE.read_text(encoding="utf-8")
CONFIGURATION = registry.CONFIGURATION.read_text(encoding="utf-8")


def leaves(
    model: type[BaseModel], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Field]]:
    for each in fields_of(model):
        inner = each.shape.model or (each.shape.item and each.shape.item.model)
        if inner:
            yield from leaves(inner, (*path, each.name))
        else:
            yield (*path, each.name), each


def test_the_committed_files_are_what_the_models_give() -> None:
    for file, text in generated.files().items():
        assert file.read_text(encoding="utf-8") == text, f"{file.name}: run `make reference`"


def test_every_input_and_output_has_a_row() -> None:
    rows = set(re.findall(r"^\| `([\w:]+)`", PAGE, re.MULTILINE))
    inputs = {path[-1] for path, _ in leaves(Inputs)}
    assert rows >= {*inputs, *OUTPUTS}


def settings_row(path: tuple[str, ...]) -> str:
    key = f"`trtc:{'.'.join(map(to_camel, path))}`"
    (row,) = (line for line in CONFIGURATION.splitlines() if line.startswith("| ") and key in line)
    return row


def test_every_setting_has_a_row_with_its_environment_variables_and_default() -> None:
    assert "`TENCENTCLOUD_TOKEN`" in settings_row(("security_token",))
    assert "`TENCENTCLOUD_ASSUME_ROLE_ARN`" in settings_row(("assume_role", "role_arn"))
    for path, each in leaves(ProviderConfig):
        row = settings_row(path)
        assert [name for name in each.environment if f"`{name}`" not in row] == []
        assert each.default is None or f"`{each.default}`" in row
        assert each.secret == ("**secret**" in row)


def test_every_environment_variable_is_in_a_row() -> None:
    """No other module names one: tests/unit/test_environment_variables.py."""
    named = [getattr(variables, each) for each in vars(variables) if each.isupper()]
    single = {each for value in named for each in ([value] if isinstance(value, str) else value)}
    for each in {"TRTC_ENDPOINT", "PATH", *single} - {variables.ASSUME_ROLE, *variables.OTHERS}:
        assert re.search(rf"^\|.*`{each}`", CONFIGURATION, re.MULTILINE), each


def test_every_field_is_described() -> None:
    for page in (PAGE, CONFIGURATION):
        assert not re.search(r"\|  \|$", page.replace("|  |\n|---", ""), re.MULTILINE)


def test_the_effect_of_a_change_is_that_of_the_code() -> None:
    effects = {path: effect(path) for path, _ in leaves(Inputs)}
    in_place = {path[-1] for path, told in effects.items() if told.startswith("in place")}
    assert in_place == {
        *("access_key", "secret_key"),
        *("startup_watch", "restart_policy", "storage_probe"),
    }
    assert {path[-1] for path, told in effects.items() if "removing it: none" in told} == {
        "record_id",
        "adopt_task_id",
    }
    assert {path[-1] for path, told in effects.items() if not told} == {"vendor"}
    others = {told for told in effects.values() if told.startswith("replaces")}
    assert others == {"replaces", "replaces; removing it: none"}
