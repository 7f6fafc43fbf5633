"""Pages that flash and beep at an interval, in each way in which a page can make sound."""

from __future__ import annotations

import base64
import subprocess
import tempfile
from pathlib import Path

from page_server import Answer, Paths

INTERVAL = 1.03
"""Seconds between two flashes: no multiple of a frame's, so that the mean is finer than a frame."""

LENGTH = 0.25
"""Seconds that a flash and a beep last."""

PAGE = f"""<!doctype html><meta charset=utf-8>
<style>html, body {{ margin: 0; height: 100%; background: #000; overflow: hidden }}
canvas, video {{ display: block; width: 100vw; height: 100vh; object-fit: fill }}</style><body>
<script type=module>
const INTERVAL = {INTERVAL}, LENGTH = {LENGTH};
"""

CLOCKED = """
const sound = new AudioContext(), tone = new OscillatorNode(sound), volume = new GainNode(sound);
volume.gain.value = 0;
tone.connect(volume);
tone.start();
let scheduled = 1;
setInterval(() => {
  for (; scheduled * INTERVAL < sound.currentTime + 2; scheduled++) {
    volume.gain.setValueAtTime(0.8, scheduled * INTERVAL);
    volume.gain.setValueAtTime(0, scheduled * INTERVAL + LENGTH);
  }
}, 200);
const lit = () => sound.currentTime > INTERVAL && sound.currentTime % INTERVAL < LENGTH;
"""
"""Beeps of an AudioContext, and whether a flash is due, by its clock."""

BODY_FLASHES = """
const draw = () => {
  document.body.style.background = lit() ? '#fff' : '#000';
  requestAnimationFrame(draw);
};
draw();
"""

CANVAS = """
const canvas = document.createElement('canvas');
canvas.width = 160;
canvas.height = 90;
const picture = canvas.getContext('2d');
setInterval(() => {
  picture.fillStyle = lit() ? '#fff' : '#000';
  picture.fillRect(0, 0, 160, 90);
}, 20);
"""

AUDIO_CLOCK = f"{PAGE}{CLOCKED}volume.connect(sound.destination);{BODY_FLASHES}</script>"

WALL_CLOCK = f"""{PAGE}
const sound = new AudioContext();
let beats = 0, until = 0;
const draw = () => {{
  const now = performance.now() / 1000;
  if (now > (beats + 1) * INTERVAL) {{
    beats = Math.floor(now / INTERVAL);
    until = now + LENGTH;
    const tone = new OscillatorNode(sound);
    tone.connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + LENGTH);
  }}
  document.body.style.background = now < until ? '#fff' : '#000';
  requestAnimationFrame(draw);
}};
draw();
</script>"""
"""Flashes by the page's clock, each with a tone that starts at once, as games do."""

WEBRTC = f"""{PAGE}{CLOCKED}{CANVAS}
const out = new MediaStreamAudioDestinationNode(sound);
volume.connect(out);
const sent = new MediaStream([...canvas.captureStream(25).getTracks(), ...out.stream.getTracks()]);
const here = new RTCPeerConnection(), there = new RTCPeerConnection();
here.onicecandidate = (event) => there.addIceCandidate(event.candidate);
there.onicecandidate = (event) => here.addIceCandidate(event.candidate);
there.ontrack = (event) => {{
  const video = document.querySelector('video') ?? document.createElement('video');
  video.autoplay = true;
  video.srcObject = event.streams[0];
  document.body.append(video);
}};
sent.getTracks().forEach((track) => here.addTrack(track, sent));
await here.setLocalDescription();
await there.setRemoteDescription(here.localDescription);
await there.setLocalDescription();
await here.setRemoteDescription(there.localDescription);
</script>"""
"""A call between two ends on one page."""

VIDEO = f"""{PAGE}
const film = await (await fetch('/film')).text();
const video = document.createElement('video');
video.src = `data:video/mp4;base64,${{film}}`;
document.body.append(video);
await video.play();
</script>"""

KINDS = ("audio clock", "wall clock", "video", "webrtc")


def page(kind: str, seconds: float) -> Paths:
    """The paths of one of KINDS, which flashes for at least so long."""
    pages = {"audio clock": AUDIO_CLOCK, "wall clock": WALL_CLOCK, "video": VIDEO, "webrtc": WEBRTC}
    return {"/": Answer(pages[kind]), "/film": lambda: Answer(_film(seconds + 30))}


def _film(seconds: float) -> str:
    """An mp4, in base64."""
    beat = f"gte(t,{INTERVAL})*lt(mod(t,{INTERVAL}),{LENGTH})"
    picture = f"color=black:s=160x90:r=25,drawbox=c=white:t=fill:enable='{beat}'[out0]"
    sound = f"aevalsrc='0.8*sin(2765*t)*{beat}':s=48000[out1]"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "film.mp4")
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"{picture};{sound}"]
        command += ["-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast"]
        command += ["-pix_fmt", "yuv420p", "-c:a", "libopus", "-movflags", "+faststart"]
        subprocess.run([*command, str(file)], check=True)
        return base64.b64encode(file.read_bytes()).decode()
