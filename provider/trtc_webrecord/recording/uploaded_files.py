"""The files that a recording of the state has left in its bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..api.credentials import Credential, CredentialSource
from ..declaration.declaration import Declaration
from ..declaration.spec import CloudStorage
from ..errors import ConfigError, InvalidProperties
from ..storage.outcomes import Listing, Rejected, Unproven
from ..storage.target import Target
from .stored import UNKNOWN, Stored

UPLOAD = 30
"""Minutes after its end that a recording's upload may take here; the vendor names no time."""

ALLOW = (
    "Allow name/cos:GetBucket on the bucket to the recording's key pair or to the provider's "
    "credentials."
)
OTHERWISE = "If the recording has this pair, its upload fails, too: correct what the code names."

ListFiles = Callable[[Target], Listing]


@dataclass(frozen=True)
class Store:
    """How a provider's recordings reach their buckets; `endpoint` None: the vendor's COS.

    `is_known`: whether a service that is not the vendor's has a store that is configured.
    """

    endpoint: str | None
    credentials: CredentialSource
    is_known: bool = True


@dataclass(frozen=True)
class Finding:
    """A line for a recording, and one for each of its files.

    `missing`: it left none. `unknown`: it has ended, and its files could not be listed.
    """

    text: str
    missing: bool = False
    unknown: bool = False


def find_files(list_files: ListFiles, stored: Stored, store: Store, now: float) -> Finding:
    """The files under a recording's `file_prefix`; `now` in Unix seconds."""
    try:
        declaration = stored.declaration
    except InvalidProperties as error:
        return Finding(str(error), unknown=True)
    storage = declaration.storage_params.cloud_storage
    if storage is None:
        return Finding(f"{stored}: its files are in VOD, and are not listed")
    if stored.status == UNKNOWN:
        return Finding(f"{stored}: its `file_prefix` is known after the next `pulumi up`")
    over = _minutes_since_end(stored, now) >= UPLOAD
    place = declaration.file_prefix(stored.task_id)
    try:
        found = _listed(list_files, stored.task_id, declaration, storage, store)
    except ConfigError as error:
        found = str(error)
    if isinstance(found, str):
        return Finding(
            f"{stored}: it is not known which files are at {place}: {found}", False, over
        )
    if found:
        lines = [f"{size:14d}  {name}" for name, size in found.items()]
        count = f"{len(found)} file{'s' * (len(found) > 1)}"
        return Finding("\n".join([f"{stored}: {count} at {place}", *lines]))
    if not over:
        return Finding(f"{stored}: no file yet at {place}")
    return Finding(
        f"{stored} ended more than {UPLOAD} minutes ago and left no file at {place} (region "
        f"{storage.region}). Its callbacks say why: docs/callbacks.md. Correct that before it is "
        "recorded again",
        missing=True,
    )


def _minutes_since_end(stored: Stored, now: float) -> float:
    """Minutes for which the task has certainly ended; below 0: it may be running.

    The state does not say when a task has ended, only when that was stored at the latest; and none
    runs longer than its limit.
    """
    ends = [stored.seen_ended, stored.latest_end]
    return max(((now - end) / 60 for end in ends if end is not None), default=-1)


def _listed(
    list_files: ListFiles,
    task_id: str,
    declaration: Declaration,
    storage: CloudStorage,
    store: Store,
) -> dict[str, int] | str:
    """The names and sizes of the files, or why they are not known. Raises ConfigError."""
    if not store.is_known:
        return "trtc:storageEndpoint is not set, and trtc:endpoint is not the vendor's"
    rejected = ""
    for pair in _pairs(declaration, store.credentials):
        target = Target(
            store.endpoint,
            storage.bucket,
            storage.region,
            (*storage.file_name_prefix, task_id),
            pair.secret_id,
            pair.secret_key,
            pair.token or "",
        )
        found = list_files(target)
        if isinstance(found, Unproven):
            return f"the store at {found.address}: {found.why}"
        if not isinstance(found, Rejected):
            return found
        rejected = rejected or _message(found, target)
    return rejected


def _pairs(declaration: Declaration, credentials: CredentialSource) -> Iterator[Credential]:
    """The recording's own pair, which may not read in many buckets; then the provider's."""
    own = declaration.storage_keys()
    if own:
        yield Credential(*own)
    try:
        yield credentials.current()
    except ConfigError:
        if not own:
            raise


def _message(rejected: Rejected, target: Target) -> str:
    remedy = ALLOW if rejected.code == "AccessDenied" else OTHERWISE
    if rejected.elsewhere:
        remedy = f"The bucket is in another region than {target.region}: {rejected.region or '?'}."
    request = f" (request id {rejected.request_id})" if rejected.request_id else ""
    said = f"{rejected.code}: {rejected.message}{request}"
    return f"the store at {target.address} returned {said}. {remedy}"
