"""What is kept of a task between its start and the end of its upload, in its working folder.

storage-keys.json    the request's storage keys, mode 0600
uploaded.txt         the files that the store has, one name a line
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from trtc_webrecord.declaration.spec import StartWebRecordRequest

KEYS = "storage-keys.json"
UPLOADED = "uploaded.txt"


@dataclass(frozen=True)
class StorageKeys:
    """The key pair of a bucket."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


def keep(working: Path, request: StartWebRecordRequest) -> None:
    """Write the keys of a request on COS; nothing for VOD. Raises OSError."""
    storage = request.storage_params.cloud_storage
    if storage is None or storage.access_key is None or storage.secret_key is None:
        return
    working.mkdir(parents=True, exist_ok=True)
    keys = {"access_key": storage.access_key, "secret_key": storage.secret_key}
    descriptor = os.open(working / KEYS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(keys, file)


def are_kept(working: Path) -> bool:
    """Returns whether there are keys."""
    return (working / KEYS).exists()


def read(working: Path) -> StorageKeys:
    """Returns the keys. Raises OSError and ValueError."""
    return StorageKeys(**json.loads((working / KEYS).read_text()))


def note_uploaded(working: Path, name: str) -> None:
    """Note that the store has a file. Raises OSError."""
    with (working / UPLOADED).open("a") as file:
        file.write(f"{name}\n")


def uploaded(working: Path) -> frozenset[str]:
    """Returns the names of the files that the store has."""
    try:
        lines = (working / UPLOADED).read_text().splitlines(keepends=True)
    except OSError:
        return frozenset()
    return frozenset(line.rstrip("\n") for line in lines if line.endswith("\n"))


def remove(working: Path) -> None:
    """Remove both files."""
    for name in (KEYS, UPLOADED):
        (working / name).unlink(missing_ok=True)
