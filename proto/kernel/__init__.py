"""The kernel interface."""
