"""Scripts that make a browser show something of its own, and one page that runs them all.

The page is flat and green. A pixel of any other colour, in any frame, is foreign.
"""

from __future__ import annotations

from capture.recording_service import RecordingService
from fidelity.permissions import PERMISSIONS
from fidelity.scenario import PHONE, Scenario, stop_after
from page_server import Answer, Paths, Site, flat
from waiting import until

EVERY = 0.25
"""Seconds from one script of the page to the next."""

HELPERS = """
const tried = async (call) => { try { await call(); } catch { /* declined */ } };
const add = (kind, attributes) => {
  const hidden = {style: 'position: absolute; left: -9999px'};
  const it = Object.assign(document.createElement(kind), hidden, attributes);
  document.body.append(it);
  return it;
};
"""
"""Scripts may call them; `add` is out of sight unless the attributes have a style."""

CALLS = "alert(1); confirm(2); prompt(3); print(); open('/other'); location = 'zoommtg:x';"

SCHEMES = ("zoommtg:x", "weixin://dl", "intent://x#Intent;scheme=x;end", "mailto:a@b.c", "tel:1")

ONE_PAGE = {
    "alert, confirm, prompt": "alert('a'); confirm('b'); prompt('c');",
    "alert by a javascript: URL": "location = 'javascript:alert(1)';",
    "print, in three ways": """
        print();
        document.execCommand('print');
        const frame = add('iframe', {src: '/printed'});
        setTimeout(() => frame.contentWindow.print(), 800);""",
    "dialogs of a new frame, at once": """
        setInterval(() => {
          const frame = add('iframe');
          for (const call of ['alert', 'confirm', 'prompt', 'print'])
            try { frame.contentWindow[call]('x'); } catch { /* declined */ }
          if (Math.random() < 0.5) frame.remove();
        }, 300);""",
    "dialogs of a srcdoc frame": f"""
        add('iframe', {{srcdoc: "<script>setInterval(() => {{ {CALLS} }}, 300)</script>"}});""",
    "dialogs of a data: frame": f"""
        add('iframe', {{src: "data:text/html,<script>{CALLS}</script>"}});""",
    "dialogs of a javascript: frame": "add('iframe', {src: 'javascript:alert(1),print()'});",
    "dialogs of a cross-site frame": "add('iframe', {src: 'http://localhost:PORT/dialogs'});",
    "dialogs of a rewritten document": f"""
        add('iframe').contentDocument.write("<script>{CALLS}</script>");""",
    "dialogs of sandboxed frames": f"""
        const srcdoc = "<script>setInterval(() => {{ {CALLS} }}, 300)</script>";
        for (const sandbox of ['allow-scripts', 'allow-scripts allow-modals allow-popups',
            'allow-scripts allow-modals allow-top-navigation-to-custom-protocols'])
          add('iframe', {{sandbox, srcdoc}});""",
    "windows, at once and again": """
        open('about:blank', 'x', 'width=200,height=200');
        open('/slow');
        setInterval(() => open('/other', '_blank', 'popup'), 600);""",
    "links and forms to a new window": """
        add('a', {href: '/other', target: '_blank'}).click();
        add('form', {action: '/other', target: 'n'}).submit();""",
    "moving and resizing": """
        setInterval(() => { moveTo(200, 200); resizeTo(300, 300); moveBy(9, 9); blur(); }, 200);""",
    "closing the window": "window.close(); open('', '_self').close(); top.close();",
    "closing the window from a frame": """
        const frame = add('iframe').contentWindow;
        frame.parent.close();
        frame.close();
        frame.close.call(window);""",
    "downloads by link, blob and frame": """
        add('a', {download: 'x.txt', href: URL.createObjectURL(new Blob(['x']))}).click();
        add('a', {href: '/attachment'}).click();
        add('iframe', {src: '/attachment'});""",
    "the page itself turns into a download": "location = '/attachment';",
    "the page itself turns into nothing (204)": "location = '/nothing';",
    "401 of a picture, a request, a frame and a worker": """
        new Image().src = '/private';
        add('iframe', {src: '/private'});
        new Worker(URL.createObjectURL(new Blob([`fetch('${location.origin}/private')`])));
        if ((await fetch('/private')).status !== 401) document.body.style.background = 'red';""",
    "protocols by location": "".join(
        f"setTimeout(() => location = '{scheme}', {100 * n});" for n, scheme in enumerate(SCHEMES)
    ),
    "protocols by a click on a link": "".join(
        f"add('a', {{href: '{scheme}'}}).click();" for scheme in SCHEMES
    ),
    "protocols by frames": "".join(f"add('iframe', {{src: '{scheme}'}});" for scheme in SCHEMES),
    "a protocol by a redirect of the server": "location = '/to-zoom';",
    "a protocol by a redirect of a frame": "add('iframe', {src: '/to-zoom'});",
    "protocols by forms": "add('form', {action: 'zoommtg:x'}).submit();",
    "protocols by windows": "open('weixin://dl');",
    "a protocol of the top": "top.location = 'zoommtg:x';",
    "a protocol by a refresh of the page": """
        add('meta', {httpEquiv: 'refresh', content: '0; url=zoommtg:x'});""",
    **PERMISSIONS,
    "what a service worker may show": """
        const service = await navigator.serviceWorker.register('/worker.js');
        await navigator.serviceWorker.ready;
        await tried(() => service.showNotification('x'));
        await tried(() => service.pushManager.subscribe({userVisibleOnly: true,
          applicationServerKey: new Uint8Array(65)}));
        service.active.postMessage('fetch');
        await tried(() => service.backgroundFetch.fetch('x', ['/slow', '/attachment'],
          {title: 'x', downloadTotal: 1e6}));
        await tried(() => service.periodicSync.register('x', {minInterval: 1}));""",
    "messages that look like the recorder's": """
        for (const words of ['', '{', '"x"', '[]', '["ready"]', '[[1], {}]', '[1, 2, 3]', 'null'])
          postMessage('trtcRecorder' + words, '*');""",
    "a frame whose server is dead": """
        add('iframe', {style: 'border: 0', src: 'http://127.0.0.1:9/'});""",
    "a frame on a port that is not allowed": "add('iframe', {src: 'http://127.0.0.1:6000/'});",
    "a frame that may not be shown": "add('iframe', {style: 'border: 0', src: '/unframed'});",
    "a debugger": "debugger;",
    "a tooltip": "document.documentElement.title = 'a tooltip';",
}
"""By name, in an order in which all of them can run on one page."""

OTHER_PATHS = {
    "/printed": Answer("<body>printed<script>setTimeout(print, 300)</script>"),
    "/dialogs": Answer(f"<script>notifyReady(); {CALLS}</script>"),
    "/other": Answer("<body style='background: red'>other"),
    "/slow": Answer("<body style='background: red'>slow", delay=2),
    "/attachment": Answer("x", headers={"Content-Disposition": "attachment; filename=x.txt"}),
    "/nothing": Answer(status=204),
    "/private": Answer("no", status=401, headers={"WWW-Authenticate": 'Basic realm="x"'}),
    "/to-zoom": Answer(status=302, headers={"Location": "zoommtg://x"}),
    "/unframed": Answer("no", headers={"X-Frame-Options": "DENY"}),
    "/never": Answer(delay=60),
    "/worker.js": Answer(
        "onmessage = () => { clients.openWindow('/other').catch(() => 0);"
        "registration.backgroundFetch.fetch('y', ['/slow', '/attachment'], {title: 'y'}); }",
        type="text/javascript",
    ),
}


def scripted(script: str) -> Paths:
    """A flat page with a script, and whatever scripts of this room load."""
    return {"/": flat(HELPERS + script.replace("</script>", "<\\/script>")), **OTHER_PATHS}


def one_page() -> Paths:
    """The page that runs all of them, and reports that it is over."""
    report = "fetch('/report', {method: 'POST', body: JSON.stringify(['over', 1])})"
    scripts = [*ONE_PAGE.values(), "", "", "", "", report]
    timed = (
        f"setTimeout(async () => {{ {script} }}, {1000 + number * EVERY * 1000:.0f});"
        for number, script in enumerate(scripts)
    )
    return scripted("\n".join(timed))


FRAME = flat(body="<iframe src='http://localhost:PORT/frame' style='display: none'></iframe>")
"""A page with a frame of another site."""

ALONE = {
    "closing the window, again and again": """
        setInterval(() => { window.close(); open('', '_self').close(); top.close(); }, 300);""",
    "alert in a loop": "setInterval(() => alert('again'), 20);",
    "beforeunload on a reload": """
        addEventListener('beforeunload', (event) => {
          event.preventDefault(); event.returnValue = 'stay';
        });
        if (!sessionStorage.seen) { sessionStorage.seen = 1; location.reload(); }""",
}


def until_over(service: RecordingService, task_id: str, site: Site) -> None:
    """Record the page until all of its scripts have run."""
    until(lambda: site.report("over"))
    service.stop(task_id)


FRAMED = {**one_page(), "/": FRAME, "/frame": one_page()["/"]}

SCENARIOS = [
    Scenario("browser UI", "on one page", one_page(), until_over),
    Scenario("browser UI", "on a phone", one_page(), until_over, request=PHONE),
    Scenario("browser UI", "in a cross-site frame", FRAMED, until_over),
    *(
        Scenario("browser UI", name, scripted(script), stop_after(4))
        for name, script in ALONE.items()
    ),
]
