// Runs in every frame before the page's own scripts. It answers for the person who is not there:
// whatever would open a dialog, a chooser or a second window is declined at once.
(() => {
  // The browser's own page about an error is never seen; in a frame, the page behind it is seen.
  if (location.protocol === "chrome-error:") {
    const background = window === window.top ? "#000" : "transparent";
    const hidden = new CSSStyleSheet();
    hidden.replaceSync(
      `:root { background: ${background} !important } body { display: none !important }`,
    );
    document.adoptedStyleSheets = [hidden];
    return;
  }

  // The way to the recorder: a binding, which frames of other sites reach by the top frame.
  const CHANNEL = "trtcRecorder";
  const { top, [CHANNEL]: send } = window;
  delete window[CHANNEL];
  const post = top.postMessage;
  const report = send ?? ((words) => post.call(top, words, "*"));
  const pass = (event) => {
    if (typeof event.data !== "string" || !event.data.startsWith(CHANNEL)) return;
    event.stopImmediatePropagation();
    report(event.data);
  };
  const listen = window.addEventListener.bind(window, "message", pass);
  if (window === top) listen();
  const MOST = 20; // messages of one kind from one document
  const sent = {};
  const emit = (kind, detail = "") => {
    const counted = kind === "declined" ? `${kind} ${detail}` : kind;
    sent[counted] = (sent[counted] ?? 0) + 1;
    if (sent[counted] <= MOST) report(`${CHANNEL}${kind} ${String(detail).slice(0, 200)}`);
  };

  window.notifyReady = () => emit("ready");

  // Replaces a function where the browser has it; `answer` gets the function that it replaces first.
  const replace = (owner, name, answer) => {
    const native = owner?.[name];
    if (typeof native !== "function") return;
    const { [name]: answering } = {
      [name](...words) {
        return answer.call(this, native, ...words);
      },
    };
    Object.defineProperty(answering, "length", { value: native.length, configurable: true });
    Object.defineProperty(owner, name, {
      ...Object.getOwnPropertyDescriptor(owner, name),
      value: answering,
    });
  };
  const decline = (owner, name, kind, answer) =>
    replace(owner, name, function (_, ...words) {
      emit("declined", kind);
      return answer.apply(this, words);
    });
  const deny = (owner, name, kind, error, message) =>
    decline(owner, name, kind, async () => {
      throw new DOMException(message, error);
    });

  if (window === top) {
    // A document that is written anew loses its listeners.
    for (const name of ["open", "write", "writeln"]) {
      replace(Document.prototype, name, function (native, ...words) {
        try {
          return native.apply(this, words);
        } finally {
          listen();
        }
      });
    }
  }

  // Dialogs.
  decline(window, "alert", "alert", () => undefined);
  decline(window, "confirm", "confirm", () => false);
  decline(window, "prompt", "prompt", () => null);
  decline(window, "print", "print", () => undefined);
  decline(window, "close", "closing the window", () => undefined);
  replace(Document.prototype, "execCommand", function (native, ...words) {
    if (!/^print$/i.test(words[0])) return native.apply(this, words);
    emit("declined", "print");
    return false;
  });

  // Second windows. The browser blocks those of links and forms, since nobody has clicked.
  const contains = (frame, target) => {
    try {
      if (frame.name === target) return true;
    } catch {
      // A frame of another site does not expose its name.
    }
    return Array.from({ length: frame.length }, (_, n) => frame[n]).some((f) => contains(f, target));
  };
  replace(window, "open", function (native, ...words) {
    const target = String(words[1] ?? "");
    const here = /^_(self|parent|top)$/i.test(target);
    if (here || (target && contains(top, target))) return native.apply(this, words);
    emit("declined", "second window");
    return null;
  });
  const pictureInPicture = ["picture-in-picture", "NotAllowedError", "Not allowed"];
  deny(window.DocumentPictureInPicture?.prototype, "requestWindow", ...pictureInPicture);
  deny(HTMLVideoElement.prototype, "requestPictureInPicture", ...pictureInPicture);

  // Other programs, such as a meeting's own. The browser does nothing for those that remain.
  const ours = /^(https?|about|blob|data|file|filesystem|javascript|view-source):/i;
  window.navigation?.addEventListener("navigate", (event) => {
    if (ours.test(event.destination.url) || !event.cancelable) return;
    event.preventDefault();
    emit("declined", "external protocol");
  });

  // Sign-in.
  decline(window.CredentialsContainer?.prototype, "get", "sign-in", (options = {}) => {
    if (options.mediation === "conditional") {
      // It would wait for a choice among the suggestions of an input.
      const signal = options.signal;
      return new Promise((_, reject) => {
        const abort = () => reject(signal.reason);
        if (signal?.aborted) abort();
        else signal?.addEventListener("abort", abort);
      });
    }
    if (options.publicKey || options.identity || options.digital || options.otp) {
      const message = "The operation either timed out or was not allowed.";
      return Promise.reject(new DOMException(message, "NotAllowedError"));
    }
    return Promise.resolve(null);
  });
  const passkey = "The operation either timed out or was not allowed.";
  deny(window.CredentialsContainer?.prototype, "create", "sign-in", "NotAllowedError", passkey);
  decline(window.CredentialsContainer?.prototype, "store", "sign-in", async (it) => it);

  // Camera, microphone, screen.
  const media = window.MediaDevices?.prototype;
  deny(media, "getDisplayMedia", "screen share", "NotAllowedError", "Permission denied by user");
  deny(media, "getUserMedia", "camera or microphone", "NotAllowedError", "Permission denied");
  for (const name of ["getUserMedia", "webkitGetUserMedia"]) {
    decline(Navigator.prototype, name, "camera or microphone", (_, __, failed) =>
      setTimeout(() => failed?.(new DOMException("Permission denied", "NotAllowedError"))),
    );
  }

  // Choosers and dialogs.
  for (const name of ["showOpenFilePicker", "showSaveFilePicker", "showDirectoryPicker"]) {
    deny(window, name, "file", "AbortError", "The user aborted a request.");
  }
  const device = [
    ["Bluetooth", "requestDevice", "User cancelled the requestDevice() chooser."],
    ["USB", "requestDevice", "No device selected."],
    ["Serial", "requestPort", "No port selected by the user."],
  ];
  for (const [owner, name, message] of device) {
    deny(window[owner]?.prototype, name, "device", "NotFoundError", message);
  }
  decline(window.HID?.prototype, "requestDevice", "device", async () => []);
  deny(window.BackgroundFetchManager?.prototype, "fetch", "download", "NotAllowedError", "Denied");
  decline(window.ContactsManager?.prototype, "select", "contacts", async () => []);
  const dialogs = [
    ["PaymentRequest", "show", "payment", "AbortError", "User closed the Payment Request UI."],
    ["Navigator", "share", "share", "AbortError", "Share canceled"],
    ["EyeDropper", "open", "colour", "AbortError", "The user canceled the selection."],
    ["PresentationRequest", "start", "presentation", "NotAllowedError", "Dialog closed."],
    ["RemotePlayback", "prompt", "presentation", "NotAllowedError", "The prompt was dismissed."],
  ];
  for (const [owner, name, ...words] of dialogs) deny(window[owner]?.prototype, name, ...words);
  for (const input of [HTMLInputElement, HTMLSelectElement]) {
    decline(input.prototype, "showPicker", "picker", () => {
      throw new DOMException("showPicker() requires a user gesture.", "NotAllowedError");
    });
  }

  (__REPORT__)(emit);
})();
