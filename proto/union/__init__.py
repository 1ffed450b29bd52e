"""The union interface."""
