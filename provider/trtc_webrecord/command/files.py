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

from ..configuration import ProviderConfig
from ..output import print_line
from ..recording.stored import Stored
from ..recording.uploaded_files import Finding, Store, find_files
from ..storage.listing import list_files
from ..storage.request import new_session
from .stack import Stack
from .stack import add_stack as add_arguments

__all__ = ["add_arguments", "run"]

WORKERS = 16


def run(arguments: argparse.Namespace) -> int:
    """Print each recording with its files; returns the exit code."""
    found = stack_files(Stack.read(arguments.stack))
    for line in [each.text for each in found] or ["no recordings in the state"]:
        print_line(line, sys.stdout)
    if any(each.missing for each in found):
        return 1
    return 2 if any(each.unknown for each in found) else 0


def stack_files(stack: Stack) -> list[Finding]:
    """What the recordings of a stack's state have left."""
    stores: dict[str, Store] = {}
    for stored in stack.state.stored:
        stores.setdefault(stored.provider, _store(stack.config_of(stored)))
    with new_session() as session, ThreadPoolExecutor(WORKERS) as workers:

        def look(stored: Stored) -> Finding:
            store = stores[stored.provider]
            return find_files(partial(list_files, session), stored, store, time.time())

        return list(workers.map(look, stack.state.stored))


def _store(config: ProviderConfig) -> Store:
    return Store(config.storage_endpoint, config.credentials(), config.knows_the_store)
