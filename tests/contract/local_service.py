"""A local service, called by the official client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from official_client import official_client, respond
from recorder_tasks import start_body
from tencentcloud.common.exception import TencentCloudSDKException
from trtc_recorder import Settings
from trtc_recorder.testing import RunningService, running_service


class LocalService(RunningService):
    """A service in this process; its responses are those that the official client returns."""

    def call(self, action: str, **parameters: Any) -> Any:
        """Call an action: its response, or its error's code."""
        return respond(official_client(self), action, **parameters)

    def start(self, **changes: Any) -> Any:
        """Call StartWebRecord, with some parameters changed."""
        return self.call("StartWebRecord", **start_body(**changes))

    def error(self, action: str, **parameters: Any) -> tuple[str, str]:
        """Call an action that fails: its error's code and message."""
        with pytest.raises(TencentCloudSDKException) as caught:
            official_client(self).call_json(action, parameters)
        return caught.value.get_code(), caught.value.get_message()


@contextmanager
def local_service(*settings: Settings, **options: Any) -> Iterator[LocalService]:
    with running_service(*settings, **options) as running:
        yield LocalService(running.endpoint, running.service)
