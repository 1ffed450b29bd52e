"""Generalised linear models by gradient descent: what a party does with its own columns, weights and gradient.

Shared by the components that differ in who sees scores: `vert_glm_open_score` (the promoter) and
`vert_glm_coordinated` (nobody; an arbiter holds the key).
"""
