"""The response of a store, as far as it is read here: XML, as S3's and COS's is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape

import requests

from ..redaction import redact_urls

LARGEST = 2**24
"""Bytes that are read of a response. A page of 1,000 keys of 1,024 characters is the largest."""

LONGEST_MESSAGE = 300
"""Characters that are shown of a store's message."""

REQUEST_IDS = ("x-cos-request-id", "x-amz-request-id")


@dataclass(frozen=True)
class Answer:
    """A response: its HTTP status, its headers and its text."""

    status: int
    headers: Mapping[str, str]
    text: str

    @classmethod
    def read(cls, response: requests.Response) -> Answer:
        """Read a streamed response. Raises RequestException."""
        body = bytearray()
        for part in response.iter_content(65536):
            body += part
            if len(body) >= LARGEST:
                break
        return cls(response.status_code, response.headers, body.decode("utf-8", "replace"))

    def element(self, name: str) -> str:
        """The text of the first XML element of a name, or ""."""
        found = re.search(rf"<{name}>([^<]*)</{name}>", self.text)
        return unescape(found[1]).strip() if found else ""

    @property
    def objects(self) -> dict[str, int]:
        """The keys of a listed page in their order, with the sizes in bytes."""
        listed = re.findall(r"<Key>([^<]*)</Key>.*?<Size>(\d+)</Size>", self.text, re.DOTALL)
        return {unescape(key): int(size) for key, size in listed}

    @property
    def request_id(self) -> str:
        """The id of the request, or ""."""
        named = (self.headers.get(name) for name in REQUEST_IDS)
        return self.element("RequestId") or next(filter(None, named), "")

    @property
    def region(self) -> str:
        """The region of the bucket, if the response names another one."""
        return self.element("Region") or self.headers.get("x-amz-bucket-region", "")

    @property
    def code(self) -> str:
        """The store's error code; "" if the response is not a store's error."""
        return self.element("Code") if re.search(r"<Error[\s>]", self.text) else ""

    def message(self, secrets: Iterable[str]) -> str:
        """The store's message on one line, without URLs' secrets and these."""
        message = self.element("Message")
        for secret in secrets:
            message = message.replace(secret, "[secret]")
        return redact_urls(" ".join(message.split()))[:LONGEST_MESSAGE].rstrip(".")
