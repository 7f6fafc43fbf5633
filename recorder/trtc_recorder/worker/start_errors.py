"""Why a recording could not be set up, and what would cure it."""

from __future__ import annotations

import re

from ..media.child_processes import ProgramFailed
from .programs import LIBRARIES, installing

SANDBOX = (
    "its sandbox cannot be used: install the package chromium-sandbox, or allow user "
    "namespaces (kernel.unprivileged_userns_clone=1, and 0 for "
    "kernel.apparmor_restrict_unprivileged_userns where that exists)"
)

WRITABLE_TMP = (
    "the X server needs a /tmp that it can write to (in a container with a read-only root file "
    "system: `--tmpfs /tmp`), and the program xkbcomp"
)

REMEDIES = {
    "Failed to activate virtual core keyboard": WRITABLE_TMP,
    "Could not create lock file": WRITABLE_TMP,
    "No usable sandbox": SANDBOX,
    "SUID sandbox": SANDBOX,
    "sandbox_host_linux": SANDBOX,
    "No space left on device": "the disk of the temporary folder (TMPDIR) is full",
    "Too many open files": "too many files are open; raise the limit (ulimit -n)",
    "Cannot allocate memory": "memory is short",
    "Resource temporarily unavailable": "no process can be started; raise the limit (ulimit -u)",
}
"""What is found in an error's text, and what it means."""

LIBRARY = re.compile(r"error while loading shared libraries: ([^\s:]+)")
"""What the system's loader writes."""

LACKING = re.compile(
    "(Unknown input format:|Unknown encoder|Unrecognized option|No such filter:"
    "|Requested output format|Unknown bitstream filter) '[^']+'"
)
"""What an ffmpeg writes that is too old, or built without something."""

OLDEST_FFMPEG = "5.1"


def of_program(output: str, code: int | None) -> str:
    """Returns why a program ended, by what it wrote and its exit code."""
    if cause := known(output):
        return cause
    return f"it ended with {code}{_last_words(output) or '; run it by hand to see why'}"


def _last_words(output: str) -> str:
    """Returns the last line as the end of a sentence; "" if there is none."""
    return "".join(f", its last words are {line!r}" for line in output.splitlines()[-1:])


def why_not_set_up(error: Exception) -> str:
    """Returns the reason of a failed start of the programs, without anything of the page."""
    text = str(error)
    output = error.output if isinstance(error, ProgramFailed) else ""
    if cause := known(f"{text}\n{output}"):
        return cause
    if isinstance(error, RuntimeError | OSError):
        return f"{text or type(error).__name__}{_last_words(output)}"
    return "Chromium could not be started; see recorder.log in the task's folder"


def known(text: str) -> str | None:
    """Returns what is known of an error's text: the cause and the cure."""
    if library := LIBRARY.search(text):
        return f"the library {library[1]} is missing: {_install(library[1])}"
    if lacking := LACKING.search(text):
        return (
            f"ffmpeg cannot record ({lacking[0]}): install ffmpeg {OLDEST_FFMPEG} or newer with "
            "x11grab, pulse, libx264 and aac, such as Debian's, and have it first on the PATH"
        )
    return next((cure for sign, cure in REMEDIES.items() if sign in text), None)


def _install(library: str) -> str:
    package = LIBRARIES.get(library)
    return (package and installing([package])) or f"install {package or 'the package that has it'}"
