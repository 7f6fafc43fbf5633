"""The credentials: their source, their end, and whether the signature is accepted."""

from __future__ import annotations

import time

from ..api.codes import remedy_for
from ..api.credentials import CredentialChain
from ..errors import ApiError, ConfigError
from .permissions import is_denied
from .result import Result, failed, ok, warning


def source(chain: CredentialChain) -> Result:
    """Which source was taken, which ones were passed over, and how long its keys are valid."""
    try:
        credential = chain.current()
    except ConfigError as error:
        return failed(str(error))
    passed_over = f". Passed over: {'; '.join(chain.passed_over)}" if chain.passed_over else ""
    if credential.ends_at is not None:
        left = (credential.ends_at - time.time()) / 60
        kind = f"a session that ends in {left:.0f} min and is renewed"
    elif credential.token:
        kind = "temporary keys, whose end is not known: they are not renewed"
    else:
        kind = "a permanent key pair"
    return ok(f"{chain.taken}, {kind}{passed_over}")


def signature(error: ApiError | None) -> Result:
    """Whether a signed look for a task that cannot exist was accepted; `error`: its answer."""
    if error is None or is_denied(error):
        return ok("the service accepts the signature")
    if error.code.startswith("AuthFailure"):
        return failed(str(error), remedy_for(error))
    return warning(f"it is not known whether the signature is accepted: {error}", remedy_for(error))
