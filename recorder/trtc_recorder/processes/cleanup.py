"""Cleanup after a recorder process: finish its files, remove everything else."""

from __future__ import annotations

import asyncio
import logging
import shutil
from pathlib import Path

from ..errors import unexpected
from ..media import child_processes
from ..media.finish import finish
from ..tasks.events import MediaFile
from ..tasks.storage import LIVE_PLAYLIST, LOG
from ..worker.job import Job
from ..worker.runtime_folder import remove_runtime

_log = logging.getLogger(__name__)


def finish_files(recording: Path, working: Path) -> tuple[MediaFile, ...]:
    """Finish the files, once the process and all its children have ended."""
    lock = working / Job.LOCK
    if lock.exists():
        child_processes.wait_until_free(lock)
    if not recording.is_dir():
        return ()
    try:
        return asyncio.run(finish(recording, working / LOG))
    except Exception as error:
        _log.error("a recording could not be finished and is left as it is: %s", unexpected(error))
        return ()


def remove_working_files(working: Path) -> None:
    """Remove files that are needed only while the page is recorded."""
    runtime = Job.runtime_of(working)
    shutil.rmtree((working / LIVE_PLAYLIST).parent, ignore_errors=True)
    remove_runtime(runtime.resolve())
    runtime.unlink(missing_ok=True)
