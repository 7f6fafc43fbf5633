"""Who imports whom in a package, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

Imports = dict[str, set[str]]
"""The modules that each module imports anywhere in it, all by dotted names."""


def imports_of(package: Path) -> Imports:
    """The imports of every module of a package's folder, those for type checking included."""
    return {
        name: set(_imported(ast.parse(path.read_text()), name, path.stem == "__init__"))
        for path in sorted(package.rglob("*.py"))
        for name in [_module_name(package, path)]
    }


def against(imports: Imports, room: str, forbidden: tuple[str, ...]) -> list[str]:
    """Each import of a room that leads to a forbidden module or below, as `who -> whom`."""
    return [
        f"{module} -> {imported}"
        for module, found in imports.items()
        if _within(module, room)
        for imported in sorted(found)
        if any(_within(imported, name) for name in forbidden)
    ]


def _within(module: str, room: str) -> bool:
    return f"{module}.".startswith(f"{room}.")


def _module_name(package: Path, path: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(tree: ast.Module, module: str, is_package: bool) -> Iterator[str]:
    parent = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), parent)
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)
