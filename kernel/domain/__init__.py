"""Values of the kernel service."""
