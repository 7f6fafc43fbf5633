"""A page at which to watch the recordings of this machine."""
