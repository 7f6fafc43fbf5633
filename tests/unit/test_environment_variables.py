"""Environment variables are named in one module, from which the documentation takes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import trtc_webrecord
from trtc_webrecord import environment_variables

PACKAGE = Path(trtc_webrecord.__path__[0])
NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+_?|[a-z]+_proxy")
NO_VARIABLES = {"MOST_BYTES", "TASK_ID"}
"""Texts of the package that look like the name of one."""


def named(source: str) -> Iterator[str]:
    """What a module names itself: texts like a variable's name, and keys of what it reads."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)) if NAME.fullmatch(text):
                yield text
            case (
                ast.Call(func=ast.Attribute(value=read), args=[ast.Constant(value=str(key)), *_])
                | ast.Subscript(value=read, slice=ast.Constant(value=str(key)))
            ) if ast.unparse(read).endswith(("environ", "environment")):
                yield key
            case ast.Attribute(attr="getenv" | "environb" | "getenvb"):
                yield ast.unparse(node)


def test_no_other_module_names_an_environment_variable() -> None:
    found = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        if path != Path(environment_variables.__file__)
        for name in named(path.read_text(encoding="utf-8"))
        if name not in NO_VARIABLES
    }
    assert found == set()


@pytest.mark.parametrize(
    "source",
    [
        "os.environ.get('HOME')",
        "os.environ['HOME']",
        "self._environment.get('HOME', '')",
        "environment['HOME']",
        "os.getenv(name)",
        "names = ('TENCENTCLOUD_TOKEN',)",
        "f'{x} is {os.environ.get(\"no_proxy\")}'",
    ],
)
def test_a_variable_that_is_named_elsewhere_is_found(source: str) -> None:
    assert list(named(source))
