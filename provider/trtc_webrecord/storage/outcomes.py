"""Results of requests to a store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    """The store began the upload, and aborted it."""


@dataclass(frozen=True)
class LeftOpen:
    """The store began the upload, which could not be aborted, for a reason."""

    url: str
    upload_id: str
    why: str


@dataclass(frozen=True)
class Rejected:
    """The store's error. `region` is the bucket's, if it is another one and the store names it.

    `elsewhere`: the bucket is in another region.
    """

    code: str
    message: str
    request_id: str
    region: str = ""
    elsewhere: bool = False


@dataclass(frozen=True)
class Unproven:
    """The store at an address could not be reached, or gave no answer that proves anything."""

    address: str
    why: str


Outcome = Accepted | LeftOpen | Rejected | Unproven

Listing = dict[str, int] | Rejected | Unproven
"""The names of the objects under a prefix with their sizes (bytes), or why they are not known."""
