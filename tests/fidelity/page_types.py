"""Pages of other types, strict ones, and pages that meddle with the recorder."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from capture.processes import below
from fidelity.browser_ui import CALLS, OTHER_PATHS, scripted
from fidelity.page_failures import BUSY
from fidelity.scenario import PHONE, Scenario, scenarios, stays, stop_after
from page_server import COLOUR, FLAT, Answer, Paths, flat
from trtc_recorder.browser.options import CaptureOptions

HIDDEN = "position: absolute; opacity: 0; left: 9px; top: 9px"

PAGES = {
    "focus on a link, a title, a list": f"""
        document.body.innerHTML = `<a href=/other style='{HIDDEN}' title=tip>x</a>
          <button title=tip style='{HIDDEN}'>x</button>
          <input list=l style='{HIDDEN}'><datalist id=l><option>a<option>b</datalist>
          <select style='{HIDDEN}'><option>a<option>b</select>`;
        const all = [...document.body.querySelectorAll('a, button, input, select')];
        let n = 0;
        setInterval(() => {{
          const it = all[n++ % all.length];
          it.focus({{focusVisible: true}});
          it.dispatchEvent(new KeyboardEvent('keydown', {{key: 'ArrowDown', bubbles: true}}));
          it.dispatchEvent(new MouseEvent('contextmenu', {{bubbles: true}}));
          it.dispatchEvent(new MouseEvent('mouseover', {{bubbles: true}}));
        }}, 400);""",
    "text that is misspelt": f"""
        document.body.innerHTML =
          "<textarea spellcheck=true lang=en style='all: unset; color: #{COLOUR};" +
          "caret-color: #{COLOUR}; position: fixed; inset: 0'></textarea>";
        document.querySelector('textarea').focus();
        setInterval(() => document.execCommand('insertText', false, 'mispeled wrods '), 300);""",
    "a window that is looked at": """
        setInterval(() => {
          if (!document.hasFocus() || document.hidden || document.visibilityState !== 'visible')
            document.documentElement.style.background = 'red';
        }, 100);
        addEventListener('blur', () => document.documentElement.style.background = 'red');""",
    "things that never come": """
        for (const kind of ['img', 'video', 'iframe', 'link'])
          add(kind, {src: '/never', href: '/never', rel: 'stylesheet'});
        setTimeout(() => window.stop(), 2500);""",
    "a list without an end, of frames": """
        setInterval(() => add('iframe', {srcdoc: "<script>alert(1)</script>"}), 20);""",
    "speech, media keys, keyboard, screen": """
        await tried(() => new webkitSpeechRecognition().start());
        await tried(() => speechSynthesis.speak(new SpeechSynthesisUtterance('hello')));
        await tried(() => navigator.keyboard.lock());
        await tried(() => screen.orientation.lock('portrait'));
        await tried(() => navigator.requestMediaKeySystemAccess('com.widevine.alpha',
          [{videoCapabilities: [{contentType: 'video/mp4; codecs="avc1.42E01E"'}]}]));
        await tried(() => document.requestStorageAccessFor('http://localhost'));
        await tried(() => navigator.mediaDevices.selectAudioOutput());
        await tried(() => navigator.xr.requestSession('immersive-vr'));
        await tried(() => navigator.install());
        await tried(() => LanguageModel.create());""",
}

FRENCH = (
    "Bonjour à tous et bienvenue dans ce cours de mathématiques. Nous allons commencer par un "
    "rappel de la leçon précédente, puis nous étudierons les équations du second degré. "
)
FOREIGN = FLAT.replace("<html", "<html lang=fr") + f"<p style='color: #{COLOUR}'>{20 * FRENCH}"

SIGN_IN_FORM = flat(
    """
    if (!location.search) setTimeout(() => {
      document.querySelector('[name=user]').value = 'me';
      document.querySelector('[name=password]').value = 'Secret-123!';
      document.querySelector('form').requestSubmit();
    }, 800);""",
    f"<form action=/ style='{HIDDEN}'><input name=user autocomplete=username>"
    "<input type=password name=password autocomplete=current-password><button>x</button></form>",
)

XHTML = f"""<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head>
<style>html {{ background: #{COLOUR} }}</style></head><body>
<script>setInterval(() => {{ {CALLS} }}, 300)</script></body></html>"""

SVG = f"""<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%">
<rect width="100%" height="100%" fill="#{COLOUR}"/>
<script>setInterval(() => {{ {CALLS} }}, 300)</script></svg>"""

STRICT = {
    "a policy against all scripts": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "a policy of trusted types": (
        "require-trusted-types-for 'script'; trusted-types 'none'; script-src 'nonce-x'; "
        "connect-src 'none'; frame-ancestors 'none'"
    ),
}

OLD_LIBRARY = """
const serialised = {value() { return 'serialised'; }, writable: true, configurable: true};
for (const kind of [Array, String, Object])
  Object.defineProperty(kind.prototype, 'toJSON', serialised);
Array.from = () => [];
Function.prototype.bind = () => () => 0;
window.postMessage = window.addEventListener = () => 0;
"""
"""What libraries of another age did to the language, and worse."""

GRAPHICS = f"""
{BUSY};
const draw = () => {{
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const gl = canvas.getContext('webgl');
  canvas.addEventListener('webglcontextlost', draw);
  setInterval(() => gl?.clear(gl.COLOR_BUFFER_BIT), 50);
}};
draw();
"""


def kill_gpu_process() -> None:
    """Kill the browser's process for graphics, again and again."""
    for _ in range(3):
        for pid in below(os.getpid()):
            with suppress(OSError):
                if b"--type=gpu-process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)
        time.sleep(2.5)


KIND = "page type"
BARE = f"<!doctype html><style>html {{ background: #{COLOUR} }}</style><body>"
MARKUP: dict[str, Paths] = {
    "XHTML": {"/": Answer(XHTML, type="application/xhtml+xml"), **OTHER_PATHS},
    "SVG": {"/": Answer(SVG, type="image/svg+xml"), **OTHER_PATHS},
    **{
        name: {"/": Answer(FLAT, headers={"Content-Security-Policy": policy})}
        for name, policy in STRICT.items()
    },
}
NOTIFIES = "notifyReady();"
READY: dict[str, Paths] = {
    "an old library, before notifyReady()": {
        "/": flat(f"{OLD_LIBRARY} {NOTIFIES} alert(1); open('/other');")
    },
    "notifyReady() of another site's frame in a document that was written anew": {
        "/": flat(f"""document.open(); document.write(
            `{FLAT}<iframe src=http://localhost:PORT/frame style='display: none'></iframe>`);
            document.close();"""),
        "/frame": flat("setTimeout(() => notifyReady(), 500)"),
    },
    "notifyReady() of a frame": {
        "/": flat(body="<iframe src=/frame style='display: none'></iframe>"),
        "/frame": flat(NOTIFIES),
    },
    "notifyReady() of a frame that is removed at once": {
        "/": flat(
            "addEventListener('message', () => document.querySelector('iframe').remove());",
            "<iframe src=/frame style='display: none'></iframe>",
        ),
        "/frame": flat(f"{NOTIFIES} parent.postMessage('done', '*');"),
    },
    "notifyReady() of a page that moves on at once": {
        "/": flat(f"{NOTIFIES} location = '/class';"),
        "/class": flat(),
    },
    "notifyReady() with a status of 404": {"/": Answer(flat(NOTIFIES).body, status=404)},
    "notifyReady() after a slow first byte": {"/": Answer(flat(NOTIFIES).body, delay=3)},
}
IMPATIENT = CaptureOptions(opening_timeout=1)
"""For a page that does not say when it is ready."""

VIEWPORTS: dict[str, Paths] = {
    "no viewport of its own": {"/": Answer(BARE)},
    "a page that is wide and long": {
        "/": Answer(f"{BARE}<p style='width: 3000px; height: 9000px'>")
    },
    "a viewport that is enlarged": {
        "/": Answer(f"{BARE}<meta name=viewport content='initial-scale=3'>")
    },
}

SIGN_IN = {"/": flat(CALLS)}

SCENARIOS = [
    *scenarios(KIND, {name: scripted(it) for name, it in PAGES.items()}, stop_after(5)),
    Scenario(KIND, "another language", {"/": Answer(FOREIGN)}, stop_after(5)),
    Scenario(KIND, "a form with a password", {"/": SIGN_IN_FORM}, stop_after(5)),
    Scenario(
        KIND, "a sign-in in its address", SIGN_IN, stop_after(3), url="http://a:b@127.0.0.1:{port}/"
    ),
    *scenarios(KIND, MARKUP, stop_after(3)),
    *scenarios(KIND, READY, stays(2), request={"ReadyTimeout": 10}, options=IMPATIENT),
    Scenario(KIND, "graphics that crash", {"/": flat(GRAPHICS)}, stop_after(2, kill_gpu_process)),
    *scenarios("on a phone", VIEWPORTS, stop_after(3), request=PHONE),
]
