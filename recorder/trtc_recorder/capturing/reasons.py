"""Why a recording could not be set up, and what would cure it."""

from __future__ import annotations

SANDBOX = (
    "its sandbox cannot be used: install the package chromium-sandbox, or allow user "
    "namespaces (kernel.unprivileged_userns_clone=1, and 0 for "
    "kernel.apparmor_restrict_unprivileged_userns where that exists)"
)

CURES = {
    "No usable sandbox": SANDBOX,
    "SUID sandbox": SANDBOX,
    "sandbox_host_linux": SANDBOX,
    "No space left on device": "the disk of the temporary folder (TMPDIR) is full",
    "Too many open files": "too many files are open; raise the limit (ulimit -n)",
    "Cannot allocate memory": "memory is short",
    "Resource temporarily unavailable": "no process can be started; raise the limit (ulimit -u)",
    "error while loading shared libraries": "Chromium is not installed completely",
}
"""What is found in an error's text, and what it means."""


def of_browser(output: str, code: int) -> str:
    """Why a browser ended, by what it wrote and its exit code."""
    return _known(output) or f"it ended with {code}; run it by hand to see why"


def why_not_set_up(error: Exception) -> str:
    """The reason of a failed start of the programs, without anything of the page."""
    text = str(error)
    if known := _known(text):
        return known
    if isinstance(error, RuntimeError | OSError):
        return text or type(error).__name__
    return "Chromium could not be started; see recorder.log in the task's folder"


def _known(text: str) -> str | None:
    return next((cure for sign, cure in CURES.items() if sign in text), None)
