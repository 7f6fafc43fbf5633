"""The tables of the generated pages: a model's fields in rows, and where they stand in a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel

from tools.reference.fields import Field, Shape, fields_of

Row = tuple[str, ...]


def filled(page: str, parts: Mapping[str, str]) -> str:
    """The page with its parts made anew: each between the comment of its name and the next end."""
    for name, part in parts.items():
        begin = page.index("\n", page.index(f"<!-- {name}, "))
        end = page.index("<!-- end -->", begin)
        page = f"{page[:begin]}\n\n{part}\n\n{page[end:]}"
    return page


def table(columns: Row, rows: Iterable[Row]) -> str:
    """A table in Markdown."""
    head, *lines = [f"| {' | '.join(cells)} |" for cells in (columns, *rows)]
    return "\n".join([head, f"|{'---|' * len(columns)}", *lines])


def below(model: type[BaseModel], path: Row) -> Iterator[tuple[Row, type[BaseModel]]]:
    """The models inside a model, at every depth, with their paths."""
    for each in fields_of(model):
        inner = each.shape.model or (each.shape.item and each.shape.item.model)
        if inner:
            yield (*path, each.name), inner
            yield from below(inner, (*path, each.name))


def value_of(each: Field, anchor: str = "") -> str:
    """What a field takes: type, unit, whether it is secret, and rules."""
    kind = _kind(each.shape, anchor)
    unit = f", {each.unit}" if each.unit else ""
    rules = range_of(each.shape)
    return f"{kind}{unit}{', **secret**' if each.secret else ''}{rules and f'; {rules}'}"


def _kind(shape: Shape, anchor: str) -> str:
    if shape.item is not None:
        return f"list: {_kind(shape.item, anchor)}"
    return f"[object]({anchor})" if shape.kind == "object" else shape.kind


def default_of(each: Field) -> str:
    """The default, or that there is none."""
    if each.required:
        return "**required**"
    return "" if each.default is None else f"`{each.default}`"


def range_of(shape: Shape) -> str:
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
        parts.append(range_of(shape.item) and f"each: {range_of(shape.item)}")
    return "; ".join(filter(None, parts))


def _bounds(low: int | None, high: int | None) -> str:
    if low is None:
        return ""
    return f"{low} or more" if high is None else f"{low}–{high}"
