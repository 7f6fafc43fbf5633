"""Names that a Pulumi program and the provider's process share.

This module imports nothing, so that a program need not load the declaration's models.
"""

from __future__ import annotations

NAMESPACE = "trtc"
"""The namespace of the provider's keys in a stack's config."""

OUTPUTS = (
    "task_id",
    "record_id",
    "request_id",
    "status",
    "started_at",
    "ended_at",
    "end_reason",
    "file_prefix",
    "endpoint",
    "region",
)
"""The resource's outputs; `record_id` is an optional input as well."""

UNFINISHED = "unfinished"
"""In the state of a resource that failed to come up: the RecordId of its task. A read finds the
task; the next update, replacement or delete finishes the start and removes it."""

ORGANIZATION = "stack_organization"
"""An input with the stack's organization for `check`, which no URN has; never in the state, so that
a refresh that runs the program shows it as a difference."""

DIY_ORGANIZATION = "organization"
"""The organization of every stack of a backend without organizations. Old ones of these know their
stacks by the bare name alone."""

SECRET_FIELDS = frozenset({"access_key", "secret_key", "publish_cdn_params", "publish_cdn_url"})
"""Fields that are redacted: storage keys, and RTMP URLs, which contain stream keys."""

STORAGE_KEYS = ("access_key", "secret_key")
"""The secret fields of `storage_params.cloud_storage`."""
