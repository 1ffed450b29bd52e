"""The serving interface."""
