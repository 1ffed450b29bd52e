"""HTTP for applications."""
