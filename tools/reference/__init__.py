"""`python -m tools.reference` writes docs/reference.md and the schemas, from the models."""
