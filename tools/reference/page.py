"""docs/reference.md: the tables of the models' fields, each between two comments of the page."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.alias_generators import to_camel, to_snake
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.declaration.declaration import Inputs
from trtc_webrecord.declaration.names import NAMESPACE
from trtc_webrecord.declaration.task_reference import TaskReference
from trtc_webrecord.native.schema import FOUND, OUTPUTS

from tools.reference.effects import effect
from tools.reference.fields import Field, Shape, fields_of

PAGE = Path(__file__).parents[2] / "docs/reference.md"

Row = tuple[str, ...]

INPUT_COLUMNS = ("input", "type", "default", "range", "a change", "")
KEY_COLUMNS = ("key", "type", "default", "range", "")


def text() -> str:
    """The page, with its tables made anew."""
    tables = {
        "inputs": "\n\n".join(_inputs()),
        "outputs": _table(("output", ""), _outputs(OUTPUTS)),
        "lookup": "\n\n".join(_lookup()),
        "config": "\n\n".join(_config()),
    }
    page = PAGE.read_text(encoding="utf-8")
    for name, table in tables.items():
        begin = page.index("\n", page.index(f"<!-- {name}, "))
        end = page.index("<!-- end -->", begin)
        page = f"{page[:begin]}\n\n{table}\n\n{page[end:]}"
    return page


def _inputs() -> Iterator[str]:
    yield _input_table(Inputs, ())
    for path, model in _below(Inputs, ()):
        yield f"### {'.'.join(path)}"
        yield f"In YAML `{'.'.join(map(to_camel, path))}`. {_about(model)}"
        yield _input_table(model, path)


def _config() -> Iterator[str]:
    yield _table(
        KEY_COLUMNS, (_key_row(f"{NAMESPACE}:", each) for each in fields_of(ProviderConfig))
    )
    for path, model in _below(ProviderConfig, ()):
        yield f"#### {NAMESPACE}:{'.'.join(map(to_camel, path))}"
        yield _about(model)
        yield _table(KEY_COLUMNS, (_key_row("", each) for each in fields_of(model)))


def _outputs(described: dict[str, str]) -> Iterator[Row]:
    for name, about in described.items():
        yield _names(to_snake(name)), about


def _lookup() -> Iterator[str]:
    inputs = fields_of(TaskReference)
    rows = ((_names(e.name), e.shape.kind, _range(e.shape), e.about) for e in inputs)
    yield _table(("input", "type", "range", ""), rows)
    yield _table(("output", ""), _outputs(FOUND))


def _below(model: type[BaseModel], path: Row) -> Iterator[tuple[Row, type[BaseModel]]]:
    """The models inside a model, at every depth, with their paths."""
    for each in fields_of(model):
        inner = each.shape.model or (each.shape.item and each.shape.item.model)
        if inner:
            yield (*path, each.name), inner
            yield from _below(inner, (*path, each.name))


def _about(model: type[BaseModel]) -> str:
    return " ".join((inspect.getdoc(model) or "").split())


def _input_table(model: type[BaseModel], path: Row) -> str:
    return _table(
        INPUT_COLUMNS, (_input_row(each, (*path, each.name)) for each in fields_of(model))
    )


def _input_row(each: Field, path: Row) -> Row:
    return (
        _names(each.name),
        _type(each, f"#{''.join(path)}"),
        _default(each),
        _range(each.shape),
        _effect(each.shape, path),
        each.about,
    )


def _effect(shape: Shape, path: Row) -> str:
    if shape.model is None:
        return effect(path)
    effects = {_effect(each.shape, (*path, each.name)) for each in fields_of(shape.model)}
    effects.discard("")
    return effects.pop() if len(effects) == 1 else "by field"


def _key_row(prefix: str, each: Field) -> Row:
    anchor = f"#{NAMESPACE}{to_camel(each.name).lower()}"
    name = f"`{prefix}{to_camel(each.name)}`"
    return name, _type(each, anchor), _default(each), _range(each.shape), each.about


def _names(name: str) -> str:
    camel = to_camel(name)
    return f"`{name}`" if camel == name else f"`{name}`<br>`{camel}`"


def _type(each: Field, anchor: str) -> str:
    kind = _kind(each.shape, anchor)
    unit = f", {each.unit}" if each.unit else ""
    return f"{kind}{unit}{', **secret**' if each.secret else ''}"


def _kind(shape: Shape, anchor: str) -> str:
    if shape.item is not None:
        return f"list: {_kind(shape.item, anchor)}"
    return f"[object]({anchor})" if shape.kind == "object" else shape.kind


def _default(each: Field) -> str:
    if each.required:
        return "**required**"
    return "" if each.default is None else f"`{each.default}`"


def _range(shape: Shape) -> str:
    """The rules of a value in words."""
    rules = shape.keywords
    if shape.rule_texts:
        return "; ".join(shape.rule_texts)
    if "enum" in rules:
        return ", ".join(f"`{value}`" for value in rules["enum"])
    if "maxItems" in rules:
        return f"at most {rules['maxItems']} entries"
    parts = [_bounds(rules.get("minimum"), rules.get("maximum"))]
    if "exclusiveMinimum" in rules:
        parts = [f"more than {rules['exclusiveMinimum']}, at most {rules['maximum']}"]
    if rules.get("minLength") == 1:
        parts.append("not empty")
    elif "minLength" in rules:
        parts.append(f"{rules['minLength']}–{rules['maxLength']} characters")
    if shape.item is not None:
        parts.append(_range(shape.item) and f"each: {_range(shape.item)}")
    return "; ".join(filter(None, parts))


def _bounds(low: int | None, high: int | None) -> str:
    if low is None:
        return ""
    return f"{low} or more" if high is None else f"{low}–{high}"


def _table(columns: Row, rows: Iterator[Row]) -> str:
    head, *lines = [f"| {' | '.join(cells)} |" for cells in (columns, *rows)]
    return "\n".join([head, f"|{'---|' * len(columns)}", *lines])
