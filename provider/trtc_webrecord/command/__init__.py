"""The command `trtc-webrecord`, a module for each of its subcommands."""
