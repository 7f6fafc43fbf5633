"""A recorder process for each task: start, supervision, cleanup."""
