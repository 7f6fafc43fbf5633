"""What Pulumi's registry and generated SDKs show of the package, from its distribution."""

from __future__ import annotations

from importlib.metadata import metadata
from typing import Any

from ..declaration.names import NAMESPACE

PACKAGE = "pulumi-trtc-webrecord"

RESERVED_KEYWORDS = ("category/cloud", "kind/native")
"""How the registry sorts the package. Source: pulumi/pkg/codegen/schema, `PackageSpec.Keywords`."""


def package_information() -> dict[str, Any]:
    """The schema's fields about the package; `homepage` and `repository` once it has addresses."""
    of_distribution = metadata(PACKAGE)
    urls = dict(each.split(", ", 1) for each in of_distribution.get_all("Project-URL") or ())
    addresses = {key.lower(): urls[key] for key in ("Homepage", "Repository") if key in urls}
    return {
        "name": NAMESPACE,
        "displayName": "Tencent TRTC Page Recording",
        "version": of_distribution["Version"],
        "description": of_distribution["Summary"],
        "keywords": [*of_distribution["Keywords"].split(","), *RESERVED_KEYWORDS],
        "license": of_distribution["License-Expression"],
        "publisher": of_distribution["Author"],
        **addresses,
    }
