"""The objects under a prefix of a bucket, by GET Bucket (List Objects), which every store has.

Version 2 of it is in S3's documentation, not in COS's. Source of the paging: a page ends at 1,000
keys, and the next one begins behind its last key.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

import requests

from .outcomes import Listing, Unproven
from .request import failure, send, why
from .target import Target


def list_files(session: requests.Session, target: Target) -> Listing:
    """The files under the target's prefix; a folder that a console made is none."""
    prefix = "/".join((*target.prefix, ""))
    found: dict[str, int] = {}
    query = {"prefix": prefix}
    while True:
        words = urlencode(query, quote_via=quote, safe="~")
        try:
            answer = send(session, "GET", f"{target.address}?{words}", target)
        except (requests.RequestException, UnicodeError) as error:
            return Unproven(target.address, why(error))
        if answer.status != 200 or "<ListBucketResult" not in answer.text:
            return failure(answer, target)
        page = answer.objects
        found.update(page)
        if not page or answer.element("IsTruncated") != "true":
            return {
                key.removeprefix(prefix): size for key, size in found.items() if key[-1:] != "/"
            }
        query["marker"] = list(page)[-1]
