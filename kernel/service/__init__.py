"""Use cases of the kernel: data sets, tasks, results."""
