"""The signature of a callback: base64 of HMAC-SHA256 over the raw body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from ..errors import SignatureMissing, SignatureWrong

_KEY = re.compile(r"[A-Za-z0-9]{1,32}", re.ASCII)


def verify(body: bytes, sign: str | None, *keys: str) -> None:
    """Check a callback's signature, in constant time.

    `body` is the raw request body, `sign` the header Sign, `keys` the callback keys that are
    accepted: name the old and the new one while a key is rotated. Raises `SignatureMissing`,
    `SignatureWrong`, and ValueError for a key that the console does not take.
    """
    if not isinstance(body, (bytes, bytearray, memoryview)):
        raise TypeError("a signature is verified over the raw body, as bytes")
    if not keys:
        raise ValueError("no callback key is given")
    if not all(_KEY.fullmatch(key) for key in keys):
        raise ValueError(
            "a callback key is 1 to 32 letters and digits; one that is read from a file may end "
            "with a line break"
        )
    if not sign:
        raise SignatureMissing(
            "the callback has no Sign header: either no key is set in the console's callback "
            "configuration, or a proxy removed the header, or TRTC did not send this"
        )
    given = sign.strip().encode(errors="replace")
    if not any(hmac.compare_digest(given, _signature(key, body)) for key in keys):
        raise SignatureWrong(
            "the callback's signature does not fit its body: either the console has another key, "
            "or the body was changed on its way (a proxy or framework that parses the JSON and "
            "serialises it again), or TRTC did not send this"
        )


def _signature(key: str, body: bytes) -> bytes:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest())
