"""Arithmetic on eight numbers at a time; see README.md."""
