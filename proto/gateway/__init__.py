"""The gateway interface."""
