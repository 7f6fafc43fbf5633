"""The pages for Pulumi's registry: an example in each language, and every setting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.declaration.names import NAMESPACE
from trtc_webrecord.environment_variables import OTHERS

from tools.reference.fields import Field, fields_of
from tools.reference.tables import Row, default_of, filled, table, value_of

PROJECT = Path(__file__).parents[2]
OVERVIEW = PROJECT / "docs/_index.md"
CONFIGURATION = PROJECT / "docs/installation-configuration.md"

EXAMPLES = {
    "typescript": "typescript/index.ts",
    "python": "one-recording/__main__.py",
    "go": "go/main.go",
    "yaml": "yaml/Pulumi.yaml",
}
"""The program of each language, which the tests run."""

COLUMNS = ("key", "environment", "type", "default", "")


def pages() -> dict[Path, str]:
    """Each page and its text, with the examples and tables made anew."""
    parts = {
        OVERVIEW: {"examples": "\n".join(_examples())},
        CONFIGURATION: {
            "settings": _settings(),
            "variables": table(("environment", ""), _variables()),
        },
    }
    return {page: filled(page.read_text(encoding="utf-8"), parts[page]) for page in parts}


def _examples() -> Iterator[str]:
    """The programs in the registry's shortcodes: the reader chooses the language."""
    yield f'{{{{< chooser language "{",".join(EXAMPLES)}" >}}}}'
    for language, file in EXAMPLES.items():
        program = (PROJECT / "examples" / file).read_text(encoding="utf-8")
        yield f"{{{{% choosable language {language} %}}}}\n"
        yield f"```{language}\n{program}```\n"
        yield "{{% /choosable %}}"
    yield "{{< /chooser >}}"


def _settings() -> str:
    """A row for each setting; keys that mean the same have one together."""
    keys: dict[Row, list[str]] = {}
    for key, each in _leaves(ProviderConfig, f"{NAMESPACE}:"):
        meaning = (_names(each.environment), value_of(each), default_of(each), each.about)
        keys.setdefault(meaning, []).append(key)
    return table(COLUMNS, ((_names(keys[meaning]), *meaning) for meaning in keys))


def _leaves(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Field]]:
    """The fields that are no objects, at every depth, by their keys in a stack's config."""
    for each in fields_of(model):
        key = prefix + to_camel(each.name)
        if each.shape.model:
            yield from _leaves(each.shape.model, f"{key}.")
        else:
            yield key, each


def _variables() -> Iterator[Row]:
    for names, about in OTHERS.items():
        yield _names(names), about


def _names(variables: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in variables)
