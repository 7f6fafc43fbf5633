"""Check what a first recording needs: programs, config, network, credentials, application, bucket.

In the folder of a stack it checks the stack, with the recordings that `pulumi preview` shows;
elsewhere, the provider's settings in the environment and in the options. It starts nothing, and
takes a minute at most. Exit code 1: a check has failed.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from ..api.pacing import Clock
from ..configuration import ProviderConfig
from ..doctor import buckets, connection, identity, pages, permissions, tools
from ..doctor.plugin import plugin
from ..doctor.report import OVER, Report
from ..doctor.result import Result, ok, warning
from ..doctor.subject import SECONDS, Account, recordings_of
from ..output import print_line
from ..pulumi_cli.project import Project
from ..pulumi_cli.stack import stack_config
from .stack import add_stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_stack(parser)
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    application = "the application, where no recording has one"
    parser.add_argument("--sdk-app-id", type=int, metavar="N", help=application)
    alone = parser.add_argument_group("without a stack")
    alone.add_argument("--endpoint", metavar="URL", help="as trtc:endpoint")
    alone.add_argument("--region", help="as trtc:region")


def run(arguments: argparse.Namespace) -> int:
    """Print what each check has found; returns the exit code."""
    report = Report(None if arguments.json else _print_result)
    examine(arguments, report)
    if arguments.json:
        found = [{"check": name, **asdict(result)} for name, result in report.results]
        print_line(json.dumps(found, indent=2), sys.stdout)
    return int(any(result.status == "failed" for _, result in report.results))


def examine(arguments: argparse.Namespace, report: Report) -> None:
    """Run the checks in their order, as far as what they need is there."""
    project = report.check("project", lambda: _project(arguments))
    report.check("pulumi", tools.engine)
    runtime = project.runtime if project else "python"
    report.check("language", partial(tools.language_host, runtime))
    report.check("plugin", partial(plugin, project))
    config = report.check("config", lambda: _config(arguments, project))
    if config is None:
        return
    report.add("config", ok("the provider's configuration is valid"))
    accounts: tuple[Account, ...] = (Account(config),)
    if project:
        look = partial(recordings_of, arguments.stack, project, config)
        subject = report.check("recordings", look, SECONDS)
        if subject is None:
            return
        report.add("recordings", subject.found)
        accounts = subject.accounts
    endpoints = [each.config.endpoint for each in accounts] or [config.endpoint]
    reached = {each: _is_reached(each, report) for each in dict.fromkeys(endpoints)}
    for each in accounts:
        _account(each, arguments.sdk_app_id, reached, replace(report, provider=each.provider))
    _pages([url for each in accounts for url in each.pages], report)


def _is_reached(endpoint: str, report: Report) -> bool:
    report.check("name", partial(connection.name_resolution, endpoint))
    report.check("proxy", partial(connection.proxy, endpoint))
    reached = report.check("TLS", partial(connection.reach, endpoint))
    if reached:
        report.add("TLS", connection.tls(endpoint, reached))
        report.add("clock", connection.clock(reached))
    return reached is not None


def _account(
    account: Account, sdk_app_id: int | None, reached: dict[str, bool], report: Report
) -> None:
    chain = account.config.credentials()
    report.check("credentials", partial(identity.source, chain))
    if report.has_just_failed or not reached[account.config.endpoint]:
        report.add("account", warning("rights, application and storage: not checked"))
        return
    api = account.config.api(chain, Clock(), lambda message: print_line(message, sys.stderr))
    described: list[Result] = []

    def look() -> Result:
        error = permissions.asked(lambda: api.describe(permissions.NO_TASK))
        described.append(permissions.describe(error))
        return identity.signature(error)

    report.check("signature", look)
    if not described or report.has_just_failed:
        report.add("account", warning("rights, application and storage: not checked"))
        return
    applications = account.applications or ([sdk_app_id] if sdk_app_id else [])
    report.add("right", described[0])
    report.check("right", partial(permissions.stop, api))
    report.check("right", partial(permissions.start, api, next(iter(applications), None)))
    for each in applications:
        report.check("application", partial(permissions.application, api, each))
    if not applications:
        report.add("application", warning("not checked: none is known", "Add --sdk-app-id."))
    probes = account.config.probes()
    for recording, target in buckets.targets(account.recordings, chain, probes):
        report.check("storage", partial(buckets.storage, recording, target, chain, probes))


def _pages(urls: list[str], report: Report) -> None:
    program = pages.program()
    if program is None:
        report.add("page", ok(f"not checked: {pages.PROGRAM} is not installed"))
        return
    for url in dict.fromkeys(urls):
        seconds = report.left - pages.CLOSING
        if seconds < pages.SHORTEST:
            report.add("page", OVER)
            return
        report.check("page", partial(pages.page, program, url, seconds), report.left)


def _project(arguments: argparse.Namespace) -> Project | None:
    return None if arguments.endpoint or arguments.region else Project.of(Path.cwd())


def _config(arguments: argparse.Namespace, project: Project | None) -> ProviderConfig:
    given = {"trtc:endpoint": arguments.endpoint, "trtc:region": arguments.region}
    return ProviderConfig.from_stack(stack_config(arguments.stack) if project else given)


def _print_result(name: str, result: Result) -> None:
    remedy = f"  Do: {result.remedy}" if result.remedy else ""
    line = f"{result.status:8} {name:12} {result.found}{remedy}"
    print_line(" ".join(line.split("\n")), sys.stdout)
