"""Scripts that request what a browser asks a person for: permissions, devices, files, sign-ins."""

from __future__ import annotations

PERMISSIONS = {
    "passkeys": """
        const publicKey = {challenge: new Uint8Array(16), rpId: location.hostname,
          rp: {name: 'x'}, user: {id: new Uint8Array(8), name: 'n', displayName: 'd'},
          pubKeyCredParams: [{type: 'public-key', alg: -7}]};
        await tried(() => navigator.credentials.create({publicKey}));
        await tried(() => navigator.credentials.get({publicKey}));
        const bare = {publicKey: {challenge: new Uint8Array(16)}};
        await tried(() => navigator.credentials.get(bare));""",
    "federated sign-in, passwords": """
        const providers = [{configURL: '/fedcm.json', clientId: 'x'}];
        await tried(() => navigator.credentials.get({identity: {providers}}));
        await tried(() => navigator.credentials.get({password: true, mediation: 'required'}));
        await tried(() => navigator.credentials.store(
          new PasswordCredential({id: 'a', password: 'b'})));""",
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
          const input = add('input', {type, style: 'position: absolute; opacity: 0'});
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
