"""Start or adopt, watch and stop the recording of a declaration."""
