"""Curve25519 on several points at a time; see README.md."""
