// Observes a page for its report, see page_report.py. A part of init_script.js, which passes `send`.
(send) => {
  const UNWRITTEN = __UNWRITTEN__; // patterns of the characters that this machine has no font for
  const EVERY = 1500; // ms
  const MOST = 20; // console errors
  const setTimer = window.setTimeout.bind(window);

  if (window === window.top && location.protocol.startsWith("http")) {
    new PerformanceObserver((paints, observer) => {
      observer.disconnect();
      send("painted", performance.timeOrigin + paints.getEntries()[0].startTime);
    }).observe({ type: "paint", buffered: true });
  }

  // Console errors. The browser would report each line of the console, of whatever level, and a page
  // may write thousands.
  let errors = 0;
  const countError = (...words) => {
    errors += 1;
    if (errors > MOST) return;
    const texts = words.map((word) => {
      try {
        return String(word).slice(0, 200);
      } catch {
        return typeof word;
      }
    });
    send("console", texts.join(" "));
  };
  const error = console.error;
  console.error = (...words) => {
    countError(...words);
    return error.apply(console, words);
  };
  addEventListener("error", (event) => event.message && countError(event.message));
  addEventListener("unhandledrejection", (event) =>
    countError("Uncaught (in promise)", event.reason),
  );

  // Replaces a method; `after` gets its result, the object and the arguments.
  const follow = (owner, name, after) => {
    const native = owner?.[name];
    if (typeof native !== "function") return;
    owner[name] = {
      [name](...words) {
        const result = native.apply(this, words);
        after(result, this, words);
        return result;
      },
    }[name];
  };

  // What has been drawn with a graphics API: canvases and bitmaps. Pictures of them may be drawn on
  // another canvas, which is then the one that is seen.
  const graphics = new Map();
  const drawnWith = new WeakMap();
  const placeholders = new WeakMap(); // the canvas in which an OffscreenCanvas is shown
  const noteGraphics = (drawn, api) => {
    if (!api || drawnWith.has(drawn)) return;
    if (!drawnWith.has(HTMLCanvasElement)) {
      drawnWith.set(HTMLCanvasElement, api); // only now: a page may draw thousands of pictures
      for (const owner of [window.CanvasRenderingContext2D, window.OffscreenCanvasRenderingContext2D])
        follow(owner?.prototype, "drawImage", (_, context, [source]) =>
          noteGraphics(context.canvas, drawnWith.get(source)),
        );
    }
    drawnWith.set(drawn, api);
    const canvas = placeholders.get(drawn) ?? drawn;
    if (canvas instanceof HTMLCanvasElement) graphics.set(new WeakRef(canvas), api);
  };
  for (const owner of [HTMLCanvasElement, window.OffscreenCanvas]) {
    follow(owner?.prototype, "getContext", (context, canvas, [type]) => {
      if (context) noteGraphics(canvas, /^(experimental-)?(webgl2?|webgpu)$/.exec(type)?.[2]);
    });
  }
  follow(HTMLCanvasElement.prototype, "transferControlToOffscreen", (offscreen, canvas) =>
    placeholders.set(offscreen, canvas),
  );
  follow(window.OffscreenCanvas?.prototype, "transferToImageBitmap", (bitmap, canvas) =>
    noteGraphics(bitmap, drawnWith.get(canvas)),
  );
  follow(window.ImageBitmapRenderingContext?.prototype, "transferFromImageBitmap", (_, it, [bitmap]) =>
    noteGraphics(it.canvas, drawnWith.get(bitmap)),
  );

  // Closed shadow trees are reached by what made them only.
  const closed = new WeakMap();
  const shadows = new Set();
  follow(Element.prototype, "attachShadow", (root, host) => {
    closed.set(host, root);
    shadows.add(new WeakRef(root));
  });

  // A stream that is protected, and a browser that cannot decrypt it.
  const access = navigator.requestMediaKeySystemAccess;
  if (access) {
    Navigator.prototype.requestMediaKeySystemAccess = {
      requestMediaKeySystemAccess(...words) {
        const result = access.apply(this, words);
        result.catch(() => send("protected", words[0]));
        return result;
      },
    }.requestMediaKeySystemAccess;
  }

  const sounds = new Set();
  const Native = window.AudioContext;
  if (Native) {
    const AudioContext = new Proxy(Native, {
      construct(...words) {
        const context = Reflect.construct(...words);
        sounds.add(new WeakRef(context));
        return context;
      },
    });
    Native.prototype.constructor = AudioContext;
    for (const name of ["AudioContext", "webkitAudioContext"]) {
      if (window[name] === Native) window[name] = AudioContext;
    }
  }

  const alive = (references) => {
    const found = [];
    for (const each of references.keys()) {
      const it = each.deref();
      if (it) found.push([it, references.get?.(each)]);
      else references.delete(each);
    }
    return found;
  };

  // Square pixels of an element that can be seen.
  const seen = (element) => {
    if (!element.isConnected || !element.checkVisibility?.()) return 0;
    const box = element.getBoundingClientRect();
    const width = Math.min(box.right, innerWidth) - Math.max(box.left, 0);
    const height = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    return width > 0 && height > 0 ? Math.round(width * height) : 0;
  };

  // Nodes of a tree with text, also in shadow trees.
  function* texts(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, {
      acceptNode: (node) =>
        /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(node.nodeName)
          ? NodeFilter.FILTER_REJECT
          : NodeFilter.FILTER_ACCEPT,
    });
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const root = node.shadowRoot ?? closed.get(node);
      if (root) yield* texts(root);
      if (node.shadowRoot && !closed.has(node)) {
        closed.set(node, node.shadowRoot); // one of the markup
        shadows.add(new WeakRef(node.shadowRoot));
      }
      if (node.nodeType === Node.TEXT_NODE) yield node.data;
    }
  }

  // The text is read a little at a time: the page is not to notice.
  const AT_ONCE = 5; // ms
  const patterns = new Map(
    Object.entries(UNWRITTEN).map(([name, characters]) => [name, new RegExp(characters, "u")]),
  );
  let reading;
  const readText = () => {
    const begun = performance.now();
    reading ??= texts(document);
    while (patterns.size && performance.now() - begun < AT_ONCE) {
      const { value, done } = reading.next();
      if (done) {
        reading = undefined;
        return;
      }
      for (const [name, pattern] of patterns) {
        if (!pattern.test(value)) continue;
        patterns.delete(name);
        send("unwritten", name);
      }
    }
  };

  const id = Math.random().toString(36).slice(2);
  let last = "";
  let webgl = ["", 0];
  let paused = new Set();
  const sendSeen = (waiting, suspended, failed) => {
    const top = window === window.top;
    const seen = JSON.stringify({ id, top, webgl, waiting, suspended, failed });
    if (seen !== last) send("seen", seen);
    last = seen;
  };
  const observe = () => {
    setTimer(observe, EVERY);
    readText();
    for (const [canvas, api] of alive(graphics)) {
      const area = seen(canvas);
      if (area > 1.1 * webgl[1]) webgl = [api, area];
    }
    const roots = [document, ...alive(shadows).map(([root]) => root)];
    const all = roots.flatMap((root) => [...root.querySelectorAll("video")]);
    const large = (innerWidth * innerHeight) / 10;
    const failed = all.filter((video) => video.error && seen(video) >= large).length;
    const videos = all.filter(
      (video) =>
        (video.currentSrc || video.srcObject) &&
        !video.error &&
        video.paused &&
        !video.played.length &&
        seen(video),
    );
    const waiting = videos.filter((video) => paused.has(video)).length;
    paused = new Set(videos);
    const suspended = alive(sounds).filter(([sound]) => sound.state === "suspended").length;
    if (webgl[1] || waiting || suspended || failed || last) sendSeen(waiting, suspended, failed);
  };
  setTimer(observe, EVERY);
  addEventListener("pagehide", () => last && sendSeen(0, 0, 0));
}
