"""Requests to the store: whether a key pair may write under a prefix, and what is there."""
