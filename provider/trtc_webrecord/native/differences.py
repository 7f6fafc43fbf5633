"""What changes of a recording, as the engine shows it."""

from __future__ import annotations

from typing import Any

from pulumi.runtime.proto import provider_pb2
from pydantic.alias_generators import to_camel

from ..declaration.changes import Changes
from ..declaration.names import STORAGE_KEYS
from .properties import Json

_Kind = provider_pb2.PropertyDiff.Kind

UPDATED = provider_pb2.PropertyDiff(kind=_Kind.UPDATE)


def differences(olds: Json, news: Json, changes: Changes) -> Json:
    """How each changed input shows in the engine's diff, by its path."""
    found = {}
    in_place = set(changes.in_place) - set(changes.replaces)
    if "storage_params" in in_place:  # replaceOnChanges may name one of the keys
        in_place.remove("storage_params")
        old, new = (values["storage_params"]["cloud_storage"] for values in (olds, news))
        for key in STORAGE_KEYS:
            if old.get(key) != new.get(key):
                path = f"storageParams.cloudStorage.{to_camel(key)}"
                found[path] = _change(old.get(key), new.get(key))
    for name in (*in_place, *changes.replaces):
        replace = "_REPLACE" if name in changes.replaces else ""
        found[to_camel(name)] = _change(olds.get(name), news.get(name), replace)
    return found


def _change(old: Any, new: Any, replace: str = "") -> Any:
    kind = "DELETE" if new is None else "ADD" if old is None else "UPDATE"
    return provider_pb2.PropertyDiff(kind=_Kind.Value(f"{kind}{replace}"), inputDiff=True)
