"""A prefix of a bucket, and the key pair of the requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote

NAME = "storage-probe"
"""The last part of the key of the upload that is begun."""


@dataclass(frozen=True)
class Target:
    """A prefix of a bucket, and a key pair. `endpoint` is a store's URL; None: the vendor's COS.

    `token` is that of a temporary key pair.
    """

    endpoint: str | None
    bucket: str
    region: str
    prefix: tuple[str, ...]
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may show."""
        return tuple(filter(None, (self.token, self.secret_key, self.access_key)))

    @property
    def address(self) -> str:
        """The bucket's URL: a host of its own at COS, in the path of any other store."""
        if self.endpoint:
            return f"{self.endpoint.rstrip('/')}/{quote(self.bucket, safe='')}"
        return f"https://{self.bucket}.cos.{self.region}.myqcloud.com"

    @property
    def url(self) -> str:
        """The URL of an object among the files."""
        key = "/".join((*self.prefix, NAME))
        return f"{self.address}/{quote(key, safe='/~')}"
