"""The board interface."""
