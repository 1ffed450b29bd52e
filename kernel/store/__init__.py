"""Where data sets, task outputs, checkpoints and reports are kept."""
