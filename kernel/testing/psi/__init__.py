"""Both sides of a PSI protocol in one process, and the conformance suite that every protocol passes."""
