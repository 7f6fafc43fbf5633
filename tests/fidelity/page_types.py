"""Pages of other types, strict ones, and pages that meddle with the recorder."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from capture.processes import below
from fidelity.browser_ui import OTHER_PATHS
from fidelity.page_failures import BUSY
from fidelity.permissions import TRIED
from fidelity.scenario import PHONE, Scenario, scenarios, stop_after
from page_server import COLOUR, FLAT, Answer, Paths, flat

HIDDEN = "position: absolute; opacity: 0; left: 9px; top: 9px"

CALLS = "alert(1); confirm(2); prompt(3); print(); open('/other'); location = 'zoommtg:x';"

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
    "messages that look like the recorder's": """
        setInterval(() => {
          for (const words of ['', '{', '"x"', '[]', '["ready"]', '[[1], {}]', '[1, 2, 3]', 'null'])
            postMessage('trtcRecorder' + words, '*');
        }, 50);""",
    "things that never come": """
        for (const kind of ['img', 'video', 'iframe', 'link']) {
          const it = document.createElement(kind);
          it.style = 'position: absolute; opacity: 0';
          Object.assign(it, {src: '/never', href: '/never', rel: 'stylesheet'});
          document.body.append(it);
        }
        window.stop();""",
    "a debugger, again and again": "setInterval(() => { debugger; }, 50);",
    "a list without an end, of frames": """
        setInterval(() => {
          const frame = document.body.appendChild(document.createElement('iframe'));
          frame.style = 'display: none';
          frame.srcdoc = "<script>alert(1)<" + "/script>";
        }, 20);""",
    "sandboxed frames": f"""
        for (const allowed of ['allow-scripts', 'allow-scripts allow-modals allow-popups',
            'allow-scripts allow-modals allow-top-navigation-to-custom-protocols']) {{
          const frame = document.createElement('iframe');
          frame.sandbox = allowed;
          frame.style = 'display: none';
          frame.srcdoc = "<script>setInterval(() => {{ {CALLS} }}, 300)<" + "/script>";
          document.body.append(frame);
        }}""",
    "what a service worker may show": """
        const service = await navigator.serviceWorker.register('/worker.js');
        await navigator.serviceWorker.ready;
        await tried(() => service.showNotification('x'));
        await tried(() => service.pushManager.subscribe({userVisibleOnly: true,
          applicationServerKey: new Uint8Array(65)}));
        service.active.postMessage('fetch');
        await tried(() => service.backgroundFetch.fetch('x', ['/slow', '/attachment'],
          {title: 'x', downloadTotal: 1e6}));
        await tried(() => service.periodicSync.register('x', {minInterval: 1}));
        service.active.postMessage('open');""",
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
    "a frame whose server is dead": """
        const frame = document.body.appendChild(document.createElement('iframe'));
        frame.style = 'border: 0';
        frame.src = 'http://127.0.0.1:9/';""",
    "a frame that may not be shown": """
        const frame = document.body.appendChild(document.createElement('iframe'));
        frame.style = 'border: 0';
        frame.src = '/unframed';""",
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


def scripted(by_name: dict[str, str]) -> dict[str, Paths]:
    return {name: {"/": flat(TRIED + script), **BESIDE_THEM} for name, script in by_name.items()}


KIND = "page type"
BARE = f"<!doctype html><style>html {{ background: #{COLOUR} }}</style><body>"
BESIDE_THEM = {
    **OTHER_PATHS,
    "/unframed": Answer("no", headers={"X-Frame-Options": "DENY"}),
    "/never": Answer(delay=60),
    "/worker.js": Answer(
        "onmessage = () => { clients.openWindow('/other').catch(() => 0);"
        "registration.backgroundFetch.fetch('y', ['/slow', '/attachment'], {title: 'y'}); }",
        type="text/javascript",
    ),
}

MARKUP: dict[str, Paths] = {
    "XHTML": {"/": Answer(XHTML, type="application/xhtml+xml"), **OTHER_PATHS},
    "SVG": {"/": Answer(SVG, type="image/svg+xml"), **OTHER_PATHS},
    **{
        name: {"/": Answer(FLAT, headers={"Content-Security-Policy": policy})}
        for name, policy in STRICT.items()
    },
}
READY: dict[str, Paths] = {
    "an old library, before notifyReady()": {
        "/": flat(f"{OLD_LIBRARY} notifyReady(); alert(1); open('/other');")
    },
    "notifyReady() of another site's frame in a document that was written anew": {
        "/": flat(f"""document.open(); document.write(
            `{FLAT}<iframe src=http://localhost:PORT/frame style='display: none'></iframe>`);
            document.close();"""),
        "/frame": flat("setTimeout(() => notifyReady(), 500)"),
    },
}
VIEWPORTS: dict[str, Paths] = {
    "no viewport of its own": {"/": Answer(BARE)},
    "a page that is wide and long": {
        "/": Answer(f"{BARE}<p style='width: 3000px; height: 9000px'>")
    },
    "a viewport that is enlarged": {
        "/": Answer(f"{BARE}<meta name=viewport content='initial-scale=3'>")
    },
}


SCENARIOS = [
    *scenarios(KIND, scripted(PAGES), stop_after(5)),
    Scenario(KIND, "another language", {"/": Answer(FOREIGN)}, stop_after(5)),
    Scenario(KIND, "a form with a password", {"/": SIGN_IN_FORM}, stop_after(5)),
    *scenarios(KIND, MARKUP, stop_after(3)),
    *scenarios(KIND, READY, stop_after(2), request={"ReadyTimeout": 6}),
    Scenario(KIND, "graphics that crash", {"/": flat(GRAPHICS)}, stop_after(2, kill_gpu_process)),
    *scenarios("on a phone", VIEWPORTS, stop_after(3), request=PHONE),
]
