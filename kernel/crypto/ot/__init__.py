"""Oblivious transfer: 128 of them by a key agreement (`base`), then as many as one likes by hashing (`extension`)."""
