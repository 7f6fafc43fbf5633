"""What the histories declare: recordings of a few pages, and the changes of one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from faults.engine_model import Declared, Stack, delivered
from trtc_recorder import Task
from trtc_recorder.tasks import redaction
from trtc_webrecord.declaration.changes import Changes
from trtc_webrecord.declaration.declaration import Declaration
from trtc_webrecord.declaration.spec import StartWebRecordRequest

PAGES = {"lobby": "one", "shop": "two", "大厅": "three"}
"""The names that may be declared, each with its first page. No console here can print the last."""

VERSIONS: dict[str, dict[str, Any]] = {
    "as it was": {},
    "half an hour": {"path": "b", "max_duration_limit": 1800},
    "patient": {"ready_timeout": 10},
    "onto a CDN": {"cdn": 1},
    "onto a CDN, patient": {"cdn": 1, "ready_timeout": 10},
    "another app": {"sdk_app_id": 1600022222},
    "to VOD": {"vod": True},
    "triggered": {"triggers": [2, {"room": 7}]},
}
"""Versions of a declaration; each is another recording."""

LOCAL_CHANGES: dict[str, dict[str, Any]] = {
    "keys 1": {"keys": 1},
    "keys 2": {"keys": 2},
    "watched": {"startup_watch": 10},
    "never restarted": {"restart_policy": "never"},
    "always restarted": {"restart_policy": "always"},
    "delete first": {"delete_first": True},
}
"""Changes that keep the recording."""


@dataclass(frozen=True)
class Recording:
    """A declared recording. Its page identifies it after a rename.

    `version`: one of VERSIONS, or a name that is used once.
    """

    name: str
    page: str
    version: str = "as it was"
    local: dict[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    def changed(self, how: str) -> Recording:
        """The recording in another version, one of VERSIONS or LOCAL_CHANGES."""
        if how in LOCAL_CHANGES:
            return replace(self, local={**self.local, **LOCAL_CHANGES[how]})
        return replace(self, version=how)

    def renamed(self, name: str) -> Recording:
        """The recording under another name, with its old name as an alias."""
        return replace(self, name=name, aliases=(self.name, *self.aliases))

    def declared(self) -> Declared:
        return Declared(self.name, self._inputs(), self.aliases, self.delete_first)

    @property
    def delete_first(self) -> bool | None:
        """The resource option `delete_before_replace`."""
        return self.local.get("delete_first")

    def record_ids(self, attempts: int, *periods: int) -> frozenset[str]:
        """The first `attempts` RecordIds that this version of the recording has in each period."""
        inputs = {**self._inputs(), "resource_urn": Stack().urn(self.name)}
        return record_ids(inputs, attempts, *periods)

    def is_recorded_by(self, task: Task) -> bool:
        """Whether a task records what is declared here, storage keys aside."""
        declaration = Declaration.from_props(self._inputs())
        body = declaration.spec.wire(task.record_id or "", ("id", "key"))
        request = StartWebRecordRequest.model_validate(body, by_alias=True, by_name=False)
        return task.settings == redaction.redacted(request)

    def replaces(self, outputs: dict[str, Any]) -> bool:
        return bool(Changes(outputs, delivered(self._inputs())).replaces)

    def _inputs(self) -> dict[str, Any]:
        given = {**VERSIONS.get(self.version, {"triggers": [self.version]}), **self.local}
        given.pop("delete_first", None)
        path, keys = given.pop("path", "a"), given.pop("keys", None)
        storage: dict[str, Any] = {"region": "ap-singapore", "bucket": "recordings-1250000000"}
        if keys:
            storage |= {"access_key": f"AKID{keys}", "secret_key": f"key-{keys}"}
        if given.pop("vod", False):
            given["storage_params"] = {"cloud_vod": {"tencent_vod": {}}}
        if given.pop("cdn", False):
            given["publish_cdn_params"] = [
                {"publish_cdn_url": f"rtmp://cdn.example.com/live/{self.page}?key=1"}
            ]
        return {
            "record_url": f"https://example.com/{self.page}/{path}?token=1",
            "sdk_app_id": 1600011111,
            "storage_params": {"cloud_storage": storage},
            "max_duration_limit": 86400,
            **given,
        }


def page_of(task: Task) -> str:
    return task.page.split("/")[3]


def record_ids(inputs: dict[str, Any], attempts: int, *periods: int) -> frozenset[str]:
    """The first `attempts` RecordIds of a resource's inputs in each period."""
    return _record_ids(json.dumps(inputs, sort_keys=True), attempts, periods)


@lru_cache(4096)
def _record_ids(inputs: str, attempts: int, periods: tuple[int, ...]) -> frozenset[str]:
    declaration = Declaration.from_props(json.loads(inputs))
    return frozenset(
        declaration.record_id_of(period, n, "") for period in periods for n in range(attempts)
    )
