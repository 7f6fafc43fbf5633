"""What a page can call that makes a browser show something of its own."""

from __future__ import annotations

from fidelity.scenario import Case, stop_after
from page_server import Answer, flat

EVERYWHERE = """
const tried = async (call) => { try { await call(); } catch { /* declined */ } };
"""

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

ASKING = {
    "passkeys": """
        const publicKey = {challenge: new Uint8Array(16), rpId: location.hostname,
          rp: {name: 'x'}, user: {id: new Uint8Array(8), name: 'n', displayName: 'd'},
          pubKeyCredParams: [{type: 'public-key', alg: -7}]};
        await tried(() => navigator.credentials.create({publicKey}));
        await tried(() => navigator.credentials.get({publicKey}));""",
    "federated sign-in, passwords": """
        const providers = [{configURL: '/fedcm.json', clientId: 'x'}];
        await tried(() => navigator.credentials.get({identity: {providers}}));
        await tried(() => navigator.credentials.get({password: true, mediation: 'required'}));""",
    "camera, microphone, screen": """
        await tried(() => navigator.mediaDevices.getUserMedia({audio: true, video: true}));
        await tried(() => navigator.mediaDevices.getDisplayMedia({video: true}));""",
    "permissions": """
        await tried(() => Notification.requestPermission());
        navigator.geolocation.getCurrentPosition(() => 0, () => 0);
        await tried(() => navigator.clipboard.readText());
        await tried(() => navigator.requestMIDIAccess({sysex: true}));
        await tried(() => getScreenDetails());
        await tried(() => queryLocalFonts());
        await tried(() => navigator.storage.persist());
        await tried(() => document.requestStorageAccess());
        await tried(() => new IdleDetector().start());
        await tried(() => IdleDetector.requestPermission());""",
    "device choosers": """
        await tried(() => navigator.bluetooth.requestDevice({acceptAllDevices: true}));
        await tried(() => navigator.usb.requestDevice({filters: []}));
        await tried(() => navigator.hid.requestDevice({filters: []}));
        await tried(() => navigator.serial.requestPort());""",
    "file choosers, pickers": """
        for (const type of ['file', 'color', 'date', 'time', 'month']) {
          const input = document.createElement('input');
          input.type = type;
          input.style = 'position: absolute; opacity: 0';
          document.body.append(input);
          input.click();
          await tried(() => input.showPicker());
        }
        await tried(() => showOpenFilePicker());
        await tried(() => showDirectoryPicker());
        await tried(() => new EyeDropper().open());""",
    "payment": """
        const methods = ['https://example.com/pay', 'basic-card'].map(
          (supportedMethods) => ({supportedMethods}));
        const total = {label: 'x', amount: {currency: 'EUR', value: '1'}};
        await tried(() => new PaymentRequest(methods, {total}).show());""",
    "share, protocol handlers, wake lock": """
        await tried(() => navigator.share({title: 'x', url: location.href}));
        await tried(() => navigator.registerProtocolHandler('web+x', '/x?%s', 'x'));
        await tried(() => navigator.wakeLock.request());
        await tried(() => navigator.setAppBadge(3));""",
    "full screen, pointer lock, picture in picture": """
        await tried(() => document.documentElement.requestFullscreen());
        await tried(() => document.body.requestPointerLock());
        await tried(() => documentPictureInPicture.requestWindow());
        const canvas = document.createElement('canvas');
        canvas.getContext('2d').fillRect(0, 0, 9, 9);
        const video = document.createElement('video');
        video.muted = true;
        video.srcObject = canvas.captureStream();
        await video.play();
        await tried(() => video.requestPictureInPicture());""",
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
        setInterval(() => fetch('/private'), 300);""",
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

CONCURRENT_DELAY = {
    "/printed": Answer("<body>printed<script>setTimeout(print, 300)</script>"),
    "/other": Answer("<body style='background: red'>other"),
    "/slow": Answer("<body style='background: red'>slow", delay=2),
    "/attachment": Answer("x", headers={"Content-Disposition": "attachment; filename=x.txt"}),
    "/nothing": Answer(status=204),
    "/private": Answer("no", status=401, headers={"WWW-Authenticate": 'Basic realm="x"'}),
    "/to-zoom": Answer(status=302, headers={"Location": "zoommtg://x"}),
}


def _cases(kind: str, scripts: dict[str, str]) -> list[Case]:
    return [
        Case(kind, name, {"/": flat(EVERYWHERE + script), **CONCURRENT_DELAY}, stop_after(4))
        for name, script in scripts.items()
    ]


FRAME = "http://localhost:PORT/frame"
"""Another site than the page's."""

PHONE = {"EmulateMobileParams": {"MobileDeviceType": 0, "ScreenOrientation": 0}}

CASES = [
    *_cases("dialog", DIALOGS),
    *_cases("asking", ASKING),
    *_cases("window", WINDOWS),
    *_cases("file", FILES),
    *_cases("sign-in", SIGN_IN),
    *_cases("protocol", PROTOCOLS),
    *(
        Case(
            "on a phone",
            name,
            {"/": flat(EVERYWHERE + script), **CONCURRENT_DELAY},
            stop_after(3),
            request=PHONE,
        )
        for name, script in {
            "alert, confirm, prompt": DIALOGS["alert, confirm, prompt"],
            "protocols by location": PROTOCOLS["by location"],
            "window.open": WINDOWS["window.open, again and again"],
        }.items()
    ),
    *(
        Case(
            "cross-site frame",
            name,
            {
                "/": flat(body=f"<iframe src='{FRAME}' style='display: none'></iframe>"),
                "/frame": flat(EVERYWHERE + script),
                **CONCURRENT_DELAY,
            },
            stop_after(3),
        )
        for name, script in {
            "alert, confirm, prompt": DIALOGS["alert, confirm, prompt"],
            "print": "print(); document.execCommand('print');",
            "passkeys": ASKING["passkeys"],
            "protocols by location": PROTOCOLS["by location"],
            "the top to a protocol": "setTimeout(() => top.location = 'zoommtg:x', 300);",
        }.items()
    ),
]
