"""What is declared: the request and its rules, the RecordId, and what a change means."""
