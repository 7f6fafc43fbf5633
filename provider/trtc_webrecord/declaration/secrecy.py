"""Which inputs are secret without being marked so."""

from __future__ import annotations

SECRET_FIELDS = frozenset({"access_key", "secret_key", "publish_cdn_params", "publish_cdn_url"})
"""Fields whose value is never shown: storage keys, and RTMP URLs, which carry stream keys."""

STORAGE_KEYS = ("access_key", "secret_key")
"""Those of `storage_params.cloud_storage`."""
