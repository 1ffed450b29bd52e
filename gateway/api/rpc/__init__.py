"""Servicers, and the calls outwards."""
