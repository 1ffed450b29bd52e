"""HTTP for people and programs of the own house."""
