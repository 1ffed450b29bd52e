"""Tests of vert_lr."""
