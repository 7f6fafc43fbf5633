"""`python -m tools.reference` writes the generated tables and schemas, from the models."""
