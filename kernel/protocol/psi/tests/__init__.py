"""Tests of private set intersection."""
