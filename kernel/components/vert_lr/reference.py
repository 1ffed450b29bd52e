"""vert_lr in the clear: the exact minimum of the same objective."""

from kernel.ml.linear import objective, solve

__all__ = ["objective", "solve"]
