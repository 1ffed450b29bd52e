"""Tests of vert_linear."""
