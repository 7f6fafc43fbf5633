"""Scripts that make a browser show something of its own: a dialog, a chooser, a window."""

from __future__ import annotations

from fidelity.permissions import PERMISSIONS, TRIED
from fidelity.scenario import PHONE, scenarios, stop_after
from page_server import Answer, Paths, flat

DIALOGS = {
    "alert, confirm, prompt": "alert('a'); confirm('b'); prompt('c');",
    "alert in a loop": "setInterval(() => alert('again'), 20);",
    "alert of a new frame, at once": """
        setInterval(() => {
          const frame = document.body.appendChild(document.createElement('iframe'));
          frame.style = 'display: none';
          try { frame.contentWindow.alert('from a frame'); } catch {}
          frame.remove();
        }, 100);""",
    "alert of a srcdoc frame": """
        const frame = document.createElement('iframe');
        frame.srcdoc = "<script>setInterval(() => { alert(1); confirm(2) }, 50)<" + "/script>";
        frame.style = 'display: none';
        document.body.append(frame);""",
    "alert by a javascript: URL": "location = 'javascript:alert(1)';",
    "beforeunload on a reload": """
        addEventListener('beforeunload', (event) => {
          event.preventDefault(); event.returnValue = 'stay';
        });
        if (!sessionStorage.seen) { sessionStorage.seen = 1; location.reload(); }""",
    "print, in three ways": """
        print();
        document.execCommand('print');
        const frame = document.createElement('iframe');
        frame.style = 'display: none';
        frame.src = '/printed';
        document.body.append(frame);
        setTimeout(() => frame.contentWindow.print(), 800);""",
    "print of a new frame, at once": """
        setInterval(() => {
          const frame = document.body.appendChild(document.createElement('iframe'));
          frame.style = 'display: none';
          try { frame.contentWindow.print(); } catch {}
        }, 300);""",
}

WINDOWS = {
    "window.open, at once": "open('/other'); open('about:blank', 'x', 'width=200,height=200');",
    "window.open, again and again": "setInterval(() => open('/other', '_blank', 'popup'), 300);",
    "window.open of a slow page": "open('/slow');",
    "links and forms to a new window": """
        const link = Object.assign(document.createElement('a'), {href: '/other', target: '_blank'});
        document.body.append(link);
        setInterval(() => link.click(), 400);
        const form = Object.assign(document.createElement('form'), {action: '/other', target: 'n'});
        document.body.append(form);
        setTimeout(() => form.submit(), 700);""",
    "moving and resizing": """
        setInterval(() => { moveTo(200, 200); resizeTo(300, 300); moveBy(9, 9); blur(); }, 200);""",
}

FILES = {
    "downloads by link, blob and frame": """
        const link = document.createElement('a');
        link.download = 'x.txt';
        link.href = URL.createObjectURL(new Blob(['x']));
        link.click();
        link.href = '/attachment';
        setTimeout(() => link.click(), 500);
        const frame = document.createElement('iframe');
        frame.src = '/attachment';
        frame.style = 'display: none';
        document.body.append(frame);""",
    "the page itself turns into a download": "setTimeout(() => location = '/attachment', 500);",
    "the page itself turns into nothing (204)": "setTimeout(() => location = '/nothing', 500);",
}

SIGN_IN = {
    "401 of a picture, a request and a frame": """
        new Image().src = '/private';
        const status = (await fetch('/private')).status;
        if (status !== 401) document.body.style.background = 'red';
        const frame = document.createElement('iframe');
        frame.src = '/private';
        frame.style = 'display: none';
        document.body.append(frame);
        setInterval(() => fetch('/private'), 300);"""
}

SCHEMES = ("zoommtg:x", "weixin://dl", "intent://x#Intent;scheme=x;end", "mailto:a@b.c", "tel:1")

PROTOCOLS = {
    "by location": "".join(
        f"setTimeout(() => location = '{scheme}', {300 + 400 * n});"
        for n, scheme in enumerate(SCHEMES)
    ),
    "by a click on a link": "".join(
        f"{{const link = document.createElement('a'); link.href = '{scheme}'; "
        f"setTimeout(() => link.click(), {300 + 400 * n});}}"
        for n, scheme in enumerate(SCHEMES)
    ),
    "by frames": "".join(
        f"{{const f = document.createElement('iframe'); f.src = '{scheme}'; "
        "f.style = 'display: none'; document.body.append(f);}"
        for scheme in SCHEMES
    ),
    "by a redirect of the server": "setTimeout(() => location = '/to-zoom', 300);",
    "by a redirect of a frame": """
        const frame = document.createElement('iframe');
        frame.src = '/to-zoom';
        frame.style = 'display: none';
        document.body.append(frame);""",
    "by a form and window.open": """
        const form = Object.assign(document.createElement('form'), {action: 'zoommtg:x'});
        document.body.append(form);
        form.submit();
        setTimeout(() => open('weixin://dl'), 500);""",
    "by a refresh of the page": """
        const meta = document.createElement('meta');
        meta.httpEquiv = 'refresh';
        meta.content = '0; url=zoommtg:x';
        document.head.append(meta);""",
}

OTHER_PATHS = {
    "/printed": Answer("<body>printed<script>setTimeout(print, 300)</script>"),
    "/other": Answer("<body style='background: red'>other"),
    "/slow": Answer("<body style='background: red'>slow", delay=2),
    "/attachment": Answer("x", headers={"Content-Disposition": "attachment; filename=x.txt"}),
    "/nothing": Answer(status=204),
    "/private": Answer("no", status=401, headers={"WWW-Authenticate": 'Basic realm="x"'}),
    "/to-zoom": Answer(status=302, headers={"Location": "zoommtg://x"}),
}


FRAME = flat(body="<iframe src='http://localhost:PORT/frame' style='display: none'></iframe>")
"""A page with a frame of another site."""


def _pages(scripts: dict[str, str]) -> dict[str, Paths]:
    return {name: {"/": flat(TRIED + script), **OTHER_PATHS} for name, script in scripts.items()}


def _framed(scripts: dict[str, str]) -> dict[str, Paths]:
    return {
        name: {"/": FRAME, "/frame": flat(TRIED + script), **OTHER_PATHS}
        for name, script in scripts.items()
    }


KINDS = {
    "dialog": DIALOGS,
    "permission": PERMISSIONS,
    "window": WINDOWS,
    "file": FILES,
    "sign-in": SIGN_IN,
    "protocol": PROTOCOLS,
}
BOTH = {
    "alert, confirm, prompt": DIALOGS["alert, confirm, prompt"],
    "protocols by location": PROTOCOLS["by location"],
}
ON_A_PHONE = {**BOTH, "window.open": WINDOWS["window.open, again and again"]}
IN_A_FRAME = {
    **BOTH,
    "print": "print(); document.execCommand('print');",
    "passkeys": PERMISSIONS["passkeys"],
    "the top to a protocol": "setTimeout(() => top.location = 'zoommtg:x', 300);",
}

SCENARIOS = [
    *(
        scenario
        for kind, scripts in KINDS.items()
        for scenario in scenarios(kind, _pages(scripts), stop_after(4))
    ),
    *scenarios("on a phone", _pages(ON_A_PHONE), stop_after(3), request=PHONE),
    *scenarios("cross-site frame", _framed(IN_A_FRAME), stop_after(3)),
]
