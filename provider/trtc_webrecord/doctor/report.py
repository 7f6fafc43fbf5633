"""Run the checks, each in its time, and note what they find."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ..errors import WebRecordError
from ..output import print_line
from ..recording.state import StateUnreadable
from .result import Result, failed, warning

LONGEST = 55.0
"""Seconds for all checks; with its own start and end, the command takes a minute at most."""
EACH = 20.0
"""Seconds for one."""
SILENCE = 3.0
"""Seconds between two lines that say what it waits for."""

OVER = warning("not checked further: the minute is over")

Found = TypeVar("Found")


@dataclass
class Report:
    """What was found so far, by the name of the check; `show` gets each when it is there.

    `provider` names an explicit provider, which the results are then about.
    """

    show: Callable[[str, Result], None] | None
    provider: str = ""
    results: list[tuple[str, Result]] = field(default_factory=list)
    ends: float = field(default_factory=lambda: time.monotonic() + LONGEST)

    @property
    def left(self) -> float:
        """Seconds for all that is still to be checked."""
        return max(0.0, self.ends - time.monotonic())

    def add(self, name: str, result: Result) -> None:
        """Note what a check has found."""
        if self.provider:
            result = replace(result, found=f"provider {self.provider!r}: {result.found}")
        self.results.append((name, result))
        if self.show:
            self.show(name, result)

    @property
    def has_just_failed(self) -> bool:
        """Whether the last check has failed."""
        return bool(self.results) and self.results[-1][1].status == "failed"

    def check(
        self, name: str, check: Callable[[], Found | Result], seconds: float | None = None
    ) -> Found | None:
        """What a check returns; None if that is a Result, or an error, which is noted as one.

        `seconds` are those that it may take, EACH by default.
        """
        found: Found | Result
        if not self.left:
            if (name, OVER) not in self.results:
                self.add(name, OVER)
            return None
        try:
            found = self._in_time(name, check, min(seconds or EACH, self.left))
        except TookTooLong:
            found = failed("no answer in time", "Check the network, then run this again.")
            if not self.left:
                found = OVER
        except (WebRecordError, StateUnreadable) as error:
            found = failed(str(error))
        except Exception as error:
            found = failed(f"the check itself failed: {type(error).__name__}", "Please report it.")
        if not isinstance(found, Result):
            return found
        self.add(name, found)
        return None

    def _in_time(self, name: str, check: Callable[[], Found], seconds: float) -> Found:
        """Raises TookTooLong, or what the check raises."""
        future: Future[Found] = Future()

        def work() -> None:
            try:
                future.set_result(check())
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=work, daemon=True).start()
        ends = time.monotonic() + seconds
        while True:
            left = ends - time.monotonic()
            try:
                return future.result(max(0.0, min(SILENCE, left)))
            except TookTooLong:
                if future.done() or left <= SILENCE:
                    raise
                print_line(f"… {name}: waiting", sys.stderr)
