"""Faults on demand: rules that say which call goes wrong, when, and how."""

from __future__ import annotations

from random import Random
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Action = Literal["StartWebRecord", "DescribeWebRecord", "StopWebRecord"]
Where = Literal["before", "after"]


class FaultRule(BaseModel):
    """One rule. It strikes authentic calls within the rate limit that meet all its conditions.

    - `action`: None is any. `record_id`, `record_id_prefix`: of the call, or of the task it names.
    - `after`: let that many matching calls pass first. `times`: how often to strike; None is for
      ever. `probability`, `seed`: strike a matching call by chance, the same way on every run.
    - `where`: before or after the call is executed.
    - `what`: `cut` the connection without an answer, HTTP `status`, an API `error` (`code`,
      `message`; `burn` uses the RecordId of a start up), `hang` for `seconds` and go on, an answer
      that is `not_json`, or `throttle` (RequestLimitExceeded; never executed).
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
    what: Literal["cut", "status", "error", "hang", "not_json", "throttle"]
    status: int = Field(default=503, ge=500, le=599)
    code: str = "InternalError"
    message: str = "An internal error has occurred."
    burn: bool = False
    seconds: float = Field(default=30, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _makes_sense(self) -> FaultRule:
        if self.what == "throttle" and self.where == "after":
            raise ValueError("throttle is an answer to a call that is not executed: where=before")
        if self.burn and (self.action, self.what, self.where) != (
            "StartWebRecord",
            "error",
            "before",
        ):
            raise ValueError("burn goes with action=StartWebRecord, what=error and where=before")
        return self

    def matches(self, where: Where, action: str, record_id: str | None) -> bool:
        """Whether a call meets the conditions, its number aside."""
        return (
            self.where == where
            and self.action in (None, action)
            and self.record_id in (None, record_id)
            and (record_id or "").startswith(self.record_id_prefix)
        )


class ArmedRule:
    """A rule that is in force, and how often it has met a call and struck."""

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.matched = 0
        self.struck = 0
        self._random = Random(rule.seed)  # noqa: S311

    def strikes(self, where: Where, action: str, record_id: str | None) -> bool:
        """Whether this call goes wrong by this rule; counts it."""
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
        """The rule, `matched` and `struck`."""
        return {**self.rule.model_dump(), "matched": self.matched, "struck": self.struck}


class FaultPlan:
    """The rules in force, in order; the first that strikes decides."""

    def __init__(self) -> None:
        self.rules: list[ArmedRule] = []

    def add(self, *rules: FaultRule) -> None:
        """Put rules in force, behind those that are."""
        self.rules = [*self.rules, *map(ArmedRule, rules)]

    def clear(self) -> None:
        """Take all rules out of force."""
        self.rules = []

    def strike(self, where: Where, action: str, record_id: str | None) -> FaultRule | None:
        """What goes wrong at this point of this call, if anything."""
        for armed in self.rules:
            if armed.strikes(where, action, record_id):
                return armed.rule
        return None
