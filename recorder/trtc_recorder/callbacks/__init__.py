"""The vendor's callbacks: messages, signature and delivery to a webhook."""
