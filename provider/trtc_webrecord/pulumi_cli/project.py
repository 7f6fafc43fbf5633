"""A Pulumi project's file, `Pulumi.yaml`, and the files of its stacks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from ..declaration.names import NAMESPACE
from ..errors import ConfigError

NAMES = ("Pulumi.json", "Pulumi.yaml", "Pulumi.yml")
"""In the order in which Pulumi looks for them."""


@dataclass(frozen=True)
class Project:
    """`runtime` is its language's; `stacks` is the folder of its stacks' files.

    `plugin` is the folder that it names for the plugin `trtc`, by `plugins` or `packages`;
    `package` is what `packages` names, `SOURCE@VERSION`. None where there is none.
    """

    file: Path
    name: str
    runtime: str
    stacks: Path
    plugin: Path | None
    package: str | None

    @property
    def folder(self) -> Path:
        return self.file.parent

    @property
    def has_stack_program(self) -> bool:
        """Whether its program declares the recordings of the stack's config."""
        program = self.folder / "__main__.py"
        return program.is_file() and b"trtc_webrecord.stack_program" in program.read_bytes()

    def stack_file(self, stack: str) -> Path:
        """The file of a stack's config, if no `--config-file` names another."""
        return self.stacks / f"Pulumi.{stack}{self.file.suffix}"

    @classmethod
    def of(cls, folder: Path) -> Project | None:
        """The project of a folder, or of one above it. Raises ConfigError if it cannot be read."""
        for each in (folder, *folder.parents):
            for file in (each / name for name in NAMES):
                if file.is_file():
                    return cls._read(file)
        return None

    @classmethod
    def _read(cls, file: Path) -> Project:
        try:
            content = yaml.safe_load(file.read_bytes())
            runtime = content["runtime"]
            language = runtime if isinstance(runtime, str) else runtime["name"]
            config = content.get("config")
            stacks = content.get("stackConfigDir") or (config if isinstance(config, str) else ".")
            providers = (content.get("plugins") or {}).get("providers") or []
            folders = [each["path"] for each in providers if each["name"] == NAMESPACE]
            package = (content.get("packages") or {}).get(NAMESPACE)
            if isinstance(package, dict):
                package = "@".join(filter(None, map(package.get, ("source", "version"))))
            if package and package.startswith((".", "/")):
                folders.append(package)
            return cls(
                file,
                str(content["name"]),
                str(language),
                file.parent / stacks,
                next((file.parent / each for each in folders), None),
                package,
            )
        except (OSError, ValueError, yaml.YAMLError, TypeError, KeyError, AttributeError) as error:
            raise ConfigError(f"{file} cannot be read: {type(error).__name__}") from None
