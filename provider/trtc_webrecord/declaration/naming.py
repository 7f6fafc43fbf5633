"""Field names: camelCase in a stack's config, in YAML and in a native state, snake_case here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic.alias_generators import to_snake

VERBATIM = "triggers"
"""The field whose contents keep their names."""


def snake_case(value: Any, field: Callable[[str], str] = to_snake) -> Any:
    """A value with the names in it in snake_case, at every depth; `field` converts one name."""
    if isinstance(value, list):
        return [snake_case(item, field) for item in value]
    if isinstance(value, dict):
        return {
            field(name): item if name == VERBATIM else snake_case(item, field)
            for name, item in value.items()
        }
    return value
