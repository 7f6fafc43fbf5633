"""Pages that call for something of the browser's own: a dialog, a bubble, a second window.

Each is a flat green page with a script. A pixel of any other colour, in any frame, is foreign.
"""

from __future__ import annotations

from dataclasses import dataclass

GREEN = "#0a0"


@dataclass(frozen=True)
class Stranger:
    """`script` runs in a flat page; `seconds` is how long it has to be looked at."""

    name: str
    script: str
    seconds: float = 1.0


def _frame(source: str) -> str:
    """A script that shows a source (a JavaScript expression) in a frame nobody sees."""
    return (
        "{ const f = document.createElement('iframe'); f.style = "
        f"'position:absolute;left:-9999px'; f.src = {source}; document.body.append(f); }}"
    )


_CALLS = "alert(1); confirm(1); prompt(1); print(); open('/red')"

STRANGERS = [
    Stranger("alert, confirm, prompt", "alert(1); confirm(2); prompt(3)"),
    Stranger("print", "print(); document.execCommand('print')"),
    Stranger(
        "dialogs of a frame made on the spot",
        _frame("'about:blank'")
        + f"""
        with (document.querySelector('iframe').contentWindow) {{ {_CALLS} }}""",
    ),
    Stranger("dialogs of a data: frame", _frame(f"`data:text/html,<script>{_CALLS}</script>`")),
    Stranger("dialogs of a javascript: frame", _frame("'javascript:alert(1),print()'")),
    Stranger("dialogs of a cross-site frame", _frame("`http://localhost:PORT/dialogs`")),
    Stranger(
        "dialogs of a rewritten document",
        f"""
        const f = document.createElement('iframe');
        f.style = 'position:absolute;left:-9999px';
        document.body.append(f);
        f.contentDocument.write(`<script>{_CALLS}</script>`);""",
    ),
    Stranger("external protocol by location", "location = 'zoommtg://zoom.us/join?confno=1'"),
    Stranger(
        "external protocol by a link",
        """
        const a = document.createElement('a'); a.href = 'weixin://dl/business'; a.click()""",
    ),
    Stranger("external protocol in a frame", _frame("'intent://x#Intent;scheme=zoomus;end'")),
    Stranger("external protocol by a redirect", "location = '/to-zoom'"),
    Stranger("external protocol by a redirected frame", _frame("'/to-zoom'")),
    Stranger("external protocol by a window", "open('zoommtg://zoom.us/join')"),
    Stranger(
        "external protocol by a meta refresh",
        """
        const m = document.createElement('meta'); m.httpEquiv = 'refresh';
        m.content = '0;url=tg://resolve'; document.head.append(m)""",
    ),
    Stranger(
        "external protocol by a form",
        """
        const f = document.createElement('form'); f.action = 'msteams:/l/meetup';
        document.body.append(f); f.submit()""",
    ),
    Stranger(
        "mail and telephone",
        """
        location = 'mailto:a@b.c'; setTimeout(() => location = 'tel:123', 200)""",
    ),
    Stranger("sign-in of a request", "fetch('/private'); new Image().src = '/private'"),
    Stranger("sign-in of a frame", _frame("'/private'")),
    Stranger(
        "sign-in of a worker",
        """
        new Worker(URL.createObjectURL(new Blob([`fetch('${location.origin}/private')`])))""",
    ),
    Stranger(
        "popups, quick and slow",
        """
        open('/red'); open('/red', 'x', 'width=200,height=200');
        setTimeout(() => open('/red'), 500)""",
    ),
    Stranger(
        "links and forms to new windows",
        """
        const a = document.createElement('a'); a.href = '/red'; a.target = '_blank'; a.click();
        const f = document.createElement('form'); f.action = '/red'; f.target = '_blank';
        document.body.append(f); f.submit()""",
    ),
    Stranger(
        "passkeys",
        """
        const key = {challenge: new Uint8Array(16)};
        navigator.credentials.get({publicKey: key}).catch(() => 0);
        navigator.credentials.create({publicKey: {...key, rp: {name: 'x'},
          user: {id: new Uint8Array(8), name: 'x', displayName: 'x'},
          pubKeyCredParams: [{type: 'public-key', alg: -7}]}}).catch(() => 0)""",
    ),
    Stranger(
        "passwords and identity",
        """
        navigator.credentials.get({password: true}).catch(() => 0);
        navigator.credentials.get({identity: {providers: [
          {configURL: location.origin + '/fed.json', clientId: '1'}]}}).catch(() => 0);
        navigator.credentials.store(new PasswordCredential({id: 'a', password: 'b'}))""",
    ),
    Stranger(
        "screen share",
        """
        navigator.mediaDevices.getDisplayMedia({video: true}).catch(() => 0)""",
    ),
    Stranger(
        "camera and microphone",
        """
        navigator.mediaDevices.getUserMedia({audio: true, video: true}).catch(() => 0)""",
    ),
    Stranger(
        "device choosers",
        """
        navigator.usb?.requestDevice({filters: []}).catch(() => 0);
        navigator.serial?.requestPort().catch(() => 0);
        navigator.hid?.requestDevice({filters: []}).catch(() => 0);
        navigator.bluetooth?.requestDevice({acceptAllDevices: true}).catch(() => 0)""",
    ),
    Stranger(
        "file choosers",
        """
        window.showOpenFilePicker?.().catch(() => 0);
        const i = document.createElement('input'); i.type = 'file'; i.click()""",
    ),
    Stranger(
        "pickers of inputs",
        """
        for (const type of ['color', 'date', 'time']) {
          const i = document.createElement('input'); i.type = type;
          i.style = 'position:absolute;opacity:0'; document.body.append(i);
          try { i.showPicker() } catch {} i.click(); }""",
    ),
    Stranger(
        "payment",
        """
        new PaymentRequest([{supportedMethods: location.origin + '/pay'}],
          {total: {label: 'x', amount: {currency: 'USD', value: '1'}}}).show().catch(() => 0)""",
    ),
    Stranger(
        "permissions",
        """
        Notification.requestPermission(); navigator.geolocation.getCurrentPosition(() => 0);
        navigator.clipboard?.readText().catch(() => 0);
        navigator.requestMIDIAccess?.({sysex: true}).catch(() => 0);
        document.requestStorageAccess().catch(() => 0);
        window.getScreenDetails?.().catch(() => 0);
        window.queryLocalFonts?.().catch(() => 0)""",
    ),
    Stranger(
        "downloads",
        """
        const a = document.createElement('a'); a.href = '/red'; a.download = 'x'; a.click();
        setTimeout(() => location = '/attachment', 300);"""
        + _frame("'/attachment'"),
    ),
    Stranger(
        "picture-in-picture",
        """
        window.documentPictureInPicture?.requestWindow().catch(() => 0);
        document.createElement('video').requestPictureInPicture().catch(() => 0)""",
    ),
    Stranger(
        "full screen and pointer lock",
        """
        document.documentElement.requestFullscreen().catch(() => 0);
        document.body.requestPointerLock()?.catch?.(() => 0)""",
    ),
    Stranger("closing the window", "window.close(); open('', '_self').close(); top.close()"),
    Stranger(
        "messages that look like the recorder's",
        """
        for (const words of ['', '{', '[]', '[[1], {}]', 'null', 'x y'])
          postMessage('trtcRecorder' + words)""",
    ),
    Stranger(
        "a download that goes on in the background",
        """
        navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready)
          .then((it) => it.backgroundFetch.fetch('x', ['/red'], {title: 'x'})).catch(() => 0)""",
    ),
    Stranger(
        "a frame whose server is dead",
        """
        const f = document.createElement('iframe');
        f.style = 'border: 0';
        f.src = 'http://127.0.0.1:9/';
        document.body.append(f)""",
    ),
    Stranger("tooltip", "document.documentElement.title = 'a tooltip'"),
    Stranger("moved and resized window", "moveTo(50, 50); resizeTo(200, 200)"),
    Stranger("handler of a protocol", "navigator.registerProtocolHandler('web+x', '/x?%s')"),
    Stranger(
        "leaving with unsaved work",
        """
        addEventListener('beforeunload', (event) => event.preventDefault());
        setTimeout(() => location = '/green', 100)""",
    ),
    Stranger("going back", "history.back(); history.go(-3)"),
    Stranger(
        "a script that hangs for a while",
        """
        const end = Date.now() + 2000; while (Date.now() < end);""",
        3.0,
    ),
]
"""In an order in which all of them can run in one page, but the last three."""


def flat_page(colour: str = GREEN, body: str = "") -> str:
    """A page of one colour, whatever is in it."""
    return (
        f"<!doctype html><meta name=viewport content='width=device-width'>"
        f"<style>html{{background:{colour};overflow:hidden}}</style><body>{body}"
    )


def page_of(strangers: list[Stranger], every: float = 0.3) -> str:
    """A page that calls them one after another, each `every` seconds, and reports the end."""
    steps = [
        f"setTimeout(() => {{ {s.script} }}, {1000 + number * every * 1000:.0f});"
        for number, s in enumerate(strangers)
    ]
    last = 1000 + len(strangers) * every * 1000 + 1000
    report = "fetch('/report', {method: 'POST', body: JSON.stringify(['over', 1])})"
    script = "\n".join([*steps, f"setTimeout(() => {report}, {last:.0f});"])
    script = script.replace("</script>", "<\\/script>")
    return flat_page(body=f"<script>{script}</script>")
