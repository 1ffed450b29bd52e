"""vert_lr in the clear: the exact minimum of the same objective, and the same steps from there."""

from kernel.ml.linear import objective, one_vs_rest, refine, solve

__all__ = ["objective", "one_vs_rest", "refine", "solve"]
