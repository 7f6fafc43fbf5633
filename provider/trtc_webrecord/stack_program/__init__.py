"""Recordings that are declared in the config of a stack."""
