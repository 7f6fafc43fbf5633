"""The storage probe of a start: whether the recording's key pair may write its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..declaration.declaration import Declaration
from ..storage.outcomes import LeftOpen, Rejected, Unproven
from ..storage.probes import Probes
from ..storage.target import Target

ADDRESSES = (
    "If its policy admits only other addresses than this machine's, set storage_probe to false."
)
NEW = "If it was made just now, run `pulumi up` again."
REMEDIES = {
    "NoSuchBucket": "Correct bucket and region: a bucket is in one region, and the name of one in "
    f"COS ends with the account's APPID. {NEW}",
    "AccessDenied": "Allow the pair to upload to this bucket and prefix: the actions are in "
    f"docs/storage.md. {NEW} {ADDRESSES}",
    "InvalidAccessKeyId": "The store does not know the access key: correct it, or create another "
    f"pair. {NEW}",
    "SignatureDoesNotMatch": "The secret key does not belong to the access key: correct the pair.",
}
OTHERWISE = "If the recording's files can be written nevertheless, set storage_probe to false."


class Prober(Protocol):
    """The part of `Run` that probes."""

    @property
    def probes(self) -> Probes: ...
    @property
    def notify(self) -> Callable[[str], None]: ...


def rejection(run: Prober, declaration: Declaration, keys: tuple[str, str] | None) -> str | None:
    """Why a recording must not be started, as the end of a sentence, or None.

    `keys` are those of the provider, if it has none of its own. Warnings are shown once for each
    store or upload.
    """
    target = target_of(run.probes, declaration, keys)
    if target is None:
        return None
    outcome = run.probes.outcome(target)
    if isinstance(outcome, Rejected):
        return _rejected(outcome, target, "the provider's" if keys else "its")
    if isinstance(outcome, Unproven) and run.probes.is_news(outcome):
        run.notify(
            f"warning: whether files can be written to bucket {target.bucket!r} (region "
            f"{target.region}) is not proven: the store at {outcome.address}: {outcome.why}. "
            "Recordings start without the proof; storage_probe: false leaves the attempt out"
        )
    if isinstance(outcome, LeftOpen) and run.probes.is_news(outcome):
        run.notify(
            f"warning: the storage of {declaration.who} was tried, and the upload of "
            f"the trial could not be aborted: {outcome.why}. It has no data. Abort UploadId "
            f"{outcome.upload_id} of {outcome.url}, or give the bucket a lifecycle rule that "
            "deletes incomplete uploads, and the pair the action AbortMultipartUpload"
        )
    return None


def target_of(
    probes: Probes, declaration: Declaration, keys: tuple[str, str] | None
) -> Target | None:
    """What is probed for a recording; None: nothing."""
    storage = declaration.storage_params.cloud_storage
    pair = declaration.storage_keys() or keys
    wanted = declaration.storage_probe
    if wanted is None:
        wanted = probes.by_default
    if storage is None or pair is None or not wanted:
        return None
    prefix = tuple(storage.file_name_prefix)
    return Target(probes.endpoint, storage.bucket, storage.region, prefix, *pair)


def _rejected(rejected: Rejected, target: Target, whose: str) -> str:
    place = "/".join((*target.prefix, ""))
    request = f" (request id {rejected.request_id})" if rejected.request_id else ""
    message = f": {rejected.message}" if rejected.message else ""
    remedy = REMEDIES.get(rejected.code, OTHERWISE)
    if rejected.elsewhere:
        where = f" {rejected.region}" if rejected.region else " another one: correct region"
        remedy = f"The bucket is not in region {target.region}, but in{where}."
    return (
        "its files could not be written to "
        f"bucket {target.bucket!r} (region {target.region}, prefix {place!r}) with {whose} key "
        f"pair. The store at {target.address} returned {rejected.code}{message}{request}. {remedy}"
    )
