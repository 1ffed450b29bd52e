"""Tests of the kernel cryptography."""
