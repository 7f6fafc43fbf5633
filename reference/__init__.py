"""`python -m reference` writes docs/reference.md and the schemas, from the provider's models."""
