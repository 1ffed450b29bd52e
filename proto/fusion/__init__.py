"""The fusion interface."""
