"""A signed request to a store, and what its failure proves.

Proxies and certificates are those of the API client: the environment's, by `requests`.
"""

from __future__ import annotations

import logging

import requests
from requests.adapters import HTTPAdapter

from .answer import Answer
from .outcomes import Rejected, Unproven
from .signing import SigV4
from .target import Target

_log = logging.getLogger(__name__)

CONNECT_TIMEOUT = 3.0
READ_TIMEOUT = 5.0
"""Seconds."""

ELSEWHERE = ("PermanentRedirect", "IllegalLocationConstraintException")
"""Error codes for a bucket of another region. Source: S3's list of error codes; COS answers
NoSuchBucket. With any other code, the store names the bucket's region."""

PROVES_NOTHING = (
    "RequestTimeTooSkewed",
    "RequestTimeout",
    "TemporaryRedirect",
    "SlowDown",
    "TooManyRequests",
    "MethodNotAllowed",
)
"""Error codes for a clock, a rate, a bucket that is new to DNS, or a store without multipart
uploads: nothing about the key pair."""

FAILURES: dict[type[requests.RequestException], str] = {
    requests.exceptions.ProxyError: "the proxy did not connect to it",
    requests.exceptions.SSLError: "its certificate is not trusted, or TLS failed (a private CA "
    "belongs in REQUESTS_CA_BUNDLE)",
    requests.exceptions.ConnectTimeout: f"no connection in {CONNECT_TIMEOUT:g} s",
    requests.Timeout: f"no response in {READ_TIMEOUT:g} s",
}


def new_session() -> requests.Session:
    """A thread-safe pool of connections."""
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=64))
    return session


def send(session: requests.Session, method: str, url: str, target: Target) -> Answer:
    """The answer; a connection that breaks is tried once more. Raises RequestException."""
    try:
        return _send_once(session, method, url, target)
    except requests.ConnectionError as error:
        if type(error) is not requests.ConnectionError:  # TLS, a proxy, a time-out
            raise
    return _send_once(session, method, url, target)


def _send_once(session: requests.Session, method: str, url: str, target: Target) -> Answer:
    with session.request(
        method,
        url,
        auth=SigV4(target.access_key, target.secret_key, target.region, target.token),
        timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
        allow_redirects=False,
        stream=True,
    ) as response:
        answer = Answer.read(response)
    _log.debug("%s: %s: HTTP %d %s", target.address, method, answer.status, answer.code)
    return answer


def failure(answer: Answer, target: Target) -> Rejected | Unproven:
    """A rejection is an error of the store itself: a proxy's page proves nothing."""
    code = answer.code
    if not code:
        return Unproven(target.address, f"HTTP status {answer.status}, which is no store's answer")
    if answer.status >= requests.codes.server_error or code in PROVES_NOTHING:
        return Unproven(target.address, f"it answered {code}")
    region = answer.region if answer.region != target.region else ""
    return Rejected(
        code,
        answer.message(target.secrets),
        answer.request_id,
        region,
        code in ELSEWHERE or bool(region),
    )


def why(error: Exception) -> str:
    """Why there is no answer, without a secret."""
    for kind, words in FAILURES.items():
        if isinstance(error, kind):
            return words
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason or error).__name__
