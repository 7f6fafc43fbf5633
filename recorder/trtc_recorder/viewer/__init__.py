"""The web viewer of the recordings of this machine."""
