"""The declared inputs: validation, the derived RecordId, and the effect of a change."""
