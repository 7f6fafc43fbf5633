"""Metadata of trtc-recorder: it needs the provider of its own version."""

from __future__ import annotations

from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class SameRelease(MetadataHookInterface):
    """Both distributions are released together; the service shares the provider's request model.

    A build from the repository needs it. In an sdist, PKG-INFO has the fields already.
    """

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `dependencies`."""
        provider = f"pulumi-trtc-webrecord=={metadata['version']}"
        metadata["dependencies"] = [provider, *self.config["dependencies"]]
