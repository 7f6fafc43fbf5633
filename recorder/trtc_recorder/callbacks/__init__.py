"""The vendor's callbacks: their messages, signed and delivered to a receiver."""
