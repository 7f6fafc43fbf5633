"""The screen of a page: a desktop of the video's size, or an emulated phone or tablet."""

from __future__ import annotations

from dataclasses import dataclass

from trtc_webrecord.declaration.spec import EmulateMobileParams, StartWebRecordRequest

DEFAULT_WIDTH, DEFAULT_HEIGHT = 1280, 720

PHONE, TABLET = (360, 640), (600, 960)
"""Width and height in CSS pixels, portrait."""

MOBILE_SCALE = 2
"""The device pixel ratio, so that the video of a small screen is sharp."""


@dataclass(frozen=True)
class Screen:
    """`width` and `height` in pixels of the video; `scale` is the device pixel ratio.

    `mobile` is None for a desktop.
    """

    width: int
    height: int
    scale: int = 1
    mobile: EmulateMobileParams | None = None

    @classmethod
    def of(cls, request: StartWebRecordRequest) -> Screen:
        """Returns the screen of a request.

        A Width or Height of 0 is the default, an odd one is rounded up (H.264 needs even ones). For
        a phone or tablet they are not documented and are ignored.
        """
        mobile = request.emulate_mobile_params
        if mobile is None:
            video = request.web_record_video_params
            return cls(_even(video.width or DEFAULT_WIDTH), _even(video.height or DEFAULT_HEIGHT))
        upright = TABLET if mobile.mobile_device_type else PHONE
        width, height = upright[::-1] if mobile.screen_orientation else upright
        return cls(width * MOBILE_SCALE, height * MOBILE_SCALE, MOBILE_SCALE, mobile)

    @property
    def css_width(self) -> int:
        """The viewport's width in CSS pixels."""
        return self.width // self.scale

    @property
    def css_height(self) -> int:
        """The viewport's height in CSS pixels."""
        return self.height // self.scale

    def user_agent(self, version: str) -> str | None:
        """Returns the User-Agent of a mobile Chromium of this version; None for a desktop."""
        if self.mobile is None:
            return None
        kind = "" if self.mobile.mobile_device_type else " Mobile"
        return (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"Chrome/{version.split('.')[0]}.0.0.0{kind} Safari/537.36"
        )


def _even(pixels: int) -> int:
    return pixels + pixels % 2
