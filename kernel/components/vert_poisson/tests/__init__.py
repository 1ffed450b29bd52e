"""Tests of vert_poisson."""
