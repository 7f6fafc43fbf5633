"""Recordings declared in a stack's config, in camelCase.

    config:
      web-recordings:defaults: {sdkAppId: …, storageParams: {cloudStorage: {…}}}
      web-recordings:recordings:
        lobby: {recordUrl: https://example.com/lobby, maxDurationLimit: 3600}

`defaults` is deep-merged into each entry of `recordings`; `null` in an entry removes a default.
"""

from __future__ import annotations

import re
from typing import Any

from pydantic.alias_generators import to_camel, to_snake

from ..declaration.declaration import unknown_fields_without_value, validation_errors
from ..declaration.naming import VERBATIM, snake_case
from ..declaration.yaml_values import CHANGED_BY_YAML, changed_by_yaml
from .entry import Entry
from .keys import DEFAULTS, RECORDINGS, StackKeys, invalid, shape
from .secure_values import with_secret_place

NOT_TEXT = re.compile(r"[+-]?[\d.]*\d[\d.]*(e[+-]?\d+)?|[+-]?(Inf|NaN)|true|false", re.IGNORECASE)
"""A name that YAML may have changed: of 1.10 and 1.1, or of 010 and 8, it drops one in silence."""


NO_SECRETS = ("max_duration_limit", "restart_policy", "adopt_task_id", "start_at")
"""A number, a word of two, the resource's id and a time: what the estimate is made of."""


def declared_recordings(keys: StackKeys) -> dict[str, dict[str, Any]]:
    """The arguments of a WebRecording for each declared name.

    What is secure in the config is a secret, but for NO_SECRETS. `start_at` is among them, and no
    argument: `present` reads it. Raises `pulumi.RunError` with every invalid entry and field.
    """
    plain = plain_recordings(keys)
    defaults = snake_case(keys.with_secrets(DEFAULTS))
    return {
        name: with_secret_place(_merge(defaults, snake_case(entry)) | _no_secrets(plain[name]))
        for name, entry in keys.with_secrets(RECORDINGS).items()
    }


def plain_recordings(keys: StackKeys) -> dict[str, dict[str, Any]]:
    """The same without secrets."""
    given = {keys.full(DEFAULTS): keys.objects(DEFAULTS)}
    key, listed = keys.full(RECORDINGS), keys.objects(RECORDINGS)
    given |= _below(key, listed)
    errors = [
        *(error for name, entry in listed.items() for error in _entry_errors(key, name, entry)),
        *(error for path, fields in given.items() for error in _twice(path, fields)),
    ]
    if errors:
        raise invalid(errors)
    defaults = snake_case(given[keys.full(DEFAULTS)])
    entries = {name: snake_case(entry) for name, entry in listed.items()}
    errors = [
        f"{path}.{error}"
        for path, fields in {keys.full(DEFAULTS): defaults, **_below(key, entries)}.items()
        for error in unknown_fields_without_value(fields, to_camel, Entry)
    ]
    of_defaults = validation_errors(_checkable(defaults), to_camel, model=Entry)
    errors += [
        f"{keys.full(DEFAULTS) if error in of_defaults and not _absent(error) else path}.{error}"
        for path, entry in _below(key, entries).items()
        for error in validation_errors(_checkable(_merge(defaults, entry)), to_camel, model=Entry)
    ]
    if errors:
        raise invalid(list(dict.fromkeys(errors)))
    return {name: _merge(defaults, entry) for name, entry in entries.items()}


def _absent(error: str) -> bool:
    return error.endswith("is required")


def _below(key: str, entries: dict[str, Any]) -> dict[str, Any]:
    return {f"{key}.{name}": entry for name, entry in entries.items()}


def _checkable(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with internal field names replaced by unknown ones, so that they are errors."""
    unknown = {"resource_urn": "resourceUrn", "__provider": "provider"}
    return {unknown.get(name, name): value for name, value in entry.items()}


def _entry_errors(key: str, name: str, entry: Any) -> list[str]:
    errors = []
    if changed_by_yaml(name):
        errors.append(f"{key}, the name {name!r}: {CHANGED_BY_YAML}")
    elif name in ("", "<nil>"):
        errors.append(f"{key}, the name {name!r}: YAML has read this as no name; write a name")
    elif NOT_TEXT.fullmatch(name):
        errors.append(
            f"{key}, the name {name!r}: YAML does not read this as text, and takes 1.10 and 1.1, "
            f"or 010 and 8, for one name; choose another, such as room-{name}"
        )
    if not isinstance(entry, dict):
        errors.append(
            f"{key}.{name} must be an object with fields such as recordUrl, {shape(entry)}"
            + (f"; write `{name}: {{}}` if the defaults are all of it" if entry is None else "")
        )
    return errors


def _twice(path: str, fields: Any) -> list[str]:
    """Errors of fields that are given twice, as in recordUrl and record_url, at every level."""
    if isinstance(fields, list):
        return [error for n, item in enumerate(fields) for error in _twice(f"{path}[{n}]", item)]
    if not isinstance(fields, dict):
        return []
    written: dict[str, list[str]] = {}
    for name in fields:
        written.setdefault(to_snake(name), []).append(name)
    errors = [
        f"{path}.{to_camel(name)}: is given more than once, as {' and '.join(spellings)}"
        for name, spellings in written.items()
        if len(spellings) > 1
    ]
    below = ((name, item) for name, item in fields.items() if name != VERBATIM)
    return errors + [error for name, item in below for error in _twice(f"{path}.{name}", item)]


def _merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = {**under, **over}
    for key, value in merged.items():
        if isinstance(value, dict):
            below = under.get(key)
            merged[key] = _merge(below if isinstance(below, dict) else {}, value)
    return {key: value for key, value in merged.items() if value is not None}


def _no_secrets(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in NO_SECRETS if name in entry}
