"""The stack program's config keys: which there are, and where they stand.

They stand under `web-recordings:` or under the project's own name, which `pulumi config set` and a
key without a namespace mean. So a project may be renamed.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import urlsplit

import pulumi
from pulumi.runtime import get_config, is_config_secret
from pulumi.runtime.config import CONFIG

from ..declaration.names import NAMESPACE as PROVIDER
from ..declaration.validation import nearest
from ..environment_variables import PULUMI_CONFIG
from .secure_values import with_secrets, written

NAMESPACE = "web-recordings"
RECORDINGS = "recordings"
DEFAULTS = "defaults"
VIEWER = "viewer"
PRICE = "pricePerMinute"
KEYS = (RECORDINGS, DEFAULTS, VIEWER, PRICE)

_PRICE = re.compile(r"\d{1,9}(\.\d{1,9})?")

LONGEST_CONFIG = 128 * 1024
"""Bytes. A program gets the config in one environment variable, and Linux has this limit."""

SHOWN_FROM = 0.75
"""The part of it that a config may fill without a warning."""

NONE_ON_PURPOSE = (
    "Nothing was changed. Write each recording below it, indented, with its name; "
    "or `{key}: {{}}` to have none, which stops those that run"
)

IN_THIS_FORM = "\n".join(
    [
        "It should look like this:",
        "  {key}:",
        "    lobby:",
        "      recordUrl: https://example.com/lobby",
    ]
)


def invalid(errors: list[str]) -> pulumi.RunError:
    """The error of a stack's config."""
    return pulumi.RunError("\n".join(["the stack's config is invalid:", *errors]))


class StackKeys:
    """The keys of one stack's config. Raises `pulumi.RunError` for a key that means nothing.

    `project` is the project's name.
    """

    def __init__(self, project: str) -> None:
        self._namespaces = [NAMESPACE, *({project} - {NAMESPACE, PROVIDER})]
        if errors := [*self._unknown(), *self._twice(), *self._missing()]:
            raise invalid(errors)
        _warn_of_a_large_config()

    def full(self, name: str) -> str:
        """The key as it stands in the config, such as `web-recordings:recordings`."""
        spellings = self._spellings(name)
        return next((key for key in spellings if get_config(key) is not None), spellings[0])

    def objects(self, name: str) -> dict[str, Any]:
        """The fields of a key, {} where it is not set. Raises `pulumi.RunError`."""
        key = self.full(name)
        text = get_config(key)
        if text is None:
            return {}
        try:
            value = json.loads(text or "null")
        except ValueError:
            value = text
        if isinstance(value, dict):
            return value
        form = IN_THIS_FORM if name == RECORDINGS else "Write its fields below it, indented"
        if value is None:
            form = NONE_ON_PURPOSE if name == RECORDINGS else f"{form}; or remove the key"
        raise invalid([f"{key} must be an object, {shape(value)}. {form.format(key=key)}"])

    def with_secrets(self, name: str) -> dict[str, Any]:
        """The fields of a key, with what is secure in it as secrets."""
        fields = self.objects(name)
        if not self.is_secret(name):
            return fields
        hidden: dict[str, Any] = with_secrets(fields, written(self.full(name)))
        return hidden

    def is_secret(self, name: str) -> bool:
        """Whether a value in the key is secure."""
        return is_config_secret(self.full(name))

    def viewer(self) -> pulumi.Input[str] | None:
        """The URL prefix of the viewer, a secret if it is one in the config."""
        key = self.full(VIEWER)
        url = get_config(key)
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise invalid([f"{key} must be an http:// or https:// URL; or remove the key"])
        return pulumi.Output.secret(url) if self.is_secret(VIEWER) else str(url)

    def price_per_minute(self) -> pulumi.Input[float] | None:
        """What a minute of recording costs, in any currency; a secret if the config has it so."""
        key = self.full(PRICE)
        text = get_config(key)
        if text is None:
            return None
        if not _PRICE.fullmatch(text):
            raise invalid([f"{key} must be a number from 0 such as 0.02; or remove the key"])
        price = float(text)
        return pulumi.Output.secret(price) if self.is_secret(PRICE) else price

    def _spellings(self, name: str) -> list[str]:
        return [f"{namespace}:{name}" for namespace in self._namespaces]

    def _unknown(self) -> list[str]:
        errors = []
        for key in sorted(CONFIG.get()):
            namespace, _, name = key.partition(":")
            if namespace in self._namespaces and name not in KEYS:
                near = nearest(name, KEYS)
                hint = f"did you mean {namespace}:{near}?" if near else f"known: {', '.join(KEYS)}."
                errors.append(
                    f"{key} is an unknown key; {hint} "
                    f"A recording is indented below {namespace}:{RECORDINGS}"
                )
        return errors

    def _twice(self) -> list[str]:
        return [
            f"{' and '.join(found)} are both set; remove one of them"
            for name in KEYS
            if len(found := [key for key in self._spellings(name) if get_config(key) is not None])
            > 1
        ]

    def _missing(self) -> list[str]:
        key = self.full(RECORDINGS)
        if get_config(key) is not None:
            return []
        others = [k for k in sorted(CONFIG.get()) if k.endswith(f":{RECORDINGS}")]
        hint = f" {others[0]} is the key of another project: rename it." if others else ""
        return [f"{key} is missing.{hint} {NONE_ON_PURPOSE.format(key=key)}"]


def shape(value: Any) -> str:
    """What a value is instead of an object."""
    if value is None:
        return "and is empty"
    if isinstance(value, list):
        return "and is a list: write names instead of dashes"
    return "not a single value"


def _warn_of_a_large_config() -> None:
    size = len(f"{PULUMI_CONFIG}={os.environ.get(PULUMI_CONFIG, '')}\0".encode())
    if size > SHOWN_FROM * LONGEST_CONFIG:
        pulumi.log.warn(
            f"the stack's config fills {size} of {LONGEST_CONFIG} bytes. On Linux, `pulumi` fails "
            "above that with `argument list too long`. Declare further recordings in another stack "
            "or in a Python program, which has no such limit"
        )
