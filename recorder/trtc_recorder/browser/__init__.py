"""Shows a page: a Chromium without anything of its own in sight."""
