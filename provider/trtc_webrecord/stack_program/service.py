"""What the stack program asks the service: its time, and whether a recording runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone

import pulumi

from ..api.pacing import Clock
from ..configuration import ProviderConfig
from ..declaration.declaration import Declaration
from ..declaration.record_id import period_of
from ..errors import ApiError
from ..recording.account import ANY_RECORD_ID
from ..recording.pending_creates import ATTEMPTS
from ..recording.watching import Watch
from .windows import Held


class Service:
    """The service of a configuration."""

    def __init__(self, config: ProviderConfig, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._api = config.api(config.credentials(), self._clock, pulumi.log.info)
        self._namespace = config.record_id_namespace

    def now(self, sdk_app_id: int) -> datetime:
        """The service's time, or this machine's with a warning.

        Raises ConfigError if there are no credentials.
        """
        reason = "its answer has no Date header"
        try:
            self._api.describe_by_record_id(sdk_app_id, ANY_RECORD_ID)
        except ApiError as error:
            reason = str(error)
        if not self._api.knows_service_time:
            pulumi.log.warn(
                f"the service's time is not known: {reason}. This machine's clock decides which "
                "recordings with startAt are started"
            )
        return datetime.fromtimestamp(self._api.service_time(), timezone.utc)

    def running(
        self, declarations: Iterable[Declaration], since: datetime, held: Held
    ) -> str | None:
        """The TaskId of a task that was started for one of them since then and runs, or None.

        One that may have begun may have another than the first RecordId of a day. If it is the only
        one, it may be too new to be visible, and is waited for. Raises ApiError.
        """
        periods = range(period_of(since.timestamp()), period_of(self._api.service_time()) + 1)
        sought = dict.fromkeys(
            (each.sdk_app_id, each.record_id_of(period, attempt, self._namespace))
            for each in declarations
            for attempt in range(ATTEMPTS if held.may_have_begun else 1)
            for period in periods
        )

        def look() -> str | None:
            found = (self._api.describe_by_record_id(*each) for each in sought)
            return next((live.task_id for live in found if live), None)

        if held.may_have_begun and held.task_id is None:
            return Watch(self._api, self._clock).until_shown(look)
        return look()
