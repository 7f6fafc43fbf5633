"""The files that are made from the models, and their text."""

from __future__ import annotations

import json
from pathlib import Path

from trtc_webrecord.native import schema as native
from trtc_webrecord.native.provider import SCHEMA as NATIVE_SCHEMA

from tools.reference import page, registry, stack_schema

PROJECT = Path(__file__).parents[2]
PAGE = page.PAGE
STACK_SCHEMA = PROJECT / "provider/trtc_webrecord/stack_program/stack_config.schema.json"


def files() -> dict[Path, str]:
    """Each file and its text."""
    return {
        PAGE: page.text(),
        **registry.pages(),
        NATIVE_SCHEMA: native.written(),
        STACK_SCHEMA: json.dumps(stack_schema.schema(), indent=2, ensure_ascii=False) + "\n",
    }
