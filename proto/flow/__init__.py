"""The flow interface."""
