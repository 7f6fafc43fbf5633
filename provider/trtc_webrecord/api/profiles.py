"""Key pairs on file: the profiles of the vendor's command line, and its libraries' own file."""

from __future__ import annotations

import configparser
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..environment_variables import PROFILE, SHARED_CREDENTIALS_DIR
from ..errors import ConfigError

PROFILE_KEY = "trtc:profile"

LIBRARY_FILES = ("~/.tencentcloud/credentials", "/etc/tencentcloud/credentials")
"""INI files; the vendor's libraries read the first that exists, and in it `[default]`."""


def expanded(path: str) -> Path:
    """The path, with `~` replaced by the home directory."""
    try:
        return Path(path).expanduser()
    except RuntimeError:  # `~name` of an unknown user
        return Path(path)


@dataclass(frozen=True)
class Profile:
    """A profile of `tccli`, which the vendor's Terraform provider reads, too.

    `named_by` is the setting that names it; None for the default one, which need not exist.
    """

    name: str
    directory: Path
    named_by: str | None

    @classmethod
    def chosen(
        cls, name: str | None, directory: str | None, environment: Mapping[str, str]
    ) -> Profile:
        """The profile of `trtc:profile` and `trtc:sharedCredentialsDir`, or of the environment."""
        directory = directory or environment.get(SHARED_CREDENTIALS_DIR) or "~/.tccli"
        variable = environment.get(PROFILE)
        return cls(
            name or variable or "default",
            expanded(directory),
            PROFILE_KEY if name else PROFILE if variable else None,
        )

    def __str__(self) -> str:
        return f"profile file {self.file}"

    @property
    def file(self) -> Path:
        """The file with its key pair."""
        return self.directory / f"{self.name}.credential"

    @property
    def settings(self) -> Path:
        """The file with its region."""
        return self.directory / f"{self.name}.configure"

    def entries(self) -> dict[str, str] | None:
        """The texts of the file; None if there is none. Raises ConfigError."""
        entries = _json_object(self.file)
        if entries is None:
            return None
        return {key: value for key, value in entries.items() if isinstance(value, str)}

    def region(self) -> str | None:
        """The region of `tccli configure`. Raises ConfigError for a broken file."""
        parameters = (_json_object(self.settings) or {}).get("_sys_param")
        region = parameters.get("region") if isinstance(parameters, dict) else None
        return region.strip() if isinstance(region, str) else None


def library_profile() -> tuple[Path, dict[str, str]] | None:
    """The libraries' file and the entries of its section `[default]`; None if there is no file.

    Raises ConfigError.
    """
    file = next((path for name in LIBRARY_FILES if (path := expanded(name)).exists()), None)
    if file is None:
        return None
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(file.read_text())
    except (OSError, ValueError, configparser.Error) as error:
        raise _unreadable(file, error) from None
    return file, dict(parser["default"]) if parser.has_section("default") else {}


def _json_object(file: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(file.read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from None
    if not isinstance(content, dict):
        raise _unreadable(file, TypeError())
    return content


def _unreadable(file: Path, error: Exception) -> ConfigError:
    """The error's text is left out: it may quote a line, and with it a key."""
    return ConfigError(
        f"the credentials' profile file cannot be read: {file}: {type(error).__name__}"
    )
