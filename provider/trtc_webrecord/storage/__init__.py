"""The storage probe: may a key pair write at a place of a bucket? The store is asked itself."""
