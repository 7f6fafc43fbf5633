"""Starts Chromium with one window that fills the screen, for a page that is not trusted.

The page gets a temporary profile, no permissions, no popups, no downloads.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, Playwright

from . import basic_auth, certificates, device, fontconfig, locale, profile
from .forward_proxy import ForwardProxy
from .options import CaptureOptions
from .screen import Screen

FLAGS = (
    "--kiosk",
    "--window-position=0,0",
    "--hide-scrollbars",
    "--test-type",
    "--autoplay-policy=no-user-gesture-required",
    "--deny-permission-prompts",
    "--disable-blink-features=AutomationControlled",
    "--disable-crash-reporter",
    "--force-color-profile=srgb",
)
UNWANTED_FLAGS = [
    "--enable-automation",
    "--mute-audio",
    "--disable-popup-blocking",
    "--disable-extensions",
]
"""Playwright's default flags that are removed."""

CHANNEL = "trtcRecorder"
"""The binding through which `init_script.js` sends messages, and their prefix."""

INIT_SCRIPT = resources.files(__package__).joinpath("init_script.js").read_text("utf-8")

OnMessage = Callable[[str, str], None]
"""Called with each message of `init_script.js`: its kind and a detail."""


async def launch(
    playwright: Playwright,
    program: Path,
    screen: Screen,
    environment: Mapping[str, str],
    runtime: Path,
    options: CaptureOptions,
    on_message: OnMessage,
    observing: str,
    url: str,
    proxy: ForwardProxy,
) -> BrowserContext:
    """Start Chromium on an X display; its page is prepared.

    `environment` has DISPLAY, PULSE_SERVER and HOME. The time zone, the languages and the
    trusted certificates are those of the options, or else of this process's environment.
    `observing` is the part of `init_script.js` that collects the page's report. `url` is the one
    that will be opened, with the user and password of its sign-in. All connections are made by
    `proxy`.
    Raises `playwright.async_api.Error`, OSError and RuntimeError.
    """
    languages = locale.languages(options.language, os.environ)
    profile.write(runtime / "profile", languages)
    profile.write_programs(runtime / "bin")
    try:
        certificates.provide(Path(environment["HOME"]), os.environ)
    except OSError as error:
        print(f"certificates that the user trusts are left out: {error}", file=sys.stderr)  # noqa: T201
    time_zone = options.time_zone or os.environ.get("TZ", "").removeprefix(":")
    agent = await device.user_agent(program, screen)
    context = await playwright.chromium.launch_persistent_context(
        runtime / "profile",
        executable_path=program,
        headless=False,
        chromium_sandbox=os.geteuid() != 0,
        accept_downloads=False,
        env={
            **environment,
            **fontconfig.environment(runtime),
            **({"TZ": time_zone} if time_zone else {}),
            "PATH": f"{runtime / 'bin'}:{environment['PATH']}",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        },
        args=[
            *FLAGS,
            _window_size(screen),
            f"--force-device-scale-factor={screen.scale}",
            *([f"--user-agent={agent}"] if agent else []),
            *basic_auth.flags(url, runtime / "sign-in"),
            *proxy.flags,
        ],
        ignore_default_args=UNWANTED_FLAGS,
        handle_sigint=False,
        handle_sigterm=False,
        handle_sighup=False,
        no_viewport=True,  # with one, Playwright resizes the window, which then shows its bars
        has_touch=screen.mobile is not None,
    )
    context.on("close", lambda _: proxy.close())
    await context.add_init_script(INIT_SCRIPT.replace("__REPORT__", observing))
    await prepare(context.pages[0], screen, languages[0], on_message)
    return context


async def prepare(page: Page, screen: Screen, language: str, on_message: OnMessage) -> None:
    """Prepare a page of the context, and listen to its messages.

    Not by Playwright's `expose_binding`: it answers each message in the page as if a person had
    clicked there, and a page that a person has clicked may open windows and choosers.
    """
    devtools = await page.context.new_cdp_session(page)
    devtools.on("Runtime.bindingCalled", partial(_on_call, on_message))
    await devtools.send("Runtime.enable")
    await devtools.send("Runtime.addBinding", {"name": CHANNEL})
    # The X server's pointer rests at the centre of the screen, where it would hover the page.
    await devtools.send("Input.setIgnoreInputEvents", {"ignore": True})
    page.on("filechooser", lambda _: None)  # Playwright then keeps it from showing
    await devtools.send("WebAuthn.enable", {"enableUI": False})
    await device.emulate(page, screen, language)


def _on_call(on_message: OnMessage, event: dict[str, Any]) -> None:
    if event["name"] == CHANNEL and event["payload"].startswith(CHANNEL):
        kind, _, detail = event["payload"].removeprefix(CHANNEL).partition(" ")
        on_message(kind, detail)


def _window_size(screen: Screen) -> str:
    """Larger than the screen by a pixel: one of its own size would be made a pixel smaller."""
    return f"--window-size={screen.css_width + 1},{screen.css_height + 1}"
