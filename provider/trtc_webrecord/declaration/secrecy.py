"""Inputs that are always secret."""

from __future__ import annotations

SECRET_FIELDS = frozenset({"access_key", "secret_key", "publish_cdn_params", "publish_cdn_url"})
"""Fields that are redacted: storage keys, and RTMP URLs, which contain stream keys."""

STORAGE_KEYS = ("access_key", "secret_key")
"""The secret fields of `storage_params.cloud_storage`."""
