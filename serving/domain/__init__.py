"""Values and errors of serving."""
