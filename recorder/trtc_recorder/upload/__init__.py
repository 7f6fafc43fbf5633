"""Uploads the files of finished recordings to the bucket of their request."""
