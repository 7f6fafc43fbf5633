"""List the files that the recordings of a stack have left in their buckets.

Exit code 1: a recording that ended more than 30 minutes ago left none. 2: the files of such a
recording could not be listed. Files in VOD are not listed.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from .configuration import ProviderConfig
from .errors import ConfigError
from .native.provider import provider_config
from .output import print_line
from .pulumi_state import explicit_providers, export_stack, stack_config, stack_state
from .recording.state import StateUnreadable
from .recording.stored import Stored
from .recording.uploaded_files import Finding, Store, find_files
from .storage.listing import list_files
from .storage.request import new_session

WORKERS = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--stack", help="default: the one that is selected")


def run(arguments: argparse.Namespace) -> int:
    """Print each recording with its files; returns the exit code."""
    try:
        found = stack_files(arguments.stack)
    except (StateUnreadable, ConfigError) as error:
        print_line(f"error: {error}", sys.stderr)
        return 2
    for line in [each.text for each in found] or ["no recordings in the state"]:
        print_line(line, sys.stdout)
    if any(each.missing for each in found):
        return 1
    return 2 if any(each.unknown for each in found) else 0


def stack_files(stack: str | None) -> list[Finding]:
    """What the recordings of a stack's state have left. Raises StateUnreadable, or ConfigError."""
    exported = export_stack(stack, "--show-secrets")
    default = _store(ProviderConfig.from_stack(stack_config(stack)))
    declared = {
        urn: _store(provider_config(inputs)) for urn, inputs in explicit_providers(exported).items()
    }
    with new_session() as session, ThreadPoolExecutor(WORKERS) as workers:

        def look(stored: Stored) -> Finding:
            store = declared.get(stored.provider, default)
            return find_files(partial(list_files, session), stored, store, time.time())

        return list(workers.map(look, stack_state(exported).stored))


def _store(config: ProviderConfig) -> Store:
    return Store(config.storage_endpoint, config.credentials(), config.knows_the_store)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m trtc_webrecord.files", description=__doc__)
    add_arguments(parser)
    sys.exit(run(parser.parse_args()))


if __name__ == "__main__":
    main()
