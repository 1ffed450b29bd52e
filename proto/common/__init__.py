"""The common interface."""
