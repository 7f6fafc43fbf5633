"""`python -m trtc_recorder` is `trtc-recorder`."""

from .command import main

main()
