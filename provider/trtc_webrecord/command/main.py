"""Recordings of a Pulumi stack: what they need, their status, their end, files and longest run.

A stack is the one that is selected in this folder, with its own credentials and endpoint.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from ..errors import WebRecordError
from ..output import print_line
from ..recording.state import StateUnreadable
from . import assumptions, doctor, files, previewed, show, stop

COMMANDS = {
    "doctor": doctor,
    "show": show,
    "stop": stop,
    "files": files,
    "estimate": previewed,
    "assumptions": assumptions,
}


def main(words: Sequence[str] | None = None) -> None:
    """Run a subcommand and exit with its code; with 2 for an error, which is printed."""
    parser = argparse.ArgumentParser(prog="trtc-webrecord", description=__doc__)
    parser.add_argument("--version", action="version", version=version("pulumi-trtc-webrecord"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        summary, _, _ = (module.__doc__ or "").partition("\n")
        command = commands.add_parser(
            name,
            help=summary,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args(words)
    try:
        sys.exit(arguments.run(arguments))
    except (WebRecordError, StateUnreadable) as error:
        print_line(f"error: {error}", sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print_line("interrupted", sys.stderr)
        sys.exit(130)
