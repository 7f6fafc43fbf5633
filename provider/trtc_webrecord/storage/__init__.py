"""The storage probe: whether a key pair may write under a prefix of a bucket."""
