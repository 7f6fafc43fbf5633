"""The vendor's API: a request on the wire, its signature and parameters, and the response."""
