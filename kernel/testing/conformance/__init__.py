"""What every component must hold to, checked on the example that its folder brings along (`tests/example.py`)."""

from kernel.testing.conformance.checks import CHECKS
from kernel.testing.conformance.example import Example, aligned, examples, several_classes

__all__ = ["CHECKS", "Example", "aligned", "examples", "several_classes"]
