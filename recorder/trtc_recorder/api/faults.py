"""Fault injection: rules for which request fails, when, and how."""

from __future__ import annotations

from random import Random
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Action = Literal["StartWebRecord", "DescribeWebRecord", "StopWebRecord"]
Where = Literal["before", "after"]


class FaultRule(BaseModel):
    """One rule. It applies to authentic requests within the rate limit that match all conditions.

    - `action`: None is any. `record_id`, `record_id_prefix`: of the request or of its task.
    - `after`: skip that many matching requests first. `times`: how often to inject; None is no
      limit. `probability`, `seed`: inject at random, the same way on every run.
    - `where`: before or after the request is executed.
    - `what`: `cut` the connection without a response, HTTP `status`, an API `error` (`code`,
      `message`; `burn` uses up the RecordId of a start), `hang` for `seconds` and go on, a response
      that is `not_json`, `throttle` (RequestLimitExceeded; never executed), or a start whose page
      is `not_opened`: its task ends at once, with `message` as the reason.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Action | None = None
    record_id: str | None = None
    record_id_prefix: str = ""
    after: int = Field(default=0, ge=0)
    times: Annotated[int, Field(ge=1)] | None = 1
    probability: float = Field(default=1, ge=0, le=1)
    seed: int = 0
    where: Where = "before"
    what: Literal["cut", "status", "error", "hang", "not_json", "throttle", "not_opened"]
    status: int = Field(default=503, ge=500, le=599)
    code: str = "InternalError"
    message: str | None = None
    burn: bool = False
    seconds: float = Field(default=30, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _makes_sense(self) -> FaultRule:
        if self.what == "throttle" and self.where == "after":
            raise ValueError("throttle needs where=before: the request is not executed")
        if self.burn and (self.action, self.what, self.where) != (
            "StartWebRecord",
            "error",
            "before",
        ):
            raise ValueError("burn needs action=StartWebRecord, what=error and where=before")
        if self.what == "not_opened" and (self.action, self.where) != ("StartWebRecord", "before"):
            raise ValueError("not_opened needs action=StartWebRecord and where=before")
        return self

    def matches(self, where: Where, action: str, record_id: str | None) -> bool:
        """Returns whether a request matches, apart from `after`, `times` and `probability`."""
        return (
            self.where == where
            and self.action in (None, action)
            and self.record_id in (None, record_id)
            and (record_id or "").startswith(self.record_id_prefix)
        )


class ArmedRule:
    """An active rule; counts the requests it matched and the faults it injected."""

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.matched = 0
        self.struck = 0
        self._random = Random(rule.seed)  # noqa: S311

    def strikes(self, where: Where, action: str, record_id: str | None) -> bool:
        """Returns whether to inject the fault into this request; counts it."""
        rule = self.rule
        if not rule.matches(where, action, record_id):
            return False
        self.matched += 1
        spent = rule.times is not None and self.struck >= rule.times
        if spent or self.matched <= rule.after or self._random.random() >= rule.probability:
            return False
        self.struck += 1
        return True

    def as_json(self) -> dict[str, Any]:
        """Returns the rule, `matched` and `struck`."""
        return {**self.rule.model_dump(), "matched": self.matched, "struck": self.struck}


class FaultPlan:
    """The active rules, in order; the first that applies decides."""

    def __init__(self) -> None:
        self.rules: list[ArmedRule] = []

    def add(self, *rules: FaultRule) -> None:
        """Append rules."""
        self.rules = [*self.rules, *map(ArmedRule, rules)]

    def clear(self) -> None:
        """Remove all rules."""
        self.rules = []

    def strike(self, where: Where, action: str, record_id: str | None) -> FaultRule | None:
        """Returns the fault to inject at this point of this request, if any."""
        for armed in self.rules:
            if armed.strikes(where, action, record_id):
                return armed.rule
        return None
