"""The storage probe: initiate a multipart upload and abort it, so that nothing is left.

A key pair that may only upload may do both.
"""

from __future__ import annotations

from urllib.parse import quote

import requests

from .outcomes import Accepted, LeftOpen, Outcome, Unproven
from .request import failure, send, why
from .target import Target


def probe(session: requests.Session, target: Target) -> Outcome:
    """Probe whether the key pair may write to the target."""
    try:
        begun = send(session, "POST", f"{target.url}?uploads", target)
    except (requests.RequestException, UnicodeError) as error:
        return Unproven(target.address, why(error))
    upload_id = begun.element("UploadId")
    if not upload_id:
        return failure(begun, target)
    try:
        aborted = send(
            session, "DELETE", f"{target.url}?uploadId={quote(upload_id, safe='~')}", target
        )
    except requests.RequestException as error:
        return LeftOpen(target.url, upload_id, why(error))
    if aborted.status // 100 == 2 or aborted.code == "NoSuchUpload":
        return Accepted()
    return LeftOpen(target.url, upload_id, aborted.code or f"HTTP status {aborted.status}")
