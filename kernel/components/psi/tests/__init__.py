"""Tests of psi."""
