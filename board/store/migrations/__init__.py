"""Migrations of the board's database."""
