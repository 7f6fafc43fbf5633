"""What YAML makes of bare words in a stack's config: dates, numbers and booleans."""

from __future__ import annotations

import re
from typing import Any

_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} \S+")

_QUOTE_IT = "write it in quotes, or set it with `pulumi config set --path --type string`"

CHANGED_BY_YAML = f"YAML has read this as a date; {_QUOTE_IT}"


def changed_by_yaml(value: Any) -> bool:
    """Whether it is a date as Pulumi writes one that was not quoted: YAML's own text is lost."""
    return isinstance(value, str) and bool(_DATE.fullmatch(value))


def not_a_string(value: Any) -> str:
    """The rule for a value where a string is due."""
    if isinstance(value, bool):
        return f"must be a string, and is a boolean; {_QUOTE_IT}"
    if isinstance(value, int | float):
        return f"must be a string, and is a number; {_QUOTE_IT}"
    return "must be a string"
