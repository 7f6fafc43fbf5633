"""One live recording for a declaration: start or adopt, watch, stop."""
