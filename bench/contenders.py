"""The two providers that are compared, and the recordings that both declare."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pulumi_stack import Stack

PROGRAM = """
from {module} import {resource}

for n in range({count}):
    {resource}(
        f"page-{{n}}",
        record_url=f"https://example.com/{{n}}",
        sdk_app_id=1600011111,
        max_duration_limit=3600,
        {storage},
    )
"""


@dataclass(frozen=True)
class Contender:
    """A provider; `storage` is its resource's argument for where the files go."""

    name: str
    module: str
    resource: str
    storage: str

    def stack(self, directory: Path, endpoint: str, count: int) -> Stack:
        """A stack that declares `count` recordings."""
        directory.mkdir()
        stack = Stack(directory, endpoint)
        program = PROGRAM.format(
            module=self.module, resource=self.resource, storage=self.storage, count=count
        )
        (directory / "__main__.py").write_text(program)
        shutil.copy(Path(__file__).with_name("short_provider.py"), directory)
        return stack


THIS = Contender(
    "this provider",
    "trtc_webrecord",
    "WebRecording",
    'storage_params={"cloud_storage": {"region": "ap-singapore", "bucket": "bucket-1250000000"}}',
)
SHORT = Contender(
    "short provider",
    "short_provider",
    "ShortRecording",
    'storage={"Region": "ap-singapore", "Bucket": "bucket-1250000000"}',
)
