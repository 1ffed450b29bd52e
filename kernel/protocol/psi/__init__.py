"""Private set intersection: a ring of parties on curve25519 (`ring`), and RSA blind signatures for two (`rsa`)."""
