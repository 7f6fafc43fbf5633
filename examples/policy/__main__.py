"""Policies for page recordings: how long, of which pages, and to where.

They hold for both resources of `pulumi-trtc-webrecord`, the dynamic and the native one.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

RECORDING = ("pulumi-python:dynamic/trtc:WebRecording", "trtc:index:WebRecording")
LONGEST = 86400
"""Seconds that a recording without `max_duration_limit` may run: the service's default."""


def of_recordings(
    validate: Callable[[ResourceValidationArgs, ReportViolation], None],
) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    """The validation, for recordings only."""

    def validate_recording(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type in RECORDING:
            validate(args, report)

    return validate_recording


def declared(args: ResourceValidationArgs, name: str) -> Any:
    """An input by its name in Python; None if it is not declared.

    During a preview an input may be unknown. Then this raises, the pack says so, and the policy
    decides during `pulumi up`, before the recording starts.
    """
    first, *rest = name.split("_")
    camel_case = first + "".join(map(str.capitalize, rest))
    return args.props.get(name, args.props.get(camel_case))


@of_recordings
def short_enough(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """No recording runs for more than `maxHours` in all."""
    hours = args.get_config()["maxHours"]
    if declared(args, "restart_policy") == "always":
        report(
            "restart_policy 'always' starts it anew after each end, so it has no longest time: "
            f"use 'never'. {hours:g} h in all are allowed."
        )
    elif (seconds := declared(args, "max_duration_limit") or LONGEST) > hours * 3600:
        report(
            f"it may run for {seconds / 3600:g} h: set max_duration_limit to "
            f"{int(hours * 3600)} or less."
        )


@of_recordings
def our_page(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """The page is on one of `domains` or below it. The message has no URL: it may be a secret."""
    domains = args.get_config()["domains"]
    if not is_on(declared(args, "record_url"), domains):
        report(f"record_url is not a page of {' or '.join(domains)}.")


def is_on(url: str, domains: list[str]) -> bool:
    """Whether a browser would open the URL at one of the domains or a subdomain of it."""
    if "\\" in url:  # a browser reads it as a slash, and urlsplit does not
        return False
    try:
        host = (urlsplit(url).hostname or "").removesuffix(".")
    except ValueError:
        return False
    return any(f".{host}".endswith(f".{domain.lower()}") for domain in domains)


@of_recordings
def no_relay_in_dev(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """A stack whose name is like one of `stacks` pushes to no CDN."""
    stack = args.urn.split(":")[2]
    like = any(fnmatchcase(stack, pattern) for pattern in args.get_config()["stacks"])
    if like and declared(args, "publish_cdn_params"):
        report(f"stack {stack} may not push to a CDN: remove publish_cdn_params.")


def texts(*default: str) -> dict[str, Any]:
    """A list of texts in the pack's config."""
    return {"type": "array", "items": {"type": "string"}, "minItems": 1, "default": list(default)}


PolicyPack(
    name="recordings",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy(
            name="longest-recording",
            description="A recording runs for a limited time in all.",
            validate=short_enough,
            config_schema=PolicyConfigSchema(
                properties={"maxHours": {"type": "number", "exclusiveMinimum": 0, "default": 4}}
            ),
        ),
        ResourceValidationPolicy(
            name="our-pages",
            description="Only pages of our domains are recorded.",
            validate=our_page,
            config_schema=PolicyConfigSchema(properties={"domains": texts("example.com")}),
        ),
        ResourceValidationPolicy(
            name="no-relay-in-dev",
            description="Stacks for development push to no CDN.",
            validate=no_relay_in_dev,
            config_schema=PolicyConfigSchema(properties={"stacks": texts("dev", "dev-*")}),
        ),
    ],
)
