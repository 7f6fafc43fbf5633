"""The key pair with which the service writes to COS."""

from __future__ import annotations

from ..api.credentials import CredentialSource
from ..declaration.declaration import Declaration
from ..errors import ConfigError


def storage_keys(declaration: Declaration, credentials: CredentialSource) -> tuple[str, str] | None:
    """The provider's key pair, if the storage is COS and the declaration has none for it.

    Raises ConfigError if the provider's credentials are temporary, or missing.
    """
    if not declaration.wants_storage_keys():
        return None
    credential = credentials.current()
    if credential.token:
        raise ConfigError(
            "storage_params.cloud_storage.access_key and secret_key are required with temporary "
            "credentials: the recording outlives them, and StartWebRecord has no parameter for a "
            "token. Set a permanent key pair that can write to the bucket"
        )
    return credential.secret_id, credential.secret_key
