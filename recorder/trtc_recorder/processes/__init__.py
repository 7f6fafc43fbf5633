"""A recorder process for each task: started, supervised, and its files settled."""
