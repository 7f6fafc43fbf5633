"""Check what a first recording needs: programs, config, network, credentials, application, bucket.

In the folder of a stack it checks the stack; elsewhere, the provider's settings in the environment
and in the options. It starts nothing, and takes a minute at most. Exit code 1: a check has failed.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path

from ..api.credentials import CredentialChain
from ..api.pacing import Clock
from ..configuration import ProviderConfig
from ..doctor import buckets, connection, identity, pages, permissions, tools
from ..doctor.report import Report
from ..doctor.result import Result, ok, warning
from ..doctor.subject import Subject
from ..output import print_line
from ..pulumi_project import Project
from .stack import add_stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_stack(parser)
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    alone = parser.add_argument_group("without a stack")
    alone.add_argument("--endpoint", metavar="URL", help="as trtc:endpoint")
    alone.add_argument("--region", help="as trtc:region")
    alone.add_argument("--sdk-app-id", type=int, metavar="N", help="the application")


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
    report.check("plugin", tools.plugin)
    subject = report.check("config", lambda: _subject(arguments, project))
    if subject is None:
        return
    report.add("config", ok(f"valid; recordings of {subject.source}: {len(subject.recordings)}"))
    endpoint = subject.config.endpoint
    report.check("name", partial(connection.name_resolution, endpoint))
    report.check("proxy", partial(connection.proxy, endpoint))
    reached = report.check("TLS", partial(connection.reach, endpoint))
    if reached:
        report.add("TLS", connection.tls(endpoint, reached))
        report.add("clock", connection.clock(reached))
    chain = subject.config.credentials()
    report.check("credentials", partial(identity.source, chain))
    if reached and not report.has_just_failed:
        _account(subject, chain, arguments.sdk_app_id, report)
    else:
        report.add("account", warning("rights, application and storage: not checked"))
    program = pages.program()
    if program is None:
        report.add("page", ok(f"not checked: {pages.PROGRAM} is not installed"))
        return
    for url in subject.pages:
        report.check("page", partial(pages.page, program, url, max(1.0, report.left - 1)))


def _account(
    subject: Subject, chain: CredentialChain, sdk_app_id: int | None, report: Report
) -> None:
    probes = subject.config.probes()
    api = subject.config.api(chain, Clock(), lambda message: print_line(message, sys.stderr))
    applications = [sdk_app_id] if sdk_app_id else subject.applications
    described: list[Result] = []

    def look() -> Result:
        error = permissions.asked(lambda: api.describe(permissions.NO_TASK))
        described.append(permissions.describe(error))
        return identity.signature(error)

    report.check("signature", look)
    if not described or report.has_just_failed:
        report.add("account", warning("rights, application and storage: not checked"))
        return
    report.add("right", described[0])
    report.check("right", partial(permissions.stop, api))
    report.check("right", partial(permissions.start, api, next(iter(applications), None)))
    for each in applications:
        report.check("application", partial(permissions.application, api, each))
    if not applications:
        report.add("application", warning("not checked: none is known", "Add --sdk-app-id."))
    for recording, target in buckets.targets(subject.recordings, chain, probes):
        report.check("storage", partial(buckets.storage, recording, target, chain, probes))


def _project(arguments: argparse.Namespace) -> Project | None:
    alone = arguments.endpoint or arguments.region or arguments.sdk_app_id
    return None if alone else Project.of(Path.cwd())


def _subject(arguments: argparse.Namespace, project: Project | None) -> Subject:
    if project:
        return Subject.of_stack(arguments.stack, project)
    given = {"trtc:endpoint": arguments.endpoint, "trtc:region": arguments.region}
    return Subject(ProviderConfig.from_stack(given), (), "no stack")


def _print_result(name: str, result: Result) -> None:
    remedy = f"  Do: {result.remedy}" if result.remedy else ""
    line = f"{result.status:8} {name:12} {result.found}{remedy}"
    print_line(" ".join(line.split("\n")), sys.stdout)
