"""The tasks: their rules, their store, their events, their files and what records them."""
