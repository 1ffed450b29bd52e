"""Arithmetic on many numbers under one odd modulus: one port, a portable and a wide implementation."""
