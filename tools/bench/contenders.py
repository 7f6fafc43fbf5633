"""The providers that are compared, and the recordings that they all declare."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pulumi_stack import ProviderKind, Stack

PROGRAM = """
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
    """A provider; `storage` is its resource's argument for where the files go.

    The native one is declared by a Python program too, so that the language host is the same.
    """

    name: str
    provider: ProviderKind
    resource: str
    storage: str

    def stack(self, directory: Path, endpoint: str, count: int) -> Stack:
        """A stack of its own name, or one would adopt what another records."""
        directory.mkdir()
        stack = Stack(directory, endpoint, self.name, self.provider)
        program = PROGRAM.format(resource=self.resource, storage=self.storage, count=count)
        if self is SHORT:
            program = f"from short_provider import ShortRecording\n{program}"
        stack.program(program)
        shutil.copy(Path(__file__).with_name("short_provider.py"), directory)
        return stack


STORAGE = (
    'storage_params={"cloud_storage": {"region": "ap-singapore", "bucket": "bucket-1250000000"}}'
)
DYNAMIC = Contender("dynamic", "dynamic", "WebRecording", STORAGE)
NATIVE = Contender("native", "native", "WebRecording", STORAGE)
SHORT = Contender(
    "short",
    "dynamic",
    "ShortRecording",
    'storage={"Region": "ap-singapore", "Bucket": "bucket-1250000000"}',
)
ALL = (DYNAMIC, NATIVE, SHORT)
