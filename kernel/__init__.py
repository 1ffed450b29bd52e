"""Kernel: a member's data sets at rest and the algorithm components that run on them.

It serves the member's own board (data, catalogue, results) and flow (tasks) and reaches other members only through
the member's gateway. It owns data sets, task outputs, checkpoints and model files.
"""
