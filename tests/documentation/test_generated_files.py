"""The files that are generated from the models are what the models give, and leave nothing out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.declaration.declaration import Inputs
from trtc_webrecord.declaration.names import OUTPUTS

from tools.reference import generated
from tools.reference.effects import effect
from tools.reference.fields import fields_of

PAGE = generated.PAGE.read_text(encoding="utf-8")


def leaves(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for each in fields_of(model):
        inner = each.shape.model or (each.shape.item and each.shape.item.model)
        if inner:
            yield from leaves(inner, (*path, each.name))
        else:
            yield (*path, each.name)


def test_the_committed_files_are_what_the_models_give() -> None:
    for file, text in generated.files().items():
        assert file.read_text(encoding="utf-8") == text, f"{file.name}: run `make reference`"


def test_every_input_output_and_key_has_a_row() -> None:
    rows = set(re.findall(r"^\| `([\w:]+)`", PAGE, re.MULTILINE))
    inputs = {path[-1] for path in leaves(Inputs)}
    keys = {to_camel(path[-1]) for path in leaves(ProviderConfig) if len(path) > 1}
    top = {f"trtc:{to_camel(name)}" for name in ProviderConfig.model_fields}
    assert rows >= {*inputs, *OUTPUTS, *keys, *top}


def test_every_field_is_described() -> None:
    assert not re.search(r"\|  \|$", PAGE.replace("|  |\n|---", ""), re.MULTILINE)


def test_the_effect_of_a_change_is_that_of_the_code() -> None:
    effects = {path: effect(path) for path in leaves(Inputs)}
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
