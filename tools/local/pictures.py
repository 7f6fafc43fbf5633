"""Write docs/pictures of the demo recording: a frame of its video, and the viewer while it runs.

Usage: `make pictures`. It needs a recording of the stack `local` that has run for some seconds.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import ViewportSize, sync_playwright
from trtc_recorder.tasks.storage import LIVE_PLAYLIST, Storage
from trtc_recorder.testing import Recorder

from tools.local.summary import DATA, ENDPOINT

PICTURES = Path("docs/pictures")
SIZE: ViewportSize = {"width": 1280, "height": 720}
ADVANCED = "video => video.currentTime > 2 && !video.paused"


def main() -> None:
    """Write both pictures."""
    task = next(task for task in Recorder(ENDPOINT).tasks() if task.live)
    live = Storage(DATA).working(task) / LIVE_PLAYLIST
    frame = ["-live_start_index", "-1", "-i", str(live), "-frames:v", "1", "-q:v", "4"]
    command = ["ffmpeg", "-v", "error", "-y", *frame, str(PICTURES / "demo.jpg")]
    subprocess.run(command, check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
        page.goto(f"{ENDPOINT}/recordings/{quote(task.task_id, safe='')}")
        page.wait_for_function(ADVANCED, arg=page.locator("video").element_handle())
        page.screenshot(path=PICTURES / "viewer.jpg", type="jpeg", quality=80)
        browser.close()


if __name__ == "__main__":
    main()
