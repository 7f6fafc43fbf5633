"""docs/reference.md: the tables of a recording's fields."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.alias_generators import to_camel, to_snake
from trtc_webrecord.declaration.declaration import Inputs
from trtc_webrecord.declaration.task_reference import TaskReference
from trtc_webrecord.native.schema import FOUND, OUTPUTS

from tools.reference.effects import effect
from tools.reference.fields import Field, fields_of
from tools.reference.tables import (
    Row,
    below,
    default_of,
    filled,
    table,
    value_of,
)

PAGE = Path(__file__).parents[2] / "docs/reference.md"

INPUT_COLUMNS = ("input", "type", "default", "")


def text() -> str:
    """The page, with its tables made anew."""
    parts = {
        "inputs": "\n\n".join(_inputs()),
        "outputs": table(("output", ""), _outputs(OUTPUTS)),
        "lookup": "\n\n".join(_lookup()),
    }
    return filled(PAGE.read_text(encoding="utf-8"), parts)


def _inputs() -> Iterator[str]:
    yield _input_table(Inputs, ())
    for path, model in below(Inputs, ()):
        yield f"### {'.'.join(path)}"
        yield _input_table(model, path)


def _outputs(described: dict[str, str]) -> Iterator[Row]:
    for name, about in described.items():
        yield _names(to_snake(name)), about


def _lookup() -> Iterator[str]:
    inputs = fields_of(TaskReference)
    rows = ((_names(each.name), value_of(each), each.about) for each in inputs)
    yield table(("input", "type", ""), rows)
    yield f"It returns {', '.join(f'`{to_snake(name)}`' for name in FOUND)}."


def _input_table(model: type[BaseModel], path: Row) -> str:
    return table(INPUT_COLUMNS, (_input_row(each, (*path, each.name)) for each in fields_of(model)))


def _input_row(each: Field, path: Row) -> Row:
    return (
        _names(each.name),
        value_of(each, f"#{''.join(path)}"),
        default_of(each),
        each.about + _other_effect(each, path),
    )


def _other_effect(each: Field, path: Row) -> str:
    """What a change does, where it does not just replace the recording."""
    told = "" if each.shape.model else effect(path)
    return f" A change: {told}." if told not in ("", "replaces") else ""


def _names(name: str) -> str:
    camel = to_camel(name)
    return f"`{name}`" if camel == name else f"`{name}`<br>`{camel}`"
