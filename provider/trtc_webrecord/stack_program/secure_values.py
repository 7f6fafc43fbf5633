"""Which strings of a stack's config are secure.

Pulumi tells a program the keys that contain a secure value, and not which of their values it is.
The stack's file does. A string that it has in plain text at the same place is no secret; all
others are, since the config may have come from elsewhere: `--config-file`, ESC, the Automation API.
"""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import Any

import pulumi
import yaml

from ..errors import ConfigError
from ..pulumi_cli.project import Project


class _Texts(yaml.SafeLoader):
    """Reads every scalar as text. Only strings can be secure, and Pulumi passes them as written."""

    def __init__(self, stream: bytes) -> None:
        super().__init__(stream)
        self.yaml_implicit_resolvers = {"<": self.yaml_implicit_resolvers["<"]}


def written(key: str) -> Any:
    """What the stack's file has at a key such as `web-recordings:recordings`, None if nothing."""
    namespace, _, name = key.partition(":")
    try:
        project = Project.of(Path.cwd())
        if project is None:
            return None
        file = project.stack_file(pulumi.get_stack())
        config = _Texts(file.read_bytes()).get_single_data()["config"]
        return config.get(key, config.get(name) if namespace == project.name else None)
    except (OSError, ValueError, yaml.YAMLError, TypeError, KeyError, AttributeError, ConfigError):
        return None


def with_secrets(passed: Any, in_file: Any) -> Any:
    """A value that Pulumi passed, its strings secrets unless the file has them in plain text."""
    if isinstance(passed, dict):
        fields = in_file if isinstance(in_file, dict) else {}
        return {name: with_secrets(item, fields.get(name)) for name, item in passed.items()}
    if isinstance(passed, list):
        items = in_file[: len(passed)] if isinstance(in_file, list) else []
        return [with_secrets(item, other) for item, other in zip_longest(passed, items)]
    return pulumi.Output.secret(passed) if isinstance(passed, str) and passed != in_file else passed


def with_secret_place(arguments: dict[str, Any]) -> dict[str, Any]:
    """A recording's arguments, with the option that makes `file_prefix` a secret if it has one."""
    storage = arguments.get("storage_params", {}).get("cloud_storage") or {}
    parts = (storage.get("bucket"), *(storage.get("file_name_prefix") or []))
    if not any(isinstance(each, pulumi.Output) for each in parts):
        return arguments
    return {**arguments, "opts": pulumi.ResourceOptions(additional_secret_outputs=["file_prefix"])}
