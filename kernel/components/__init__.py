"""The algorithms: a folder with a COMPONENT is registered."""
