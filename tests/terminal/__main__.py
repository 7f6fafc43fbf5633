"""`python -m terminal`: write docs/terminal.md, from the real engine and the local service."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from terminal.scenes import Stage, played
from trtc_recorder.testing import local_settings, running_service

PAGE = Path(__file__).parents[2] / "docs" / "terminal.md"
LANGUAGES = ("Python", "YAML")
HEAD = """# In a terminal

What a person sees, from the real engine and the local service. `make captures` writes this page.
What differs from run to run is replaced, such as `<TaskId 1>`; how long each resource took is left
out, and long lines are broken between words.
"""


def captured(language: str) -> str:
    """A recording's life in a language, as a section of the page."""
    with TemporaryDirectory() as name, running_service(local_settings(visible_after=0)) as recorder:
        return "\n".join([f"## {language}\n", *played(Stage(Path(name), recorder, language))])


def page() -> str:
    """The page as it should be."""
    with ThreadPoolExecutor() as pool:
        return "\n".join([HEAD, *pool.map(captured, LANGUAGES)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
