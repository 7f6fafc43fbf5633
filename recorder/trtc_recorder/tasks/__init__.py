"""Tasks: rules, database, events, files, and the interface of the recorder."""
