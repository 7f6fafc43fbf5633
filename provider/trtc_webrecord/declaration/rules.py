"""The rules of single values in the StartWebRecord request.

Each takes a value that has the right type, and returns it or raises a validation error. Source: the
vendor's page "StartWebRecord" (service `trtc`, version 2019-07-22) and its data types.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from .yaml_values import CHANGED_BY_YAML, changed_by_yaml

RECORD_ID_MAX_BYTES = 31
"""RecordId is documented as "less than 32 bytes"."""

MAX_CDN_TARGETS = 10
"""PublishCdnParams.N: "up to 10 CDN addresses"."""


def rule(text: str) -> PydanticCustomError:
    return PydanticCustomError("rule", "{rule}", {"rule": text})


def with_rule(value: Any, handler: Callable[[Any], Any], broken: str | None) -> Any:
    """Validate with `handler`, and report a broken rule together with the errors of the fields.

    A pydantic after-validator does not run if a field fails.
    """
    try:
        validated = handler(value)
    except ValidationError as error:
        if broken is None:
            raise
        errors = [*map(_copy, error.errors()), InitErrorDetails(type=rule(broken), input=value)]
        raise ValidationError.from_exception_data(error.title, errors, hide_input=True) from None
    if broken is not None:
        raise rule(broken)
    return validated


def _copy(detail: ErrorDetails) -> InitErrorDetails:
    kind = PydanticCustomError(detail["type"], detail["msg"], detail.get("ctx"))
    return InitErrorDetails(type=kind, loc=detail["loc"], input=detail["input"])


def _no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "must be a whole number")
    return value


def _true_or_false(value: object) -> object:
    if isinstance(value, bool) or value in ("true", "false"):
        return value
    raise PydanticCustomError("bool_type", "must be true or false")


def _is_url(value: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(value)
        complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return complete and parts.scheme in schemes and not re.search(r"\s", value)


def is_page_url(value: str) -> bool:
    return _is_url(value, "http", "https")


def page_url(value: str) -> str:
    if not is_page_url(value):
        raise rule("must be an http:// or https:// URL")
    return value


def is_rtmp_url(value: str) -> bool:
    return _is_url(value, "rtmp")


def rtmp_url(value: str) -> str:
    if not is_rtmp_url(value):
        raise rule("must be an rtmp:// URL")
    return value


def cdn_targets(value: Any, handler: Callable[[Any], Any]) -> Any:
    count = len(value) if isinstance(value, list) else 0
    broken = f"must have at most {MAX_CDN_TARGETS} entries, {count} given"
    return with_rule(value, handler, broken if count > MAX_CDN_TARGETS else None)


def valid_record_id(value: str) -> str:
    if not 0 < len(value.encode()) <= RECORD_ID_MAX_BYTES:
        raise rule("must be 1 to 31 bytes long (the API: less than 32 bytes)")
    return value


def declarable_record_id(value: str) -> str:
    """The vendor names no alphabet; a declaration keeps to that of the derived RecordIds."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,31}", value):
        raise rule("must be 1 to 31 letters, digits, '_' and '-' (the API: less than 32 bytes)")
    return value


def _as_written(value: str) -> str:
    if changed_by_yaml(value):
        raise rule(CHANGED_BY_YAML)
    return value


def cos_only(value: int) -> int:
    if value != 0:
        raise rule("must be 0 (Tencent COS); page recording does not support third-party storage")
    return value


def video_media_type(value: int) -> int:
    if value in (2, 4):
        raise rule("must be 0 (mp4), 1 (hls) or 3 (hls and mp4); 2 and 4 are audio only")
    if value not in (0, 1, 3):
        raise rule("must be 0 (mp4), 1 (hls) or 3 (hls and mp4)")
    return value


def path_part(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", value):
        raise rule("must consist of letters, digits, '_' and '-'")
    return value


def record_label(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
        raise rule("must be 1 to 64 letters, digits, '_' and '-'")
    return value


SECONDS: dict[str, JsonValue] = {"unit": "s"}
MINUTES: dict[str, JsonValue] = {"unit": "min"}
PIXELS: dict[str, JsonValue] = {"unit": "px"}
"""Units of numbers, as the reference shows them."""

Int = Annotated[int, BeforeValidator(_no_bool)]
"""A whole number. Pulumi passes integers as floats: 3600.0 is valid, 3600.5 and true are not."""

Bool = Annotated[bool, BeforeValidator(_true_or_false)]
"""True or false, also as the string that a stack's config or a secret is."""

Text = Annotated[str, AfterValidator(_as_written)]

NonEmpty = Annotated[str, Field(min_length=1), AfterValidator(_as_written)]
