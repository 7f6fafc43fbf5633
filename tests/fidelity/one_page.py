"""Many scripts that make a browser show something of its own, one after another on one page.

The page is flat and green. A pixel of any other colour, in any frame, is foreign.
"""

from __future__ import annotations

from collections.abc import Iterable

from fidelity.browser_ui import DIALOGS
from fidelity.permissions import PERMISSIONS, TRIED

GREEN = "#0a0"


def _frame(source: str) -> str:
    """A script that loads a source (a JavaScript expression) into a frame out of sight."""
    return (
        "{ const f = document.createElement('iframe'); f.style = "
        f"'position:absolute;left:-9999px'; f.src = {source}; document.body.append(f); }}"
    )


_CALLS = "alert(1); confirm(1); prompt(1); print(); open('/red')"

ONE_PAGE = {
    "alert, confirm, prompt": DIALOGS["alert, confirm, prompt"],
    "print": "print(); document.execCommand('print')",
    "dialogs of a frame made on the spot": _frame("'about:blank'")
    + f"""
        with (document.querySelector('iframe').contentWindow) {{ {_CALLS} }}""",
    "dialogs of a data: frame": _frame(f"`data:text/html,<script>{_CALLS}</script>`"),
    "dialogs of a javascript: frame": _frame("'javascript:alert(1),print()'"),
    "dialogs of a cross-site frame": _frame("`http://localhost:PORT/dialogs`"),
    "dialogs of a rewritten document": f"""
        const f = document.createElement('iframe');
        f.style = 'position:absolute;left:-9999px';
        document.body.append(f);
        f.contentDocument.write(`<script>{_CALLS}</script>`);""",
    "external protocol by location": "location = 'zoommtg://zoom.us/join?confno=1'",
    "external protocol by a link": """
        const a = document.createElement('a'); a.href = 'weixin://dl/business'; a.click()""",
    "external protocol in a frame": _frame("'intent://x#Intent;scheme=zoomus;end'"),
    "external protocol by a redirect": "location = '/to-zoom'",
    "external protocol by a redirected frame": _frame("'/to-zoom'"),
    "external protocol by a window": "open('zoommtg://zoom.us/join')",
    "external protocol by a meta refresh": """
        const m = document.createElement('meta'); m.httpEquiv = 'refresh';
        m.content = '0;url=tg://resolve'; document.head.append(m)""",
    "external protocol by a form": """
        const f = document.createElement('form'); f.action = 'msteams:/l/meetup';
        document.body.append(f); f.submit()""",
    "mail and telephone": """
        location = 'mailto:a@b.c'; setTimeout(() => location = 'tel:123', 200)""",
    "sign-in of a request": "fetch('/private'); new Image().src = '/private'",
    "sign-in of a frame": _frame("'/private'"),
    "sign-in of a worker": """
        new Worker(URL.createObjectURL(new Blob([`fetch('${location.origin}/private')`])))""",
    "popups, quick and slow": """
        open('/red'); open('/red', 'x', 'width=200,height=200');
        setTimeout(() => open('/red'), 500)""",
    "links and forms to new windows": """
        const a = document.createElement('a'); a.href = '/red'; a.target = '_blank'; a.click();
        const f = document.createElement('form'); f.action = '/red'; f.target = '_blank';
        document.body.append(f); f.submit()""",
    **PERMISSIONS,
    "downloads": """
        const a = document.createElement('a'); a.href = '/red'; a.download = 'x'; a.click();
        setTimeout(() => location = '/attachment', 300);"""
    + _frame("'/attachment'"),
    "closing the window": "window.close(); open('', '_self').close(); top.close()",
    "messages that look like the recorder's": """
        for (const words of ['', '{', '[]', '[[1], {}]', 'null', 'x y'])
          postMessage('trtcRecorder' + words)""",
    "a download that goes on in the background": """
        navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready)
          .then((it) => it.backgroundFetch.fetch('x', ['/red'], {title: 'x'})).catch(() => 0)""",
    "a frame whose server is dead": """
        const f = document.createElement('iframe');
        f.style = 'border: 0';
        f.src = 'http://127.0.0.1:9/';
        document.body.append(f)""",
    "tooltip": "document.documentElement.title = 'a tooltip'",
    "moved and resized window": "moveTo(50, 50); resizeTo(200, 200)",
}
"""By name, in an order in which all of them can run on one page."""

LAST = {
    "going back": "history.back(); history.go(-3)",
    "a script that hangs for a while": """
        const end = Date.now() + 2000; while (Date.now() < end);""",
}


def flat_page(colour: str = GREEN, body: str = "") -> str:
    """A page of one colour, whatever is in it."""
    return (
        f"<!doctype html><meta name=viewport content='width=device-width'>"
        f"<style>html{{background:{colour};overflow:hidden}}</style><body>{body}"
    )


def page_of(scripts: Iterable[str], every: float = 0.3) -> str:
    """A page that runs a script each `every` seconds, and reports the end."""
    report = "fetch('/report', {method: 'POST', body: JSON.stringify(['over', 1])})"
    begun = [f"async () => {{ {script} }}" for script in scripts]
    timed = [
        f"setTimeout({script}, {1000 + number * every * 1000:.0f});"
        for number, script in enumerate(begun)
    ]
    timed.append(f"setTimeout(() => {report}, {2000 + len(begun) * every * 1000:.0f});")
    script = "\n".join([TRIED, *timed]).replace("</script>", "<\\/script>")
    return flat_page(body=f"<script>{script}</script>")
