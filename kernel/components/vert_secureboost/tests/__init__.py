"""Tests of vert_secureboost."""
