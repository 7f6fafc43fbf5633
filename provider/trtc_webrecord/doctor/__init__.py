"""The checks of `trtc-webrecord doctor`: functions that return what they found."""
